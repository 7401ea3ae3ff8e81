"""Rules of definitions, and what they say of resources, as apiextensions answered (tests/data/cel-rules.jsonl)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kubesim.api.cel.rules import check_rules, validate_rules

ANSWERS = [
    json.loads(line) for line in (Path(__file__).parent.parent / "data" / "cel-rules.jsonl").read_text().splitlines()
]
CASES = [(answer["schema"], case) for answer in ANSWERS for case in answer["cases"]]


def rooted(schema):
    return {"type": "object", "properties": {"spec": schema}}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: json.dumps(answer["schema"])[-60:])
def test_a_definition_is_refused_for_its_rules(answer):
    errors = check_rules(rooted(answer["schema"]), "spec.validation.openAPIV3Schema")
    assert sorted(map(str, errors)) == answer["errors"]


@pytest.mark.parametrize(("schema", "case"), CASES)
def test_a_resource_is_judged_by_the_rules_of_its_schema(schema, case):
    old = None if case["old"] is None else {"spec": case["old"]}
    errors = validate_rules(rooted(schema), {"spec": case["new"]}, "", old)
    assert sorted(map(str, errors)) == case["errors"]


LARGE = {
    "type": "object",
    "properties": {"a": {"type": "string", "x-kubernetes-validations": [{"rule": "self == 'x'"}]}},
}


def test_what_an_update_leaves_as_it_was_is_only_warned_of():
    warnings = []
    assert validate_rules(rooted(LARGE), {"spec": {"a": "y", "b": 1}}, "", {"spec": {"a": "y"}}, warnings.append) == []
    assert warnings == ["spec.a: Invalid value: \"y\": failed rule: self == 'x'"]


def test_what_an_update_changes_is_judged():
    errors = validate_rules(rooted(LARGE), {"spec": {"a": "y"}}, "", {"spec": {"a": "z"}})
    assert list(map(str, errors)) == ["spec.a: Invalid value: \"y\": failed rule: self == 'x'"]


def test_a_rule_that_names_the_old_value_is_judged_even_if_nothing_changed():
    schema = {"type": "integer", "x-kubernetes-validations": [{"rule": "self > oldSelf", "message": "grows"}]}
    assert len(validate_rules(rooted(schema), {"spec": 1}, "", {"spec": 1})) == 1


def test_null_in_an_object_is_as_if_it_were_not_there():
    field = {"type": "string", "nullable": True}
    schema = {"type": "object", "properties": {"a": field}, "x-kubernetes-validations": [{"rule": "!has(self.a)"}]}
    assert validate_rules(rooted(schema), {"spec": {"a": None}}, "") == []


@pytest.mark.parametrize(
    "rule", ["self.namespace == 'a'", "self.__namespace__ == 'a'", "self.?namespace.orValue('b') == 'a'"]
)
def test_a_field_called_by_a_reserved_word_has_two_spellings(rule):
    schema = {
        "type": "object",
        "properties": {"namespace": {"type": "string"}},
        "x-kubernetes-validations": [{"rule": rule}],
    }
    assert check_rules(rooted(schema), "") == []
    assert validate_rules(rooted(schema), {"spec": {"namespace": "a"}}, "") == []
    assert len(validate_rules(rooted(schema), {"spec": {"namespace": "b"}}, "")) == 1


@pytest.mark.parametrize("rule", ["has(self.var)", "has(self.__var__)"])
def test_has_finds_a_field_by_both_spellings(rule):
    schema = {
        "type": "object",
        "properties": {"var": {"type": "string"}},
        "x-kubernetes-validations": [{"rule": rule}],
    }
    assert check_rules(rooted(schema), "") == []
    assert validate_rules(rooted(schema), {"spec": {"var": "a"}}, "") == []
    assert len(validate_rules(rooted(schema), {"spec": {}}, "")) == 1
