"""JSONPath templates: what they find, how it is printed, what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.errors import UserError
from kubesim.kubectl.printers import jsonpath

OBJ: dict[str, Any] = {
    "kind": "Foo",
    "metadata": {"name": "x", "labels": {"app": "web", "a.b/c": "d"}},
    "spec": {
        "n": 2, "f": 1.5, "big": 1e6, "t": True, "nil": None, "s": "str", "l": [1, 2, 3, 4], "e": [], "em": {},
        "cs": [
            {"name": "a", "image": "i:1", "ports": [{"p": 80}, {"p": 443}]},
            {"name": "b", "image": "<i:2>", "on": True},
            {"name": "c d", "f": 0.5},
        ],
    },
}  # fmt: skip

FOUND = {
    "{.metadata.name}": "x",
    "{@.metadata.name} {$.kind}": "x Foo",
    "{ .metadata.name }": "x",
    "plain {.kind} text": "plain Foo text",
    ".spec.n": ".spec.n",
    "{.}": "",
    "{.metadata.labels}": '{"a.b/c":"d","app":"web"}',
    r"{.metadata.labels.a\.b/c}": "d",
    "{.metadata.labels['app']}": "web",
    r"{.metadata.labels['a\.b/c']}": "d",
    "{.metadata.nosuch}": "",
    "{.metadata.nosuch.deeper}": "",
    "{.spec.n.x}": "",
    "{.spec.nil}": "null",
    "{.spec.nil.x}": "",
    "{.spec.f} {.spec.big} {.spec.t} {.spec.e} {.spec.em}": "1.5 1e+06 true [] {}",
    "{.spec.l[*]}": "1 2 3 4",
    "{.spec.l}": "[1,2,3,4]",
    "{.spec.l[0]} {.spec.l[-1]}": "1 4",
    "{.spec.l[1:3]} {.spec.l[-2:]} {.spec.l[:-1]} {.spec.l[:]}": "2 3 3 4 1 2 3 1 2 3 4",
    "{.spec.l[::2]}": "1 3",
    "{.spec.l[1:1]}{.spec.e[*]}": "",
    "{.spec.l[0,2]}": "1 3",
    "{.spec.cs[0]['name','image']}": "a i:1",
    "{['kind']}": "Foo",
    "{.spec.cs[*].name}": "a b c d",
    "{.spec.cs[*].ports[*].p}": "80 443",
    '{.spec.cs[?(@.name=="a")].image}': "i:1",
    "{.spec.cs[?( @.name == 'c d' )].f}": "0.5",
    '{.spec.cs[?(@.name!="a")].name}': "b c d",
    '{.spec.cs[?(@.name>"a")].name}': "b c d",
    "{.spec.cs[?(@.on)].name}": "b",
    "{.spec.cs[?(@.on==true)].name}": "b",
    "{.spec.cs[?(@.f<1.0)].name}": "c d",
    "{.spec.cs[?(@.ports[0].p==80)].name}": "a",
    "{.spec.cs[?(@.name==@.name)].name}": "a b c d",
    "{.spec.l[?(@>2)]} {.spec.l[?(@>=2)]} {.spec.l[?(@<2)]} {.spec.l[?(@<=2)]}": "3 4 2 3 4 1 1 2",
    "{..p}": "80 443",
    "{.spec.cs..name}": "a b c d",
    '{range .spec.cs[*]}{.name}{":"}{range .ports[*]}{.p}{","}{end}{"\\n"}{end}done': "a:80,443,\nb:\nc d:\ndone",
    "{range .spec.e[*]}x{.y}{end}after": "after",
    "{range .spec.nosuch[*]}x{range .y[*]}z{end}{end}after": "after",
    "{range .spec.l[*]}{@}-{end}{range .spec.cs[*]}{.name}-{end}": "1-2-3-4-a-b-c d-",
    '{"a\\u0041\\t\\"b\'"}': "aA\t\"b'",
    "{'single \"x\" \\n'}": 'single "x" \n',
    '{"{"}': "{",
    "{1} {-1.5} {true}": "1 -1.5 true",
    "é{.kind}ü": "éFooü",
    "{.kind}}": "Foo}",
}


@pytest.mark.parametrize(("template", "expected"), FOUND.items())
def test_what_a_template_prints(template: str, expected: str) -> None:
    assert jsonpath.parse(template).render(OBJ) == expected


@pytest.mark.parametrize("template", ["{}", "{@}", "{$}"])
def test_the_whole_object(template: str) -> None:
    assert jsonpath.parse(template).render({"b": 1, "a": {}}) == '{"a":{},"b":1}'


def test_html_is_escaped_in_maps_and_not_in_strings() -> None:
    assert jsonpath.parse("{.spec.cs[1].image} {.spec.cs[1]}").render(OBJ) == (
        '<i:2> {"image":"\\u003ci:2\\u003e","name":"b","on":true}'
    )


PARSE_ERRORS = {
    "{.metadata": "unclosed action",
    "a{": "unclosed action",
    "{.spec.l[x]}": "invalid array index x",
    '{.spec["n"]}': 'invalid array index "n"',
    "{.spec.l[1:2:3:4]}": "invalid array index 1:2:3:4",
    "{.spec.l[-]}": "array index - is not a number",
    "{.spec.l[": "unterminated array",
    '{.l[?(@.n=="a")': "unclosed array expect ]",
    "{.l[?(@.n": "unterminated filter",
    '{"open}': "unterminated quoted string",
    '{"bad \\q"}': 'unquote string "bad \\q" error invalid syntax',
    "{#}": "unrecognized character in action: U+0023 '#'",
    "{....x}": "invalid multiple recursive descent",
    "{1.2.3}": "cannot parse number 1.2.3",
    "{+}": "cannot parse number +",
}


@pytest.mark.parametrize(("template", "expected"), PARSE_ERRORS.items())
def test_what_is_said_of_a_template_that_is_none(template: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        jsonpath.parse(template)
    assert caught.value.message == f"error parsing jsonpath {template}, {expected}"


EXECUTION_ERRORS = {
    "{.spec.l[5]}": "array index out of bounds: index 5, length 4",
    "{.spec.l[-9:]}": "array index out of bounds: index -5, length 4",
    "{.spec.l[0:9]}": "array index out of bounds: index 8, length 4",
    "{.spec.l[3:1]}": "starting index 3 is greater than ending index 1",
    "{.spec.l[0:4:0]}": "step must be > 0",
    "{.spec.e[0]}": "array index out of bounds: index 0, length 0",
    "{.spec.s[0]}": "string is not array or slice",
    "{.spec.n[0]}": "int64 is not array or slice",
    "{.metadata[0]}": "map[string]interface {} is not array or slice",
    "{.spec.em[?(@.n==2)]}": "map[] is not array or slice and cannot be filtered",
    "{.spec.cs[?(@.f<1)]}": "incompatible types for comparison",
    "{.spec.cs[?(@.name==1)]}": "incompatible types for comparison",
    "{.spec.cs[?(@.on>true)]}": "invalid type for comparison",
    "{.spec.l[?(@=2)]}": "unrecognized filter operator =",
    "{.spec.cs[?(@.ports[*].p==80)]}": "can only compare one element at a time",
    "{end}": "not in range, nothing to end",
    "{foo}": "unrecognized identifier foo",
}


@pytest.mark.parametrize(("template", "expected"), EXECUTION_ERRORS.items())
def test_what_is_said_where_a_template_fails(template: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        jsonpath.parse(template).render(OBJ)
    assert caught.value.message.splitlines()[0] == (
        f'error executing jsonpath "{template}": Error executing template: {expected}. '
        "Printing more information for debugging the template:"
    )


def test_the_object_is_shown_where_a_template_fails() -> None:
    with pytest.raises(UserError) as caught:
        jsonpath.parse("{.a[1]}").render({"a": [None], "b": "<"})
    assert caught.value.message.partition("\n")[2] == (
        "\ttemplate was:\n\t\t{.a[1]}\n\tobject given to jsonpath engine was:\n"
        '\t\tmap[string]interface {}{"a":[]interface {}{interface {}(nil)}, "b":"<"}\n\n\n'
    )


def test_a_missing_key_is_an_error_on_request() -> None:
    with pytest.raises(UserError, match=r"Error executing template: nosuch is not found\. Printing"):
        jsonpath.parse("{.metadata.nosuch}", allow_missing_keys=False).render(OBJ)


def test_as_json_each_part_is_a_list() -> None:
    assert jsonpath.parse("{.spec.l[0:2]}{.nosuch}", as_json=True).render(OBJ) == "[\n    1,\n    2\n]\n[]\n"


RELAXED = {
    "metadata.name": "{.metadata.name}",
    ".metadata.name": "{.metadata.name}",
    "{metadata.name}": "{.metadata.name}",
    "{.metadata.name}": "{.metadata.name}",
    "": "",
    ".": "{..}",
}


@pytest.mark.parametrize(("expression", "expected"), RELAXED.items())
def test_the_spellings_of_a_path(expression: str, expected: str) -> None:
    assert jsonpath.relaxed(expression) == expected


@pytest.mark.parametrize("expression", ["{}", "{a}b", "{.a}{.b}", "a}"])
def test_what_is_no_path(expression: str) -> None:
    with pytest.raises(UserError, match=r"unexpected path string, expected a 'name1\.name2' or"):
        jsonpath.relaxed(expression)
