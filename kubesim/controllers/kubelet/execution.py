"""Commands that are run in running containers: what they find there, and what is kept of what they leave behind.

Mirrors pkg/kubelet/server's exec and kuberuntime's ExecSync and GetExec, as far as anybody sees them.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import Key, Obj, copy_of, key_of
from kubesim.containers import written
from kubesim.containers.evaluation.found import FileError
from kubesim.controllers.kubelet import lives, probe_worker
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.kubelet.present import AHEAD, present
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.files import Files
    from kubesim.containers.evaluation.found import Row
    from kubesim.controllers.kubelet.records import ContainerRecord


class NotRunning(Exception):  # noqa: N818 - what the kubelet answers, which each verb words in its own way
    """There is no running container of that name; the text is the kubelet's."""


class Execution:
    """A command's place in the running instance of a pod's container. NotRunning."""

    #: Whether the command is the container's own program.
    is_program = False

    def __init__(self, cluster: Cluster, pod: Obj, container: str) -> None:
        self.key = key_of(pod)
        self._uid = pod["metadata"]["uid"]
        self.container = self._found(pod, container)
        kept = _record(cluster, pod, container)
        if kept.get("state") != "running":
            raise _not_found(container)
        #: When the instance began (ms since the epoch), and how old it is (ms).
        self.begun = kept["on"]
        self.age = cluster.now - self.begun
        self._run = kept.get("run", 0)
        self.place, self.reached, self.setting, self.files = present(cluster, pod, self.container, kept)
        self._known = self._written_in(cluster, pod)
        self._ahead = cluster.now + AHEAD

    @staticmethod
    def _found(pod: Obj, name: str) -> Obj:
        spec = pod["spec"]
        for sort in ("containers", "initContainers", "ephemeralContainers"):
            for container in spec.get(sort) or ():
                if container["name"] == name:
                    found: Obj = container
                    return found
        raise _not_found(name)

    def goes_on(self, cluster: Cluster) -> bool:
        """Whether the instance still runs."""
        pod = cluster.find(*self.key)
        if pod is None or pod["metadata"]["uid"] != self._uid:
            return False
        kept = _record(cluster, pod, self.container["name"])
        return kept.get("state") == "running" and kept.get("run", 0) == self._run

    def not_started(self, program: str) -> str:
        """What becomes of a program that is not there, in the runtime's words.

        The kubelet and the API server, which translates its streams, each call that an internal error.
        """
        why = f"stat {program}: no such file or directory" if "/" in program else "executable file not found in $PATH"
        where = f'exec: "{program}": {why}'
        message = f"OCI runtime exec failed: exec failed: unable to start container process: {where}: unknown"
        number = hex_digest(0, f"{self._uid}/{self.container['name']}/{self.age}/{program}")
        about = "error executing command in container: failed to exec in container: failed to start exec"
        return f'Internal error occurred: Internal error occurred: {about} "{number}": {message}'

    @property
    def has_changes(self) -> bool:
        """Whether the command has changed something that is not kept yet."""
        return self.files.has_changes

    def keep(self, cluster: Cluster) -> list[Key]:
        """Keep what the command has changed, and judge anew what depends on that; the files record anew from here.

        Gives the pods that are to be synced then.
        """
        pod = cluster.find(*self.key)
        if pod is None or not self.goes_on(cluster):
            self.files.record_anew()
            return []
        if self._written_in(cluster, pod) != self._known:
            self._change_what_is_there(cluster, pod)
        rows = [[self.begun + at, path, what] for at, path, what in self.files.rows()]
        self.files.record_anew()
        locations = written.locations_of(cluster, pod, self.container)
        own = [row for row in rows if all(one.kept(row) is None for one in locations)]
        concerned = [self.key]
        for one in locations:
            inside = [kept for row in rows if _owner(locations, row) is one and (kept := one.kept(row)) is not None]
            if inside:
                store(cluster, one.storage, inside)
                concerned += others_with(cluster, one.storage, self.key)
        if own:
            self._keep_own(cluster, own)
        for key in concerned:
            reconsider(cluster, key)
        self._known = self._written_in(cluster, pod)
        return concerned

    def _change_what_is_there(self, cluster: Cluster, pod: Obj) -> None:
        """Change the files as other commands have left them: what both have added to one is in it."""
        changes = [[cluster.now - self.begun, path, what] for _, path, what in self.files.changes()]
        self.files.become(self._files_now(cluster, pod))
        for change in changes:
            with suppress(FileError):  # its folder is gone, or there is no room left
                self.files.take([change], records=True)

    def _files_now(self, cluster: Cluster, pod: Obj) -> Files:
        return present(cluster, pod, self.container, _record(cluster, pod, self.container["name"])).files

    def look_again(self, cluster: Cluster, *, at_all: bool) -> None:
        """Go on with the files as they are by now, where other commands have written something, or ``at_all``,
        or where what other containers write is not known any further.

        What this command has changed is kept already.
        """
        pod = cluster.find(*self.key)
        if pod is None or not self.goes_on(cluster):
            return
        known = self._written_in(cluster, pod)
        if at_all or known != self._known or cluster.now >= self._ahead:
            self._known, self._ahead = known, cluster.now + AHEAD
            self.files.become(self._files_now(cluster, pod))

    def _written_in(self, cluster: Cluster, pod: Obj) -> list[Row]:
        """What commands have written that this one sees."""
        return [*written.of_commands(cluster, pod, self.container, self._run)]

    def _keep_own(self, cluster: Cluster, rows: list[Row]) -> None:
        record = copy_of(cluster.recall(self.key) or {})
        kept: ContainerRecord = record["containers"][self.container["name"]]
        run, before = kept.get("files", (self._run, []))
        kept["files"] = [self._run, written.merged(before if run == self._run else [], rows)]
        cluster.remember(self.key, record)


def _owner(locations: list[written.Location], row: Row) -> written.Location | None:
    """The deepest volume in which a path lies."""
    return next((one for one in locations if one.kept(row) is not None), None)


def store(cluster: Cluster, storage: written.Storage, rows: list[Row]) -> None:
    """Keep rows of a volume."""
    record = copy_of(written.record_beside(cluster, storage))
    written.add_rows(record, storage, rows)
    cluster.remember(storage.key, record)


def others_with(cluster: Cluster, storage: written.Storage, own: Key) -> list[Key]:
    """The other pods that have a claim or a node's folder mounted."""
    if storage.key == own:
        return []
    pods = [pod for pod in cluster.list("Pod") if key_of(pod) != own and pod["spec"].get("nodeName")]
    volumes = ((pod, volume) for pod in pods for volume in pod["spec"].get("volumes") or ())
    return [key_of(pod) for pod, volume in volumes if written.storage_of(cluster, pod, volume) == storage]


def _record(cluster: Cluster, pod: Obj, container: str) -> ContainerRecord:
    record = cluster.recall(key_of(pod)) or {}
    kept: ContainerRecord = record.get("containers", {}).get(container, {})
    return kept


def _not_found(container: str) -> NotRunning:
    return NotRunning(f'container not found ("{container}")')


def reconsider(cluster: Cluster, key: Key) -> None:
    """Judge anew how the containers of a pod live, and what their probes find: their files have changed."""
    pod, known = cluster.find(*key), cluster.recall(key)
    if pod is None or known is None:
        return
    work = PodWork(cluster, key, pod, copy_of(known))
    for container in work.containers:
        kept = work.container(container["name"])
        if kept.get("state") == "running":
            lives.plan_end(kept, lives.judge(work, container, kept))
            probe_worker.replan(work, container, kept)
    cluster.remember(key, {**work.record})
