"""Replacements within a text that is JSON or YAML itself, such as a value of a ConfigMap."""

from __future__ import annotations

from copy import deepcopy

from kubesim.golang.yaml.events import GoYamlError
from kubesim.golang.yaml.v3 import read_document, resolve_plain
from kubesim.kustomize.errors import BuildError, UnsupportedError
from kubesim.kustomize.nodes import is_null, plain, text_of, with_text
from kubesim.kustomize.paths import NotFound, Slot, get, slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.nodes import Obj


def put_in_text(obj: Obj, value: Any, steps: list[str], created: type | None) -> bool:
    """Put the value where steps lead in a text that is a field; False where they lead into none."""
    found = _text_at(obj, steps)
    if found is None:
        return False
    slot, rest = found
    text = text_of(slot.value)
    try:
        document = [read_document(text)]
        places = slots(Slot(document, 0), rest, created)
        if not places or is_null(document[0]):
            return False
        for place in places:
            _put(place, value)
    except (BuildError, GoYamlError):
        return False
    slot.put(_printed(document[0], text))
    return True


def _text_at(obj: Obj, steps: list[str]) -> tuple[Slot, list[str]] | None:
    """The first scalar on the way, and the steps after it."""
    for end in range(1, len(steps)):
        try:
            holder = get(obj, steps[: end - 1])
            held = get(holder, steps[end - 1 : end])
        except (NotFound, BuildError):
            continue
        if not isinstance(held, (dict, list)) and not is_null(held):
            key: Any = steps[end - 1] if isinstance(holder, dict) else holder.index(held)
            return Slot(holder, key), steps[end:]
    return None


def _put(place: Slot, value: Any) -> None:
    held = place.value
    if isinstance(held, (dict, list)):
        place.put(deepcopy(value))
    else:
        place.put(resolve_plain(text_of(value)) if place.is_new else with_text(held, text_of(value)))


def _printed(document: Any, before: str) -> str:
    """The changed document as text: JSON as it was, with lines or without."""
    from kubesim.golang.json import dumps

    if before.strip()[:1] not in ("{", "["):
        raise UnsupportedError("kubesim replaces no field within a text that is YAML, only within JSON")
    return dumps(plain(document), indent=2 if "\n" in before and "  " in before else None)
