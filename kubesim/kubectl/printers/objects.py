"""Whole objects as text: JSON, YAML, KYAML, names; several objects as one List.

Mirrors cli-runtime pkg/printers (json.go, yaml.go, kyaml.go, name.go, managedfields.go).
"""

from __future__ import annotations

from kubesim.api.declared_order import in_declared_order
from kubesim.api.meta import Obj

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    class Printer(Protocol):
        """Something that turns an object, or a List of objects, into text with its newlines."""

        def print(self, obj: Obj) -> str: ...


def list_of(objs: Iterable[Obj]) -> Obj:
    """The List that ``get`` prints for anything but one named object."""
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(objs)}


class JsonPrinter:
    """Objects as indented JSON, one after another; the events of a watch, a line each."""

    def print(self, obj: Obj) -> str:
        from kubesim.golang.json import dumps

        if is_event(obj):
            return f'{{"type":{dumps(obj["type"])},"object":{dumps(obj["object"])}}}\n'
        return f"{dumps(obj, indent=4)}\n"


class TypedJsonPrinter:
    """Objects that the client made itself: their fields come in the order in which Go's types declare them."""

    def print(self, obj: Obj) -> str:
        from kubesim.golang.json import dumps

        return f"{dumps(in_declared_order(obj), indent=4, sort_keys=False)}\n"


class YamlPrinter:
    """Objects as YAML documents, divided by ``---``."""

    def __init__(self) -> None:
        self._count = 0

    def print(self, obj: Obj) -> str:
        from kubesim.golang.yaml.emitter import dump

        self._count += 1
        return ("---\n" if self._count > 1 else "") + dump(obj)


class KyamlPrinter:
    """Objects as KYAML; ``typed`` ones in the order in which Go's types declare their fields."""

    def __init__(self, *, typed: bool = False) -> None:
        self.typed = typed

    def print(self, obj: Obj) -> str:
        from kubesim.golang.yaml.kyaml import dump_kyaml

        return dump_kyaml(in_declared_order(obj), sort_keys=False) if self.typed else dump_kyaml(obj)


class NamePrinter:
    """``deployment.apps/web``, and after it what was done to it (``created``) unless that is ""."""

    def __init__(self, operation: str = "") -> None:
        self.operation = operation

    def print(self, obj: Obj) -> str:
        if is_event(obj):
            return self.print(obj["object"])
        if is_list(obj):
            return "".join(map(self.print, obj["items"]))
        return f"{name_of(obj)} {self.operation}".rstrip(" ") + "\n"


class OmitManagedFields:
    """Leaves metadata.managedFields out of what another printer prints, but not out of the events of a watch."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer

    def print(self, obj: Obj) -> str:
        if is_event(obj):
            return AllManagedFields(self.printer).print(obj)
        if is_list(obj):
            return self.printer.print({**obj, "items": [_without_managed_fields(item) for item in obj["items"]]})
        return self.printer.print(_without_managed_fields(obj))


class AllManagedFields:
    """Prints metadata.managedFields too, those of the cluster's own parts included."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer

    def print(self, obj: Obj) -> str:
        from kubesim.kubectl.printers.owners import with_owners

        if is_event(obj):
            return self.printer.print({**obj, "object": with_owners(obj["object"])})
        if is_list(obj):
            # the items of a Go list do not say of what type they are
            type_ = {"kind": obj["kind"].removesuffix("List"), "apiVersion": obj["apiVersion"]}
            owned = [with_owners({**type_, **item}) for item in obj["items"]]
            items = [{**item, "metadata": one["metadata"]} for item, one in zip(obj["items"], owned, strict=True)]
            return self.printer.print({**obj, "items": items})
        return self.printer.print(with_owners(obj))


def _without_managed_fields(obj: Obj) -> Obj:
    meta = obj.get("metadata")
    if not isinstance(meta, dict) or "managedFields" not in meta:
        return obj
    return {**obj, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}


def is_event(obj: Obj) -> bool:
    """Whether it is an event of a watch: the ``type`` of a change and its ``object``. Mirrors metav1.WatchEvent."""
    return "object" in obj and "metadata" not in obj


def is_list(obj: Obj) -> bool:
    """Whether it is a List, or a kind's own list."""
    return isinstance(obj.get("items"), list) and str(obj.get("kind", "")).endswith("List")


def name_of(obj: Obj) -> str:
    """``deployment.apps/web``: the kind, its group and the name. Mirrors NamePrinter.PrintObj."""
    group = str(obj.get("apiVersion", "")).rpartition("/")[0]
    kind = str(obj["kind"]).lower()
    name = obj["metadata"].get("name") or "<unknown>"
    return f"{kind}.{group}/{name}" if group else f"{kind}/{name}"
