"""The cluster's own pods: what already runs in the kube-system of a new cluster.

They are not lived through: ``system.txt`` is what the controllers made of their manifests (tools/generate_system.py),
with marks for what differs from cluster to cluster.

- ``<u 3>``, ``<n 3>``: the uid of object 3, and the letters at the end of its generated name,
- ``<c 3 coredns>``: the id of that container of object 3,
- ``<t 12>``, ``<m 12000>``: the instant 12 s after the control plane came up, as text, or as a number of ms,
- ``<u node>``, ``<node>``, ``<ip>``: the uid, name and address of a node; ``<nodes>``: how many there are.

The objects that each node has are numbered from ``n0`` on.
"""

from __future__ import annotations

import os

from kubesim.api.identity import container_id_of
from kubesim.api.meta import HOUR, SECOND, Obj, dig, rfc3339
from kubesim.sim.profiles import BARE, KIND
from kubesim.startup.json_text import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

    from kubesim.cluster import Cluster

UP_TIME = 2 * HOUR  # of a new cluster before its first command, so that events about its first minutes have expired
CONTROL_PLANE = "controlplane"
NAMESPACE = "kube-system"

_MARK = r'"<(m) (\d+)>"|"<(nodes)>"|<([unct]) (\w+)(?: ([\w-]+))?>|<(node|ip)>'


def install(cluster: Cluster) -> None:
    """Put what a new cluster of its profile runs into a cluster that has its nodes; a bare one runs nothing."""
    if cluster.profile == BARE:
        return
    texts = _sections()
    nodes = cluster.list("Node")
    first = cluster.get("Node", "", CONTROL_PLANE)
    marks = _Marks(cluster, first, len(nodes))
    for name in ("add-ons", *(["local-path"] if cluster.profile == KIND else []), "static"):
        _place(cluster, marks.fill(texts[name]))
    for node in nodes:
        _place(cluster, _Marks(cluster, node, len(nodes), marks).fill(texts["node"]))


def _place(cluster: Cluster, rows: list[Obj]) -> None:
    """Store the objects; a node's later pods have numbers above those of its first ones, and so other addresses."""
    for row in rows:
        record = row.get("record")
        cluster.place(row["object"], record)
        node = dig(row["object"], "spec", "nodeName")
        if record is not None and node == CONTROL_PLANE:
            taken = cluster.notes("kubelet").setdefault("taken", {})
            taken[node] = max(taken.get(node, 0), record["serial"])


def images() -> list[str]:
    """The images of a system's pods."""
    import re

    return sorted(set(re.findall(r'"image":"([^"]+)"', "".join(_sections().values()))))


def mirror_pod(cluster: Cluster, name: str) -> tuple[Obj, Obj] | None:
    """A new mirror of the control plane's static pod of that name, and the kubelet's record; None of another name."""
    first = cluster.find("Node", "", CONTROL_PLANE)
    if first is None or cluster.profile == BARE or not name.endswith(f"-{CONTROL_PLANE}"):
        return None
    rows = _Marks(cluster, first, 1).fill(_sections()["static"])
    row = next((row for row in rows if row["object"]["metadata"]["name"] == name), None)
    if row is None:
        return None
    row["object"]["metadata"]["creationTimestamp"] = rfc3339(cluster.now)
    return row["object"], row["record"]


def _sections() -> dict[str, str]:
    """The JSON lists of ``system.txt``, each with its marks, by their names."""
    with open(os.path.join(os.path.dirname(__file__), "system.txt"), encoding="utf-8") as file:
        return dict(line.split("\t", 1) for line in file)


class _Marks:
    """What marks stand for in one cluster, about one node. What ``shared`` has numbered is the same for all."""

    def __init__(self, cluster: Cluster, node: Obj, nodes: int, shared: _Marks | None = None) -> None:
        self._cluster = cluster
        self._node = node
        self._nodes = nodes
        self._shared = shared
        self._uids: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}
        self._booted = int(cluster.head["epoch"])

    def fill(self, text: str) -> list[Obj]:
        import re

        filled: list[Obj] = loads(re.sub(_MARK, self._value, text))
        return filled

    def _value(self, mark: re.Match[str]) -> str:
        if mark[1]:
            return str(self._booted + int(mark[2]))
        if mark[3]:
            return str(self._nodes)
        if mark[7]:
            return self._of_node(mark[7])
        sort, number = mark[4], mark[5]
        if sort == "t":
            return rfc3339(self._booted + int(number) * SECOND)
        if sort == "c":
            return container_id_of(self._uid(number), mark[6], 0)
        return self._uid(number) if sort == "u" else self._suffix(number)

    def _of_node(self, what: str) -> str:
        if what == "node":
            return str(self._node["metadata"]["name"])
        return str(dig(self._node, "status", "addresses", default=[{}])[0].get("address", ""))

    def _uid(self, number: str) -> str:
        if number == "node":
            return str(self._node["metadata"]["uid"])
        if self._shared is not None and not number.startswith("n"):
            return self._shared._uid(number)
        if number not in self._uids:
            self._uids[number] = self._cluster.new_uid()
        return self._uids[number]

    def _suffix(self, number: str) -> str:
        if number not in self._suffixes:
            self._suffixes[number] = self._cluster.random_suffix()
        return self._suffixes[number]
