"""Label selectors and field selectors."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.field_selectors import FieldSelector, parse_field_selector
from kubesim.api.selector_parser import parse_selector
from kubesim.api.selectors import SelectorError, format_label_selector, from_label_selector, from_labels
from kubesim.cluster import Kinds
from kubesim.errors import StatusError

KINDS = Kinds({})

LABELS = {"app": "web", "tier": "front", "size": "5"}

MATCHES = [
    ("", True),
    ("app", True),
    ("app=web", True),
    ("app==web,tier=front", True),
    ("app=web,tier=back", False),
    ("app!=web", False),
    ("nosuch!=web", True),
    ("!nosuch", True),
    ("!app", False),
    ("app in (api, web)", True),
    ("app notin (api,web)", False),
    ("nosuch notin (a)", True),
    ("nosuch in (a)", False),
    ("size>4,size<6", True),
    ("size>5", False),
    ("app>1", False),
    ("tier=", False),
]


@pytest.mark.parametrize(("text", "expected"), MATCHES)
def test_a_selector_matches_labels(text: str, expected: bool) -> None:
    assert parse_selector(text).matches(LABELS) is expected


WRITTEN = [
    ("b=2,a=1", "a=1,b=2"),
    ("a==1", "a==1"),
    ("a!=1", "a!=1"),
    ("x,!y", "x,!y"),
    ("a in (z,y)", "a in (y,z)"),
    ("a notin (,x)", "a notin (,x)"),
    ("in in (in)", "in in (in)"),
    ("a=", "a="),
    (" a = 1 , b ", "a=1,b"),
]


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_a_selector_is_written_in_order(text: str, written: str) -> None:
    assert str(parse_selector(text)) == written


REQUIREMENT = "unable to parse requirement: "
WRONG = [
    ("=", "found '=', expected: !, identifier, or 'end of string'"),
    ("a=b,", "found '', expected: identifier after ','"),
    ("a b", REQUIREMENT + "found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ("a in x", REQUIREMENT + "found 'x' expected: '('"),
    ("a in (", REQUIREMENT + "found '', expected: ',', ')' or identifier"),
    ("a in (b c)", REQUIREMENT + "found 'c', expected: ',' or ')'"),
    ("a=(", REQUIREMENT + "found '(', expected: identifier"),
    ("!a=b", "found '=', expected: ',' or 'end of string'"),
    ("!", REQUIREMENT + "found '', expected: identifier"),
    ("a>b", REQUIREMENT + "values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_selector_is_told_so(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert caught.value.message == message


def test_a_wrong_key_and_a_wrong_value_are_shown() -> None:
    with pytest.raises(SelectorError, match=r'^unable to parse requirement: <nil>: Invalid value: "@x": name part'):
        parse_selector("@x=1")
    with pytest.raises(SelectorError, match=r'requirement: values\[0\]\[a\]: Invalid value: "@": a valid label must'):
        parse_selector("a=@")


EXPRESSION = {"key": "tier", "operator": "In", "values": ["b", "a"]}
FORMATTED: list[tuple[str, Any, str]] = [
    ("no selector", None, "<none>"),
    ("an empty one", {}, "<none>"),
    ("labels", {"matchLabels": {"b": "2", "a": "1"}}, "a=1,b=2"),
    ("an expression", {"matchExpressions": [EXPRESSION], "matchLabels": {"z": "1"}}, "tier in (a,b),z=1"),
    ("a key alone", {"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, "!a"),
    ("an operator that is none", {"matchExpressions": [{"key": "a", "operator": "Like"}]}, "<error>"),
]


@pytest.mark.parametrize(("selector", "text"), [c[1:] for c in FORMATTED], ids=[c[0] for c in FORMATTED])
def test_an_object_s_selector_is_shown(selector: Any, text: str) -> None:
    assert format_label_selector(selector) == text


def test_no_selector_matches_nothing_and_an_empty_one_everything() -> None:
    assert not from_label_selector(None).matches(LABELS)
    assert not from_label_selector(None).is_empty()
    assert from_label_selector({}).matches(LABELS)
    assert from_labels({"app": "web"}).matches(LABELS)
    assert not from_labels({"app": "api"}).matches(LABELS)


FIELDS = [
    ("metadata.name=web", True),
    ("metadata.name!=web", False),
    ("metadata.name==web,metadata.namespace=default", True),
    ("status.phase=Running", True),
    ("status.phase!=Running", False),
    ("spec.nodeName=", True),
]
POD = {"kind": "Pod", "metadata": {"name": "web", "namespace": "default"}, "spec": {}, "status": {"phase": "Running"}}


@pytest.mark.parametrize(("text", "expected"), FIELDS)
def test_a_field_selector_matches_fields(text: str, expected: bool) -> None:
    assert parse_field_selector(text).matches(KINDS.load("Pod"), POD) is expected


WRONG_FIELDS = [
    ("x", "invalid selector: 'x'; can't understand 'x'"),
    ("a=b=c", "invalid field selector: unescaped character in value: 61"),
    ("a=b\\x", "invalid field selector: invalid escape sequence: \\x"),
    ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_FIELDS)
def test_a_wrong_field_selector_is_told_so(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_field_selector(text)
    assert caught.value.message == message


def test_escaped_characters_are_part_of_the_value() -> None:
    selector = parse_field_selector(r"a=b\,c\=d")
    assert [term.value for term in selector.terms] == ["b,c=d"]
    assert str(selector) == r"a=b\,c\=d"
    assert FieldSelector().is_empty()


UNKNOWN = [
    (
        "Deployment",
        "spec.replicas=1",
        'Unable to find "apps/v1, Resource=deployments" that match label selector "", '
        'field selector "spec.replicas=1": '
        '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ),
    (
        "Pod",
        "spec.foo=1",
        'Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.foo=1": '
        "field label not supported: spec.foo",
    ),
]


@pytest.mark.parametrize(("kind", "text", "message"), UNKNOWN)
def test_an_unknown_field_is_a_bad_request(kind: str, text: str, message: str) -> None:
    with pytest.raises(StatusError) as caught:
        parse_field_selector(text).check(KINDS.load(kind))
    assert (caught.value.reason, caught.value.message) == ("BadRequest", message)
