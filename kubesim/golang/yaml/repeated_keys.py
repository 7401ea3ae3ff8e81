"""The keys that a YAML document has twice in one map, as go-yaml's strict decoder tells them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def repeated_keys(text: str) -> Iterator[str]:
    """``line 9: key "foo" already set in map``, for each in the first document of a text that can be read."""
    import yaml

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(text)
    yield from _repeated(loader.get_node() if loader.check_node() else None, set())


def _repeated(node: Any, seen: set[int]) -> Iterator[str]:
    """Those in a node, unless an alias has led to it before."""
    if node is None or isinstance(node.value, str) or id(node) in seen:
        return
    seen.add(id(node))
    keys: set[str] = set()
    for item in node.value:
        if not isinstance(item, tuple):
            yield from _repeated(item, seen)
            continue
        key, value = item
        if isinstance(key.value, str):
            if key.value in keys:
                yield f'line {key.start_mark.line + 1}: key "{key.value}" already set in map'
            keys.add(key.value)
        yield from _repeated(value, seen)
