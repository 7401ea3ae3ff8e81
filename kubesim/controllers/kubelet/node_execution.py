"""Commands that are run on a node itself, as over ssh: what they find there, and what is kept of what they leave."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig, parse_time
from kubesim.containers import written
from kubesim.containers.evaluation.files import Files
from kubesim.containers.evaluation.setting import Setting
from kubesim.containers.host_paths import given_of
from kubesim.containers.image_files.node import IMAGE, files_of_node, programs_of_node
from kubesim.controllers.kubelet.execution import others_with, reconsider, store
from kubesim.controllers.kubelet.pod_server import is_node_down
from kubesim.controllers.kubelet.shared_files import written_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.found import Row

HOME = "/root"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_VARIABLES = {"HOME": HOME, "LANG": "C.UTF-8", "LOGNAME": "root", "PATH": _PATH, "SHELL": "/bin/bash", "USER": "root"}


class NodeDown(Exception):  # noqa: N818 - what a client says of it is its own affair
    """The node does not answer; the text is its name."""


class NodeExecution:
    """A command's place on a node that is up, as root. NodeDown; StatusError for a node that is not there."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.name = name
        if is_node_down(cluster, name):
            raise NodeDown(name)
        node = cluster.get("Node", "", name)
        #: When the node began (ms since the epoch), and how old it is (ms).
        self.begun = parse_time(node["metadata"]["creationTimestamp"])
        self.age = cluster.now - self.begun
        given = given_of(node)
        self.setting = Setting(
            environment=tuple(_VARIABLES.items()),
            is_whole=True,
            tools=programs_of_node(),
            folder=HOME,
            host_name=name,
            epoch=self.begun,
            user="0",
            image=IMAGE,
            given=given,
        )
        self._given = given
        self.files = self._files_now(cluster)

    def goes_on(self, cluster: Cluster) -> bool:
        """Whether the node is still there, and up."""
        return cluster.find("Node", "", self.name) is not None and not is_node_down(cluster, self.name)

    def _files_now(self, cluster: Cluster) -> Files:
        files = Files((), files_of_node(self._given, tuple(_folders(cluster, self.name))))
        files.take([at - self.begun, path, what] for at, path, what in _rows(cluster, self.name))
        return files.copy()

    def look_again(self, cluster: Cluster, *, at_all: bool) -> None:
        """See what has changed ``at_all`` by now; what this command has changed is kept already."""
        if at_all and self.goes_on(cluster):
            self.files.become(self._files_now(cluster))

    @property
    def has_changes(self) -> bool:
        """Whether the command has changed something that is not kept yet."""
        return self.files.has_changes

    def keep(self, cluster: Cluster) -> list[Key]:
        """Keep what the command has changed, and judge anew the pods that may see it; those are to be synced then."""
        rows = [[self.begun + at, path, what] for at, path, what in self.files.rows()]
        self.files.record_anew()
        if not rows or cluster.find("Node", "", self.name) is None:
            return []
        storage = written.on_node(self.name)
        store(cluster, storage, rows)
        concerned = others_with(cluster, storage, storage.key)
        for key in concerned:
            reconsider(cluster, key)
        return concerned


def _pods(cluster: Cluster, node: str) -> list[Obj]:
    return [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node and pod["spec"].get("volumes")]


def _folders(cluster: Cluster, node: str) -> Iterator[str]:
    """The folders that were made on a node for the pods that mount them, where they were not there."""
    storage = written.on_node(node)
    for pod in _pods(cluster, node):
        for container in pod["spec"]["containers"] if dig(pod, "status", "podIP") else ():
            for one in written.locations_of(cluster, pod, container):
                if one.storage == storage and one.folder:
                    yield one.folder


def _rows(cluster: Cluster, node: str) -> list[Row]:
    """What was written on a node by now (ms since the epoch): by commands, and by the programs of its pods."""
    storage = written.on_node(node)
    rows: list[Row] = [*written.stored_in(cluster, storage)]
    for pod in _pods(cluster, node):
        for container in (*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]):
            if any(one.storage == storage for one in written.locations_of(cluster, pod, container)):
                rows += [row for _, row in written_by(cluster, pod, container, {storage}, cluster.now)]
    return sorted(rows, key=lambda row: row[0])
