"""The volumes that a pod claims: whether they are there, which nodes reach them, and what has to be bound first.

Mirrors pkg/scheduler/framework/plugins/volumebinding (volume_binding.go, binder.go).
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import MINUTE, Obj, annotations_of, dig, is_terminating, labels_of, with_metadata
from kubesim.api.well_known import ANN_SELECTED_NODE
from kubesim.controllers import volume_matching as matching
from kubesim.controllers.volume_matching import CLAIM, NO_PROVISIONER, VOLUME
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NO_MATCH = "node(s) didn't find available persistent volumes to bind"
NOT_REACHED = "node(s) didn't match PersistentVolume's node affinity"
NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"

BIND_TIMEOUT = 10 * MINUTE  # a pod that has its node waits so long for its volumes
TIMED_OUT = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'


class Choice(NamedTuple):
    """The volumes of a pod on one node: those to bind, claim by claim, and the claims to make volumes for."""

    to_bind: tuple[tuple[Obj, Obj], ...]
    to_provision: tuple[Obj, ...]


def names(pod: Obj) -> list[str]:
    """The claims of a pod, those that are made for it included."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            found.append(str(volume["persistentVolumeClaim"]["claimName"]))
        elif "ephemeral" in volume:
            found.append(f"{pod['metadata']['name']}-{volume['name']}")
    return found


# before any node


def problem(cluster: Cluster, pod: Obj) -> str | None:
    """Why no node will do as long as the pod's claims are as they are; None if they are well. Mirrors PreFilter."""
    claims = names(pod)
    if not claims:
        return None
    why = next(filter(None, (_problem_of(cluster, pod, name) for name in claims)), None)
    if why is None:
        return None
    nodes = len(cluster.list("Node"))
    return f"0/{nodes} nodes are available: {why}. not found"


def _problem_of(cluster: Cluster, pod: Obj, name: str) -> str | None:
    claim = cluster.find(CLAIM, pod["metadata"]["namespace"], name)
    if claim is None:
        return f'persistentvolumeclaim "{name}" not found'
    volume = claim["spec"].get("volumeName")
    if dig(claim, "status", "phase") == "Lost":
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume or ""}"'
    if is_terminating(claim):
        return f'persistentvolumeclaim "{name}" is being deleted'
    if matching.is_bound(claim) or (not volume and matching.waits_for_consumer(cluster, claim)):
        return None
    return UNBOUND


# a node


def conflicts(cluster: Cluster, pod: Obj, node: Obj) -> tuple[str, ...]:
    """Why the pod's volumes keep it from the node. Mirrors FindPodVolumes."""
    if not names(pod):
        return ()
    claims = _claims(cluster, pod)
    volumes = [cluster.find(VOLUME, "", c["spec"]["volumeName"]) for c in claims if matching.is_bound(c)]
    reasons = []
    if any(volume is not None and not matching.reaches(volume, node) for volume in volumes):
        reasons.append(NOT_REACHED)
    if choose(cluster, pod, node) is None:
        reasons.append(NO_MATCH)
    if None in volumes:
        reasons.append(NO_VOLUME)
    return tuple(reasons)


def are_bound(cluster: Cluster, pod: Obj) -> bool:
    """Whether each of the pod's claims has its volume."""
    return all(map(matching.is_bound, _claims(cluster, pod)))


def _claims(cluster: Cluster, pod: Obj) -> list[Obj]:
    found = (cluster.find(CLAIM, pod["metadata"]["namespace"], name) for name in names(pod))
    return [claim for claim in found if claim is not None]


def choose(cluster: Cluster, pod: Obj, node: Obj) -> Choice | None:
    """What the pod's unbound claims get on the node, None if one of them gets nothing there.

    Mirrors findMatchingVolumes and checkVolumeProvisions: the claims that ask for least choose first.
    """
    unbound = [claim for claim in _claims(cluster, pod) if not matching.is_bound(claim)]
    unbound.sort(key=lambda claim: quantity.value(matching.requested(claim)))
    to_bind: dict[str, tuple[Obj, Obj]] = {}
    to_provision = []
    for claim in unbound:
        selected = annotations_of(claim).get(ANN_SELECTED_NODE)
        volume = None
        if selected is None:
            volume = matching.best_match(claim, cluster.list(VOLUME), node=node, taken=to_bind)
        if volume is not None:
            to_bind[volume["metadata"]["name"]] = volume, claim
        elif selected in (None, node["metadata"]["name"]) and _is_provisioned(cluster, claim, node):
            to_provision.append(claim)
        else:
            return None
    return Choice(tuple(to_bind.values()), tuple(to_provision))


def _is_provisioned(cluster: Cluster, claim: Obj, node: Obj) -> bool:
    """Whether the claim's class has volumes made for it that the node reaches."""
    found = matching.class_of(cluster, claim)
    if found is None or found.get("provisioner") in (None, "", NO_PROVISIONER):
        return False
    terms = found.get("allowedTopologies")
    return not terms or any(_is_topology_of(node, term) for term in terms)


def _is_topology_of(node: Obj, term: Obj) -> bool:
    """Mirrors MatchTopologySelectorTerms."""
    expressions = term.get("matchLabelExpressions") or ()
    return all(labels_of(node).get(e["key"]) in e["values"] for e in expressions)


# once there is a node


def reserve(cluster: Cluster, pod: Obj, node: Obj) -> bool:
    """Have the pod's volumes bound or made for its node; whether it has to wait for them. Mirrors BindPodVolumes."""
    if not names(pod):
        return False
    choice = choose(cluster, pod, node)
    assert choice is not None, "the node was filtered by it"
    for volume, claim in choice.to_bind:
        cluster.update(matching.reserved_for(volume, claim))
    for claim in choice.to_provision:
        notes = {**annotations_of(claim), ANN_SELECTED_NODE: node["metadata"]["name"]}
        cluster.update(with_metadata(claim, annotations=notes))
    return bool(choice.to_bind or choice.to_provision)
