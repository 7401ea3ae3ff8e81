"""``kubesim cluster-info``. Mirrors kubectl pkg/cmd/clusterinfo/clusterinfo.go."""

from __future__ import annotations

from kubesim.api.well_known import CLUSTER_SERVICE_LABEL, SERVICE_DISPLAY_NAME_LABEL
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

HINT = f"\nTo further debug and diagnose cluster problems, use '{PROGRAM} cluster-info dump'.\n"


def run(inv: Invocation) -> None:
    from kubesim.cli.support.kubeconfig import Kubeconfig
    from kubesim.cli.support.session import Session

    cluster = Session.of(inv).read()
    config = Kubeconfig.of(cluster.head)
    context = config.contexts.get(inv.globals.context or config.current, {})
    server = str(config.clusters.get(context.get("cluster", ""), {}).get("server", "http://localhost:8080"))
    lines = [f"Kubernetes control plane is running at {server}\n"]
    namespace = inv.globals.namespace or "kube-system"
    try:
        cluster.authorize("list", "Service", namespace)
    except StatusError:
        inv.out.write(HINT)
        raise
    for service in cluster.list("Service", namespace):
        labels = service["metadata"].get("labels") or {}
        if labels.get(CLUSTER_SERVICE_LABEL) == "true":
            name = labels.get(SERVICE_DISPLAY_NAME_LABEL) or service["metadata"]["name"]
            lines.append(f"{name} is running at {_link(server, service)}\n")
    inv.out.write("".join(lines) + HINT)


def _link(server: str, service: Obj) -> str:
    """The address of a service: its load balancer's, else the API server's proxy."""
    ports = service["spec"].get("ports") or []
    ingress = (service.get("status") or {}).get("loadBalancer", {}).get("ingress")
    if ingress:
        host = ingress[0].get("ip") or ingress[0].get("hostname", "")
        return "".join(f"http://{host}:{port['port']} " for port in ports)
    meta = service["metadata"]
    name = meta["name"]
    if ports:
        port_name = ports[0].get("name", "")
        is_https = port_name == "https" or ports[0]["port"] == 443
        name = f"https:{name}:{port_name}" if is_https else f"{name}:{port_name}" if port_name else name
    return f"{server}/api/v1/namespaces/{meta['namespace']}/services/{name}/proxy"


COMMAND = Command(
    name="cluster-info",
    use="cluster-info [flags]",
    short="Display cluster information",
    long=(
        "Show where the control plane and the services labelled kubernetes.io/cluster-service=true would be, were they "
        "there: the addresses answer to nobody."
    ),
    examples=(("Where the cluster is", "cluster-info"),),
    run=run,
)
