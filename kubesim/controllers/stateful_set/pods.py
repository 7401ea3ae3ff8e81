"""Creates, updates and deletes one pod of a StatefulSet, with an event for each.

Mirrors pkg/controller/statefulset/stateful_pod_control.go and newVersionedStatefulSetPod.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of, with_metadata
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY
from kubesim.controllers import admitted, controller_history, pod_control
from kubesim.controllers.event_recorder import record
from kubesim.controllers.stateful_set import claims
from kubesim.controllers.stateful_set.identity import identity_labels, identity_matches, ordinal_of, ordinals, pod_name
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.stateful_set.revisions import Revisions

COMPONENT = "statefulset-controller"


def create(cluster: Cluster, obj: Obj, revisions: Revisions, ordinal: int) -> None:
    """Make the pod of an ordinal, its claims first; StatusError where that is refused."""
    name = pod_name(obj, ordinal)
    try:
        create_claims(cluster, obj, ordinal)
        pod = _create_pod(cluster, obj, _revision_for(obj, revisions, ordinal), ordinal)
    except StatusError as error:
        _tell(cluster, obj, "Create", name, error)
        raise
    claims.sync_owners(cluster, obj, pod)
    _tell(cluster, obj, "Create", name)


def create_claims(cluster: Cluster, obj: Obj, ordinal: int) -> None:
    """Make the pod's claims that are not there; StatusError while one of them is being deleted."""
    for claim in claims.missing_claims(cluster, obj, ordinal):
        admitted.create(cluster, claim, COMPONENT)
        name, owner = claim["metadata"]["name"], obj["metadata"]["name"]
        message = f"Create Claim {name} Pod {pod_name(obj, ordinal)} in StatefulSet {owner} success"
        record(cluster, obj, "Normal", "SuccessfulCreate", message, COMPONENT)
    leaving = claims.leaving_claim(cluster, obj, ordinal)
    if leaving is not None:
        raise StatusError("Conflict", f"pvc {leaving['metadata']['name']} is being deleted", 409)


def _revision_for(obj: Obj, revisions: Revisions, ordinal: int) -> Obj:
    """Below the partition, or of those that are still at it, the current revision; else the update revision."""
    strategy = obj["spec"]["updateStrategy"]
    rolling = strategy.get("rollingUpdate")
    start = ordinals(obj).start
    if rolling is not None:
        is_current = ordinal < start + rolling.get("partition", 0)
    else:
        is_current = strategy["type"] == "RollingUpdate" and ordinal < start + dig(
            obj, "status", "currentReplicas", default=0
        )
    return revisions.current if is_current else revisions.update


def _create_pod(cluster: Cluster, obj: Obj, revision: Obj, ordinal: int) -> Obj:
    name = pod_name(obj, ordinal)
    template = controller_history.template_in(revision)
    given: Obj = {"hostname": name}
    if obj["spec"].get("serviceName"):
        given["subdomain"] = obj["spec"]["serviceName"]
    spec = claims.with_claims(obj, {**template["spec"], **given}, ordinal)
    return pod_control.create_pod(
        cluster,
        obj,
        COMPONENT,
        prototype=pod_control.prototype_of(cluster, {**template, "spec": spec}, obj["metadata"]["namespace"], name),
        name=name,
        labels={**identity_labels(obj, ordinal), CONTROLLER_REVISION_HASH_LABEL_KEY: revision["metadata"]["name"]},
        records_event=False,
    )


def mend(cluster: Cluster, obj: Obj, pod: Obj) -> None:
    """Give a pod back the labels that make it what it is, and its claims their owners. Mirrors UpdateStatefulPod."""
    is_changed = claims.sync_owners(cluster, obj, pod)
    if not identity_matches(obj, pod):
        labels = {**labels_of(pod), **identity_labels(obj, ordinal_of(pod))}
        cluster.update(with_metadata(pod, labels=labels))
        is_changed = True
    if is_changed:
        _tell(cluster, obj, "Update", pod["metadata"]["name"])


def delete(cluster: Cluster, obj: Obj, pod: Obj) -> None:
    pod_control.delete_pod(cluster, obj, pod, COMPONENT, records_event=False)
    _tell(cluster, obj, "Delete", pod["metadata"]["name"])


def _tell(cluster: Cluster, obj: Obj, verb: str, pod: str, error: StatusError | None = None) -> None:
    """Mirrors recordPodEvent."""
    about = f"{verb} Pod {pod} in StatefulSet {obj['metadata']['name']}"
    if error is None:
        record(cluster, obj, "Normal", f"Successful{verb}", f"{about} successful", COMPONENT)
    else:
        record(cluster, obj, "Warning", f"Failed{verb}", f"{about} failed error: {error}", COMPONENT)
