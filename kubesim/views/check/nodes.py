"""Nodes as the old side needs them: since its pods run, there are nodes with their labels and with room for them."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of, with_metadata
from kubesim.controllers.kubelet.pod_work import node_notes
from kubesim.controllers.node_room import allocatable, requests_of
from kubesim.controllers.scheduler.usage import node_usage
from kubesim.sim.images.name import parse_image
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.why.pods.amounts import amount_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Cluster
    from kubesim.controllers.node_room import Resources

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


class Pods(NamedTuple):
    """Pods with one spec: a number of them, or as many as there are nodes if ``is_everywhere``."""

    spec: Obj
    number: int
    is_everywhere: bool


def fit_nodes(cluster: Cluster, pods: Iterable[Pods]) -> list[str]:
    """Label and enlarge the workers as pods need them; gives what they were given, in words."""
    needed = list(pods)
    specs = [one.spec for one in needed]
    return [*_label_all(cluster, specs), *_enlarge(cluster, needed), *_load(cluster, specs)]


# images


def _load(cluster: Cluster, specs: Iterable[Obj]) -> list[str]:
    """Put the images on the workers that are never to be pulled."""
    containers = [one for spec in specs for one in (*(spec.get("initContainers") or ()), *spec["containers"])]
    never = dict.fromkeys(one["image"] for one in containers if one.get("imagePullPolicy") == "Never")
    names = {image: name for image in never if (name := parse_image(image)) is not None}
    for node in _workers(cluster):
        there = node_notes(cluster, node["metadata"]["name"])["images"]
        for name in names.values():
            there.setdefault(name.full, cluster.now)
    return [f"nodes with image {image}" for image in names]


# labels


def _label_all(cluster: Cluster, specs: Iterable[Obj]) -> list[str]:
    """Label the workers as specs of pods ask, where no node is labelled so."""
    labelled = []
    for spec in specs:
        for wanted in (spec.get("nodeSelector") or {}, _of_affinity(spec)):
            if wanted and not any(wanted.items() <= labels_of(node).items() for node in cluster.list("Node")):
                _label(cluster, wanted)
                labelled.append(f"nodes with {','.join(f'{name}={value}' for name, value in wanted.items())}")
        for topology in dict.fromkeys(_topologies(spec)):
            if not any(topology in labels_of(node) for node in cluster.list("Node")):
                _spread(cluster, topology)
                labelled.append(f"nodes of several {topology}")
    return labelled


def _workers(cluster: Cluster) -> list[Obj]:
    return [node for node in cluster.list("Node") if not node["spec"].get("taints")]


def _label(cluster: Cluster, labels: dict[str, str]) -> None:
    """Label the workers; if they have other values already, the last of them alone."""
    workers = _workers(cluster)
    free = [node for node in workers if not labels.keys() & labels_of(node).keys()]
    for node in free or workers[-1:]:
        cluster.update(with_metadata(node, labels={**labels_of(node), **labels}))


def _spread(cluster: Cluster, topology: str) -> None:
    """Give each worker a value of its own."""
    for number, node in enumerate(_workers(cluster), 1):
        value = f"{topology.rpartition('/')[2]}-{number}"
        cluster.update(with_metadata(node, labels={**labels_of(node), topology: value}))


def _of_affinity(spec: Obj) -> dict[str, str]:
    """Labels that the first of the terms of a required node affinity asks for."""
    terms = dig(spec, "affinity", "nodeAffinity", _REQUIRED, "nodeSelectorTerms", default=())
    found = {}
    for expression in dig(terms[0], "matchExpressions", default=()) if terms else ():
        if expression["operator"] == "In":
            found[expression["key"]] = expression["values"][0]
        elif expression["operator"] == "Exists":
            found[expression["key"]] = ""
    return found


def _topologies(spec: Obj) -> Iterator[str]:
    """The labels by which pods are to be spread or put together, where that is required."""
    for constraint in spec.get("topologySpreadConstraints") or ():
        if constraint.get("whenUnsatisfiable") == "DoNotSchedule":
            yield constraint["topologyKey"]
    for sort in ("podAffinity", "podAntiAffinity"):
        for term in dig(spec, "affinity", sort, _REQUIRED, default=()):
            yield term["topologyKey"]


# room


def _enlarge(cluster: Cluster, pods: Iterable[Pods]) -> list[str]:
    """Give the workers twice the room that pods need, of what they have not enough of."""
    workers = _workers(cluster)
    if not workers:
        return []
    free = [_free(cluster, node) for node in workers]
    there = {name: min(one.get(name, 0) for one in free) for name in free[0]}
    wanted = {name: amount for name, amount in _wanted(pods, len(workers)).items() if amount > there.get(name, 0)}
    for node in workers if wanted else ():
        texts = {name: f"{2 * amount}m" if name == "cpu" else str(2 * amount) for name, amount in wanted.items()}
        status = node["status"]
        room = {field: {**status[field], **texts} for field in ("allocatable", "capacity")}
        cluster.update_status(node, {**status, **room})
    return [f"nodes with {amount_text(name, 2 * amount)} {name}" for name, amount in wanted.items()]


def _free(cluster: Cluster, node: Obj) -> Resources:
    """What the pods of the cluster itself leave of a node."""
    used = node_usage(cluster)["nodes"].get(node["metadata"]["name"], {})
    return {name: amount - used.get(name, 0) for name, amount in allocatable(node).items()}


def _wanted(pods: Iterable[Pods], workers: int) -> Resources:
    """What each of so many workers needs: room for the largest pod, and for its share of all of them."""
    largest: Resources = {}
    shares: Resources = {}
    for one in pods:
        share = 1 if one.is_everywhere else -(-one.number // workers)
        for name, amount in requests_of(_with_requests(one.spec)).items():
            largest[name] = max(largest.get(name, 0), amount)
            shares[name] = shares.get(name, 0) + share * amount
    return {name: max(amount, shares[name]) for name, amount in largest.items()}


def _with_requests(spec: Obj) -> Obj:
    """The spec of pods of a template: what has a limit alone asks for that much."""
    fields = ("containers", "initContainers")
    return {**spec, **{field: [_asking(one) for one in spec[field]] for field in fields if spec.get(field)}}


def _asking(container: Obj) -> Obj:
    resources = container.get("resources") or {}
    requests = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {**container, "resources": {**resources, "requests": requests}}
