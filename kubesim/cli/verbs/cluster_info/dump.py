"""``kubesim cluster-info dump``. Mirrors kubectl pkg/cmd/clusterinfo/clusterinfo_dump.go."""

from __future__ import annotations

import os

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.kubectl.printers.objects import Printer

# What of each namespace is dumped: the kind, and the name of its file.
DUMPED = (
    ("Event", "events"),
    ("ReplicationController", "replication-controllers"),
    ("Service", "services"),
    ("DaemonSet", "daemonsets"),
    ("Deployment", "deployments"),
    ("ReplicaSet", "replicasets"),
    ("Pod", "pods"),
)


def run(inv: Invocation) -> None:
    dump = Dump(inv)
    session = Session.of(inv)
    cluster = session.read()
    dump.write("nodes", "Node", cluster.list("Node"))
    for namespace in _namespaces(inv, session, cluster):
        for kind, name in DUMPED:
            dump.write(os.path.join(namespace, name), kind, cluster.list(kind, namespace))
        for pod in cluster.list("Pod", namespace):
            dump.write_logs(cluster, pod)
    if dump.folder:
        inv.out.write(f"Cluster info dumped to {dump.folder}\n")


def _namespaces(inv: Invocation, session: Session, cluster: Cluster) -> list[str]:
    if inv.flag("all-namespaces"):
        return [obj["metadata"]["name"] for obj in cluster.list("Namespace")]
    named: list[str] = inv.flag("namespaces")
    return named or ["kube-system", session.namespace(cluster)]


class Dump:
    """Where a dump goes: to standard output, or into files in a folder."""

    def __init__(self, inv: Invocation) -> None:
        self._out = inv.out
        folder = str(inv.flag("output-directory"))
        self.folder = "" if folder == "-" else folder
        self._format = str(inv.flag("output"))
        self._printer = self._printer_of(inv)

    def _printer_of(self, inv: Invocation) -> Printer:
        from kubesim.cli.support.reporter import output_options
        from kubesim.kubectl.printers.output import for_output

        return for_output(output_options(inv, inv.group(PrintFlags))._replace(output=self._format, typed=True))

    def write(self, name: str, kind: str, objs: list[Obj]) -> None:
        """Dump the list of the objects of a kind."""
        from kubesim import kinds
        from kubesim.api.declared_order import in_declared_order

        version = kinds.names_of(kind).api_version
        items = [_without_type(in_declared_order(obj)) for obj in objs]
        listed: Obj = {"kind": f"{kind}List", "apiVersion": version, "metadata": {}, "items": items}
        extension = {"json": ".json", "yaml": ".yaml"}.get(self._format, ".txt")
        self._write(f"{name}{extension}", self._printer.print(listed))

    def write_logs(self, cluster: Cluster, pod: Obj) -> None:
        """Dump what a pod's containers said."""
        from kubesim.cli.support.container_logs import ContainerLog
        from kubesim.errors import StatusError

        meta = pod["metadata"]
        text = ""
        for container in [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]:
            about = f"logs for container {container['name']} of pod {meta['namespace']}/{meta['name']} ====\n"
            try:
                said = ContainerLog(cluster, pod, container["name"]).text()
            except StatusError as error:
                said = f"Request log error: {error}\n"
            text += f"==== START {about}{said}==== END {about}"
        self._write(os.path.join(meta["namespace"], meta["name"], "logs.txt"), text)

    def _write(self, name: str, text: str) -> None:
        if not self.folder:
            self._out.write_data(text)
            return
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)


def _without_type(obj: Obj) -> Obj:
    """An item of a typed list does not say what it is."""
    return {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}


COMMAND = Command(
    name="dump",
    use="cluster-info dump [flags]",
    short="Dump relevant information for debugging and diagnosis",
    long=(
        "Show, or write to files under --output-directory, the nodes, and of the namespaces kube-system and the "
        "current one the events, services, workloads and pods with what their containers said."
    ),
    examples=(
        ("To standard output", "cluster-info dump"),
        ("All namespaces, into a folder", "cluster-info dump --all-namespaces --output-directory=cluster-state"),
    ),
    flags=(
        *options.print_as("json"),
        options.ALL_NAMESPACES,
        options.POD_RUNNING_TIMEOUT._replace(default=20_000),
        Flag("namespaces", type="strings", help="The namespaces to dump."),
        Flag("output-directory", help="Where to put the files; nothing or - means standard output."),
    ),
    run=run,
)
