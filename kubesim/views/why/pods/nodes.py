"""No node takes a pod: what each has against it."""

from __future__ import annotations

from kubesim.api.meta import Obj, labels_of
from kubesim.controllers.node_fit import NO_MATCH
from kubesim.controllers.node_room import NO_PORTS, requests_of
from kubesim.controllers.scheduler import filters
from kubesim.views.why import pressure
from kubesim.views.why.pods.amounts import amount_text
from kubesim.views.why.pods.fixes import FIXES
from kubesim.views.why.pods.search import (
    CONTROL_PLANE,
    free_of,
    is_control_plane,
    is_device,
    nodes_for,
    offered,
    search_of,
    spread_keys,
    untolerated,
)
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.model import Cause
    from kubesim.views.why.pods.case import PodCase
    from kubesim.views.why.pods.search import Search


def no_node(case: PodCase) -> Cause | None:
    """No node takes the pod."""
    search = search_of(case)
    if not search.nodes:
        return case.cause("NoNodes", "the cluster has no nodes", retry="schedule")
    if any(found is None for found in search.rejections.values()):
        return None
    text = f"no node takes it: {_reasons(search)}"
    if case.pinned_to and len(search.nodes) == 1:
        [node] = search.nodes
        text = f"its node {node['metadata']['name']} {_words(case, node, _found(search, node))[0]}"
    repairs = [repair for fix in FIXES for repair in fix(search)]
    return case.cause(_code(search), text, *repairs[:2], retry="schedule")


# the reasons in words


def _code(search: Search) -> str:
    """What keeps the pod from most nodes that are not the control plane's."""
    workers = [node for node in search.nodes if not is_control_plane(node)] if len(search.nodes) > 1 else search.nodes
    words = [_words(search.case, node, _found(search, node))[1] for node in workers]
    return max(dict.fromkeys(words), key=words.count) if words else "NodesTainted"


def _found(search: Search, node: Obj) -> filters.Rejection:
    found = search.rejections[node["metadata"]["name"]]
    assert found is not None
    return found


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
        taints = untolerated(case.spec, node)
        if all(taint["key"] == CONTROL_PLANE for taint in taints):
            return _CONTROL
        if pressed := pressure.text_of_taints(taints):
            return pressed, pressure.CODE
        return f"has the taint {', '.join(map(taint_text, taints))}", "NodesTainted"
    if reason == NO_MATCH:
        return f"does not match {_selection(case.spec, node)}", "NodesDoNotMatch"
    if reason.startswith("Insufficient "):
        short = [name.removeprefix("Insufficient ") for name in found.reasons if name.startswith("Insufficient ")]
        unknown = [name for name in short if is_device(name) and not offered(case, name)]
        if unknown:
            return f"has no {' and no '.join(unknown)}, which a device plugin would bring", "DeviceMissing"
        return f"has too little {' and '.join(_shortage(case, search_name) for search_name in short)}", "TooLittleRoom"
    if reason.endswith("(missing required label)"):
        keys = [key for key in spread_keys(case.spec) if key not in labels_of(node)]
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
    free = max((free_of(case, node).get(resource, 0) for node in nodes_for(case)), default=0)
    return f"{resource} ({amount_text(resource, asked)} asked for, {amount_text(resource, free)} free at most)"
