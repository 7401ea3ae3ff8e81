"""What sort of change is made to an object: which fields, whether that is a new revision, what a file brings back."""

from __future__ import annotations

from kubesim.api import schema
from kubesim.api.managed_fields.derived import with_derived
from kubesim.api.managed_fields.paths import decode_fields
from kubesim.api.meta import Obj, annotations_of, parse_time, with_metadata
from kubesim.api.revisions import ANNOTATIONS_TO_SKIP, equal_ignore_hash, find_new_replica_set, known_revision_of
from kubesim.api.well_known import RESTARTED_AT_ANNOTATION
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.differences import Difference, differences, joined
from kubesim.views.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Cluster

#: What the API server keeps beside an object: no change that anybody makes.
_SERVERS = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")


_COUNTED = "deprecated.daemonset.template.generation"  # by the API server as well, in an annotation


class FieldChange(NamedTuple):
    """A field that changes.

    ``brings_back``: the file says what it said when it was applied last, and somebody has changed the field since:
    ``setter`` and ``set_at`` (ms) are who and when, as far as that is known.
    """

    difference: Difference
    brings_back: bool = False
    setter: str = ""
    set_at: int | None = None


class Revision(NamedTuple):
    """The revision that a change of the template makes; ``again`` is the number it had, if it was there before.

    ``kind`` and ``name`` are those of the object that keeps it.
    """

    number: int
    name: str
    again: int | None = None
    kind: str = "ReplicaSet"


class Change(NamedTuple):
    """What becomes of one object.

    ``headline`` says it in few words.  ``revision`` is None where no pod is replaced.  ``refusal`` is the API server's
    word if it does not take the change.
    """

    headline: str
    fields: tuple[FieldChange, ...] = ()
    revision: Revision | None = None
    refusal: str = ""


# fields


def field_changes(before: Obj, after: Obj, manifest: Obj | None = None) -> tuple[FieldChange, ...]:
    """The fields in which two versions of an object differ; ``manifest`` is the file's that makes the one the other."""
    found = differences(_plain(before), _plain(after), schema.type_of(after["apiVersion"], after["kind"]))
    last = last_applied(before)
    if manifest is None or last is None:
        return tuple(FieldChange(one) for one in found)
    new = {one.path for one in differences(last, manifest, schema.type_of(after["apiVersion"], after["kind"]))}
    return tuple(_field_change(before, one, new) for one in found)


def _plain(obj: Obj) -> Obj:
    """An object without what others keep beside it: its status, and the configuration that was applied last."""
    annotations = {k: v for k, v in annotations_of(obj).items() if k not in (*ANNOTATIONS_TO_SKIP, _COUNTED)}
    kept = {name: value for name, value in obj.items() if name != "status"}
    return with_metadata(kept, annotations=annotations or None, **dict.fromkeys(_SERVERS))


def last_applied(obj: Obj) -> Obj | None:
    """The configuration that was applied last; None where none was, or the annotation has something else."""
    from kubesim.api.patch import three_way

    try:
        found = three_way.last_applied(obj)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _field_change(before: Obj, found: Difference, new: set[str]) -> FieldChange:
    """A field is brought back unless it differs between the file and what was applied last."""
    if any(_is_within(found.path, path) or _is_within(path, found.path) for path in new):
        return FieldChange(found)
    setter, instant = _setter(before, found.path)
    return FieldChange(found, True, setter, instant)


def _is_within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _setter(obj: Obj, path: str) -> tuple[str, int | None]:
    """Who owns a field by a request of their own, and since when (ms); the latest where several do."""
    entries = with_derived(obj)["metadata"].get("managedFields") or ()
    for entry in sorted(entries, key=lambda entry: str(entry.get("time", "")), reverse=True):
        owned = (_text_of(fields) for fields in decode_fields(entry.get("fieldsV1") or {}))
        if entry["manager"] != "kubectl-client-side-apply" and any(
            _is_within(one, path) or _is_within(path, one) for one in owned if one
        ):
            instant = entry.get("time")
            return str(entry["manager"]), parse_time(instant) if instant else None
    return "", None


