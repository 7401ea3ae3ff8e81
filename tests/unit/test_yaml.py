"""YAML as go-yaml v2 and sigs.k8s.io/yaml read and print it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.errors import UserError
from kubesim.golang.yaml.emitter import dump
from kubesim.golang.yaml.kyaml import dump_kyaml
from kubesim.golang.yaml.reader import YamlError, load_document, load_documents

SCALARS = {
    "y": True, "Y": True, "yes": True, "On": True, "TRUE": True, "n": False, "No": False, "off": False, "False": False,
    "yEs": "yEs", "~": None, "null": None, "Null": None, "nUll": "nUll",
    "12": 12, "-12": -12, "+1": 1, "0x1F": 31, "0o14": 12, "014": 12, "0b101": 5, "-0b11": -3, "1_000": 1000,
    "08": 8, "09.5": 9.5, "0x": "0x", "_1": "_1", "-a": "-a",
    "1.5": 1.5, ".5": 0.5, "1.": 1, "1e3": 1000, "1E-2": 0.01, "1.0": 1, "1e400": "1e400", "0x1p3": "0x1p3",
    "22:22": "22:22", "2001-01-01": "2001-01-01", "2001-12-14T21:59:43.10Z": "2001-12-14T21:59:43.10Z",
    "10.96.0.1": "10.96.0.1", "1e21": 1e21,
    "9223372036854775807": 2**63 - 1, "9223372036854775808": 9223372036854775808.0,
    "1.20": 1.2, "v1": "v1", "<<": "<<", "'yes'": "yes", '"12"': "12",
    "!!str 12": "12", "!!int 12": 12, "!!float 12": 12, "!!binary aGk=": "hi", "!custom 12": "12", "! 12": "12",
    "!!python/object:os.system x": "x",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SCALARS.items())
def test_what_a_scalar_is(text: str, expected: Any) -> None:
    value = load_document(f"a: {text}\n")["a"]
    assert (value, type(value)) == (expected, type(expected))


KEYS = {"y": "true", "off": "false", "1": "1", "0x10": "16", "1.5": "1.5", "1e3": "1000", ".inf": ".inf", "a": "a"}


@pytest.mark.parametrize(("text", "expected"), KEYS.items())
def test_keys_become_strings(text: str, expected: str) -> None:
    assert load_document(f"{text}: x\n") == {expected: "x"}


STRUCTURES = {
    "a list at the indentation of its key": ("a:\n- b\n- c: 1\n  d: 2\n", {"a": ["b", {"c": 1, "d": 2}]}),
    "the last of equal keys wins": ("a: 1\nb: 2\na: 3\n", {"a": 3, "b": 2}),
    "a merge adds what is not overridden later": ("x: &x {a: 1, b: 2}\nz: {<<: *x, b: 3}\n",
        {"x": {"a": 1, "b": 2}, "z": {"a": 1, "b": 3}}),
    "a merge overrides what stands before it": ("x: &x {b: 2}\nz: {b: 3, <<: *x}\n", {"x": {"b": 2}, "z": {"b": 2}}),
    "of merged maps the first wins": ("a: [&x {k: 1}, &y {k: 2, l: 3}]\nb: {<<: [*x, *y]}\n",
        {"a": [{"k": 1}, {"k": 2, "l": 3}], "b": {"k": 1, "l": 3}}),
    "an alias of a scalar": ("a: &v nginx:1.20\nb: *v\n", {"a": "nginx:1.20", "b": "nginx:1.20"}),
    "a block scalar": ("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n", {"a": "x\n y\n", "b": "x y"}),
    "an empty value": ("a:\nb: ''\n", {"a": None, "b": ""}),
    "only the first document counts": ("a: 1\n...\nb: 2\n", {"a": 1}),
    "an empty document": ("# nothing\n", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STRUCTURES.values(), ids=STRUCTURES)
def test_structures(text: str, expected: Any) -> None:
    assert load_document(text) == expected


def test_aliases_are_copies() -> None:
    document = load_document("a: &x {k: [1]}\nb: *x\n")
    document["a"]["k"].append(2)
    assert document["b"] == {"k": [1]}


STREAMS = {
    "documents between separators": ("---\na: 1\n--- # next\nb: 2\n---\n", [{"a": 1}, {"b": 2}]),
    "empty documents are skipped": ("---\n---\n# c\n---\na: 1\n---\nnull\n", [{"a": 1}]),
    "a scalar is a document": ("hello\n", ["hello"]),
    "JSON after JSON": ('{"a": 1}\n{"b": 1.0}{"c": 9223372036854775808}', [{"a": 1}, {"b": 1.0}, {"c": 2.0**63}]),
    "YAML after one JSON object": ('{"a": 1}\n---\nb: 2\n', [{"a": 1}, {"b": 2}]),
    "braces that only YAML reads": ("{a: 1,}\n", [{"a": 1}]),
    "Windows line ends": ("a: |\r\n  x\r\n---\r\nb: 2\r\n", [{"a": "x\n"}, {"b": 2}]),
    "a byte order mark": ("\ufeffa: 1\n", [{"a": 1}]),
    "nothing": ("", []),
    "a separator inside a block scalar divides all the same": ("a: |\n  x\n---\nb: 1\n", [{"a": "x\n"}, {"b": 1}]),
}


@pytest.mark.parametrize(("text", "expected"), STREAMS.values(), ids=STREAMS)
def test_streams(text: str, expected: list[Any]) -> None:
    assert list(load_documents(text, "x.yml")) == expected


YAML = "error converting YAML to JSON: yaml: "
ERRORS = {
    "a tab (from the recordings)": ("a: b\nk: D\nmetadata:\n\tname: x\n",
        YAML + "line 4: found character that cannot start any token"),
    "indentation (from the recordings)": ("apiVersion: v1\nkind: D\nmetadata:\n  name: x\n labels: {}\n",
        YAML + "line 4: did not find expected key"),
    "on the first line no number is told": ("a: b: c\n", YAML + "mapping values are not allowed in this context"),
    "two colons": ("x: 1\na: b: c\n", YAML + "line 2: mapping values are not allowed in this context"),
    "a key after a list": ("x:\n  - a\n  b: c\n", YAML + "line 2: did not find expected '-' indicator"),
    "a list after a value": ("x: y\na: - b\n",
        YAML + "line 2: block sequence entries are not allowed in this context"),
    "an open bracket": ("a: [1, 2\nb: 3\n", YAML + "line 1: did not find expected ',' or ']'"),
    "an open quote": ("x: 1\na: 'x\n", YAML + "line 3: found unexpected end of stream"),
    "an unknown escape": ('x: 1\na: "\\q"\n', YAML + "line 2: found unknown escape character"),
    "an escaped slash": ('x: 1\na: "b\\\\\n  c\\/d"\ne: [\n', YAML + "line 3: found unknown escape character"),
    "an escaped slash on the first line": ('"\\/"', YAML + "found unknown escape character"),
    "an error after escaped quotes": ("a: \"\\'\"\nb: \"\\\\\\'\"\nc: \"\\q\"\n",
        YAML + "line 3: found unknown escape character"),
    "another version": ("# c\n%YAML 1.2\n---\na: 1\n", YAML + "line 1: found incompatible YAML document"),
    "the right version, cut off from its document": ("%YAML 1.1\n---\na: 1\n",
        YAML + "line 1: did not find expected <document start>"),
    "a byte order mark before a separator": ("a: 1\n\ufeff---\n", YAML + "line 3: could not find expected ':'"),
    "octets that begin nothing": ("a: \udcff\n", YAML + "invalid leading UTF-8 octet"),
    "control characters before other octets": ("a\0: \udcff\n", YAML + "control characters are not allowed"),
    "octets that belong to nothing": ("a: \udce2\udc82\n", YAML + "invalid trailing UTF-8 octet"),
    "octets that are too many": ("a: \udcc0\udc80\n", YAML + "invalid length of a UTF-8 sequence"),
    "octets of a surrogate": ("a: \udced\udca0\udc80\n", YAML + "invalid Unicode character"),
    "a key without a colon": ("key\nb: c\n", YAML + "line 2: mapping values are not allowed in this context"),
    "an unknown alias": ("a: *x\n", YAML + "unknown anchor 'x' referenced"),
    "an alias within its anchor": ("a: &x [*x]\n", YAML + "anchor 'x' value contains itself"),
    "a template that was not rendered": ("a: {{ .Values.x }}\n",
        YAML + 'invalid map key: map[interface {}]interface {}{".Values.x":interface {}(nil)}'),
    "a merge of what is no map": ("<<: 3\n", YAML + "map merge requires map or sequence of maps as the value"),
    "a tag that does not fit": ("a: !!int foo\n", YAML + "cannot decode !!str `foo` as a !!int"),
    "what JSON has no number for": ("a: .inf\n", "error converting YAML to JSON: json: unsupported value: +Inf"),
    "text on a separator": ("--- a\n", "invalid Yaml document separator: a"),
    "control characters": ("a: \x01\n", YAML + "control characters are not allowed"),
    "broken JSON": ('{"a": tru', "unexpected EOF"),
    "JSON that is not YAML either": ('{"a": 1\n"b": 2}',
        "json: offset 9: invalid character '\"' after object key:value pair"),
    "lines are counted from the separator": ("a: 1\n---\nb: 2\nc: d: e\n",
        YAML + "line 2: mapping values are not allowed in this context"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors_in_go_yamls_words(text: str, expected: str) -> None:
    with pytest.raises(YamlError) as caught:
        list(load_documents(text, "x.yml"))
    assert (caught.value.message, caught.value.source) == (expected, "x.yml")


@pytest.mark.parametrize(("text", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors_without_libyaml(text: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("yaml.CLoader", raising=False)
    with pytest.raises(YamlError) as caught:
        list(load_documents(text, "x.yml"))
    assert caught.value.message == expected


def test_octets_that_end_too_early() -> None:
    with pytest.raises(YamlError, match="incomplete UTF-8 octet sequence"):
        load_document("a: \udce2\udc82")


def test_what_precedes_an_error_is_read() -> None:
    documents = load_documents("a: 1\n---\nb: c: d\n", "x.yml")
    assert next(documents) == {"a": 1}
    with pytest.raises(YamlError):
        next(documents)


def test_repetition_is_bounded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    with pytest.raises(YamlError, match="document contains excessive aliasing"):
        load_document("\n".join(lines))


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "a: " + "[" * 5000, '{"a":' * 5000 + "1" + "}" * 5000])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(YamlError, match=r"exceeded max(imum nesting)? depth"):
        list(load_documents(text, "x.yml"))


# --- printing

STRINGS = {
    "": '""', "a": "a", "a b": "a b", "yes": '"yes"', "y": '"y"', "null": '"null"', "~": '"~"', "true": '"true"',
    "12": '"12"', "012": '"012"', "0o14": '"0o14"', "1e3": '"1e3"', ".5": '".5"', "1_000": '"1_000"',
    "22:22": '"22:22"', "2001-01-01": '"2001-01-01"', "2026-11-23T02:22:21Z": '"2026-11-23T02:22:21Z"',
    "2001-13-01": "2001-13-01", "2001-02-29": "2001-02-29", "2000-2-29": '"2000-2-29"',
    "2001-01-01 10:00:00": '"2001-01-01 10:00:00"', "2001-01-01T10:00:00": "2001-01-01T10:00:00",
    "10.96.0.1": "10.96.0.1", "854998db69": "854998db69", "123e456": "123e456", "7e5": '"7e5"', "25%": "25%",
    "nginx:1.20": "nginx:1.20", "<<": "<<", "-": "'-'", "- a": "'- a'", "-a": "-a", "--": "--", "---a": "'---a'",
    "?a": "?a", "? a": "'? a'", ":a": ":a", "a: b": "'a: b'", "a:": "'a:'", "a:b": "a:b", "a #b": "'a #b'",
    "a#b": "a#b", "#a": "'#a'", "*a": "'*a'", "&a": "'&a'", "!a": "'!a'", "|": "'|'", ">a": "'>a'", "%a": "'%a'",
    "@a": "'@a'", "`a": "'`a'", "[a": "'[a'", "{a": "'{a'", "a, [b]": "a, [b]", '"a"': "'\"a\"'", "'a'": "'''a'''",
    "it's": "it's", " a": "' a'", "a ": "'a '", "a\tb": '"a\\tb"', "a\\b": "a\\b", "é": "é", "😀": '"\\U0001F600"',
    "a\x00\x01": '"a\\0\\x01"', "a\rb": '"a\\rb"', "a\xa0b": "a\xa0b", "\ufeffa": '"\\uFEFF\\x61"',
    "<&>": "<&>", "=": "=",
    "a\nb": "|-\n  a\n  b", "a\n": "|\n  a", "a\n\n": "|+\n  a\n", "\n": "|2+\n", " a\nb": "|2-\n   a\n  b",
    "a\n\nb\n": "|\n  a\n\n  b", "a \nb": '"a \\nb"', "a\nb ": '"a\\nb "', "a\n\tb": '"a\\n\\tb"',
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), STRINGS.items(), ids=map(repr, STRINGS))
def test_how_a_string_is_printed(value: str, expected: str) -> None:
    assert dump({"k": value}) == f"k: {expected}\n"
    assert load_document(dump({"k": value})) == {"k": value}


NUMBERS = [
    (1, "1"), (1.5, "1.5"), (1000000.0, "1000000"), (1234567.5, "1.2345675e+06"), (1e21, "1e+21"), (1e-8, "1e-08"),
    (9.223372036854776e18, "9223372036854776000"), (1e20, "1e+20"), (True, "true"), (False, "false"), (None, "null"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_how_a_number_is_printed(value: Any, expected: str) -> None:
    assert dump([value]) == f"- {expected}\n"


def test_lists_stand_under_their_key_and_inside_each_other() -> None:
    value = {"l": [[1, [2, 3]], [], {}, {"a": [1], "b": {"c": []}}, "x\ny"], "m": {}}
    assert dump(value) == (
        "l:\n- - 1\n  - - 2\n    - 3\n- []\n- {}\n- a:\n  - 1\n  b:\n    c: []\n- |-\n  x\n  y\nm: {}\n"
    )


def test_keys_are_in_natural_order() -> None:
    keys = ["a10", "a2", "a_b", "aB", "ab", "b", "10", "9", "x-y", "x.y", "x"]
    assert dump(dict.fromkeys(keys, 0)).replace(": 0", "").replace('"', "").split() == [
        "9", "10", "a_b", "a2", "a10", "aB", "ab", "b", "x", "x-y", "x.y",
    ]  # fmt: skip


FOLDED = {
    "plain": ("", "k: {a} {b} {c}\n  {d}\n"),
    "in single quotes": (": x", "k: '{a} {b} {c}\n  {d}: x'\n"),
    "in double quotes": (" \t.", 'k: "{a} {b} {c}\n  {d} \\t."\n'),
}


@pytest.mark.parametrize(("end", "expected"), FOLDED.values(), ids=FOLDED)
def test_a_line_breaks_at_the_first_space_after_column_80(end: str, expected: str) -> None:
    words = {"a": "a" * 30, "b": "b" * 40, "c": "c" * 20, "d": "d" * 5}
    assert dump({"k": " ".join(words.values()) + end}) == expected.format(**words)


def test_only_double_quotes_keep_a_run_of_spaces_broken() -> None:
    assert dump({"k": "a" * 80 + "  b"}) == f"k: {'a' * 80}  b\n"
    assert dump({"k": "a" * 80 + "  b\t"}) == f'k: "{"a" * 80}\n  \\ b\\t"\n'


def test_keys_that_are_not_simple() -> None:
    long = "k" * 129
    assert dump({long: 1, "a\nb": {"c": 2}, "x y": [3]}) == f"? |-\n  a\n  b\n: c: 2\n? {long}\n: 1\nx y:\n- 3\n"


@pytest.mark.parametrize(("value", "expected"), [({}, "{}\n"), ([], "[]\n"), ("a", "a\n"), (None, "null\n")])
def test_the_root_may_be_anything(value: Any, expected: str) -> None:
    assert dump(value) == expected


_TEXT = st.text(st.sampled_from(list("ab01 :-#'\"\\\n\t,[{?!&*|>%@`.e_+~é😀yn=/")), max_size=12)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_what_is_printed_reads_back(value: Any) -> None:
    value = json.loads(json.dumps(value), parse_float=lambda text: _as_read(float(text)))
    assert load_document(dump(value)) == value
    assert load_document(dump_kyaml(value)) == value


def _as_read(number: float) -> float | int:
    return int(number) if number.is_integer() and -(2**63) <= number < 2**63 else number


def test_kyaml() -> None:
    value = {
        "a": "x", "no": True, "t": 1, "x-y": [], "a b": {}, "1e3": None, "2001-01-01": 1.5, "é": "\xa0\n b\n",
        "list": [1, "two"], "maps": [{"a": 1}, {"b": [[2]]}],
        "text": 'line\n\n\tnext "q"', "tab": "a\tb",
    }  # fmt: skip
    assert dump_kyaml(value) == (
        '---\n{\n  "1e3": null,\n  "2001-01-01": 1.5,\n  a: "x",\n  "a b": {},\n'
        '  list: [\n    1,\n    "two",\n  ],\n  maps: [{\n    a: 1,\n  }, {\n    b: [[\n      2,\n    ]],\n  }],\n'
        '  "no": true,\n  "t": 1,\n  tab: "a\tb",\n'
        '  text: "\\\n     line\\n\\\n     \\n\\\n    \\\tnext \\"q\\"\\\n    ",\n'
        '  x-y: [],\n  é: "\\\n    \\\\_\\n\\\n    \\ b\\n\\\n    ",\n}\n'
    )


def test_kyaml_of_a_struct_keeps_its_order() -> None:
    assert dump_kyaml({"b": 1, "a": {}}, sort_keys=False) == "---\n{\n  b: 1,\n  a: {},\n}\n"


@pytest.mark.parametrize(
    ("text", "printed"),
    [("a\x85b", "a: a b\n"), ("a \x85 \x85b", "a: |-\n  a\n  b\n"), ("a\xa0b", "a: a\xa0b\n")],
)
def test_a_string_is_printed_as_its_json_reads(text: str, printed: str) -> None:
    assert dump({"a": text}) == printed


@pytest.mark.parametrize("text", ["\x7f", "a\x80", "\x9fb\n"])
def test_control_characters_that_json_holds_cannot_be_printed(text: str) -> None:
    with pytest.raises(UserError, match=r"^yaml: control characters are not allowed$"):
        dump({"a": text})
