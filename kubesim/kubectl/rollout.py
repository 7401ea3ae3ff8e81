"""What ``rollout`` knows of Deployments, DaemonSets and StatefulSets: status, history, undo, pause, restart.

Pure functions of objects.  Their sentences are kubectl's.  Mirrors kubectl's pkg/polymorphichelpers:
rollout_status.go, history.go, rollback.go, objectpauser.go, objectresumer.go and objectrestarter.go.
"""

from __future__ import annotations

from kubesim import kinds
from kubesim.api.meta import Obj, annotations_of, condition_of, dig, rfc3339, with_metadata
from kubesim.api.revisions import (
    ANNOTATIONS_TO_SKIP,
    CHANGE_CAUSE,
    equal_ignore_hash,
    find_new_replica_set,
    find_old_replica_sets,
    known_revision_of,
    revision_of,
    without_hash,
)
from kubesim.errors import UserError
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.kinds.base import Look

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
ROLLING_UPDATE = "RollingUpdate"

# What kubectl's KindVisitor has a method for; of any other kind its sentences are different.
VISITED_KINDS = (
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "CronJob",
)


class Status(NamedTuple):
    """How far a rollout is, in a line without its end, and whether it is done."""

    message: str
    done: bool


class Revision(NamedTuple):
    """A revision in the history: its number, its pod template, why it came to be, and where all that is kept.

    ``source`` is a ReplicaSet or a ControllerRevision.  ``shown`` is what ``-o yaml`` prints of it, and
    ``annotated_template`` what ``history --revision`` describes.
    """

    number: int
    template: Obj
    annotated_template: Obj
    change_cause: str
    source: Obj
    shown: Obj


class Rollback(NamedTuple):
    """What an undo comes to: the word for it, and the object to be written, if any."""

    message: str
    obj: Obj | None


# status


def status(obj: Obj, revision: int = 0) -> Status:
    """Whether the rollout of ``obj`` is done, and else what it waits for.

    ``revision``, if positive, is the one that is expected to run.  UserError for a rollout that has failed and for a
    kind without rollouts.
    """
    viewer = _STATUS_VIEWERS.get(obj["kind"])
    if viewer is None:
        raise UserError(f"no status viewer has been implemented for {_group_kind(obj)}")
    return viewer(obj, revision)


def _deployment_status(deployment: Obj, revision: int) -> Status:
    name = deployment["metadata"]["name"]
    if revision > 0:
        _check_running_revision(deployment, revision)
    if not _is_observed(deployment):
        return Status("Waiting for deployment spec update to be observed...", False)
    progressing = condition_of(deployment, "Progressing")
    if progressing is not None and progressing.get("reason") == "ProgressDeadlineExceeded":
        raise UserError(f'deployment "{name}" exceeded its progress deadline')
    desired = dig(deployment, "spec", "replicas", default=0)
    replicas, updated, available = _counts(deployment, "replicas", "updatedReplicas", "availableReplicas")
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    if updated < desired:
        return Status(f"{waiting} {updated} out of {desired} new replicas have been updated...", False)
    if replicas > updated:
        return Status(f"{waiting} {replicas - updated} old replicas are pending termination...", False)
    if available < updated:
        return Status(f"{waiting} {available} of {updated} updated replicas are available...", False)
    return Status(f'deployment "{name}" successfully rolled out', True)


def _check_running_revision(deployment: Obj, revision: int) -> None:
    try:
        running = revision_of(deployment)
    except ValueError:
        text = annotations_of(deployment)["deployment.kubernetes.io/revision"]
        why = f'strconv.ParseInt: parsing "{text}": invalid syntax'
        name = deployment["metadata"]["name"]
        raise UserError(f'cannot get the revision of deployment "{name}": {why}') from None
    if running != revision:
        raise UserError(f"desired revision ({revision}) is different from the running revision ({running})")


def _daemon_set_status(daemon_set: Obj, revision: int) -> Status:  # noqa: ARG001
    _require_rolling_update(daemon_set)
    name = daemon_set["metadata"]["name"]
    if not _is_observed(daemon_set):
        return Status("Waiting for daemon set spec update to be observed...", False)
    fields = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    desired, updated, available = _counts(daemon_set, *fields)
    waiting = f'Waiting for daemon set "{name}" rollout to finish:'
    if updated < desired:
        return Status(f"{waiting} {updated} out of {desired} new pods have been updated...", False)
    if available < desired:
        return Status(f"{waiting} {available} of {desired} updated pods are available...", False)
    return Status(f'daemon set "{name}" successfully rolled out', True)


