"""Labels of nodes that pods of the old side ask for: since those run, there are nodes that have them."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Cluster

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def label_nodes(cluster: Cluster, specs: Iterable[Obj]) -> list[str]:
    """Label the workers as specs of pods ask, where no node is labelled so; gives the labels, in words."""
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
