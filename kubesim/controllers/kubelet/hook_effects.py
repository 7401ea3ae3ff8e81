"""What lifecycle hooks leave behind: requests in the logs of those whom they ask, and files in volumes that go on.

How long a hook takes, and whether it fails, is judged (``hooks``), as nobody knows all servers.  Mirrors
pkg/kubelet/lifecycle/handlers.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, copy_of, dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.found import Row
    from kubesim.containers.written import Location
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.traces import Traces
    from kubesim.network.door import Network

_CLIENTS = r"\b(?:curl|wget|nc|ncat|netcat|redis-cli)\b"
_AGENT = "kube-lifecycle/1.36"


def after_start(work: PodWork, container: Obj) -> None:
    """Let the hook behind a container's start leave what it leaves."""
    hook = dig(container, "lifecycle", "postStart")
    if hook:
        _run(work, container, hook, is_last=False)


def before_end(work: PodWork, running: list[Obj]) -> None:
    """Let the hooks before the ends of containers leave what they leave, each once."""
    for container in running:
        kept, hook = work.container(container["name"]), dig(container, "lifecycle", "preStop")
        if hook and not kept.get("hooked"):
            kept["hooked"] = True
            _run(work, container, hook, is_last=True)


def _run(work: PodWork, container: Obj, hook: Obj, *, is_last: bool) -> None:
    """Run a hook of a container now; ``is_last``: the container ends after it, but its volumes do not."""
    if "httpGet" not in hook and not _matters(container, hook, is_last=is_last):
        return
    from kubesim.containers.evaluation.outside import NotSimulated
    from kubesim.controllers.kubelet.traces import Traces
    from kubesim.network.door import OutsideOfCluster
    from kubesim.startup.context_manager import suppress

    traces = Traces()
    with suppress(NotSimulated, OutsideOfCluster):
        if "httpGet" in hook:
            _request(work, container, hook["httpGet"], traces)
        else:
            rows = _execute(work, container, list(hook["exec"]["command"]), traces)
            _keep_files(work, container, rows if is_last else [])
    if traces.requests:
        _keep(work, traces)


def _matters(container: Obj, hook: Obj, *, is_last: bool) -> bool:
    """Whether a command may leave something behind where others see it."""
    import re

    words = " ".join(map(str, dig(hook, "exec", "command", default=())))
    writes = is_last and any(mount["mountPath"] in words for mount in container.get("volumeMounts") or ())
    return bool(words) and (writes or re.search(_CLIENTS, words) is not None)


def _request(work: PodWork, container: Obj, asked: Obj, traces: Traces) -> None:
    """Ask over HTTP from the pod's node. A server that speaks no TLS is asked again without it."""
    from kubesim.controllers.kubelet.listening import port_number
    from kubesim.controllers.kubelet.network import network_of
    from kubesim.network.http import Failure, Request

    host, port = asked.get("host") or work.pod_ip(), port_number(container, asked["port"])
    if port is None:
        return
    headers = [("User-Agent", _AGENT), ("Accept", "*/*")]
    headers += [(one["name"], one["value"]) for one in asked.get("httpHeaders") or ()]
    path = "/" + asked.get("path", "").lstrip("/")
    request = Request(path=path, host=f"{host}:{port}", headers=tuple(headers))
    network = network_of(work.cluster, node=work.node, traces=traces)
    made = network.connect(host, port)
    if isinstance(made, Failure):
        return
    network.send(host, port, request._replace(is_secure=made.is_secure))


class _Surroundings:
    """What is around a hook's command: the network of the pod. Nobody reads what it prints."""

    host = None
    is_terminal = False

    def __init__(self, network: Network, now: int) -> None:
        self.network = network
        self.now = now

    def advance(self, instant: int | None) -> None:
        """No time passes for the cluster meanwhile."""

    def signal(self, name: str) -> None:
        """What a signal to the container's program comes to is judged."""

    def write(self, descriptor: int, text: str) -> None:
        """What it prints is in no log."""

    def read(self) -> str | None:
        return None


def _execute(work: PodWork, container: Obj, command: list[str], traces: Traces) -> list[Row]:
    """Run a command in a container; what it writes, as rows at ms since the epoch."""
    from kubesim.containers.evaluation.live import run_live
    from kubesim.controllers.kubelet.network import network_of
    from kubesim.controllers.kubelet.present import present

    pod = {**work.pod, "status": {**(work.pod.get("status") or {}), "podIP": work.pod_ip()}}
    kept = work.container(container["name"])
    found = present(work.cluster, pod, container, kept)
    age = work.now - kept["on"]
    network = network_of(work.cluster, pod, traces=traces)
    run_live(command, found.setting, found.files, _Surroundings(network, age), age)
    return [[kept["on"] + at, path, what] for at, path, what in found.files.rows()]


def _keep_files(work: PodWork, container: Obj, rows: list[Row]) -> None:
    from kubesim.containers.written import locations_of
    from kubesim.controllers.kubelet.shared_files import keep_rows

    locations = locations_of(work.cluster, work.pod, container)
    for one in locations:
        inside = [kept for row in rows if (kept := one.kept(row)) is not None and _owner(locations, row) is one]
        if inside:
            keep_rows(work, one.storage, inside)


def _owner(locations: list[Location], row: Row) -> Location | None:
    """The deepest volume in which a path lies."""
    return next((one for one in locations if one.kept(row) is not None), None)


def _keep(work: PodWork, traces: Traces) -> None:
    """Keep the traces, also those in this pod, whose record is being worked at."""
    work.cluster.remember(work.key, {**copy_of(work.record)})
    traces.keep(work.cluster)
    after = work.cluster.recall(work.key) or {}
    for name, kept in copy_of(after.get("containers", {})).items():
        work.container(name).update(kept)
