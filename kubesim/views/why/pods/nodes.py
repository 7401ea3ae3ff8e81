"""No node takes a pod: what each has against it, and what would make one take it.

What would help is not guessed from the reasons: a node or a pod is changed on paper, and the scheduler's own filters
are asked again.
"""

from __future__ import annotations

from functools import partial

from kubesim.api.meta import Key, Obj, controller_of, dig, key_of, labels_of, with_metadata
from kubesim.api.well_known import TAINT_NODE_UNSCHEDULABLE
from kubesim.controllers.node_fit import NO_MATCH, REQUIRED, tolerates
from kubesim.controllers.node_room import NO_PORTS, allocatable, requests_of
from kubesim.controllers.scheduler import filters, usage
from kubesim.sim.images.slips import nearest
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.why import pressure
from kubesim.views.why.model import command
from kubesim.views.why.pods.amounts import amount_text, halved
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import PodCase

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
#: Taints that the cluster puts on nodes by itself, and takes off again.
_BY_ITSELF = "node.kubernetes.io/"


class Search(NamedTuple):
    """The search of a pod for a node: every node, and why it turns the pod down."""

    case: PodCase
    nodes: Sequence[Obj]
    rejections: dict[str, filters.Rejection | None]

    def takes(self, node: Obj, spec: Obj | None = None) -> bool:
        """Whether a node would take the pod, with another spec if one is given."""
        return _rejection(self.case, node, spec) is None


def search_of(case: PodCase) -> Search:
    nodes = case.cluster.list("Node")
    return Search(case, nodes, {node["metadata"]["name"]: _rejection(case, node) for node in nodes})


def _rejection(
    case: PodCase, node: Obj, spec: Obj | None = None, used: Obj | None = None, absent: frozenset[Key] = frozenset()
) -> filters.Rejection | None:
    pod = case.pod if spec is None else {**case.pod, "spec": spec}
    in_use = usage.node_usage(case.cluster) if used is None else used
    requests, known = requests_of(pod["spec"]), filters.Suitability()
    return filters.rejection(filters.Attempt(case.cluster, pod, requests, in_use, known, absent), node)


def no_node(case: PodCase) -> Cause | None:
    """No node takes the pod."""
    search = search_of(case)
    if not search.nodes:
        return case.cause("NoNodes", "the cluster has no nodes", retry="schedule")
    if any(found is None for found in search.rejections.values()):
        return None
    text = f"no node takes it: {_reasons(search)}"
    repairs = [repair for fix in FIXES for repair in fix(search)]
    return case.cause(_code(search), text, *repairs[:2], retry="schedule")


# the reasons in words


def _code(search: Search) -> str:
    """What keeps the pod from most nodes that are not the control plane's."""
    words = [_words(search.case, node, _found(search, node))[1] for node in search.nodes if not _is_control_plane(node)]
    return max(dict.fromkeys(words), key=words.count) if words else "NodesTainted"


def _found(search: Search, node: Obj) -> filters.Rejection:
    found = search.rejections[node["metadata"]["name"]]
    assert found is not None
    return found


def _is_control_plane(node: Obj) -> bool:
    return any(taint["key"] == CONTROL_PLANE for taint in node["spec"].get("taints") or ())


def _reasons(search: Search) -> str:
    """``2 nodes have the taint gpu=true:NoSchedule, 1 node is the control plane's``."""
    words = [_words(search.case, node, _found(search, node))[0] for node in search.nodes]
    groups = sorted(dict.fromkeys(words), key=lambda text: (text == _CONTROL[0], -words.count(text)))
    first, *rest = (_counted(text, words.count(text)) for text in groups)
    return ", ".join([first, *(text.replace(" nodes ", " ", 1).replace(" node ", " ", 1) for text in rest)])


def _counted(text: str, count: int) -> str:
    verb, _, rest = text.partition(" ")
    plural = {"has": "have", "is": "are", "does": "do", "lacks": "lack", "says:": "say:"}.get(verb, verb)
    return f"{counted(count, 'node')} {verb if count == 1 else plural} {rest}"


_CONTROL = ("is the control plane's", "NodesTainted")


def _words(case: PodCase, node: Obj, found: filters.Rejection) -> tuple[str, str]:
    """What a node has against the pod, as a predicate, and its code."""
    reason = found.reasons[0]
    if reason == "node(s) were unschedulable":
        return "is cordoned", "NodesCordoned"
    if "taint" in reason:
        taints = _untolerated(case.spec, node)
        if all(taint["key"] == CONTROL_PLANE for taint in taints):
            return _CONTROL
        if pressed := pressure.text_of_taints(taints):
            return pressed, pressure.CODE
        return f"has the taint {', '.join(map(taint_text, taints))}", "NodesTainted"
    if reason == NO_MATCH:
        return f"does not match {_selection(case.spec, node)}", "NodesDoNotMatch"
    if reason.startswith("Insufficient "):
        short = [name.removeprefix("Insufficient ") for name in found.reasons if name.startswith("Insufficient ")]
        return f"has too little {' and '.join(_shortage(case, search_name) for search_name in short)}", "TooLittleRoom"
    if reason.endswith("(missing required label)"):
        keys = [key for key in _spread_keys(case.spec) if key not in labels_of(node)]
        return f"lacks the label {', '.join(keys)}, by which the pods are to be spread", "TopologySpread"
    return _OTHERS.get(reason, (f"says: {reason.replace('node(s) ', '')}", "NodesRefuse"))