def _text_of(fields: tuple[str, ...]) -> str:
    """An owned path as a difference has it; empty for a member of a list alone, which says nothing of its fields."""
    from kubesim.golang.json import loads

    text = ""
    for element in fields:
        if element.startswith("f:"):
            text = joined(text, element[2:])
        elif element.startswith("k:"):
            text += f"[{next(iter(loads(element[2:]).values()))}]"
        else:
            return ""
    return text if fields[-1].startswith("f:") else ""


# headlines


def change_of(cluster: Cluster, before: Obj | None, after: Obj, manifest: Obj | None = None) -> Change:
    """What becomes of an object, once the controllers have settled; ``cluster`` has the ReplicaSets of then."""
    if before is None:
        return _creation(cluster, after)
    fields = field_changes(before, after, manifest)
    if after["kind"] not in WITH_ROLLOUTS:
        return Change(_plain_headline(fields), fields)
    if equal_ignore_hash(before["spec"]["template"], after["spec"]["template"]):
        return Change(f"{_words(fields)}: no new revision" if fields else "nothing changes", fields)
    what = _words([one for one in fields if one.difference.path.startswith("spec.template.")])
    if after["spec"].get("paused"):
        return Change(f"{what}: no revision yet, since the Deployment is paused", fields)
    revision = revision_of(cluster, after)
    return Change(f"{what}: {_revision_text(revision)}", fields, revision)


def _creation(cluster: Cluster, after: Obj) -> Change:
    if after["kind"] not in WITH_ROLLOUTS:
        return Change("it is new")
    revision = revision_of(cluster, after)
    return Change(f"it is new: {_revision_text(revision)}", (), revision)


def _plain_headline(fields: tuple[FieldChange, ...]) -> str:
    return f"{_words(fields)} {'changes' if len(fields) == 1 else 'change'}" if fields else "nothing changes"


def revision_of(cluster: Cluster, deployment: Obj) -> Revision | None:
    """The revision that a workload's template has now."""
    from kubesim.views.history import former_numbers

    if deployment["kind"] != "Deployment":
        kept = cluster.owned(deployment, "ControllerRevision")
        newest = max(kept, key=lambda one: int(one["revision"]), default=None)
        if newest is None:
            return None
        return Revision(int(newest["revision"]), newest["metadata"]["name"], kind="ControllerRevision")
    rs = find_new_replica_set(deployment, cluster.owned(deployment, "ReplicaSet"))
    if rs is None:
        return None
    former = former_numbers(rs)
    return Revision(known_revision_of(rs) or 0, rs["metadata"]["name"], former[-1] if former else None)


def _revision_text(revision: Revision | None) -> str:
    if revision is None:
        return "no revision is made"
    again = f", which is revision {revision.again} again" if revision.again else ""
    return f"revision {revision.number}{again}; {revision.kind} {revision.name}"


def _words(fields: Any) -> str:
    """What changes, by the last names of the paths: ``image``, ``env and resources``, ``replicas only``."""
    names = list(dict.fromkeys(_name(one.difference.path) for one in fields))
    if names == ["replicas"]:
        return "replicas only"
    if not names:
        return "the template"
    return listed(names if len(names) < 5 else [*names[:4], "more"])


#: Fields of a container, or of a pod, below which a change is called by them.
_CALLED = (
    *("image", "env", "envFrom", "resources", "ports", "command", "args", "readinessProbe", "livenessProbe"),
    *("startupProbe", "volumeMounts", "volumes", "strategy", "selector", "labels", "annotations", "initContainers"),
    *("nodeSelector", "affinity", "tolerations", "securityContext", "lifecycle"),
)


def _name(path: str) -> str:
    """The part of a path that a person would call a change by."""
    if RESTARTED_AT_ANNOTATION in path:
        return "a restart"
    words = path.replace("]", "").replace("[", ".").split(".")
    return next((word for word in words if word in _CALLED), words[-1])
