"""How far a rollout is: the sentences of ``rollout status``. Mirrors kubectl's polymorphichelpers/rollout_status.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, kind_of
from kubesim.api.revisions import revision_of
from kubesim.errors import UserError
from kubesim.kubectl.rollout_kinds import group_kind
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


ROLLING_UPDATE = "RollingUpdate"


class Status(NamedTuple):
    """How far a rollout is, in a line without its end, and whether it is done."""

    message: str
    done: bool


def status(obj: Obj, revision: int = 0) -> Status:
    """Whether the rollout of ``obj`` is done, and else what it waits for.

    ``revision``, if positive, is the one that is expected to run.  UserError for a rollout that has failed and for a
    kind without rollouts.
    """
    viewer = _STATUS_VIEWERS.get(kind_of(obj))
    if viewer is None:
        raise UserError(f"no status viewer has been implemented for {group_kind(obj)}")
    return viewer(obj, revision)


def is_rolled_out(obj: Obj) -> bool:
    """Whether ``rollout status`` would say so; of a kind or a strategy that it says nothing of, and a failure, not."""
    try:
        return status(obj).done
    except UserError:
        return False


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
    except ValueError as error:
        name = deployment["metadata"]["name"]
        raise UserError(f'cannot get the revision of deployment "{name}": {error}') from None
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
