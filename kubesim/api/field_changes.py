"""What differs between two versions of an object, field by field, as a person would say it."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj

#: Fields that change with every change, or say when another did.
_BOOKKEEPING = frozenset(
    (
        *("managedFields", "resourceVersion", "generation", "observedGeneration"),
        *("lastTransitionTime", "lastUpdateTime", "lastProbeTime", "lastHeartbeatTime"),
    )
)

#: Fields by one of which the items of a list are told apart, whatever their order.
_NAMES = ("name", "type", "containerPort", "port", "key", "uid", "ip")

ABSENT = object()


class FieldChange(NamedTuple):
    """A field that differs: ``spec.template.spec.containers[nginx].image``; ``ABSENT`` where it is not there."""

    path: str
    old: Any
    new: Any


def field_changes(old: Obj, new: Obj) -> Iterator[FieldChange]:
    """The fields in which two versions of an object differ, but for bookkeeping."""
    return _between("", old, new)


def _between(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            if name not in _BOOKKEEPING:
                yield from _between(_under(path, name), old.get(name, ABSENT), new.get(name, ABSENT))
    elif isinstance(old, list) and isinstance(new, list) and (name := _name_of_items([*old, *new])):
        olds, news = ({item[name]: item for item in items} for items in (old, new))
        for item in {**olds, **news}:
            yield from _between(f"{path}[{item}]", olds.get(item, ABSENT), news.get(item, ABSENT))
    else:
        yield FieldChange(path, old, new)


def _under(path: str, name: str) -> str:
    """The path of a field; a name with a dot in it, such as a label's, is put into brackets."""
    if "." in name or "/" in name:
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _name_of_items(items: list[Any]) -> str:
    """The field that every item has and that names it; empty if there is none."""
    if not all(isinstance(item, dict) for item in items):
        return ""
    return next((name for name in _NAMES if all(isinstance(item.get(name), (str, int)) for item in items)), "")