_OTHERS = {
    NO_PORTS: ("has the host port taken", "HostPortTaken"),
    "Too many pods": ("has as many pods as it may", "TooManyPods"),
    "node(s) didn't match pod anti-affinity rules": ("has a pod that the anti-affinity shuns", "AntiAffinity"),
    "node(s) didn't satisfy existing pods anti-affinity rules": (
        "has a pod whose anti-affinity shuns it",
        "AntiAffinity",
    ),
    "node(s) didn't match pod affinity rules": ("has no pod that the affinity asks for", "Affinity"),
    "node(s) didn't match pod topology spread constraints": (
        "has more such pods than maxSkew allows",
        "TopologySpread",
    ),
    "node(s) didn't match PersistentVolume's node affinity": ("does not reach the pod's volume", "VolumeElsewhere"),
    "node(s) didn't find available persistent volumes to bind": ("has no volume for the pod's claim", "NoVolume"),
}


def _spread_keys(spec: Obj) -> list[str]:
    """The labels by which pods have to be spread."""
    constraints = spec.get("topologySpreadConstraints") or ()
    return [one["topologyKey"] for one in constraints if one.get("whenUnsatisfiable") == "DoNotSchedule"]


def _untolerated(spec: Obj, node: Obj) -> list[Obj]:
    taints = node["spec"].get("taints") or ()
    return [taint for taint in taints if taint["effect"] in filters.HARD_EFFECTS and not tolerates(spec, taint)]


def taint_text(taint: Obj) -> str:
    """``gpu=true:NoSchedule``, as ``kubectl taint`` takes it."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _selection(spec: Obj, node: Obj) -> str:
    """What of the selector a node does not have."""
    labels = labels_of(node)
    missing = [f"{key}={value}" for key, value in (spec.get("nodeSelector") or {}).items() if labels.get(key) != value]
    return f"nodeSelector {','.join(missing)}" if missing else "the node affinity"


def _shortage(case: PodCase, resource: str) -> str:
    """``cpu (8 asked for, 3.9 free at most)``."""
    asked = requests_of(case.spec).get(resource, 0)
    free = max((_free(case, node).get(resource, 0) for node in case.cluster.list("Node")), default=0)
    return f"{resource} ({amount_text(resource, asked)} asked for, {amount_text(resource, free)} free at most)"


def _free(case: PodCase, node: Obj) -> dict[str, int]:
    """What a node has to give that no pod has asked for."""
    used = usage.node_usage(case.cluster)["nodes"].get(node["metadata"]["name"], {})
    return {name: max(0, amount - used.get(name, 0)) for name, amount in allocatable(node).items()}


# what would help


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
    wanted, keys = _wanted_labels(search.case.spec), _spread_keys(search.case.spec)
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
    nodes = sorted(search.nodes, key=_is_control_plane)
    are_all_control = all(map(_is_control_plane, nodes))
    for node in nodes:
        taints = [t for t in _untolerated(search.case.spec, node) if not t["key"].startswith(_BY_ITSELF)]
        if not taints or (_is_control_plane(node) and not are_all_control):
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


def _with_requests(spec: Obj, name: str, requests: dict[str, str]) -> Obj:
    def changed(container: Obj) -> Obj:
        if container["name"] != name:
            return container
        resources = container["resources"]
        return {**container, "resources": {**resources, "requests": {**resources["requests"], **requests}}}

    return {**spec, "containers": [changed(container) for container in spec["containers"]]}


def _room_for_all(search: Search, spec: Obj) -> bool:
    """Whether the nodes have room for as many such pods as the workload is to have, its present ones aside."""
    case, obj = search.case, search.case.target.obj
    wanted = int(obj["spec"].get("replicas", 1)) + (1 if obj["kind"] == "Deployment" else 0)
    asked = {name: amount for name, amount in requests_of(spec).items() if amount}
    rooms = 0
    for node in search.nodes:
        found = _rejection(case, node, {**spec, "containers": [_light(c) for c in spec["containers"]]})
        if found is None:
            free = _free_without(search, node)
            rooms += min((free.get(name, 0) // amount for name, amount in asked.items()), default=wanted)
    return rooms >= wanted


def _light(container: Obj) -> Obj:
    """A container that asks for nothing."""
    return {**container, "resources": {}}


def _free_without(search: Search, node: Obj) -> dict[str, int]:
    """What a node has to give if the workload's own pods were gone."""
    free = _free(search.case, node)
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
    for node in search.nodes:
        here = [pod for pod in old if pod["spec"]["nodeName"] == node["metadata"]["name"]]
        used = usage.imagined(usage.node_usage(case.cluster), node["metadata"]["name"], gone=here)
        if here and _rejection(case, node, None, used, frozenset(map(key_of, here))) is None:
            body = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'
            yield command("patch", case.target.title, "-p", body, note="an old pod goes before a new one comes")
            return


def _fewer(search: Search) -> Iterator[Repair]:
    """Scale down to the pods that have a node."""
    case = search.case
    placed = [pod for pod in _siblings(case) if pod["spec"].get("nodeName") and usage.takes_room(pod)]
    is_scaled = case.target.kind in ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
    if is_scaled and 0 < len(placed) < int(case.target.obj["spec"].get("replicas", 1)):
        yield command("scale", case.target.title, f"--replicas={len(placed)}")


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
    _no_surge,
    _lower_requests,
    partial(_relax, "affinity.podAffinity", {"affinity": {"podAffinity": None}}),
    _fewer,
    partial(_relax, "affinity.podAntiAffinity", {"affinity": {"podAntiAffinity": None}}),
    partial(_relax, "topologySpreadConstraints", {"topologySpreadConstraints": None}),
)
