"""Slips of the pen: words that miss another by one letter."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Words that miss a shorter one by a letter are too often meant.
SHORTEST = 5


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` misses by one letter: left out, put in, changed, or swapped with the next one.

    None if ``word`` is itself known.  Of short words only a swap and a doubled letter count.
    """
    known = tuple(known)
    if word in known:
        return None
    return next((other for other in known if _is_clear(word, other) and is_one_off(word, other)), None)


def _is_clear(word: str, other: str) -> bool:
    """Whether a slip differs enough from a word that is meant: by its length, or by having the very same letters."""
    return len(other) >= SHORTEST or (set(word) == set(other) and len(word) >= len(other) >= SHORTEST - 1)


def is_one_off(word: str, other: str) -> bool:
    """Whether two different words differ by one such slip."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while word[start : start + 1] == other[start : start + 1]:
        start += 1
    rest, rest_of_other = word[start:], other[start:]
    if len(word) != len(other):
        return rest[1:] == rest_of_other if len(word) > len(other) else rest == rest_of_other[1:]
    is_swapped = rest[:2] == rest_of_other[1::-1] and rest[2:] == rest_of_other[2:]
    return rest[1:] == rest_of_other[1:] or is_swapped
