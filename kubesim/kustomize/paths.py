"""Paths of fields in replacements and variables. Mirrors kyaml's PathGetter and PathMatcher.

A step is a key, a number, ``-`` for the last element, ``*`` for all, or ``[key=value]`` for those with that value.
"""

from __future__ import annotations

import re

from kubesim.golang.yaml.v3 import resolve_plain
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.nodes import is_null, split_bracketed_path, text_of, wrong_kind
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class NotFound(Exception):  # noqa: N818 - what Go calls NoFieldError is no error to everybody
    """A path that leads nowhere."""


def looked_up(node: Any, path: str) -> Any:
    """What a path leads to, ``a[0].b`` included; NotFound if nothing. Mirrors GetFieldValue."""
    steps: list[str] = []
    for step in split_bracketed_path(path):
        indexed = re.fullmatch(r"(.*)\[(\d+)\]", step)
        steps += [step] if indexed is None else [part for part in indexed.groups() if part]
    return get(node, steps)


def get(node: Any, steps: list[str]) -> Any:
    """What steps lead to, the first element where several would be; NotFound if nothing."""
    for step in filter(None, map(str.strip, steps)):
        node = _next(node, step)
    return node


def _next(node: Any, step: str) -> Any:
    if is_null(node):
        raise NotFound
    if step == "*":
        raise BuildError("wildcard is not supported in PathGetter")
    if step == "-" or re.fullmatch(r"[+-]?[0-9]+", step):
        return _at(node, step)
    if is_list_index(step):
        return next(iter(_with_value(node, *split_index(step))), None) or _nothing()
    if not isinstance(node, dict):
        raise wrong_kind("MappingNode", node)
    return node[step] if step in node else _nothing()


def _nothing() -> Any:
    raise NotFound


def _at(node: Any, step: str) -> Any:
    if step != "-" and int(step) < 0:
        raise BuildError(f"array index {int(step)} cannot be negative")
    if not isinstance(node, list):
        raise wrong_kind("SequenceNode", node)
    index = len(node) - 1 if step == "-" else int(step)
    return node[index] if 0 <= index < len(node) else _nothing()


def is_list_index(step: str) -> bool:
    return step.startswith("[") and step.endswith("]")


def split_index(step: str) -> tuple[str, str]:
    """``[key=value]`` as key and value."""
    key, equals, value = step[1:-1].partition("=")
    if not equals:
        raise BuildError("list path element must contain fieldName=fieldValue for element to match")
    return key, value


def _with_value(node: Any, key: str, value: str) -> list[Any]:
    """The elements of which a field is a text, or that are one."""
    if not isinstance(node, list):
        raise wrong_kind("SequenceNode", node)
    if not key:
        return [item for item in node if text_of(item) == value]
    return [item for item in node if isinstance(item, dict) and key in item and text_of(item[key]) == value]


class Slot(NamedTuple):
    """A place for a value: a key of a map, or an index of a list. ``is_new``: it was made for the value."""

    holder: Any
    key: Any
    is_new: bool = False

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    def put(self, value: Any) -> None:
        self.holder[self.key] = value


def slots(slot: Slot, steps: list[str], created: type | None) -> list[Slot]:
    """All places that steps lead to; what is missing is made if ``created`` says as what (dict, list, or str)."""
    if not steps:
        return [slot]
    step, rest = steps[0], steps[1:]
    node = slot.value
    if re.fullmatch(r"\+?[0-9]+", step):
        return slots(_index_slot(node, int(step), rest, created), rest, created)
    if is_list_index(step):
        return _matching_slots(node, step, rest, created)
    if step == "*":
        return [found for item in _item_slots(node) for found in slots(item, rest, created)]
    return _field_slots(node, step, rest, created)


def _item_slots(node: Any) -> list[Slot]:
    if is_null(node):
        return []
    if not isinstance(node, list):
        raise wrong_kind("SequenceNode", node)
    return [Slot(node, index) for index in range(len(node))]


def _field_slots(node: Any, step: str, rest: list[str], created: type | None) -> list[Slot]:
    if is_null(node):
        return []
    if not isinstance(node, dict):
        raise wrong_kind("MappingNode", node)
    is_new = step not in node
    if is_new:
        if created is None:
            return []
        node[step] = _made(rest, created)
    slot = Slot(node, step, is_new)
    if rest and not isinstance(node[step], (dict, list)) and not is_null(node[step]):
        # A path into a text: what is changed there is lost, as it is upstream.
        return slots(Slot([_parsed(text_of(node[step]))], 0), rest, created)
    return slots(slot, rest, created)


def _parsed(text: str) -> Any:
    from kubesim.golang.yaml.events import GoYamlError
    from kubesim.golang.yaml.v3 import read_document

    try:
        return read_document(text)
    except GoYamlError as error:
        raise BuildError(str(error)) from None


def _made(rest: list[str], created: type) -> Any:
    """What a missing field begins as, by the step that comes next."""
    if not rest:
        return created()
    return [] if is_list_index(rest[0]) or re.fullmatch(r"\+?[0-9]+", rest[0]) else {}


def _index_slot(node: Any, index: int, rest: list[str], created: type | None) -> Slot:
    if not isinstance(node, list):
        if is_null(node):
            raise BuildError(f"index {index} specified but only 0 elements found")
        raise wrong_kind("SequenceNode", node)
    is_new = index == len(node) and created is not None
    if is_new and created is not None:
        node.append(_made(rest, created))
    if index >= len(node):
        raise BuildError(f"index {index} specified but only {len(node)} elements found")
    return Slot(node, index, is_new)


def _matching_slots(node: Any, step: str, rest: list[str], created: type | None) -> list[Slot]:
    """The places in elements of which a field matches a pattern; one is appended if none does and it may be."""
    key, pattern = split_index(step)
    found = list(_in_matching(node, key, pattern, rest, created))
    if found or created is None or not isinstance(node, list):
        return found
    node.append({key: resolve_plain(pattern)} if key else resolve_plain(pattern))
    return list(_in_matching(node, key, pattern, rest, created))


def _in_matching(node: Any, key: str, pattern: str, rest: list[str], created: type | None) -> Iterator[Slot]:
    matches = re.compile(pattern).search
    for item in _item_slots(node):
        if not key:
            if matches(_yaml_of(item.value)):
                yield item
        elif isinstance(item.value, dict) and key in item.value and matches(_yaml_of(item.value[key])):
            yield from slots(item, rest, created)


def _yaml_of(node: Any) -> str:
    """A value as a line of YAML, which is what the pattern is held against."""
    from kubesim.golang.yaml.emitter import dump
    from kubesim.kustomize.nodes import plain

    return text_of(node) if not isinstance(node, (dict, list, str)) else dump(plain(node)).strip()
