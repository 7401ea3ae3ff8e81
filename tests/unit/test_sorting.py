"""--sort-by, and the sort of Go's that it rests on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.errors import FatalError, UserError
from kubesim.golang.pdqsort import go_sorted
from kubesim.kubectl.printers.sorting import sort_objects, sort_rows

ORDERS = {
    "numbers": ([10, 9, -1], [-1, 9, 10]),
    "floats": ([1.5, 0.5], [0.5, 1.5]),
    "strings": (["b", "a", "B"], ["B", "a", "b"]),
    "names with numbers, which kubectl sorts as texts since 1.36": (["web-2", "web-10"], ["web-10", "web-2"]),
    "strings that are quantities": (["1Gi", "900Mi", "2k", "100m"], ["100m", "2k", "900Mi", "1Gi"]),
    "numbers in strings": (["10", "9"], ["9", "10"]),
    "times": (["2026-11-23T02:22:21Z", "2026-11-22T02:22:21Z"], ["2026-11-22T02:22:21Z", "2026-11-23T02:22:21Z"]),
    "null comes first": ([1, None, 0], [None, 0, 1]),
}


@pytest.mark.parametrize(("values", "expected"), ORDERS.values(), ids=ORDERS)
def test_orders(values: list[Any], expected: list[Any]) -> None:
    objs = [{"spec": {"x": value}} for value in values]
    assert [obj["spec"]["x"] for obj in sort_objects(objs, ".spec.x")] == expected


@pytest.mark.parametrize("field", ["spec.x", "{.spec.x}", "{spec.x}"])
def test_the_field_in_any_spelling(field: str) -> None:
    assert sort_objects([{"spec": {"x": 2}}, {"spec": {"x": 1}}], field) == [{"spec": {"x": 1}}, {"spec": {"x": 2}}]


def test_those_without_the_field_come_first_and_backwards() -> None:
    objs = [{"n": "a", "x": 1}, {"n": "b"}, {"n": "c", "x": 0}, {"n": "d"}]
    assert [obj["n"] for obj in sort_objects(objs, "x")] == ["d", "b", "c", "a"]


ERRORS = {
    "a field that none has": (".nosuch", 'couldn\'t find any field with path "{.nosuch}" in the list of objects'),
    "a wrong expression": (".x[", "unterminated array"),
    "no path at all": (
        "{.x}{.y}",
        "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    ),
    "booleans": (
        ".t",
        "Field {.t} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: bool",
    ),
    "values of two types": (
        ".mixed",
        "Field {.mixed} in *unstructured.Unstructured is an unsortable type: interface, err: "
        "unsortable interface: interface",
    ),
}
OBJS = [{"x": 1, "t": True, "mixed": 1}, {"x": 2, "t": False, "mixed": "a"}]


@pytest.mark.parametrize(("field", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(field: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        sort_objects(OBJS, field)
    assert caught.value.message == expected


def test_a_field_that_later_objects_cannot_be_asked_for_ends_kubectl() -> None:
    objs = [{"x": [1, 2]}, {"x": [1]}]
    with pytest.raises(FatalError) as caught:
        sort_objects(objs, "x[1]")
    assert (caught.value.status, caught.value.place) == (255, "sorter.go:310")
    assert caught.value.message == (
        'Failed to get i values for &unstructured.Unstructured{Object:map[string]interface {}{"x":[]interface {}{1}}} '
        'using {.x[1]} (&errors.errorString{s:"array index out of bounds: index 1, length 1"})'
    )
    with pytest.raises(UserError, match=r"^array index out of bounds: index 1, length 1$"):
        sort_objects(objs[::-1], "x[1]")


def test_values_without_an_order_end_kubectl() -> None:
    with pytest.raises(FatalError) as caught:
        sort_rows(OBJS, ".t")
    assert (caught.value.status, caught.value.place) == (1, "sorter.go:375")
    assert caught.value.message == (
        "Field {.t} in [][][]reflect.Value is an unsortable type: interface, err: unsortable type: bool"
    )


def test_the_rows_of_a_table_have_words_of_their_own() -> None:
    with pytest.raises(UserError) as caught:
        sort_rows(OBJS, ".x[")
    assert caught.value.message == "sorting error: unterminated array"
    assert sort_rows(OBJS[::-1], "x") == OBJS
    assert sort_rows([], "x[") == []


def less(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[0]


@given(st.lists(st.integers(0, 9), max_size=200))
def test_sorted_is_sorted(numbers: list[int]) -> None:
    assert go_sorted(numbers, lambda left, right: left < right) == sorted(numbers)


@given(st.lists(st.integers(0, 9), max_size=12))
def test_up_to_twelve_stay_in_order_where_they_are_equal(numbers: list[int]) -> None:
    pairs = list(zip(numbers, range(len(numbers)), strict=True))
    assert go_sorted(pairs, less) == sorted(pairs)


@pytest.mark.parametrize("length", [13, 49, 50, 500])
def test_what_is_sorted_already_stays_as_it_is(length: int) -> None:
    pairs = [(index // 5, index) for index in range(length)]
    assert go_sorted(pairs, less) == pairs


def test_endless_comparisons_end() -> None:
    assert sorted(go_sorted(range(1000), lambda left, right: True)) == list(range(1000))
