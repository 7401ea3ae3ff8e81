"""Server-side apply: which manager owns which fields of an object, and conflicts between managers.

Mirrors apimachinery pkg/util/managedfields over sigs.k8s.io/structured-merge-diff (merge/update.go).  Objects that are
passed in are not changed; ``now`` is an instant as metav1.Time prints it.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.encode import encode
from kubesim.api.managed_fields.paths import (
    Path,
    Paths,
    decode_fields,
    encode_fields,
    fields_of,
    in_order,
    path_text,
    with_named_fields,
)
from kubesim.api.managed_fields.shapes import Shape, shape_of
from kubesim.api.managed_fields.values import Comparison, compare, merge, remove, without_prefixes
from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.schema import type_of
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kubesim.api.managed_fields.schema_types import ResourceType

APPLY, UPDATE = "Apply", "Update"
BEFORE_FIRST_APPLY = "before-first-apply"

_REPLICAS: Path = ("f:spec", "f:replicas")
_STATUS: tuple[Path, ...] = (("f:status",),)
_NOT_STATUS: tuple[Path, ...] = (("f:spec",), ("f:metadata", "f:labels"))
_UNOWNED = frozenset(
    (
        *(("f:apiVersion",), ("f:kind",), ("f:metadata",)),
        *(
            ("f:metadata", f"f:{name}")
            for name in (
                *("name", "namespace", "creationTimestamp", "selfLink", "uid"),
                *("clusterName", "generation", "managedFields", "resourceVersion"),
            )
        ),
    )
)


class Manager(NamedTuple):
    """The manager that changed an object, and how; ``api_version`` is "" for those that apply."""

    name: str
    operation: str
    api_version: str
    subresource: str

    def __str__(self) -> str:
        text = f'"{self.name}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == UPDATE else text


class Owned(NamedTuple):
    """What a manager owns, and since when."""

    paths: Paths
    time: str


Managers = dict[Manager, Owned]


def applied(
    live: Obj | None,
    config: Obj,
    manager: str,
    *,
    force: bool,
    now: str,
    subresource: str = "",
    schema_type: ResourceType | None = None,
) -> Obj:
    """``live`` (None: nothing yet) with an applied configuration merged in, and managedFields that record it.

    ``schema_type`` is the type of a custom resource; others have one of their own.

    The result is neither decoded nor defaulted.  StatusError Conflict if others own a field that would change,
    unless ``force``; fields that the manager applied before and nobody else owns are removed.  Of a configuration
    applied to the ``subresource`` status, that is all that counts.
    """
    ignored = _reset_by(subresource, schema_type)
    if subresource == "status":
        config = _status_alone(config)
    shape = _shape_of(config, schema_type)
    _check_declared(config, schema_type)
    current = _printed(live, config)
    managers = _decode(live)
    if not managers and live is not None:
        update = Manager(BEFORE_FIRST_APPLY, UPDATE, config["apiVersion"], "")
        managers = {update: Owned(_added_by(live, shape, ignored), now)}
    self = Manager(manager, APPLY, "", subresource)
    last = managers.get(self, Owned(frozenset(), ""))
    managers[self] = Owned(without_prefixes(fields_of(config, shape), ignored), now)
    merged = _pruned(merge(current, config, shape), managers, last.paths, shape)
    allowed = _allowed(live, shape) if manager == "kubectl" else frozenset()
    _settle_conflicts(managers, self, compare(current, merged, shape).without(ignored), allowed, force)
    managers[self] = Owned(managers[self].paths - _UNOWNED, last.time if merged == current else now)
    return _with_managers(merged, managers, config["apiVersion"])


def _reset_by(subresource: str, schema_type: ResourceType | None) -> tuple[Path, ...]:
    """What a write of a subresource cannot change, and does not own. Mirrors the strategies' GetResetFields."""
    if subresource == "status":
        return _NOT_STATUS if schema_type is None else (("f:spec",),)
    return _STATUS if schema_type is None or schema_type.has_status else ()


