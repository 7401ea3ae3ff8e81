"""``kubesim expose``: a service before what runs already. Mirrors kubectl pkg/cmd/expose/expose.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FieldManager, FilenameOptions, OverrideOptions, Record
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.overrides import overridden
from kubesim.cli.support.resource_builder import Info, Request, fetch
from kubesim.cli.support.service_ports import TCP, parse_labels, service_ports
from kubesim.cli.support.typed_objects import typed
from kubesim.cli.verbs.create.creation import Creation, CreationOptions, new_object
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Client

EXPOSABLE = ("Deployment", "ReplicaSet", "ReplicationController", "Pod", "Service")
AFFINITIES = ("None", "ClientIP")
HEADLESS = "None"
NO_PORT = "couldn't find port via --port flag or introspection"
NO_SELECTOR = "couldn't retrieve selectors via --selector flag or introspection: {why}"

_LONGEST_NAME = 63


class ExposeOptions(FilenameOptions, CreationOptions, OverrideOptions):
    """What the flags say. Mirrors ExposeOptions."""

    field_manager: FieldManager = "kubectl-expose"
    record: Record = False
    cluster_ip: Annotated[str, Option(help="The service's address; None for a headless service.")] = ""
    external_ip: Annotated[str, Option(help="Another address that the service accepts.")] = ""
    labels: Annotated[str, Option("l", help="The service's labels: key=value,...")] = ""
    load_balancer_ip: Annotated[str, Option(help="The load balancer's address, with --type=LoadBalancer.")] = ""
    name: Annotated[str, Option(help="The service's name, unless it is that of what is exposed.")] = ""
    port: Annotated[str, Option(help="The service's port, or several with commas between them.")] = ""
    protocol: Annotated[
        str, Option(help="TCP, UDP or SCTP; what the ports are opened with, if it is left out, or TCP.")
    ] = ""
    selector: Annotated[str, Option(help="The labels of the pods: key=value,...")] = ""
    session_affinity: Annotated[str, Option(help="None, or ClientIP to send each client to one pod.")] = ""
    target_port: Annotated[
        str, Option(help="The pods' port, by number or name; the service's own, if it is left out.")
    ] = ""
    type_: Annotated[str, Option(help="ClusterIP, NodePort, LoadBalancer or ExternalName.")] = ""


def run(inv: Invocation, *, options: ExposeOptions) -> None:
    creation = Creation(inv, options, record=options.record, saves_config=False, files=options)
    with creation.cluster() as cluster:
        session = creation.session
        request = Request(args=inv.args, files=session.files(cluster, typed=True), namespace=session.namespace(cluster))
        seen = Seen()

        def act(info: Info) -> None:
            service = _service(options, info, _exposed(cluster, info), seen)
            creation.create_in(cluster, overridden(options, service), "exposed")

        request.resolve(cluster).visit(act)


def _exposed(cluster: Client, info: Info) -> Obj:
    """What is to be exposed: of a file, as the file has it."""
    if info.obj is not None:
        return typed(info.obj, info.source)
    return fetch(cluster, info.names, info.namespace, info.name)


class Seen:
    """What was found in the first objects, for lack of flags that say it, and then holds for all that follow."""

    def __init__(self) -> None:
        self.selector: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.port = ""


def _service(options: ExposeOptions, info: Info, obj: Obj, seen: Seen) -> Obj:
    if info.names.key not in EXPOSABLE:
        raise UserError(f"cannot expose a {info.names.kind}.{info.names.group}".rstrip("."))
    seen.selector = seen.selector or _selector(options, obj)
    ports = _ports(options, obj, seen)
    seen.labels = seen.labels or (parse_labels(options.labels) if options.labels else labels_of(obj))
    spec: Obj = {"selector": seen.selector, "ports": ports}
    name = options.name or info.name[:_LONGEST_NAME]
    return new_object("Service", name, labels=seen.labels, spec={**spec, **_settings(options)})


def _settings(options: ExposeOptions) -> Obj:
    """What the flags say of the service itself."""
    affinity = options.session_affinity
    if affinity and affinity not in AFFINITIES:
        raise UserError(f"unknown session affinity: {affinity}")
    balances = options.type_ == "LoadBalancer"
    settings = {
        "type": options.type_,
        "clusterIP": options.cluster_ip,
        "sessionAffinity": affinity,
        "loadBalancerIP": options.load_balancer_ip if balances else "",
        "externalIPs": [options.external_ip] if options.external_ip else [],
    }
    return {field: value for field, value in settings.items() if value}


def _ports(options: ExposeOptions, obj: Obj, seen: Seen) -> list[Obj]:
    protocols: dict[str, list[str]] = {}
    for number, protocol in _opened(obj):
        protocols.setdefault(str(number), []).append(protocol)
    given = options.port or seen.port
    numbers = given.split(",") if given else list(protocols)
    if len(numbers) == 1:
        seen.port = numbers[0]
    if not numbers and options.cluster_ip != HEADLESS:
        raise UserError(NO_PORT)
    return service_ports(numbers, protocols, options.protocol, options.target_port)


def _opened(obj: Obj) -> Iterator[tuple[int, str]]:
    """The ports and protocols of the object itself. Mirrors PortsForObject and MultiProtocolsForObject."""
    if obj["kind"] == "Service":
        ports, field = dig(obj, "spec", "ports", default=()), "port"
    else:
        spec = obj["spec"] if obj["kind"] == "Pod" else obj["spec"]["template"]["spec"]
        ports = [port for container in spec.get("containers") or () for port in container.get("ports") or ()]
        field = "containerPort"
    return ((port[field], port.get("protocol") or TCP) for port in ports)


def _selector(options: ExposeOptions, obj: Obj) -> dict[str, str]:
    """What the service picks pods by: the flag's labels, or what the object itself picks. Mirrors
    MapBasedSelectorForObject.
    """
    if options.selector:
        return parse_labels(options.selector)
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
        "Without --port, all ports that the object names are taken; without --labels, its labels. A selector with "
        "expressions cannot be a service's."
    ),
    examples=(
        ("Port 80 of a service for port 8080 of its pods", "expose deployment web --port=80 --target-port=8080"),
        ("On a port of every node", "expose deployment web --port=80 --type=NodePort --name=web-public"),
        ("A pod", "expose pod web --port=444 --name=front"),
        ("Another service for the same pods", "expose service web --port=443 --target-port=8443 --name=web-https"),
        ("What a file describes", "expose -f deployment-definition.yml --port=80"),
    ),
    run=run,
)
