"""What would make a node take a pod: a node or the pod is changed on paper, and the scheduler's filters decide."""

from __future__ import annotations

from functools import partial

from kubesim.api.meta import Obj, controller_of, dig, key_of, labels_of, with_metadata
from kubesim.api.well_known import TAINT_NODE_UNSCHEDULABLE
from kubesim.controllers.node_fit import REQUIRED
from kubesim.controllers.node_room import NO_PORTS, requests_of
from kubesim.controllers.scheduler import usage
from kubesim.golang.json import dumps
from kubesim.sim.images.slips import nearest
from kubesim.views.why import pressure
from kubesim.views.why.model import command
from kubesim.views.why.pods.amounts import halved
from kubesim.views.why.pods.search import (
    free_of,
    is_control_plane,
    is_device,
    offered,
    rejection_of,
    spread_keys,
    untolerated,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.why.model import Repair
    from kubesim.views.why.pods.case import PodCase
    from kubesim.views.why.pods.search import Search

#: Taints that the cluster puts on nodes by itself, and takes off again.
_BY_ITSELF = "node.kubernetes.io/"


def _uncordon(search: Search) -> Iterator[Repair]:
    for node in search.nodes:
        if node["spec"].get("unschedulable") and search.takes(_without_taints(node, (TAINT_NODE_UNSCHEDULABLE,))):
            yield command("uncordon", node["metadata"]["name"], is_namespaced=False)
            return


def _without_taints(node: Obj, keys: Sequence[str]) -> Obj:
    """A node as it were without some taints, and not cordoned if that is one of them."""
    spec = {**node["spec"], "taints": [t for t in node["spec"].get("taints") or () if t["key"] not in keys]}
    if TAINT_NODE_UNSCHEDULABLE in keys:
        spec["unschedulable"] = False
    return {**node, "spec": spec}


def _end_shortage(search: Search) -> Iterator[Repair]:
    """Give a node back its disk or its memory."""
    for node in search.nodes:
        end = pressure.ending(search.case.cluster, node["metadata"]["name"])
        if end is not None and search.takes(_without_taints(node, pressure.TAINTS)):
            yield end
            return


def _slip(search: Search) -> Iterator[Repair]:
    """The node selector means a label that nodes have by a name or a value that is near."""
    selector = search.case.spec.get("nodeSelector") or {}
    for key, value in selector.items():
        labels = [labels_of(node) for node in search.nodes]
        near = nearest(key, sorted({name for of in labels for name in of}))
        near_value = nearest(value, sorted({of[key] for of in labels if key in of}))
        for change in ({key: None, near: value}, {key: near_value}):
            if None in change or change == {key: None}:
                continue
            changed = {name: text for name, text in {**selector, **change}.items() if text is not None}
            if any(search.takes(node, {**search.case.spec, "nodeSelector": changed}) for node in search.nodes):
                yield search.case.target.patch({"nodeSelector": change})
                return


def _label(search: Search) -> Iterator[Repair]:
    """Give a node the labels that the pod asks for; one by which pods are spread gets a value of its own."""
    wanted, keys = _wanted_labels(search.case.spec), spread_keys(search.case.spec)
    for node in search.nodes if wanted or keys else ():
        missing = {key: value for key, value in wanted.items() if labels_of(node).get(key) != value}
        missing.update((key, node["metadata"]["name"]) for key in keys if key not in {**labels_of(node), **missing})
        labelled = with_metadata(node, labels={**labels_of(node), **missing})
        if missing and search.takes(labelled, {**search.case.spec, "topologySpreadConstraints": []} if keys else None):
            overwrite = ("--overwrite",) if any(key in labels_of(node) for key in missing) else ()
            words = [f"{key}={value}" for key, value in missing.items()]
            yield command("label", "node", node["metadata"]["name"], *words, *overwrite, is_namespaced=False)
            return


def _wanted_labels(spec: Obj) -> dict[str, str]:
    """Labels with which a node would suit the selector and the first term of the required affinity."""
    wanted = dict(spec.get("nodeSelector") or {})
    terms = dig(spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms", default=())
    for expression in (terms[0].get("matchExpressions") or ()) if terms else ():
        if expression["operator"] == "In":
            wanted[expression["key"]] = expression["values"][0]
        elif expression["operator"] == "Exists":
            wanted[expression["key"]] = ""
    return wanted


def _untaint(search: Search) -> Iterator[Repair]:
    """Take a taint off a node, the control plane's last; or let the pod tolerate it."""
    nodes = sorted(search.nodes, key=is_control_plane)
    are_all_control = all(map(is_control_plane, nodes))
    for node in nodes:
        taints = [t for t in untolerated(search.case.spec, node) if not t["key"].startswith(_BY_ITSELF)]
        if not taints or (is_control_plane(node) and not are_all_control):
            continue
        if not search.takes(_without_taints(node, [taint["key"] for taint in taints])):
            continue
        words = [f"{taint['key']}:{taint['effect']}-" for taint in taints]
        yield command("taint", "node", node["metadata"]["name"], *words, is_namespaced=False)
        yield _toleration(search.case, taints)
        return


def _toleration(case: PodCase, taints: Sequence[Obj]) -> Repair:
    own = [t for t in case.spec.get("tolerations") or () if not str(t.get("key", "")).startswith(_BY_ITSELF)]
    added = [
        {
            "key": t["key"],
            "effect": t["effect"],
            **({"value": t["value"]} if t.get("value") else {"operator": "Exists"}),
        }
        for t in taints
    ]
    return case.target.patch({"tolerations": [*own, *added]})


def _lower_requests(search: Search) -> Iterator[Repair]:
    """Ask for half of what is short, or half of that, until all pods of the workload have room."""
    case = search.case
    short = {r.removeprefix("Insufficient ") for found in search.rejections.values() if found for r in found.reasons}
    for container in case.spec["containers"]:
        asked = dig(container, "resources", "requests", default={})
        lower = {name: text for name, text in asked.items() if name in short}
        while lower := {name: halved(text) for name, text in lower.items()}:
            if not all(lower.values()):
                break
            spec = _with_requests(case.spec, container["name"], lower)
            if _room_for_all(search, spec):
                yield case.target.set_resources(container["name"], "requests", lower)
                return


def _devices(search: Search) -> Iterator[Repair]:
    """Back, or without the devices that no node has; or a node that says it has them, as for a device plugin."""
    case = search.case
    missing = {n: a for n, a in requests_of(case.spec).items() if a and is_device(n) and not offered(case, n)}
    if not missing:
        return
    undo = case.target.undo()
    if undo is not None:
        yield undo
    lacking = dict.fromkeys(missing)
    asking = [
        {"name": one["name"], "resources": {"limits": lacking, "requests": lacking}}
        for one in case.spec["containers"]
        if any(dig(one, "resources", sort, name) is not None for sort in ("limits", "requests") for name in missing)
    ]
    yield case.target.patch({"containers": asking})._replace(note="without it")
    wanted = _wanted_pods(case)
    amounts = {name: str(amount * wanted) for name, amount in missing.items()}
    for node in search.nodes if len(search.nodes) > 1 else ():
        room = {field: {**node["status"][field], **amounts} for field in ("capacity", "allocatable")}
        if search.takes({**node, "status": {**node["status"], **room}}):
            body = dumps({"status": {"capacity": amounts, "allocatable": amounts}}, sort_keys=False)
            name = node["metadata"]["name"]
            yield command("patch", "node", name, "--subresource=status", "-p", body, is_namespaced=False)._replace(
                note="the node says that it has it"
            )
            return


def _wanted_pods(case: PodCase) -> int:
    """How many pods the workload has at most while it rolls out by one."""
    obj = case.target.obj
    return int(obj["spec"].get("replicas", 1)) + (1 if obj["kind"] == "Deployment" else 0)


def _with_requests(spec: Obj, name: str, requests: dict[str, str]) -> Obj:
    def changed(container: Obj) -> Obj:
        if container["name"] != name:
            return container
        resources = container["resources"]
        return {**container, "resources": {**resources, "requests": {**resources["requests"], **requests}}}

    return {**spec, "containers": [changed(container) for container in spec["containers"]]}


def _room_for_all(search: Search, spec: Obj) -> bool:
    """Whether the nodes have room for as many such pods as the workload is to have, its present ones aside."""
    case = search.case
    wanted = _wanted_pods(case)
    asked = {name: amount for name, amount in requests_of(spec).items() if amount}
    rooms = 0
    for node in search.nodes:
        found = rejection_of(case, node, {**spec, "containers": [_light(c) for c in spec["containers"]]})
        if found is None:
            free = _free_without(search, node)
            rooms += min((free.get(name, 0) // amount for name, amount in asked.items()), default=wanted)
    return rooms >= wanted


def _light(container: Obj) -> Obj:
    """A container that asks for nothing."""
    return {**container, "resources": {}}


def _free_without(search: Search, node: Obj) -> dict[str, int]:
    """What a node has to give if the workload's own pods were gone."""
    free = free_of(search.case, node)
    for pod in _siblings(search.case):
        if pod["spec"].get("nodeName") == node["metadata"]["name"] and usage.takes_room(pod):
            for name, amount in requests_of(pod["spec"]).items():
                free[name] = free.get(name, 0) + amount
    return free


def _siblings(case: PodCase) -> list[Obj]:
    """The pods of the same workload, old and new."""
    obj, cluster = case.target.obj, case.cluster
    if obj["kind"] == "Deployment":
        return [pod for rs in cluster.owned(obj, "ReplicaSet") for pod in cluster.owned(rs, "Pod")]
    return [] if case.target.is_pods_own() else cluster.owned(obj, "Pod")


def _no_surge(search: Search) -> Iterator[Repair]:
    """Let an old pod go before the new one comes, where it is the old one that takes the room."""
    case = search.case
    rolling = dig(case.target.obj, "spec", "strategy", "rollingUpdate")
    mine = controller_of(case.pod)
    if case.target.kind != "Deployment" or rolling is None or mine is None:
        return
    old = [
        p for p in _siblings(case) if p["spec"].get("nodeName") and (controller_of(p) or {}).get("uid") != mine["uid"]
    ]
    if _is_one_each(search) and not _have_nodes_enough(search, old):
        return
    for node in search.nodes:
        here = [pod for pod in old if pod["spec"]["nodeName"] == node["metadata"]["name"]]
        used = usage.imagined(usage.node_usage(case.cluster), node["metadata"]["name"], gone=here)
        if here and rejection_of(case, node, None, used, frozenset(map(key_of, here))) is None:
            body = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'
            yield command("patch", case.target.title, "-p", body, note="an old pod goes before a new one comes")
            return


def _is_one_each(search: Search) -> bool:
    """Whether a node has room for one such pod alone: by its host port, or since the pods shun each other."""
    reasons = [reason for found in search.rejections.values() if found is not None for reason in found.reasons]
    return any(reason == NO_PORTS or "anti-affinity" in reason for reason in reasons)


def _have_nodes_enough(search: Search, old: Sequence[Obj]) -> bool:
    """Whether there is a node for each of the new pods once all old ones are gone."""
    case, gone = search.case, frozenset(map(key_of, old))
    new = [p for p in _siblings(case) if p["spec"].get("nodeName") and key_of(p) not in gone and usage.takes_room(p)]
    free = 0
    for node in search.nodes:
        name = node["metadata"]["name"]
        here = [pod for pod in old if pod["spec"]["nodeName"] == name]
        used = usage.imagined(usage.node_usage(case.cluster), name, gone=here)
        free += rejection_of(case, node, None, used, gone) is None
    return len(new) + free >= int(case.target.obj["spec"].get("replicas", 1))


def _fewer(search: Search) -> Iterator[Repair]:
    """Scale down to the pods that have a node."""
    case = search.case
    placed = [pod for pod in _siblings(case) if pod["spec"].get("nodeName") and usage.takes_room(pod)]
    is_scaled = case.target.kind in ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
    if is_scaled and 0 < len(placed) < int(case.target.obj["spec"].get("replicas", 1)):
        yield command("scale", case.target.title, f"--replicas={len(placed)}")


def _back(search: Search) -> Iterator[Repair]:
    """The revision before."""
    undo = search.case.target.undo()
    if undo is not None:
        yield undo


def _relax(field: str, change: Obj, search: Search) -> Iterator[Repair]:
    """Do without a rule about other pods."""
    case = search.case
    given = dig(case.spec, *field.split("."))
    if given is None:
        return
    head, _, rest = field.partition(".")
    spec = {**case.spec, head: {k: v for k, v in case.spec[head].items() if k != rest} if rest else []}
    if any(search.takes(node, spec) for node in search.nodes):
        yield case.target.patch(change)._replace(note=f"without {rest or head}")


FIXES = (
    _uncordon,
    _end_shortage,
    _slip,
    _label,
    _untaint,
    _devices,
    _no_surge,
    _lower_requests,
    partial(_relax, "affinity.podAffinity", {"affinity": {"podAffinity": None}}),
    _fewer,
    partial(_relax, "affinity.podAntiAffinity", {"affinity": {"podAntiAffinity": None}}),
    partial(_relax, "topologySpreadConstraints", {"topologySpreadConstraints": None}),
    _back,
)