def _stateful_set_status(stateful_set: Obj, revision: int) -> Status:  # noqa: ARG001
    _require_rolling_update(stateful_set)
    if not dig(stateful_set, "status", "observedGeneration") or not _is_observed(stateful_set):
        return Status("Waiting for statefulset spec update to be observed...", False)
    desired = dig(stateful_set, "spec", "replicas", default=0)
    ready, updated, current = _counts(stateful_set, "readyReplicas", "updatedReplicas", "currentReplicas")
    if ready < desired:
        return Status(f"Waiting for {desired - ready} pods to be ready...", False)
    rolling = dig(stateful_set, "spec", "updateStrategy", "rollingUpdate")
    if rolling is not None:
        wanted = desired - rolling.get("partition", desired)
        if updated < wanted:
            so_far = f"{updated} out of {wanted} new pods have been updated..."
            return Status(f"Waiting for partitioned roll out to finish: {so_far}", False)
        return Status(f"partitioned roll out complete: {updated} new pods have been updated...", True)
    new, old = (dig(stateful_set, "status", field, default="") for field in ("updateRevision", "currentRevision"))
    if new != old:
        so_far = f"{updated} pods at revision {new}..."
        return Status(f"waiting for statefulset rolling update to complete {so_far}", False)
    return Status(f"statefulset rolling update complete {current} pods at revision {old}...", True)


def _require_rolling_update(obj: Obj) -> None:
    if dig(obj, "spec", "updateStrategy", "type") != ROLLING_UPDATE:
        raise UserError(f"rollout status is only available for {ROLLING_UPDATE} strategy type")


def _is_observed(obj: Obj) -> bool:
    """Whether the controller has seen the spec as it is."""
    return bool(obj["metadata"].get("generation", 0) <= dig(obj, "status", "observedGeneration", default=0))


def _counts(obj: Obj, *fields: str) -> list[int]:
    found = obj.get("status") or {}
    return [int(found.get(field) or 0) for field in fields]


_STATUS_VIEWERS: dict[str, Callable[[Obj, int], Status]] = {
    "DaemonSet": _daemon_set_status,
    "Deployment": _deployment_status,
    "StatefulSet": _stateful_set_status,
}


# history


def history(obj: Obj, look: Look) -> list[Revision]:
    """The revisions of ``obj``, lowest first; UserError for a kind that has none."""
    _require_visitor(obj, "history", "history viewer")
    found = _deployment_history(obj, look) if obj["kind"] == "Deployment" else _controller_history(obj, look)
    return [found[number] for number in sorted(found)]


def find_revision(revisions: list[Revision], number: int) -> Revision:
    """The revision of that number, for ``rollout history --revision``; UserError."""
    for revision in revisions:
        if revision.number == number:
            return revision
    raise UserError("unable to find the specified revision")


def _deployment_history(deployment: Obj, look: Look) -> dict[int, Revision]:
    """By number; what ReplicaSets say of the same number, the new one says last."""
    found = {}
    for rs in _replica_sets(deployment, look):
        number = known_revision_of(rs)
        if number is not None:
            template = rs["spec"]["template"]
            cause = annotations_of(rs).get(CHANGE_CAUSE, "")
            found[number] = Revision(number, template, _with_change_cause(template, cause), cause, rs, rs)
    return found


def _with_change_cause(template: Obj, cause: str) -> Obj:
    """The template as kubectl shows it: with the ReplicaSet's change cause among its annotations."""
    if not cause:
        return template
    meta = template.get("metadata") or {}
    annotations = {**(meta.get("annotations") or {}), CHANGE_CAUSE: cause}
    return {**template, "metadata": {**meta, "annotations": annotations}}


def _replica_sets(deployment: Obj, look: Look) -> list[Obj]:
    """The old ones from the oldest, then the new one. Mirrors GetAllReplicaSets."""
    owned = look.owned(deployment, "ReplicaSet")
    new = find_new_replica_set(deployment, owned)
    return [*find_old_replica_sets(owned, new), *([] if new is None else [new])]


def _controller_history(obj: Obj, look: Look) -> dict[int, Revision]:
    """The ControllerRevisions of a DaemonSet or StatefulSet, by number."""
    found = {}
    for source in look.owned(obj, "ControllerRevision"):
        template = _template_in(source, obj)
        shown = {**obj, "spec": {**obj["spec"], "template": template}}
        cause = annotations_of(source).get(CHANGE_CAUSE, "")
        number = int(source["revision"])
        found[number] = Revision(number, template, template, cause, source, shown)
    return found


def _template_in(source: Obj, obj: Obj) -> Obj:
    """The pod template in a ControllerRevision: its data is a patch that replaces the object's."""
    template = dig(source, "data", "spec", "template", default=obj["spec"]["template"])
    return {name: value for name, value in template.items() if name != "$patch"}


# undo


