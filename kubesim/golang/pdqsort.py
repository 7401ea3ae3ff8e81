"""Go's sort.Sort: pattern-defeating quicksort, which leaves equal elements in an order of its own.

What ``--sort-by`` prints of a dozen or more objects with equal fields depends on it.  Mirrors package sort's
pdqsort, heapSort and insertionSort in which elements they compare and exchange.
"""

from __future__ import annotations

from typing import Generic, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_MAX_INSERTION = 12
_NINTHER_LENGTH = 50
_SHIFTING_LENGTH = 50
_MAX_SHIFTS = 5
_ALL_SWAPPED = 12
_MASK = 2**64 - 1


def go_sorted(items: Sequence[T], less: Callable[[T, T], bool]) -> list[T]:
    """``items`` in the order that Go's sort.Sort puts them with ``less``, which need not be consistent."""
    data = _Data(list(items), less)
    data.sort(0, len(data.items), len(data.items).bit_length())
    return data.items


class _Data(Generic[T]):
    def __init__(self, items: list[T], less: Callable[[T, T], bool]) -> None:
        self.items = items
        self._less_items = less

    def _less(self, i: int, j: int) -> bool:
        return self._less_items(self.items[i], self.items[j])

    def _swap(self, i: int, j: int) -> None:
        self.items[i], self.items[j] = self.items[j], self.items[i]

    def sort(self, start: int, end: int, limit: int) -> None:
        """Sort items[start:end]; after ``limit`` unbalanced partitions by heap."""
        balanced = partitioned = True
        while end - start > _MAX_INSERTION:
            if limit == 0:
                self._heap_sort(start, end)
                return
            if not balanced:
                self._break_patterns(start, end)
                limit -= 1
            pivot, swaps = self._choose_pivot(start, end)
            if swaps == _ALL_SWAPPED:
                self.items[start:end] = self.items[start:end][::-1]
                pivot, swaps = end - 1 - (pivot - start), 0
            if balanced and partitioned and swaps == 0 and self._nearly_sorted(start, end):
                return
            if start > 0 and not self._less(start - 1, pivot):
                start = self._partition_equal(start, end, pivot)
                continue
            length = end - start
            middle, partitioned = self._partition(start, end, pivot)
            balanced = min(middle - start, end - middle) >= length // 8
            if middle - start < end - middle:
                self.sort(start, middle, limit)
                start = middle + 1
            else:
                self.sort(middle + 1, end, limit)
                end = middle
        self._insertion_sort(start, end)

    def _insertion_sort(self, start: int, end: int) -> None:
        for i in range(start + 1, end):
            j = i
            while j > start and self._less(j, j - 1):
                self._swap(j, j - 1)
                j -= 1

    def _heap_sort(self, start: int, end: int) -> None:
        length = end - start
        for root in range((length - 1) // 2, -1, -1):
            self._sift_down(root, length, start)
        for last in range(length - 1, -1, -1):
            self._swap(start, start + last)
            self._sift_down(0, last, start)

    def _sift_down(self, root: int, length: int, first: int) -> None:
        while (child := 2 * root + 1) < length:
            if child + 1 < length and self._less(first + child, first + child + 1):
                child += 1
            if not self._less(first + root, first + child):
                return
            self._swap(first + root, first + child)
            root = child

    def _choose_pivot(self, start: int, end: int) -> tuple[int, int]:
        """The place of a median, and how many exchanges it would have taken to order the candidates."""
        swaps = 0

        def ordered(i: int, j: int) -> tuple[int, int]:
            nonlocal swaps
            if self._less(j, i):
                swaps += 1
                return j, i
            return i, j

        def median(i: int, j: int, k: int) -> int:
            i, j = ordered(i, j)
            j, k = ordered(j, k)
            return ordered(i, j)[1]

        quarter = (end - start) // 4
        candidates = [start + quarter * part for part in (1, 2, 3)]
        if end - start >= _NINTHER_LENGTH:
            candidates = [median(place - 1, place, place + 1) for place in candidates]
        return median(*candidates), swaps

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Mend a few pairs that are out of order; True if that sorts it all."""
        i = start + 1
        for _ in range(_MAX_SHIFTS):
            while i < end and not self._less(i, i - 1):
                i += 1
            if i == end:
                return True
            if end - start < _SHIFTING_LENGTH:
                return False
            self._swap(i, i - 1)
            if i - start >= 2:
                self._shift(range(i - 1, 0, -1))
            if end - i >= 2:
                self._shift(range(i + 1, end))
        return False

    def _shift(self, places: range) -> None:
        for j in places:
            if not self._less(j, j - 1):
                return
            self._swap(j, j - 1)

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Smaller items to the left of the pivot, others to the right: its new place, and if they lay so already."""
        self._swap(start, pivot)
        i, j = start + 1, end - 1
        exchanged = False
        while True:
            while i <= j and self._less(i, start):
                i += 1
            while i <= j and not self._less(j, start):
                j -= 1
            if i > j:
                self._swap(j, start)
                return j, not exchanged
            self._swap(i, j)
            exchanged = True
            i, j = i + 1, j - 1

    def _partition_equal(self, start: int, end: int, pivot: int) -> int:
        """Items equal to the pivot to the left; where the greater ones begin."""
        self._swap(start, pivot)
        i, j = start + 1, end - 1
        while True:
            while i <= j and not self._less(start, i):
                i += 1
            while i <= j and self._less(start, j):
                j -= 1
            if i > j:
                return i
            self._swap(i, j)
            i, j = i + 1, j - 1

    def _break_patterns(self, start: int, end: int) -> None:
        """Scatter three items by a number that depends on nothing but the length."""
        length = end - start
        random = length
        middle = start + length // 4 * 2 - 1
        for place in (middle - 1, middle, middle + 1):
            random ^= random << 13 & _MASK
            random ^= random >> 7
            random ^= random << 17 & _MASK
            other = random & ((1 << length.bit_length()) - 1)
            self._swap(place, start + (other - length if other >= length else other))
