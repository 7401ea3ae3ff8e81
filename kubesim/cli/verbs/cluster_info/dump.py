"""``kubesim cluster-info dump``. Mirrors kubectl pkg/cmd/clusterinfo/clusterinfo_dump.go."""

from __future__ import annotations

import os

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import AllNamespaces, PodRunningTimeout, PrintFlags
from kubesim.cli.signature import Annotated, Defaults, Option, StringSlice
from kubesim.cli.support.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client

# The kinds to dump of each namespace, with the names of their files.
DUMPED = (
    ("Event", "events"),
    ("ReplicationController", "replication-controllers"),
    ("Service", "services"),
    ("DaemonSet", "daemonsets"),
    ("Deployment", "deployments"),
    ("ReplicaSet", "replicasets"),
    ("Pod", "pods"),
)


def run(
    inv: Invocation,
    *,
    printing: Annotated[PrintFlags, Defaults(output="json")],
    all_namespaces: AllNamespaces = False,
    _pod_running_timeout: PodRunningTimeout = 20_000,
    namespaces: Annotated[StringSlice, Option(help="The namespaces to dump.")],
    output_directory: Annotated[str, Option(help="Where to put the files; nothing or - means standard output.")] = "",
) -> None:
    dump = Dump(inv, printing, output_directory)
    session = Session.of(inv)
    cluster = session.read()
    if all_namespaces:
        namespaces = [obj["metadata"]["name"] for obj in cluster.list("Namespace")]
    dump.write("nodes", "Node", cluster.list("Node"))
    for namespace in namespaces or ["kube-system", session.namespace(cluster)]:
        for kind, name in DUMPED:
            dump.write(os.path.join(namespace, name), kind, cluster.list(kind, namespace))
        for pod in cluster.list("Pod", namespace):
            dump.write_logs(cluster, pod)
    if dump.folder:
        inv.out.write(f"Cluster info dumped to {dump.folder}\n")


class Dump:
    """The output of a dump: standard output, or files in a folder."""

    def __init__(self, inv: Invocation, printing: PrintFlags, folder: str) -> None:
        from kubesim.cli.support.reporter import output_options
        from kubesim.kubectl.printers.output import for_output

        self._out = inv.out
        self.folder = "" if folder == "-" else folder
        self._format = printing.output
        options = output_options(inv, printing)._replace(output=printing.output, typed=True)
        self._printer = for_output(options)

    def write(self, name: str, kind: str, objs: list[Obj]) -> None:
        """Dump a list of objects of a kind."""
        from kubesim.api.declared_order import in_declared_order
        from kubesim.kinds import built_in

        version = built_in(kind).api_version
        items = [_without_type(in_declared_order(obj)) for obj in objs]
        listed: Obj = {"kind": f"{kind}List", "apiVersion": version, "metadata": {}, "items": items}
        extension = {"json": ".json", "yaml": ".yaml"}.get(self._format, ".txt")
        self._write(f"{name}{extension}", self._printer.print(listed))

    def write_logs(self, cluster: Client, pod: Obj) -> None:
        """Dump the logs of a pod's containers."""
        from kubesim.controllers.kubelet.container_logs import ContainerLog
        from kubesim.errors import StatusError

        meta = pod["metadata"]
        text = ""
        for container in [*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"]]:
            about = f"logs for container {container['name']} of pod {meta['namespace']}/{meta['name']} ====\n"
            try:
                log = ContainerLog(cluster.cluster, pod, container["name"]).text()
            except StatusError as error:
                log = f"Request log error: {error}\n"
            text += f"==== START {about}{log}==== END {about}"
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
    """The object as an item of a typed list, which has no type of its own."""
    return {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}


COMMAND = Command(
    name="dump",
    use="cluster-info dump [flags]",
    short="Dump relevant information for debugging and diagnosis",
    long=(
        "Show, or write to files under --output-directory, the nodes, and of the namespaces kube-system and the "
        "current one the events, services, workloads and pods with the logs of their containers."
    ),
    examples=(
        ("To standard output", "cluster-info dump"),
        ("All namespaces, into a folder", "cluster-info dump --all-namespaces --output-directory=cluster-state"),
    ),
    run=run,
)
