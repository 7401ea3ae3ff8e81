"""In which fields two objects of one type differ: a path, the value before and the value after."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.schema import Field, Type

#: What a container is given where its author says nothing: it is left out where a whole container comes or goes.
USUAL = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "protocol": "TCP",
    "resources": {},
}


class Absent:
    """Stands for the value of a field that is not there."""

    def __bool__(self) -> bool:
        return False


ABSENT = Absent()


class Difference(NamedTuple):
    """A field that differs: ``spec.containers[nginx].image``; ABSENT is the value of one that is not there."""

    path: str
    old: Any
    new: Any

    @property
    def text(self) -> str:
        """``spec.containers[nginx].image: nginx:1.24 -> nginx:1.25``."""
        return f"{self.path}: {value_text(self.old)} -> {value_text(self.new)}"

    @property
    def data(self) -> dict[str, Any]:
        """The difference as JSON data: a value that is not there is left out."""
        values = {"old": self.old, "new": self.new}
        return {"path": self.path, **{name: value for name, value in values.items() if value is not ABSENT}}


def differences(old: Any, new: Any, type_: Type | None, path: str = "") -> list[Difference]:
    """The fields in which two values of a type differ, in the order of the type's declaration.

    Lists that merge by a key are compared element by element, and named by it; all others are one value.  Values of
    an unknown type (None) are compared by their keys.
    """
    return list(_differences(old, new, type_, None, path))


def _differences(old: Any, new: Any, type_: Type | None, field: Field | None, path: str) -> Iterator[Difference]:
    if old == new:
        return
    if type_ is not None and type_.kind == "pointer":
        type_ = type_.elem
    is_map = type_ is not None and type_.kind == "map"
    if (isinstance(old, dict) and isinstance(new, dict)) or (is_map and _are(dict, old, new)):
        yield from _of_dicts(old or {}, new or {}, type_, path)
        return
    key = field.merge_key if field is not None and "merge" in field.patch_strategies else ""
    if key and _are(list, old, new):
        yield from _of_lists(old or [], new or [], type_, key, path)
    else:
        yield Difference(path, old, new)


def _are(type_: type, *values: Any) -> bool:
    """Whether each value is of a type, or is not there, which is as much as an empty one."""
    return all(isinstance(value, (type_, Absent)) for value in values)


def _of_dicts(old: dict[str, Any], new: dict[str, Any], type_: Type | None, path: str) -> Iterator[Difference]:
    for name in _names(old, new, type_):
        field = _field(type_, name)
        inner = field.type if field is not None else _elem(type_)
        yield from _differences(old.get(name, ABSENT), new.get(name, ABSENT), inner, field, joined(path, name))


def _of_lists(old: list[Any], new: list[Any], type_: Type | None, key: str, path: str) -> Iterator[Difference]:
    before, after = ({item.get(key): _without(item, key) for item in items} for items in (old, new))
    for name in {**before, **after}:
        left, right = before.get(name, ABSENT), after.get(name, ABSENT)
        left, right = _small(left, right) or (left, right)
        yield from _differences(left, right, _elem(type_), None, f"{path}[{name}]")
    kept, now = ([name for name in items if name in others] for items, others in ((before, after), (after, before)))
    if kept != now:
        yield Difference(f"{path} in the order of", kept, now)


def _without(item: dict[str, Any], key: str) -> dict[str, Any]:
    """An element without the key by which it is named."""
    return {name: value for name, value in item.items() if name != key}


FEW = 3  # fields of an element that is new or gone: each is shown by itself


def _small(old: Any, new: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """An element that is new or gone beside an empty one, if it has few fields, and all of them are plain."""
    if old is not ABSENT and new is not ABSENT:
        return None
    there = _without_usual(new if old is ABSENT else old)
    is_plain = not any(isinstance(value, (dict, list)) for value in there.values())
    if not (is_plain and 0 < len(there) <= FEW):
        return None
    return ({}, there) if old is ABSENT else (there, {})


def _names(old: dict[str, Any], new: dict[str, Any], type_: Type | None) -> list[str]:
    """The names of both, in the order of the type where it has one."""
    there = {**old, **new}
    declared = [name for name in type_.json_fields if name in there] if _is_struct(type_) and type_ else []
    return [*declared, *sorted(there.keys() - set(declared))]


def _is_struct(type_: Type | None) -> bool:
    return type_ is not None and type_.kind == "struct" and not type_.is_custom


def _field(type_: Type | None, name: str) -> Field | None:
    return type_.json_fields.get(name) if type_ is not None and _is_struct(type_) else None


def _elem(type_: Type | None) -> Type | None:
    return type_.elem if type_ is not None and type_.kind in ("slice", "map") else None


def joined(path: str, name: str) -> str:
    """``metadata.labels.app``; a name with a dot or a slash in it stands in brackets."""
    if "." in name or "/" in name:
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def value_text(value: Any) -> str:
    """A value in a line: plain words as they are, all else as JSON."""
    if value is ABSENT:
        return "none"
    if isinstance(value, str) and value and value == value.strip() and value not in ("none", "true", "false", "null"):
        return value.replace("\n", "\\n")
    from kubesim.golang.json import dumps

    return dumps(_without_usual(value), escape_html=False, sort_keys=False)


def _without_usual(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_usual(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_usual(item) for name, item in value.items() if name not in USUAL or USUAL[name] != item}
