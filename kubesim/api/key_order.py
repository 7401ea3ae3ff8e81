"""Where the keys of a JSON text are, and which come again: strict decoding complains of fields in their order.

Mirrors the strict errors of sigs.k8s.io/json: an unknown field is told once, where it comes first, and a duplicate one
where it comes again.
"""

from __future__ import annotations

import json
from typing import Any

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, in their order."""


class KeyOrder(NamedTuple):
    """``first`` has the place of each path (``spec.containers[0].name``), ``again`` of those that come twice."""

    first: dict[str, int]
    again: dict[str, int]

    def complaints(self, unknown: Sequence[str], *, is_typed: bool) -> list[str]:
        """What is wrong with a body of which ``unknown field "x"`` were dropped: an object with a Go type is complained
        of in the order of its text; of another one the duplicates come first, since it is read as a map.
        """
        repeated = {f'duplicate field "{path}"': place for path, place in self.again.items()}
        if not is_typed:
            return [*repeated, *unknown]
        paths = {text: text.partition('"')[2][:-1] for text in unknown}
        read = {
            text: place
            for text, place in repeated.items()
            if not _is_within(text.partition('"')[2][:-1], paths.values())
        }
        places = {**{text: self.first.get(path, 0) for text, path in paths.items()}, **read}
        return sorted(places, key=lambda text: places[text])


def patch_complaints(kind: str, text: str) -> list[str]:
    """What strict decoding says of a patch itself that can be read: ``duplicate field "data.a"``."""
    repeated = key_order(text).again
    if kind != "json":
        return [f'duplicate field "{path}"' for path in repeated]
    return [f'json patch duplicate field "{path}"' for path in repeated]


def _is_within(path: str, others: Any) -> bool:
    """Whether a path is one of the others, or below one, of which nothing is read."""
    return any(path == other or path.startswith((f"{other}.", f"{other}[")) for other in others)


def key_order(text: str) -> KeyOrder:
    """The order of a JSON text that can be read."""
    found = KeyOrder({}, {})
    for place, (path, is_again) in enumerate(_paths(json.loads(text, object_pairs_hook=_Pairs), "")):
        found.first.setdefault(path, place)
        if is_again:
            found.again.setdefault(path, place)
    return found


def _paths(value: Any, path: str) -> Iterator[tuple[str, bool]]:
    """Each path, and whether the very object that it is in has had it before."""
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, item in value:
            inside = f"{path}.{key}" if path else key
            yield inside, key in seen
            seen.add(key)
            yield from _paths(item, inside)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, f"{path}[{index}]")
