"""From client-side to server-side apply: what the one owned goes over to the other.

Mirrors client-go util/csaupgrade/upgrade.go.
"""

from __future__ import annotations

from kubesim.api.managed_fields import APPLY, UPDATE
from kubesim.api.managed_fields.paths import decode_fields, encode_fields
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

    Entries = list[Obj]

_ANNOTATION = ("f:metadata", "f:annotations", f"f:{LAST_APPLIED_CONFIG_ANNOTATION}")


def owners_of_annotation(entries: Iterable[Obj], operation: str) -> list[str]:
    """The managers that own client-side apply's annotation by an operation, Apply or Update."""
    return [
        entry["manager"]
        for entry in entries
        if entry["operation"] == operation and _ANNOTATION in decode_fields(entry.get("fieldsV1") or {})
    ]


def migrated(entries: Entries, from_managers: Iterable[str], to_manager: str) -> Entries:
    """The managedFields with what ``from_managers`` own by Update given to ``to_manager``, by Apply."""
    for name in from_managers:
        entries = _migrated_from(entries, name, to_manager)
    return entries


def _migrated_from(entries: Entries, name: str, to_manager: str) -> Entries:
    old = next((entry for entry in entries if _is(entry, name, UPDATE)), None)
    new = next((entry for entry in entries if _is(entry, to_manager, APPLY)), None)
    if old is None:
        return entries
    into = new or {**old, "manager": to_manager, "operation": APPLY}
    both = decode_fields(into["fieldsV1"]) | decode_fields(old["fieldsV1"])
    merged = {**into, "fieldsV1": encode_fields(both)}
    place = new if new is not None else old
    kept = [merged if entry is place else entry for entry in entries]
    return [entry for entry in kept if not _is(entry, name, UPDATE)]


def _is(entry: Obj, manager: str, operation: str) -> bool:
    return entry["manager"] == manager and entry["operation"] == operation and not entry.get("subresource")
