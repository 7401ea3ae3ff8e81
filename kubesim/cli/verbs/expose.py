"""``kubesim expose``: a service before what runs already. Mirrors kubectl pkg/cmd/expose/expose.go."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import OverrideOptions
from kubesim.cli.pflag import Flag
from kubesim.cli.support.overrides import overridden
from kubesim.cli.support.resources import Info, Request, fetch
from kubesim.cli.support.service_ports import TCP, parse_labels, service_ports
from kubesim.cli.support.typed_objects import typed
from kubesim.cli.verbs.create.creation import Creation, CreationOptions, new_object
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

EXPOSABLE = ("Deployment", "ReplicaSet", "ReplicationController", "Pod", "Service")
AFFINITIES = ("None", "ClientIP")
HEADLESS = "None"
NO_PORT = "couldn't find port via --port flag or introspection"
NO_SELECTOR = "couldn't retrieve selectors via --selector flag or introspection: {why}"

_LONGEST_NAME = 63


def run(inv: Invocation) -> None:
    creation = Creation(inv, inv.group(CreationOptions), record=inv.flag("record"), saves_config=False)
    with creation.cluster() as cluster:
        session = creation.session
        request = Request(args=inv.args, files=session.files(cluster, typed=True), namespace=session.namespace(cluster))
        seen = Seen()

        def act(info: Info) -> None:
            creation.create_in(
                cluster,
                overridden(inv.group(OverrideOptions), _service(inv, info, _exposed(cluster, info), seen)),
                "exposed",
            )

        request.resolve(cluster).visit(act)


def _exposed(cluster: Cluster, info: Info) -> Obj:
    """What is to be exposed: of a file, as the file has it."""
    if info.obj is not None:
        return typed(info, info.obj)
    return fetch(cluster, info.names, info.namespace, info.name)


@dataclass
class Seen:
    """What was found in the first objects, for lack of flags that say it, and then holds for all that follow."""

    selector: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    port: str = ""


def _service(inv: Invocation, info: Info, obj: Obj, seen: Seen) -> Obj:
    if info.names.kind not in EXPOSABLE:
        raise UserError(f"cannot expose a {info.names.kind}.{info.names.group}".rstrip("."))
    seen.selector = seen.selector or _selector(inv, obj)
    ports = _ports(inv, obj, seen)
    asked = str(inv.flag("labels"))
    seen.labels = seen.labels or (parse_labels(asked) if asked else labels_of(obj))
    spec: Obj = {"selector": seen.selector, "ports": ports}
    name = str(inv.flag("name")) or info.name[:_LONGEST_NAME]
    return new_object("Service", name, labels=seen.labels, spec={**spec, **_settings(inv)})


def _settings(inv: Invocation) -> Obj:
    """What the flags say of the service itself."""
    affinity = str(inv.flag("session-affinity"))
    if affinity and affinity not in AFFINITIES:
        raise UserError(f"unknown session affinity: {affinity}")
    balances = inv.flag("type") == "LoadBalancer"
    settings = {
        "type": str(inv.flag("type")),
        "clusterIP": str(inv.flag("cluster-ip")),
        "sessionAffinity": affinity,
        "loadBalancerIP": str(inv.flag("load-balancer-ip")) if balances else "",
        "externalIPs": [str(inv.flag("external-ip"))] if inv.flag("external-ip") else [],
    }
    return {field: value for field, value in settings.items() if value}


def _ports(inv: Invocation, obj: Obj, seen: Seen) -> list[Obj]:
    protocols: dict[str, list[str]] = {}
    for number, protocol in _opened(obj):
        protocols.setdefault(str(number), []).append(protocol)
    given = str(inv.flag("port")) or seen.port
    numbers = given.split(",") if given else list(protocols)
    if len(numbers) == 1:
        seen.port = numbers[0]
    if not numbers and inv.flag("cluster-ip") != HEADLESS:
        raise UserError(NO_PORT)
    return service_ports(numbers, protocols, str(inv.flag("protocol")), str(inv.flag("target-port")))


def _opened(obj: Obj) -> Iterator[tuple[int, str]]:
    """The ports and protocols that the object itself tells. Mirrors PortsForObject and MultiProtocolsForObject."""
    if obj["kind"] == "Service":
        ports, field = dig(obj, "spec", "ports", default=()), "port"
    else:
        spec = obj["spec"] if obj["kind"] == "Pod" else obj["spec"]["template"]["spec"]
        ports = [port for container in spec.get("containers") or () for port in container.get("ports") or ()]
        field = "containerPort"
    return ((port[field], port.get("protocol") or TCP) for port in ports)


def _selector(inv: Invocation, obj: Obj) -> dict[str, str]:
    """What the service picks pods by: the flag's labels, or what the object itself picks. Mirrors
    MapBasedSelectorForObject.
    """
    if inv.flag("selector"):
        return parse_labels(str(inv.flag("selector")))
    kind = obj["kind"]
    if kind == "Pod":
        return _required(labels_of(obj), "the pod has no labels and cannot be exposed")
    selector = dig(obj, "spec", "selector", default={})
    if kind == "Service":
        return _required(selector, "the service has no pod selector set")
    if kind == "ReplicationController":
        return selector or {}
    labels = _required(
        selector.get("matchLabels"), f"invalid {kind.lower()}: no selectors, therefore cannot be exposed"
    )
    if expressions := selector.get("matchExpressions"):
        shown = " ".join(_as_go_prints(expression) for expression in expressions)
        why = f'couldn\'t convert expressions - "[{shown}]" to map-based selector format'
        raise UserError(NO_SELECTOR.format(why=why))
    return labels


def _required(labels: dict[str, str] | None, otherwise: str) -> dict[str, str]:
    if not labels:
        raise UserError(NO_SELECTOR.format(why=otherwise))
    return labels


def _as_go_prints(expression: Obj) -> str:
    values = " ".join(expression.get("values") or ())
    return f"{{Key:{expression['key']} Operator:{expression['operator']} Values:[{values}]}}"


COMMAND = Command(
    name="expose",
    use=(
        "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
        "[--name=name] [--external-ip=external-ip-of-service] [--type=type]"
    ),
    short="Expose a deployment, service or pod as a new service",
    long=(
        "Make a service that picks what a Deployment, a ReplicaSet, a ReplicationController, a Service or a Pod picks "
        "or is.\n\n"
        "Without --port, all ports that the object tells are taken; without --labels, its labels. A selector with "
        "expressions cannot be a service's."
    ),
    examples=(
        ("Port 80 of a service for port 8080 of its pods", "expose deployment web --port=80 --target-port=8080"),
        ("On a port of every node", "expose deployment web --port=80 --type=NodePort --name=web-public"),
        ("A pod", "expose pod web --port=444 --name=front"),
        ("Another service for the same pods", "expose service web --port=443 --target-port=8443 --name=web-https"),
        ("What a file describes", "expose -f deployment-definition.yml --port=80"),
    ),
    flags=(
        *options.FILENAME,
        *options.PRINT,
        options.DRY_RUN,
        options.field_manager("kubectl-expose"),
        *options.OVERRIDES,
        options.RECORD,
        options.SAVE_CONFIG,
        Flag("cluster-ip", help="The service's address; None for a headless service."),
        Flag("external-ip", help="Another address that the service accepts."),
        Flag("labels", "l", help="The service's labels: key=value,..."),
        Flag("load-balancer-ip", help="The load balancer's address, with --type=LoadBalancer."),
        Flag("name", help="The service's name, unless it is that of what is exposed."),
        Flag("port", help="The service's port, or several with commas between them."),
        Flag("protocol", help="TCP, UDP or SCTP; what the ports are opened with, if it is left out, or TCP."),
        Flag("selector", help="The labels of the pods: key=value,..."),
        Flag("session-affinity", help="None, or ClientIP to send each client to one pod."),
        Flag("target-port", help="The pods' port, by number or name; the service's own, if it is left out."),
        Flag("type", help="ClusterIP, NodePort, LoadBalancer or ExternalName."),
    ),
    run=run,
)
