"""Where a DaemonSet's pods belong, and how each is tied to its node.

Mirrors NodeShouldRunDaemonPod of pkg/controller/daemon/daemon_controller.go and
pkg/controller/daemon/util/daemonset_util.go.
"""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.api.well_known import (
    TAINT_NODE_DISK_PRESSURE,
    TAINT_NODE_MEMORY_PRESSURE,
    TAINT_NODE_NETWORK_UNAVAILABLE,
    TAINT_NODE_NOT_READY,
    TAINT_NODE_PID_PRESSURE,
    TAINT_NODE_UNREACHABLE,
    TAINT_NODE_UNSCHEDULABLE,
)
from kubesim.controllers.node_fit import REQUIRED, has_untolerated_taint, matches_node
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

# What every daemon pod tolerates: its node's troubles are no reason for it to go.
_TOLERATED = (
    (TAINT_NODE_NOT_READY, "NoExecute"),
    (TAINT_NODE_UNREACHABLE, "NoExecute"),
    (TAINT_NODE_DISK_PRESSURE, "NoSchedule"),
    (TAINT_NODE_MEMORY_PRESSURE, "NoSchedule"),
    (TAINT_NODE_PID_PRESSURE, "NoSchedule"),
    (TAINT_NODE_UNSCHEDULABLE, "NoSchedule"),
)
_TOLERATED_ON_HOST_NETWORK = (TAINT_NODE_NETWORK_UNAVAILABLE, "NoSchedule")


class Fit(NamedTuple):
    """Whether a pod is to be made on a node, and whether one that is there may stay."""

    should_run: bool
    should_continue: bool


def fit(spec: Obj, node: Obj) -> Fit:
    """What a pod spec, with a daemon's tolerations, is to do on a node."""
    if spec.get("nodeName") not in (None, "", node["metadata"]["name"]) or not matches_node(spec, node):
        return Fit(False, False)
    if has_untolerated_taint(spec, node, ("NoSchedule", "NoExecute")):
        return Fit(False, not has_untolerated_taint(spec, node, ("NoExecute",)))
    return Fit(True, True)


def with_daemon_tolerations(spec: Obj) -> Obj:
    """A pod spec that tolerates its node's troubles. Mirrors AddOrUpdateDaemonPodTolerations."""
    tolerations = list(spec.get("tolerations") or ())
    for key, effect in (*_TOLERATED, *([_TOLERATED_ON_HOST_NETWORK] if spec.get("hostNetwork") else ())):
        wanted = {"effect": effect, "key": key, "operator": "Exists"}
        same = [i for i, given in enumerate(tolerations) if _identity(given) == _identity(wanted)]
        for i in same:
            tolerations[i] = wanted
        if not same:
            tolerations.append(wanted)
    return {**spec, "tolerations": tolerations}


def _identity(toleration: Obj) -> list[str]:
    """What makes two tolerations the same one. Mirrors Toleration.MatchToleration."""
    return [toleration.get(field, "") for field in ("key", "effect", "operator", "value")]


def tied_to(spec: Obj, node_name: str) -> Obj:
    """A pod spec that the scheduler can place on that node alone. Mirrors ReplaceDaemonSetPodNodeNameNodeAffinity."""
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node_name]}]}
    affinity = spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    required = {**(node_affinity.get(REQUIRED) or {}), "nodeSelectorTerms": [term]}
    return {**spec, "affinity": {**affinity, "nodeAffinity": {**node_affinity, REQUIRED: required}}}


def target_node(pod: Obj) -> str | None:
    """The node that a daemon pod is on or is tied to; None if neither is so. Mirrors GetTargetNodeName."""
    name = pod["spec"].get("nodeName")
    if name:
        return str(name)
    for term in dig(pod, "spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms", default=()):
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In":
                return str(field["values"][0]) if len(field["values"]) == 1 else None
    return None
