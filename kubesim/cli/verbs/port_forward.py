"""``kubesim port-forward``: lets a pod answer on local ports. Mirrors kubectl pkg/cmd/portforward/portforward.go."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PodRunningTimeout
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.pod_timeout import check_pod_running_timeout_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.selected_pods import by_activity, selected_pods
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(
    inv: Invocation,
    *,
    address: Annotated[
        StringSlice,
        Option(
            help=(
                "The addresses to listen on: IP addresses, or localhost, for which 127.0.0.1 and ::1 are tried, "
                "of which one is enough."
            )
        ),
    ] = ["localhost"],  # noqa: B006
    pod_running_timeout: PodRunningTimeout = 60_000,
) -> None:
    if len(inv.args) < 2:
        raise inv.usage_error("TYPE/NAME and list of ports are required for port-forward")
    check_pod_running_timeout_of(inv, pod_running_timeout)
    session = Session.of(inv)
    obj, pod = _meant(session, inv.args[0], pod_running_timeout)
    ports = _ports(obj, pod, inv.args[1:])
    phase = dig(pod, "status", "phase", default="")
    if phase != "Running":
        raise UserError(f"unable to forward port because pod is not running. Current status={phase}")
    _ask(session, pod)
    _forward(inv, session, pod, address, ports)


def _meant(session: Session, word: str, timeout: int) -> tuple[Obj, Obj]:
    """The object that is named, and its pod. Mirrors AttachablePodForObject."""
    with session.follow("Pod") as follower:
        cluster = session.client(follower.cluster)
        args = [word if "/" in word else f"pods/{word}"]
        info = Request(args=args, namespace=session.namespace(cluster)).resolve(cluster).infos()[0]
        obj = fetch(cluster, info.names, info.namespace, info.name)
        if obj["kind"] == "Pod":
            return obj, obj
        cluster.authorize("list", "Pod", info.namespace)
        return obj, selected_pods(follower, obj, timeout, by_activity, "attach to")[0]


def _ask(session: Session, pod: Obj) -> None:
    """UserError where the user may not do that."""
    try:
        session.read().connect(pod, "portforward", {"apiVersion": "v1", "kind": "PodPortForwardOptions"})
    except StatusError as error:
        raise UserError(f"error upgrading connection: {error}") from error


def _ports(obj: Obj, pod: Obj, words: list[str]) -> list[str]:
    """The ports in numbers, the pod's where a Service's are named; UserError."""
    from kubesim.cli.support import forwarded_ports

    if obj["kind"] == "Service":
        forwarded_ports.refuse_udp_of_service(words, obj)
        return forwarded_ports.of_service(words, obj, pod)
    forwarded_ports.refuse_udp_of_pod(words, pod)
    return forwarded_ports.of_pod(words, pod)


def _forward(inv: Invocation, session: Session, pod: Obj, address: list[str], ports: list[str]) -> None:
    """Forward until the pod is gone, or SIGINT, which ends it with status 0, as upstream's stop channel does."""
    from kubesim.cli.support.forwarded_pod import ForwardedPod
    from kubesim.cli.support.local_ports import parse_addresses, parse_ports
    from kubesim.cli.support.port_forwarder import PortForwarder

    addresses, forwarded = parse_addresses(address), parse_ports(ports)
    with PortForwarder(inv, ForwardedPod(session, pod)) as forwarder:
        forwarder.listen(addresses, forwarded)
        forwarder.run()


COMMAND = Command(
    name="port-forward",
    use="port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    short="Forward one or more local ports to a pod",
    long=(
        "Listen on ports of this machine, and let a pod answer there: a browser and curl get what its server says, and "
        "its log has their requests. HTTP alone is forwarded, without TLS.\n\n"
        "Of an object that has pods one is chosen. Forwarding ends when that pod does, when a connection to it is "
        "refused, or with Ctrl-C."
    ),
    examples=(
        ("Port 8080 of this machine is port 80 of a pod of a Deployment", "port-forward deployment/myapp 8080:80"),
        ("The ports behind a Service's", "port-forward service/myservice 8443:http 9090"),
        ("Any local port that is free", "port-forward pod/mypod :5000"),
        ("On all addresses of this machine", "port-forward --address 0.0.0.0 pod/mypod 8888:5000"),
    ),
    run=run,
)