def _status_alone(config: Obj) -> Obj:
    """What of a configuration is about the status, and which object's it is."""
    meta = {name: value for name, value in config["metadata"].items() if name in ("name", "namespace")}
    kept: Obj = {name: config[name] for name in ("apiVersion", "kind", "status") if name in config}
    return {**kept, "metadata": meta}


def updated(
    live: Obj | None,
    new: Obj,
    manager: str,
    *,
    subresource: str = "",
    now: str,
    schema_type: ResourceType | None = None,
) -> Obj:
    """``new`` with managedFields that give what changed since ``live`` (None: created) to the manager."""
    shape = _shape_of(new, schema_type)
    managers = _decode(live)
    if not managers and live is not None:
        return with_metadata(new, managedFields=None)
    if subresource == "scale" and not any(_REPLICAS in owned.paths for owned in managers.values()):
        return _with_managers(new, managers, new["apiVersion"])  # a Scale that nobody owns a field of has no owners
    ignored = _reset_by(subresource, schema_type)
    changes = compare(_printed(live, new), _printed(new, new), shape).without(ignored)
    taken = changes.modified | changes.added
    for other, owned in list(managers.items()):
        managers[other] = owned._replace(paths=owned.paths - taken - changes.removed)
    if taken - _UNOWNED:
        self = Manager(manager, UPDATE, new["apiVersion"], subresource)
        before = managers[self].paths if self in managers else frozenset()
        managers[self] = Owned((before | taken) - _UNOWNED, now)
    return _with_managers(new, managers, new["apiVersion"])


def added_fields(obj: Obj) -> Paths:
    """What whoever made the object, as it is, would own: everything but the status."""
    return _added_by(obj, _shape_of(obj), _STATUS)


def status_fields(obj: Obj) -> Paths:
    """What whoever wrote the object's status would own."""
    changes = compare(_printed(None, obj), _printed(obj, obj), _shape_of(obj))
    return frozenset(path for path in changes.added | changes.modified if path[0] == "f:status" and len(path) > 1)


def _shape_of(obj: Obj, schema_type: ResourceType | None = None) -> Shape:
    return shape_of(schema_type or type_of(obj["apiVersion"], obj["kind"]))


def _check_declared(config: Obj, schema_type: ResourceType | None) -> None:
    """Every field of a configuration must be one of its type's; an internal error says what is not."""
    if schema_type is not None:
        problems = list(schema_type.problems(config))
    else:
        from kubesim.api.managed_fields.declared import faults

        type_ = type_of(config["apiVersion"], config["kind"])
        problems = [f"{path}: {why}" for path, why in faults(config, type_)]
    if not problems:
        return
    meta = config["metadata"]
    group, _, version = config["apiVersion"].rpartition("/")
    kind = f"{group}/{version}, Kind={config['kind']}"
    where = f"{meta.get('namespace', '')}/{meta.get('name', '')}; {kind}"
    summary = problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])
    raise errors.StatusError("", f"failed to create typed patch object ({where}): {summary}", 500)


def _printed(obj: Obj | None, like: Obj) -> Obj:
    """The object with every field that its type always prints, so that those never count as added."""
    bare: Obj = {} if obj is None else with_metadata(obj, managedFields=None)
    return encode(bare, like["apiVersion"], like["kind"])


def _added_by(live: Obj, shape: Shape, ignored: tuple[Path, ...]) -> Paths:
    changes = compare(_printed(None, live), _printed(live, live), shape).without(ignored)
    return (changes.added | changes.modified) - _UNOWNED


