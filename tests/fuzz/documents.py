"""Strategies of manifests: valid ones with something changed for the worse, anywhere in them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from kubesim.api import schema
from kubesim.golang.yaml.reader import load_document

from tests.fuzz.seeds import SEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECTS: dict[str, Any] = {kind: load_document(text) for kind, text in SEEDS.items()}

HUGE = (2**31, 2**31 - 1, -(2**31) - 1, 2**63, 2**63 - 1, -(2**63), 10**30, 1e308, 0.5, -0.0, -1, 0, 1)
WORDS = (
    *(
        "",
        " ",
        "a",
        "A",
        "-",
        ".",
        "a/b",
        "a=b",
        "a,b",
        "/",
        "0",
        "-1",
        "1e3",
        "1Ki",
        "100%",
        "-5%",
        "1.5",
        "null",
        "None",
    ),
    *(
        "true",
        "*",
        "%s%d",
        "{}",
        "{0.__class__}",
        "[red]x[/red]",
        "$(A)",
        "${A}",
        "`id`",
        "../../x",
        "~",
        "\0",
        "\x1b[31m",
    ),
    *("a\nb", "a\rb", "a\tb", "é", "日本", "\u202e", "\ud800", "\udcff", "\U0001f600", "a" * 64, "a" * 254, "x" * 5000),
    *(
        "2026-01-01T00:00:00Z",
        "0000-00-00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "10.0.0.1",
        "::1",
        "deployment",
    ),
    *(
        "web",
        "Always",
        "RollingUpdate",
        "Recreate",
        "OnDelete",
        "In",
        "Exists",
        "kubernetes.io/hostname",
        "*/0 * * * *",
    ),
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(HUGE),
    st.integers(-10, 100_000),
    st.sampled_from(WORDS),
    st.text(max_size=12),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), inner, max_size=3),
    ),
    max_leaves=8,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a tree."""
    yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in entries:
        yield from places(child, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for key in path:
        node = node[key]
    return node


def type_at(root: schema.Type | None, path: tuple[Any, ...]) -> schema.Type | None:
    """The Go type of what lies at a path; None where it is not known."""
    found = root
    for key in path:
        while found is not None and found.kind == "pointer":
            found = found.elem
        if found is None:
            return None
        if found.kind in ("slice", "map"):
            found = found.elem
        elif found.kind == "struct" and key in found.json_fields:
            found = found.json_fields[key].type
        else:
            return None
    while found is not None and found.kind == "pointer":
        found = found.elem
    return found


@st.composite
def value_of_type(draw: st.DrawFn, of: schema.Type, depth: int = 3) -> Any:
    """A value that decodes as a Go type, mostly."""
    while of.kind == "pointer":
        of = of.elem
    if of.is_custom or of.kind == "interface" or draw(st.integers(0, 19)) == 0:
        return draw(leaves)
    if of.kind == "struct":
        names = list(of.json_fields)
        if not depth or not names:
            return {}
        chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        return {name: draw(value_of_type(of.json_fields[name].type, depth - 1)) for name in chosen}
    if of.kind == "slice":
        if of.elem.kind == "uint8":
            return draw(st.sampled_from(("", "YWJj", "!", "YWJ")))
        return [draw(value_of_type(of.elem, depth - 1)) for _ in range(draw(st.integers(0, 2)) if depth else 0)]
    if of.kind == "map":
        keys = draw(st.lists(st.sampled_from(WORDS), max_size=2, unique=True)) if depth else []
        return {key: draw(value_of_type(of.elem, depth - 1)) for key in keys}
    if of.kind == "string":
        return draw(st.sampled_from(WORDS))
    if of.kind == "bool":
        return draw(st.booleans())
    return draw(st.one_of(st.sampled_from(HUGE), st.integers(-1, 1000)))


@st.composite
def changed(draw: st.DrawFn, obj: Any, root: schema.Type | None = None) -> Any:
    """A tree with one to three things changed in it: replaced, dropped, doubled, nested, added."""
    tree = copy.deepcopy(obj)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(tree))[1:] or [()]))
        if not path:
            return draw(trees)
        parent, key = at(tree, path[:-1]), path[-1]
        of = type_at(root, path)
        how = draw(st.sampled_from(("replace", "typed", "typed", "drop", "double", "nest", "add", "add")))
        if how == "replace" or (how in ("typed", "add") and of is None):
            parent[key] = draw(trees)
        elif how == "typed" and of is not None:
            parent[key] = draw(value_of_type(of))
        elif how == "drop":
            del parent[key]
        elif how == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
        elif how == "nest":
            parent[key] = [parent[key]] if draw(st.booleans()) else {"x": parent[key]}
        elif of is not None and of.kind == "struct" and isinstance(parent[key], dict) and of.json_fields:
            name = draw(st.sampled_from(list(of.json_fields)))
            parent[key][name] = draw(value_of_type(of.json_fields[name].type))
    return tree


@st.composite
def objects(draw: st.DrawFn) -> Any:
    """A manifest of any kind with something wrong in it."""
    obj = OBJECTS[draw(st.sampled_from(sorted(OBJECTS)))]
    return draw(changed(obj, schema.type_of(obj["apiVersion"], obj["kind"])))
