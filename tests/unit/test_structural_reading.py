"""What is left of a custom resource once it is read by its schema."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from kubesim.api.decode import DecodeError
from kubesim.api.structural.decoding import coerce
from kubesim.api.structural.defaulting import default

OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
POD = {**OPEN, "x-kubernetes-embedded-resource": True}


class Case(NamedTuple):
    """The schema of ``spec``, its value, what is left of it and which fields are unknown."""

    name: str
    schema: dict[str, Any]
    value: Any
    left: Any
    unknown: tuple[str, ...] = ()


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


CASES = (
    Case("a field that is known stays", obj(a={"type": "string"}), {"a": "x"}, {"a": "x"}),
    Case("a field of a wrong type stays as well", obj(a={"type": "string"}), {"a": 5}, {"a": 5}),
    Case("a field that is not known goes", obj(), {"b": 1, "a": {"c": 1}}, {}, ("spec.a", "spec.b")),
    Case(
        "in lists too",
        {"type": "array", "items": obj()},
        [{"a": 1}, {}],
        [{}, {}],
        ("spec[0].a",),
    ),
    Case("the fields of a value without a schema are not known", {"type": "array"}, [{"a": 1}], [{}], ("spec[0].a",)),
    Case("the keys of a map are", {"additionalProperties": {"type": "string"}}, {"b": "1"}, {"b": "1"}),
    Case("but what is in them may not be", {"additionalProperties": obj()}, {"b": {"c": 1}}, {"b": {}}, ("spec.b.c",)),
    Case("any key, and nothing in it", {"additionalProperties": True}, {"b": {"c": 1}}, {"b": {}}, ("spec.b.c",)),
    Case("everything stays where it is to", OPEN, {"b": {"c": 1}}, {"b": {"c": 1}}),
    Case(
        "below what stays, known fields are pruned",
        {**OPEN, "properties": {"b": obj()}},
        {"b": {"c": 1}, "d": {"e": 1}},
        {"b": {}, "d": {"e": 1}},
        ("spec.b.c",),
    ),
    Case("lists that stay", {"x-kubernetes-preserve-unknown-fields": True}, [{"a": 1}], [{"a": 1}]),
    Case("an embedded object's metadata is read", POD, {"kind": "Pod", "metadata": {"name": "x", "foo": 1}}, {"kind": "Pod", "metadata": {"name": "x"}}, ("spec.metadata.foo",)),
    Case("a null goes where it may not be", obj(a={"type": "string"}), {"a": None}, {}),
    Case("a null stays where it may be", obj(a={"type": "string", "nullable": True}), {"a": None}, {"a": None}),
    Case("a null stays where a default takes its place", obj(a={"default": "x"}), {"a": None}, {"a": None}),
    Case("a null in a list stays", {"type": "array", "items": {"type": "string"}}, [None], [None]),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading_leaves(case: Case) -> None:
    sent = {"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "x"}, "spec": case.value}
    read = coerce(sent, obj(spec=case.schema))
    assert read.obj == {**sent, "spec": case.left}
    assert tuple(read.unknown) == case.unknown


def test_an_unknown_field_of_the_root_is_dropped_and_reported() -> None:
    read = coerce({"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "x"}, "sepc": 1}, None)
    assert "sepc" not in read.obj
    assert read.unknown == ["sepc"]


def test_nothing_goes_where_the_definition_preserves_all() -> None:
    assert coerce({"spec": {"a": None}}, obj(spec=obj()), preserve=True).obj == {"spec": {"a": None}}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"kind": 5}, "spec.kind: Invalid value: 5: must be a string"),
        (
            {"metadata": {"labels": {"a": 1}}},
            'spec.metadata: Invalid value: {"labels":{"a":1}}: json: cannot unmarshal number into Go struct field '
            "ObjectMeta.labels of type string",
        ),
    ],
)
def test_embedded_metadata_that_cannot_be_read_is_refused(value: dict[str, Any], words: str) -> None:
    with pytest.raises(DecodeError) as raised:
        coerce({"spec": value}, obj(spec=POD))
    assert str(raised.value) == words


class Filled(NamedTuple):
    name: str
    schema: dict[str, Any]
    value: Any
    filled: Any


FILLED = (
    Filled("a field that is missing", obj(a={"default": 3}), {}, {"a": 3}),
    Filled("a field that is there", obj(a={"default": 3}), {"a": 4}, {"a": 4}),
    Filled("a null that may not be", obj(a={"default": 3}), {"a": None}, {"a": 3}),
    Filled("a null that may be", obj(a={"default": 3, "nullable": True}), {"a": None}, {"a": None}),
    Filled("within a default", obj(a={"default": {}, **obj(b={"default": 1})}), {}, {"a": {"b": 1}}),
    Filled("not within what is missing", obj(a=obj(b={"default": 1})), {}, {}),
    Filled("in lists", {"items": obj(b={"default": 1})}, [{}, {"b": 2}], [{"b": 1}, {"b": 2}]),
    Filled("a null in a list", {"items": {"type": "integer", "default": 1}}, [None], [1]),
    Filled("a null in a map", {"additionalProperties": {"default": 1}}, {"a": None}, {"a": 1}),
)


@pytest.mark.parametrize("case", FILLED, ids=lambda case: case.name)
def test_defaults_are_filled_in(case: Filled) -> None:
    assert default(case.value, case.schema) == case.filled


def test_a_schema_does_not_change_with_what_was_filled_in() -> None:
    schema = obj(a={"type": "object", "x-kubernetes-preserve-unknown-fields": True, "default": {"b": {}}})
    default({}, schema)["a"]["b"]["c"] = 1
    assert schema["properties"]["a"]["default"] == {"b": {}}
