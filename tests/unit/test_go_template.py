"""Go templates: what they print, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.errors import UserError
from kubesim.kubectl.printers import go_template
from kubesim.kubectl.printers.partial import PartlyPrintedError

OBJ: dict[str, Any] = {
    "kind": "Foo",
    "metadata": {"name": "x", "labels": {"app": "web", "zz": "b"}},
    "spec": {
        "n": 2, "f": 1.5, "m": 1000000.0, "t": True, "nil": None, "s": "str", "l": [1, 2, 3, 4], "e": [], "em": {},
        "cs": [{"name": "a", "ports": [{"p": 80}, {"p": 443}]}, {"name": "b", "on": True}],
    },
}  # fmt: skip

PRINTED = {
    "plain text": "plain text",
    "{{.metadata.name}}": "x",
    "{{.metadata.nosuch}} {{.metadata.nosuch.x}} {{.spec.nil}}": "<no value> <no value> <no value>",
    "{{.metadata}} {{.spec.l}} {{.spec.e}} {{.spec.em}}": "map[labels:map[app:web zz:b] name:x] [1 2 3 4] [] map[]",
    "{{.spec.f}} {{.spec.m}} {{.spec.t}}": "1.5 1000000 true",
    "{{range .spec.l}}{{.}},{{end}}": "1,2,3,4,",
    "{{range $i, $e := .spec.cs}}{{if $i}}, {{end}}{{$e.name}}{{end}}": "a, b",
    "{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}": "app=web;zz=b;",
    "{{range .spec.cs}}{{.name}}{{range .ports}} {{.p}}{{end}};{{end}}": "a 80 443;b;",
    "{{range .spec.e}}x{{else}}none{{end}} {{range .spec.nosuch}}x{{else}}none{{end}}": "none none",
    "{{range 3}}{{.}}{{end}} {{range .spec.n}}{{.}}{{end}}": "012 01",
    "{{range .spec.l}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 4}}{{break}}{{end}}{{.}}{{end}}": "13",
    "{{if .spec.nosuch}}a{{else if .spec.t}}b{{else}}c{{end}}": "b",
    "{{if .spec.e}}a{{end}}{{if .spec.em}}b{{end}}{{if not .spec.n}}c{{end}}": "",
    "{{with .spec.nosuch}}a{{else with .spec.n}}{{.}}{{else}}c{{end}}": "2",
    "{{with $x := .kind}}{{$x}}{{.}}{{$.metadata.name}}{{end}}": "FooFoox",
    "{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}{{if true}}{{$x := 3}}{{$x}}{{end}}{{$x}}": "232",
    '{{define "x"}}[{{.}}]{{end}}{{template "x" .kind}}{{template "x"}}': "[Foo][<no value>]",
    '{{block "y" .kind}}<{{.}}>{{end}}': "<Foo>",
    "a {{- .kind -}} b{{/* said */}} {{- /* trimmed */ -}} c": "aFoobc",
    "{{`raw\n`}}{{'a'}} {{0x1F}} {{0b11}} {{0o17}} {{1_000}} {{1e3}} {{.5}} {{-3}}": "raw\n97 31 3 15 1000 1000 0.5 -3",
    "{{len .spec.l}} {{len .kind}} {{len .metadata.labels}}": "4 3 2",
    '{{index .spec.l 0}} {{index .metadata.labels "app"}} {{index .spec.cs 0 "ports" 1 "p"}}': "1 web 443",
    '{{index .metadata.labels "nosuch"}} {{index .kind 0}} {{(index .spec.cs 1).name}}': "<no value> 70 b",
    "{{slice .spec.l 1 3}} {{slice .kind 1}}": "[2 3] oo",
    '{{eq .kind "Foo"}} {{eq .spec.n 1 2 3}} {{ne .spec.n 2}} {{eq .spec.nosuch "x"}} {{eq .spec.nil nil}}': (
        "true true false false true"
    ),
    '{{lt .spec.n 3}} {{le 2 2}} {{gt 1 2}} {{ge "b" "a"}} {{eq .spec.n (len .spec.cs)}}': "true true false true true",
    '{{and 1 0 2}} {{or 0 "" "x"}} {{1 | and 2}} {{not 1}} {{if and (eq .kind "Foo") (gt .spec.n 1)}}yes{{end}}': (
        "0 x 1 false yes"
    ),
    '{{print 1 2 "a" 3 .spec.nil .spec.f}}|{{println "a" 1}}': "1 2a3 <nil> 1.5|a 1\n",
    '{{.kind | printf "%s-%s" "a"}} {{"abc" | len | printf "%d"}}': "a-Foo 3",
    '{{html "<a href=\'x\'>&"}} {{urlquery "a b/c?d=é~"}}': "&lt;a href=&#39;x&#39;&gt;&amp; a+b%2Fc%3Fd%3D%C3%A9~",
    '{{js "a\'b\\"<=\\n"}}': "a\\'b\\\"\\u003C\\u003D\\u000A",
    '{{exists .metadata "labels" "app"}} {{exists .metadata "no"}} {{exists .spec.l 9}}': "true false false",
    '{{base64decode "aGVsbG8="}}': "hello",
}


@pytest.mark.parametrize(("template", "expected"), PRINTED.items())
def test_what_a_template_prints(template: str, expected: str) -> None:
    assert go_template.parse(template).render(OBJ) == expected


FORMATS = {
    '"%.0f|%v|%q" .spec.n .kind .kind': '%!f(int64=2)|Foo|"Foo"',
    '"%s %d %f" .spec.n .kind 1': "%!s(int64=2) %!d(string=Foo) %!f(int=1)",
    '"%d"': "%!d(MISSING)",
    '"%d" 1 2': "1%!(EXTRA int=2)",
    '"%"': "%!(NOVERB)",
    '"%z" 1': "%!z(int=1)",
    '"%s %v %d" nil nil nil': "%!s(<nil>) <nil> %!d(<nil>)",
    '"%5d|%-5d|%05d|%+d|%x|%X" 42 42 42 42 42 42': "   42|42   |00042|+42|2a|2A",
    '"%o|%b|%c|%U|%q" 42 42 42 42 42': "52|101010|*|U+002A|'*'",
    '"%#x|%#o|%O|% d" 42 42 42 42': "0x2a|052|0o52| 42",
    '"%6.2f|%e|%g|%.3g|%v" 3.14159 3.14159 3.14159 3.14159 1e20': "  3.14|3.141590e+00|3.14159|3.14|1e+20",
    '"%08.3f|%+.1e|%x" 3.14159 12345.678 1.5': "0003.142|+1.2e+04|0x1.8p+00",
    '"%10s|%-10s|%.2s|%5t|%x|% x|%#q" "abc" "abc" "abc" true "abc" "abc" "abc"': (
        "       abc|abc       |ab| true|616263|61 62 63|`abc`"
    ),
    '"%s %d" .spec.l .spec.l': "[%!s(int64=1) %!s(int64=2) %!s(int64=3) %!s(int64=4)] [1 2 3 4]",
    '"%#v %T %T" .spec.cs .spec.n 1.0': (
        '[]interface {}{map[string]interface {}{"name":"a", "ports":[]interface {}{map[string]interface {}{"p":80}, '
        'map[string]interface {}{"p":443}}}, map[string]interface {}{"name":"b", "on":true}} int64 float64'
    ),
    '"%[2]d %[1]d|%[3]d" 1 2': "2 1|%!d(BADINDEX)",
    '"%*d|%-*d|%.*f" 5 42 5 42 1 1.25': "   42|42   |1.2",
    '"%d%%" 5': "5%",
}


@pytest.mark.parametrize(("arguments", "expected"), FORMATS.items())
def test_printf(arguments: str, expected: str) -> None:
    assert go_template.parse(f"{{{{printf {arguments}}}}}").render(OBJ) == expected


PARSE_ERRORS = {
    "{{.metadata.name": "output:1: unclosed action",
    "a\nb{{.x\n": "output:3: unclosed action started at output:2",
    "{{if .x}}": "output:1: unexpected EOF",
    "{{end}}": "output:1: unexpected {{end}}",
    "{{else}}": "output:1: unexpected {{else}}",
    "{{if .x}}{{else}}{{else}}{{end}}": "output:1: expected end; found {{else}}",
    "{{range}}{{end}}": "output:1: missing value for range",
    "{{nosuch 1}}": 'output:1: function "nosuch" not defined',
    "{{$y}}": 'output:1: undefined variable "$y"',
    "{{1 | 2}}": "output:1: non executable command in pipeline stage 2",
    "{{1.x}}": 'output:1: bad number syntax: "1.x"',
    '{{"a".x}}': 'output:1: unexpected . after term "\\"a\\""',
    "{{.x.}}": "output:1: unexpected <.> in operand",
    "{{(.x}}": "output:1: unclosed left paren",
    "{{.x)}}": "output:1: unexpected right paren",
    '{{"abc}}': "output:1: unterminated quoted string",
    "{{'ab'}}": "output:1: malformed character constant: 'ab'",
    '{{"\\q"}}': "output:1: invalid syntax",
    "{{1a}}": 'output:1: bad number syntax: "1a"',
    "{{99999999999999999999}}": 'output:1: integer overflow: "99999999999999999999"',
    "{{/* c}}": "output:1: unclosed comment",
    "{{/* c */ }}": "output:1: comment ends before closing delimiter",
    "{{.a-b}}": "output:1: bad character U+002D '-'",
    "{{#}}": 'output:1: unexpected "#" in command',
    "{{break}}": "output:1: {{break}} outside {{range}}",
    "{{$a, $b := 1}}": "output:1: too many declarations in command",
    "{{range $a, 1}}{{end}}": "output:1: range can only initialize variables",
    "{{template x}}": 'output:1: unexpected "x" in template clause',
    '{{define "a"}}1{{end}}{{define "a"}}2{{end}}': 'output:1: template: multiple definition of template "a"',
    "{{:}}": "output:1: expected :=",
}


@pytest.mark.parametrize(("template", "expected"), PARSE_ERRORS.items())
def test_what_is_said_of_a_template_that_is_none(template: str, expected: str) -> None:
    with pytest.raises(UserError) as caught:
        go_template.parse(template)
    assert caught.value.message == f"error parsing template {template}, template: {expected}"


EXECUTION_ERRORS = {
    "{{.spec.cs.name}}": ("1:7", ".spec.cs.name", "can't evaluate field name in type interface {}"),
    "{{.kind.x}}": ("1:7", ".kind.x", "can't evaluate field x in type interface {}"),
    "é\né{{.spec.n.q}}": ("2:9", ".spec.n.q", "can't evaluate field q in type interface {}"),
    "{{with .kind}}{{.x}}{{end}}": ("1:16", ".x", "can't evaluate field x in type string"),
    "{{$x := 3}}{{$x.y}}": ("1:15", "$x.y", "can't evaluate field y in type int"),
    "{{.spec.nil.x}}": ("1:7", ".spec.nil.x", "nil pointer evaluating interface {}.x"),
    "{{range .kind}}{{end}}": ("1:8", ".kind", "range can't iterate over Foo"),
    "{{range $i, $j := 3}}{{end}}": ("1:18", "3", "can't use 3 to iterate over more than one variable"),
    "{{.kind 1}}": ("1:2", ".kind", "kind is not a method but has arguments"),
    "{{1 | .kind}}": ("1:6", ".kind", "kind is not a method but has arguments"),
    "{{nil}}": ("1:2", "nil", "nil is not a command"),
    "{{len .spec.n}}": ("1:2", "len .spec.n", "error calling len: len of type int64"),
    "{{len .spec.nil}}": ("1:2", "len .spec.nil", "error calling len: len of nil pointer"),
    "{{index .spec.l 5}}": ("1:2", "index .spec.l 5", "error calling index: index out of range: 5"),
    "{{index .spec.l 4}}": ("1:2", "index .spec.l 4", "error calling index: reflect: slice index out of range"),
    "{{index .metadata 1}}": ("1:2", "index .metadata 1", "error calling index: value has type int; should be string"),
    "{{index .spec.nosuch 1}}": ("1:2", "index .spec.nosuch 1", "error calling index: index of untyped nil"),
    "{{slice .spec.l 3 1}}": ("1:2", "slice .spec.l 3 1", "error calling slice: invalid slice index: 3 > 1"),
    "{{gt .spec.n 1.0}}": ("1:2", "gt .spec.n 1.0",
        "error calling gt: incompatible types for comparison: int64 and float64"),
    "{{lt .spec.t true}}": ("1:2", "lt .spec.t true", "error calling lt: invalid type for comparison"),
    "{{eq .spec.l .spec.l}}": ("1:2", "eq .spec.l .spec.l", "error calling eq: non-comparable type "
        "[%!s(int64=1) %!s(int64=2) %!s(int64=3) %!s(int64=4)]: []interface {}"),
    "{{eq .kind}}": ("1:2", "eq .kind", "error calling eq: missing argument for comparison"),
    "{{not 1 2}}": ("1:2", "not", "wrong number of args for not: want 1 got 2"),
    "{{index}}": ("1:2", "index", "wrong number of args for index: want at least 1 got 0"),
    "{{printf 3}}": ("1:9", "3", "expected string; found 3"),
    "{{printf .spec.n}}": ("1:14", ".spec.n", "wrong type for value; expected string; got int64"),
    "{{printf .spec.nosuch}}": ("1:14", ".spec.nosuch", "invalid value; expected string"),
    '{{base64decode "a!"}}': ("1:2", 'base64decode \\"a!\\"',
        "error calling base64decode: base64 decode failed: illegal base64 data at input byte 1"),
    "{{call .kind}}": ("1:2", "call .kind", "error calling call: non-function .kind of type string"),
}  # fmt: skip


@pytest.mark.parametrize(("template", "expected"), EXECUTION_ERRORS.items())
def test_what_is_said_where_a_template_fails(template: str, expected: tuple[str, str, str]) -> None:
    place, source, problem = expected
    with pytest.raises(PartlyPrintedError) as caught:
        go_template.parse(template).render(OBJ)
    assert caught.value.message.partition('": ')[2] == (
        f'template: output:{place}: executing "output" at <{source.replace(chr(92), "")}>: {problem}'
    )


def test_the_message_quotes_the_template() -> None:
    with pytest.raises(PartlyPrintedError) as caught:
        go_template.parse('{{"é\\n"}}{{.a.b}}').render({"a": 1})
    assert caught.value.message.startswith(
        'error executing template "{{\\"é\\\\n\\"}}{{.a.b}}": template: output:1:14: '
    )


def test_what_was_printed_by_then_is_kept_and_the_object_shown() -> None:
    with pytest.raises(PartlyPrintedError) as caught:
        go_template.parse("x{{.a.b}}").render({"a": "<1>", "c": None})
    problem = 'template: output:1:5: executing "output" at <.a.b>: can\'t evaluate field b in type interface {}'
    assert caught.value.output == (
        f"xError executing template: {problem}. Printing more information for debugging the template:\n"
        "\ttemplate was:\n\t\tx{{.a.b}}\n"
        '\traw data was:\n\t\t{"a":"\\u003c1\\u003e","c":null}\n'
        "\tobject given to template engine was:\n\t\tmap[a:<1> c:<nil>]\n\n"
    )


def test_an_error_in_another_template_names_it() -> None:
    with pytest.raises(
        PartlyPrintedError, match=r'output:1:18: executing "q" at <.a.b>: can.t evaluate field a in type'
    ):
        go_template.parse('{{define "q"}}{{.a.b}}{{end}}{{template "q" .kind}}').render(OBJ)


def test_endless_recursion_ends() -> None:
    with pytest.raises(PartlyPrintedError, match=r"exceeded maximum template depth \(100000\)"):
        go_template.parse('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}').render(OBJ)


@pytest.mark.parametrize(
    "template", ["{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", "{{if 1}}" * 5000 + "{{end}}" * 5000]
)
def test_depth_is_bounded(template: str) -> None:
    with pytest.raises(UserError, match="max expression depth exceeded"):
        go_template.parse(template)


STRICT = {
    "{{.nosuch}}": 'map has no entry for key "nosuch"',
    "{{$x := index .spec \"nosuch\"}}{{$x.y}}": 'nil data; no entry for key "y"',
}  # fmt: skip


@pytest.mark.parametrize(("template", "expected"), STRICT.items())
def test_a_missing_key_is_an_error_on_request(template: str, expected: str) -> None:
    with pytest.raises(PartlyPrintedError) as caught:
        go_template.parse(template, allow_missing_keys=False).render(OBJ)
    assert caught.value.message.endswith(expected)
