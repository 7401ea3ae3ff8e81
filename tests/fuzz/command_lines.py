"""Strategies of command lines: the flags and words that the verbs declare, with values that are right, wrong and odd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from kubesim.cli import lazy
from kubesim.cli.command import Command

from tests.fuzz.documents import WORDS, trees
from tests.fuzz.seeds import SEEDS

if TYPE_CHECKING:
    from kubesim.cli.pflag import Flag

SERVERS = ("proxy", "sim serve")  # they would serve until somebody stops them
VERBS = {
    row.path: command for row in lazy.VERBS if row.path not in SERVERS and isinstance(command := row.load(), Command)
}

_TYPES = (
    "pods",
    "deploy",
    "rs",
    "svc",
    "nodes",
    "all",
    "secret,cm",
    "events",
    "sts",
    "jobs.batch",
    "hpa",
    "no/such",
    "x",
    "",
)
_NAMES = (
    "deployment",
    "pod",
    "service",
    "node-1",
    "extra",
    "daemonset",
    "statefulset",
    "job",
    "web",
    "other",
    "nosuch",
    "",
)
_KINDS = tuple(kind.lower() for kind in SEEDS)
_PAIRS = (
    "a=b",
    "app=web",
    "a-",
    "a=",
    "=b",
    "a=b=c",
    "k=v:NoSchedule",
    "k-",
    "main=nginx:1.26",
    "*=x",
    "A=B",
    "A-",
    "cpu=1",
)
_FILES = ("seeds/Deployment.yml", "seeds", "-", "nosuch", "seeds/Pod.yml", "seeds/*.yml", "state.json", ".", "")

types = st.one_of(st.sampled_from(_TYPES), st.sampled_from(_KINDS))
words = st.one_of(
    types,
    st.sampled_from(_NAMES),
    st.builds(lambda kind, name: f"{kind}/{name}", types, st.sampled_from(_NAMES)),
    st.sampled_from(_KINDS).map(lambda kind: f"{kind}/{kind}"),
    st.sampled_from(_PAIRS),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)

SELECTORS = (
    *(
        "app=web",
        "app!=web",
        "app in (web,x)",
        "app notin (web)",
        "app",
        "!app",
        "a>1",
        "a<x",
        "app in (",
        "=",
        ",",
        "a,,b",
        "a==b",
    ),
    *("metadata.name=pod", "status.phase!=Running", "spec.nodeName=", "a\\,b=c", "metadata.name", "x=y,"),
)
JSONPATHS = (
    *(
        "{.metadata.name}",
        "{.items[*].metadata.name}",
        "{.items[0:2:1]}",
        "{.items[-1:]}",
        "{range .items[*]}{.kind}{end}",
    ),
    *(
        "{..name}",
        "{.items[?(@.kind=='Pod')].metadata.name}",
        "{@}",
        "{$}",
        "{.a['b.c']}",
        "{'x'}",
        "{.items[?(@.spec.replicas>1)]}",
    ),
    *(
        "{",
        "}",
        "{.[}",
        "{range}",
        "{end}",
        "{.items[}",
        "{.items[?(@.a)]}",
        "{.items[::0]}",
        "{..}",
        "{.*}",
        "{.items[*]['a','b']}",
    ),
)
TEMPLATES = (
    *(
        "{{.kind}}",
        "{{range .items}}{{.metadata.name}}{{end}}",
        '{{printf "%d %s %v" 1 "a" .}}',
        "{{len .items}}",
        "{{index .items 0}}",
    ),
    *(
        "{{with .x}}a{{else}}b{{end}}",
        "{{$x := .kind}}{{$x}}",
        '{{if eq .kind "List"}}y{{end}}',
        "{{.a.b.c}}",
        "{{slice .kind 1 2}}",
    ),
    *(
        "{{",
        "}}",
        "{{range}}",
        "{{end}}",
        "{{.",
        "{{1 | printf}}",
        '{{printf "%999999999d" 1}}',
        "{{index . 1}}",
        '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}',
    ),
    *(
        "{{html .}}",
        "{{js .}}",
        "{{urlquery .kind}}",
        '{{base64decode "!"}}',
        "{{and 1 0}}",
        "{{not .}}",
        "{{call .x}}",
        "{{lt 1 .kind}}",
        "{{/* c */}}",
        "{{- .kind -}}",
    ),
)
COLUMNS = (
    "A:.metadata.name",
    "A:.metadata.name,B:.spec",
    "A",
    "A:",
    ":",
    "A:.x[",
    "A:{.x}",
    "A:.items[*]",
    "",
    "A:..name",
    "A:.metadata.labels['a']",
)
PATCHES = (
    *(
        '{"spec":{"replicas":3}}',
        '{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"x"}]}}}}',
        "spec: {replicas: 1}",
    ),
    *(
        '[{"op":"replace","path":"/spec/replicas","value":1}]',
        '[{"op":"add","path":"/metadata/labels/x","value":"y"}]',
        '[{"op":"x"}]',
        "[1]",
    ),
    *(
        '[{"op":"remove","path":"/spec"}]',
        '[{"op":"move","from":"/a","path":"/b"}]',
        '[{"op":"test","path":"/kind","value":null}]',
    ),
    *(
        '{"spec":{"$patch":"replace"}}',
        '{"metadata":{"finalizers":["a"],"$deleteFromPrimitiveList/finalizers":["b"]}}',
        '{"$retainKeys":["a"]}',
    ),
    *('{"spec":{"$setElementOrder/containers":[{"name":"x"}]}}', "{}", "null", "1", "[]", "{", '"a"', ""),
)
_VALUES = {
    bool: st.sampled_from(("true", "false", "1", "maybe", "")),
    int: st.one_of(st.integers(-5, 1000).map(str), st.sampled_from(("x", "", "99999999999999999999", "0x10", "1e3"))),
    "int32": st.one_of(st.integers(-5, 20).map(str), st.sampled_from(("x", "4294967296"))),
    "duration": st.sampled_from(("1s", "0", "-1s", "1h", "5", "x", "", "1000000h", "1ms", "9223372036854775807ns")),
    "map": st.sampled_from(("a=b", "a=b,c=d", "a", "", '"a=b', "=")),
    "vmodule": st.sampled_from(("a=1", "a", "")),
}
_NAMED = {
    "filename": st.sampled_from(_FILES),
    "selector": st.sampled_from(SELECTORS),
    "field-selector": st.sampled_from(SELECTORS),
    "sort-by": st.sampled_from(
        (".metadata.name", "{.spec.replicas}", ".x", "{", ".metadata.creationTimestamp", ".spec", "")
    ),
    "patch": st.one_of(st.sampled_from(PATCHES), trees.map(json.dumps)),
    "overrides": st.one_of(st.sampled_from(PATCHES), trees.map(json.dumps)),
    "template": st.sampled_from((*TEMPLATES, *JSONPATHS)),
    "namespace": st.sampled_from(("default", "other", "nosuch", "", "A", "kube-system")),
    "type": st.sampled_from(("json", "merge", "strategic", "x", "ClusterIP", "Opaque")),
    "image": st.sampled_from(("nginx", "a:b:c", "", "x@sha256:0")),
    "schedule": st.sampled_from(("* * * * *", "@hourly", "x", "*/0 * * * *", "@every 1s", "")),
    "for": st.sampled_from(
        (
            "delete",
            "condition=Ready",
            "jsonpath={.status.phase}=Running",
            "jsonpath={.x",
            "create",
            "x",
            "pod/pod",
            "condition=",
        )
    ),
}
_outputs = st.one_of(
    st.sampled_from(
        (
            "json",
            "yaml",
            "kyaml",
            "name",
            "wide",
            "x",
            "",
            "jsonpath",
            "go-template",
            "custom-columns",
            "jsonpath-file=nosuch",
        )
    ),
    st.builds(
        "jsonpath={}".format,
        st.one_of(st.sampled_from(JSONPATHS), st.text("{}.[]*?()@$'\"abc:,-01 <=>!&|", max_size=20)),
    ),
    st.builds("jsonpath-as-json={}".format, st.sampled_from(JSONPATHS)),
    st.builds(
        "go-template={}".format, st.one_of(st.sampled_from(TEMPLATES), st.text('{}.|()$"`:= abckind%0-', max_size=20))
    ),
    st.builds("custom-columns={}".format, st.one_of(st.sampled_from(COLUMNS), st.text("{}.[]*:,aB0'", max_size=20))),
)


@st.composite
def flag_text(draw: st.DrawFn, flag: Flag) -> list[str]:
    """A flag as it may be typed: alone, with a value in the same word, or in the next one."""
    if draw(st.integers(0, 30)) == 0:
        value = draw(st.sampled_from(WORDS))
    elif flag.name == "output":
        value = draw(_outputs)
    elif flag.name in _NAMED:
        value = draw(_NAMED[flag.name])
    elif flag.choices:
        value = draw(st.sampled_from((*flag.choices, "x", "")))
    else:
        value = draw(_VALUES.get(flag.type, st.one_of(st.sampled_from(_PAIRS), words)))
    name = f"--{flag.name}"
    if flag.bare_value and draw(st.booleans()):
        return [name]
    if flag.short and draw(st.booleans()):
        return [f"-{flag.short}{draw(st.sampled_from(('', '=')))}{value}"]
    return [f"{name}={value}"] if draw(st.booleans()) else [name, value]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command line of any verb, its words and flags in any order."""
    path = draw(st.sampled_from(sorted(VERBS)))
    pieces = [[word] for word in draw(st.lists(words, max_size=3))]
    flags = lazy.flag_set(VERBS[path]).by_name
    own = [flag.name for flag in VERBS[path].flags]
    names = st.one_of(st.sampled_from(own), st.sampled_from(sorted(flags))) if own else st.sampled_from(sorted(flags))
    pieces += [draw(flag_text(flags[name])) for name in draw(st.lists(names, max_size=4))]
    if draw(st.integers(0, 9)) == 0:
        pieces.append(["--"])
    typed = [word for piece in draw(st.permutations(pieces)) for word in piece]
    return [*path.split(" "), *typed]