def _pruned(merged: Obj, managers: Managers, last: Paths, shape: Shape) -> Obj:
    """Remove what the manager applied last time and now nobody owns. Mirrors Updater.prune."""
    if not last:
        return merged
    before = with_named_fields(last, shape)
    present = with_named_fields(fields_of(merged, shape), shape)
    owned = with_named_fields(frozenset().union(*(owner.paths for owner in managers.values())), shape)
    pruned = remove(merged, before, shape)
    left = with_named_fields(fields_of(pruned, shape), shape)
    pruned = remove(merged, present - (left | owned), shape)
    left = with_named_fields(fields_of(pruned, shape), shape)
    result: Obj = remove(merged, (present - left) & before, shape)
    return result


def _settle_conflicts(managers: Managers, self: Manager, changes: Comparison, allowed: Paths, force: bool) -> None:
    """Take from the others the fields that change; a refusal if they own them and nothing allows it."""
    changing = changes.modified | changes.added
    conflicts = {
        manager: owned.paths & changing
        for manager, owned in managers.items()
        if manager != self and owned.paths & changing
    }
    unsettled = {manager: paths - allowed for manager, paths in conflicts.items()}
    unsettled = {manager: paths for manager, paths in unsettled.items() if paths}
    if unsettled and not force:
        raise conflict(unsettled)
    for manager, owned in list(managers.items()):
        if manager != self:
            managers[manager] = owned._replace(paths=owned.paths - changing - changes.removed)


def _allowed(live: Obj | None, shape: Shape) -> Paths:
    """What client-side apply owns by its annotation: kubectl may take it over without a conflict."""
    text = annotations_of(live).get(LAST_APPLIED_CONFIG_ANNOTATION) if live else None
    if not text:
        return frozenset()
    from kubesim.golang.json import loads

    try:
        last = loads(text)
    except ValueError:
        last = None
    if not isinstance(last, dict):  # somebody has put something else there
        return frozenset()
    changes = compare(last, live, shape)
    return fields_of(last, shape) - changes.modified - changes.added - changes.removed


def conflict(conflicts: Mapping[Manager, Paths]) -> errors.StatusError:
    """Mirrors managedfields' NewConflictError."""
    found = [(str(manager), path_text(path)) for manager, paths in conflicts.items() for path in in_order(paths)]
    causes = tuple(errors.Cause("FieldManagerConflict", f"conflict with {who}", path) for who, path in found)
    if len(found) == 1:
        message = f"Apply failed with 1 conflict: conflict with {found[0][0]}: {found[0][1]}"
    else:
        lines = []
        for who in sorted({who for who, _ in found}):
            lines.append(f"conflicts with {who}:")
            lines += [f"- {path}" for owner, path in found if owner == who]
        message = f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)
    return errors.StatusError("Conflict", message, 409, causes=causes)


def _decode(obj: Obj | None) -> Managers:
    managers: Managers = {}
    for entry in (obj or {"metadata": {}})["metadata"].get("managedFields") or ():
        operation = entry["operation"]
        version = "" if operation == APPLY else entry["apiVersion"]
        manager = Manager(entry["manager"], operation, version, entry.get("subresource", ""))
        managers[manager] = Owned(decode_fields(entry.get("fieldsV1", {})), entry.get("time", ""))
    return managers


def _with_managers(obj: Obj, managers: Managers, api_version: str) -> Obj:
    """The object with its managers, those that apply first, then by time and name."""
    owners = [(manager, owned) for manager, owned in managers.items() if owned.paths]
    owners.sort(
        key=lambda pair: (pair[0].operation, pair[1].time, pair[0].name, pair[0].api_version, pair[0].subresource)
    )
    entries = [_entry(manager, owned, api_version) for manager, owned in owners]
    return with_metadata(obj, managedFields=entries or None)


def _entry(manager: Manager, owned: Owned, api_version: str) -> Obj:
    entry: dict[str, Any] = {
        "apiVersion": manager.api_version or api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": encode_fields(owned.paths),
        "manager": manager.name,
        "operation": manager.operation,
    }
    if owned.time:
        entry["time"] = owned.time
    if manager.subresource:
        entry["subresource"] = manager.subresource
    return entry