def rollback_target(obj: Obj, look: Look, number: int) -> Revision:
    """The revision that an undo goes back to; 0 asks for the one before the last.

    UserError if there is none such, and for a kind that cannot be undone.
    """
    _require_visitor(obj, "rollbacker", "rollbacker")
    revisions = history(obj, look)
    if number != 0:
        for revision in revisions:
            if revision.number == number:
                return revision
        raise UserError(f"unable to find specified revision {number} in history")
    if len(revisions) < 2:
        raise UserError(_no_history(obj))
    return revisions[-2]


def _no_history(obj: Obj) -> str:
    if obj["kind"] == "Deployment":
        return f'no rollout history found for deployment "{obj["metadata"]["name"]}"'
    return "no last revision to roll back to"


def preview(obj: Obj, described: str) -> str:
    """What ``undo --dry-run=client`` says, given the target's template as ``describe`` prints it."""
    return described if obj["kind"] == "Deployment" else f"will roll back to {described}"


def rollback(obj: Obj, target: Revision, number: int) -> Rollback:
    """``obj`` with the target's template, or the word that it has it already; UserError for a paused Deployment.

    ``number`` is what the user asked for.
    """
    if obj["kind"] == "Deployment" and obj["spec"].get("paused"):
        how = "resume it first with 'kubectl rollout resume' and try again"
        raise UserError(f"you cannot rollback a paused deployment; {how}")
    if equal_ignore_hash(target.template, obj["spec"]["template"]):
        return Rollback(f"skipped rollback (current template already matches revision {number})", None)
    restored = {**obj, "spec": {**obj["spec"], "template": without_hash(target.template)}}
    if obj["kind"] == "Deployment":
        restored = with_metadata(restored, annotations=_annotations_after(obj, target.source))
    return Rollback("rolled back", restored)


def _annotations_after(deployment: Obj, rs: Obj) -> dict[str, str]:
    """The Deployment's own annotations, and the others as the ReplicaSet had them."""
    kept = {k: v for k, v in annotations_of(deployment).items() if k in ANNOTATIONS_TO_SKIP}
    return kept | {k: v for k, v in annotations_of(rs).items() if k not in ANNOTATIONS_TO_SKIP}


# pause, resume, restart


def pause(obj: Obj) -> Obj:
    """The Deployment, paused; UserError if it is, or is none."""
    if obj["kind"] != "Deployment":
        raise _refused(obj, "pausing is not supported")
    if obj["spec"].get("paused"):
        raise _refused(obj, "is already paused")
    return {**obj, "spec": {**obj["spec"], "paused": True}}


def resume(obj: Obj) -> Obj:
    """The Deployment, resumed; UserError if it is not paused, or is none."""
    if obj["kind"] != "Deployment":
        raise _refused(obj, "resuming is not supported")
    if not obj["spec"].get("paused"):
        raise _refused(obj, "is not paused")
    return {**obj, "spec": {name: value for name, value in obj["spec"].items() if name != "paused"}}


def restart(obj: Obj, now: int) -> Obj:
    """The object with ``now`` (ms) in its template, which makes new pods of it; UserError for other kinds."""
    if obj["kind"] not in _STATUS_VIEWERS:
        raise _refused(obj, "restarting is not supported")
    if obj["kind"] == "Deployment" and obj["spec"].get("paused"):
        raise _refused(obj, "can't restart paused deployment (run rollout resume first)")
    template = obj["spec"]["template"]
    meta = template.get("metadata") or {}
    annotations = {**(meta.get("annotations") or {}), RESTARTED_AT: rfc3339(now)}
    template = {**template, "metadata": {**meta, "annotations": annotations}}
    return {**obj, "spec": {**obj["spec"], "template": template}}


def _refused(obj: Obj, why: str) -> UserError:
    return UserError(f'{kinds.names_of(obj["kind"]).qualified} "{obj["metadata"]["name"]}" {why}')


# kinds without rollouts


def _require_visitor(obj: Obj, wanted: str, implementation: str) -> None:
    """UserError in kubectl's words for a kind that has no such thing."""
    kind = _group_kind(obj)
    if obj["kind"] not in VISITED_KINDS:
        group, _, _ = obj["apiVersion"].rpartition("/")
        element = f"{{{group} {obj['kind']}}}"
        raise UserError(f'error retrieving {wanted} for "{kind}", no visitor method exists for {element}')
    if obj["kind"] not in _STATUS_VIEWERS:
        raise UserError(f'no {implementation} has been implemented for "{kind}"')


def _group_kind(obj: Obj) -> str:
    """``Deployment.apps``, or ``Pod`` of the core group. Mirrors schema.GroupKind.String."""
    group, _, _ = obj["apiVersion"].rpartition("/")
    return f"{obj['kind']}.{group}" if group else str(obj["kind"])
