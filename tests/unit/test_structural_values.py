"""What a schema has against a value, in the API server's words."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from kubesim.api.structural.validation import validate, validate_status

INT_OR_STRING = {"x-kubernetes-int-or-string": True}
KEYED = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer", "maximum": 3}}},
}


class Case(NamedTuple):
    """The schema of ``spec``, its value, and what is wrong."""

    name: str
    schema: dict[str, Any]
    value: Any
    wrong: tuple[str, ...] = ()


CASES = (
    Case(
        "a string where an integer belongs",
        {"type": "integer"},
        "5",
        ('spec: Invalid value: "string": spec in body must be of type integer: "string"',),
    ),
    Case(
        "null where it may not be",
        {"type": "string"},
        None,
        ('spec: Invalid value: "null": spec in body must be of type string: "null"',),
    ),
    Case("null where it may be", {"type": "string", "nullable": True}, None),
    Case("a float that is whole is an integer", {"type": "integer"}, 5.0),
    Case("an integer is a number", {"type": "number"}, 5),
    Case(
        "a float is no integer",
        {"type": "integer"},
        5.5,
        (
            'spec: Invalid value: "number": spec in body must be of type integer: "number"',
            '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec',
        ),
    ),
    Case(
        "true is no number",
        {"type": "integer"},
        True,
        ('spec: Invalid value: "boolean": spec in body must be of type integer: "boolean"',),
    ),
    Case("int-or-string takes an integer", INT_OR_STRING, 5),
    Case("int-or-string takes a string", INT_OR_STRING, "50%"),
    Case(
        "int-or-string takes nothing else",
        INT_OR_STRING,
        [],
        ('spec: Invalid value: "array": spec in body must be of type integer,string: "array"',),
    ),
    Case("a list where a string with a format belongs is not noticed", {"type": "string", "format": "date"}, []),
    Case(
        "a number beyond its format",
        {"type": "integer", "format": "int32"},
        2**31,
        ('<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec',),
    ),
    Case(
        "too small",
        {"type": "integer", "minimum": 1},
        0,
        ("spec: Invalid value: 0: spec in body should be greater than or equal to 1",),
    ),
    Case(
        "an exclusive bound",
        {"type": "number", "maximum": 1, "exclusiveMaximum": True},
        1.0,
        ("spec: Invalid value: 1: spec in body should be less than 1",),
    ),
    Case(
        "a large float",
        {"type": "number", "maximum": 1.5},
        1e6,
        ("spec: Invalid value: 1e+06: spec in body should be less than or equal to 1.5",),
    ),
    Case(
        "no multiple",
        {"type": "integer", "multipleOf": 3},
        10,
        ("spec: Invalid value: 10: spec in body should be a multiple of 3",),
    ),
    Case("a multiple", {"type": "number", "multipleOf": 0.1}, 0.3),
    Case(
        "too long a text is not shown",
        {"type": "string", "maxLength": 2},
        "abc",
        ("spec: Too long: may not be more than 2 bytes",),
    ),
    Case("letters are counted, not bytes", {"type": "string", "maxLength": 2}, "äö"),
    Case(
        "of a text the first fault is reported",
        {"type": "string", "minLength": 3, "pattern": "^x"},
        "a",
        ('spec: Invalid value: "a": spec in body should be at least 3 chars long',),
    ),
    Case(
        "a pattern",
        {"type": "string", "pattern": "^x"},
        "a",
        ("spec: Invalid value: \"a\": spec in body should match '^x'",),
    ),
    Case(
        "a dollar is the end, and no newline before it",
        {"type": "string", "pattern": "^x$"},
        "x\n",
        ("spec: Invalid value: \"x\\n\": spec in body should match '^x$'",),
    ),
    Case(
        "not in the enumeration",
        {"type": "string", "enum": ["a", "b"]},
        "c",
        ('spec: Unsupported value: "c": supported values: "a", "b"',),
    ),
    Case("in an enumeration of numbers", {"type": "number", "enum": [1, 2]}, 2.0),
    Case(
        "null is in no enumeration",
        {"type": "string", "nullable": True, "enum": ["a", None]},
        None,
        ('spec: Unsupported value: null: supported values: "a", "null"',),
    ),
    Case(
        "no date",
        {"type": "string", "format": "date"},
        "today",
        ('spec: Invalid value: "today": spec in body must be of type date: "today"',),
    ),
    Case("a format that nobody knows", {"type": "string", "format": "colour"}, "red"),
    Case("a format that is another type's", {"type": "string", "format": "int32"}, "red"),
    Case("too many items", {"type": "array", "maxItems": 1}, [1, 2], ("spec: Too many: 2: must have at most 1 item",)),
    Case(
        "too few items",
        {"type": "array", "minItems": 1},
        [],
        ("spec: Invalid value: 0: spec in body should have at least 1 items",),
    ),
    Case(
        "too few members",
        {"type": "object", "minProperties": 1},
        {},
        ("spec: Invalid value: 0: spec in body should have at least 1 properties",),
    ),
    Case(
        "too many members",
        {"type": "object", "maxProperties": 0},
        {"a": 1},
        ("spec: Too many: 1: must have at most 0 items",),
    ),
    Case("a member that is required", {"type": "object", "required": ["a"]}, {}, ("spec.a: Required value",)),
    Case(
        "the values of a map",
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"b": 1, "a": "x"},
        ('spec.b: Invalid value: "integer": spec.b in body must be of type string: "integer"',),
    ),
    Case(
        "members of an object that may have none",
        {"type": "object", "additionalProperties": False},
        {"b": 1},
        ('spec: Invalid value: "b": spec.b in body is a forbidden property',),
    ),
    Case(
        "the items of a list",
        {"type": "array", "items": {"type": "string"}},
        ["x", 2],
        ('spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"',),
    ),
    Case("any of several", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "x"),
    Case(
        "none of several",
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {},
        ('<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', "spec.a: Required value"),
    ),
    Case(
        "of the branches the one that fits best is reported",
        {"oneOf": [{"required": ["a"]}, {"properties": {"b": {"type": "string", "maxLength": 1}}, "required": ["c"]}]},
        {"b": "x"},
        (
            '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
            "spec.c: Required value",
        ),
    ),
    Case(
        "two of one",
        {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "b": 1},
        ('<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',),
    ),
    Case(
        "not all",
        {"allOf": [{"minimum": 1}, {"maximum": 5}]},
        9,
        (
            "spec: Invalid value: 9: spec in body should be less than or equal to 5",
            '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
        ),
    ),
    Case(
        "what must not be",
        {"not": {"required": ["a"]}},
        {"a": 1},
        ('<nil>: Invalid value: "": "spec" must not validate the schema (not)',),
    ),
    Case(
        "a set with an item twice, reported once",
        {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        ["a", "b", "a", "a"],
        ('spec[2]: Duplicate value: "a"',),
    ),
    Case("a key twice", KEYED, [{"name": "a"}, {"name": "a"}], ('spec[1]: Duplicate value: {"name":"a"}',)),
    Case("no key twice", KEYED, [{}, {}], ("spec[1]: Duplicate value: {}",)),
    Case(
        "an embedded object without a type",
        {"type": "object", "x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True},
        {"kind": "Pod_x", "metadata": {"labels": {"a b": "c"}}},
        (
            "spec.apiVersion: Required value",
            'spec.kind: Invalid value: "Pod_x": may have mixed case, but should otherwise match: a DNS-1035 label must '
            "consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
            "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
            "'[a-z]([-a-z0-9]*[a-z0-9])?')",
            "spec.metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' "
            "or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
            "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        ),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_schema_has_against_a_value(case: Case) -> None:
    schema = {"type": "object", "properties": {"spec": case.schema}}
    assert tuple(map(str, validate({"spec": case.value}, schema))) == case.wrong


def test_rules_are_not_checked_after_what_blocks_them() -> None:
    schema = {
        "type": "object",
        "required": ["spec"],
        "properties": {"spec": {"type": "object", "x-kubernetes-validations": [{"rule": "true"}]}},
    }
    assert list(map(str, validate({}, schema))) == [
        "spec: Required value",
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; "
        "correct the existing errors to complete validation",
    ]


def test_rules_have_the_last_word() -> None:
    rules = [{"rule": "self.keep <= self.limit", "message": "keep must not exceed limit"}]
    spec = {
        "type": "object",
        "x-kubernetes-validations": rules,
        "properties": {"keep": {"type": "integer"}, "limit": {"type": "integer"}},
    }
    schema = {"type": "object", "properties": {"spec": spec}}
    wrong = validate({"spec": {"keep": 2, "limit": 1}}, schema)
    assert list(map(str, wrong)) == ["spec: Invalid value: keep must not exceed limit"]


class Update(NamedTuple):
    """An update of ``spec``, and what is wrong."""

    name: str
    schema: dict[str, Any]
    old: Any
    new: Any
    wrong: tuple[str, ...] = ()


SIZES = {
    "type": "object",
    "required": ["c"],
    "properties": {"a": {"type": "integer", "maximum": 3}, "b": {"type": "integer"}},
}
UPDATES = (
    Update("what is unchanged is not judged", SIZES, {"a": 9}, {"a": 9}),
    Update(
        "but what is required is missing in what changed",
        SIZES,
        {"a": 9, "b": 1},
        {"a": 9, "b": 2},
        ("spec.c: Required value",),
    ),
    Update(
        "what changes is judged",
        SIZES,
        {"a": 9, "c": 1},
        {"a": 8, "c": 1},
        ("spec.a: Invalid value: 8: spec.a in body should be less than or equal to 3",),
    ),
    Update(
        "an item keeps its faults by its key",
        KEYED,
        [{"name": "a", "size": 9}],
        [{"name": "b"}, {"name": "a", "size": 9}],
    ),
    Update(
        "items without keys do not",
        {"type": "array", "items": {"type": "integer", "maximum": 3}},
        [9],
        [1, 9],
        ("spec[1]: Invalid value: 9: spec[1] in body should be less than or equal to 3",),
    ),
    Update(
        "lists that were wrong may stay wrong",
        {"type": "array", "x-kubernetes-list-type": "set"},
        ["a", "a"],
        ["a", "a", "b", "b"],
    ),
    Update(
        "within branches nothing is spared",
        {"type": "object", "properties": {"x": {}}, "allOf": [{"properties": {"a": {"maximum": 3}}}]},
        {"a": 9},
        {"a": 9, "x": 1},
        (
            "spec.a: Invalid value: 9: spec.a in body should be less than or equal to 3",
            '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated',
        ),
    ),
)


@pytest.mark.parametrize("case", UPDATES, ids=lambda case: case.name)
def test_an_update_is_held_to_what_it_changes(case: Update) -> None:
    schema = {"type": "object", "properties": {"spec": case.schema}}
    assert tuple(map(str, validate({"spec": case.new}, schema, {"spec": case.old}))) == case.wrong


class Scaled(NamedTuple):
    name: str
    obj: dict[str, Any]
    wrong: tuple[str, ...] = ()


SCALED = (
    Scaled("no replicas", {}),
    Scaled("some replicas", {"spec": {"replicas": 2}}),
    Scaled(
        "fewer than none",
        {"spec": {"replicas": -1}},
        (".spec.replicas: Invalid value: -1: should be a non-negative integer",),
    ),
    Scaled(
        "no number",
        {"spec": {"replicas": "2"}},
        (".spec.replicas: Invalid value: 0: .spec.replicas accessor error: 2 is of the type string, expected int64",),
    ),
    Scaled(
        "no map on the way",
        {"spec": "x"},
        (
            ".spec.replicas: Invalid value: 0: .spec.replicas accessor error: x is of the type string, expected map[string]interface{}",
        ),
    ),
)


@pytest.mark.parametrize("case", SCALED, ids=lambda case: case.name)
def test_replicas_are_numbers(case: Scaled) -> None:
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    assert tuple(map(str, validate(case.obj, None, scale=scale))) == case.wrong


def test_a_status_is_judged_alone() -> None:
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "string"},
            "status": {"type": "object", "properties": {"a": {"type": "string"}}},
        },
    }
    wrong = validate_status({"spec": 5, "status": {"a": 1}}, schema, {"spec": 5})
    assert list(map(str, wrong)) == ['status.a: Invalid value: "integer": a in body must be of type string: "integer"']
