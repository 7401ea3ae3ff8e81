"""``kubesim expose``: a service before what runs already. Mirrors kubectl pkg/cmd/expose/expose.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim import kinds
from kubesim.api.meta import Obj, dig, labels_of
from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import new_object, send
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.resources import Info, Request
from kubesim.cli.session import Session
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.cluster import Cluster

EXPOSABLE = ("Deployment", "ReplicaSet", "ReplicationController", "Pod", "Service")
NO_PORT = "couldn't find port via --port flag or introspection"


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv)
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run, typed=True)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        request = Request(args=inv.args, files=session.files(inv, cluster), namespace=session.namespace(cluster))

        def act(info: Info) -> None:
            service = _service(inv, info, info.live(cluster))
            if dry_run != CLIENT:
                service = _sent(cluster, service, info.namespace, reporter)
            reporter.tell(service, "exposed")

        request.resolve(cluster).visit(act)


def _sent(cluster: Cluster, service: Obj, namespace: str, reporter: Reporter) -> Obj:
    placed = {**service, "metadata": {**service["metadata"], "namespace": namespace}}
    return send(cluster, placed, "Strict", reporter)


def _service(inv: Invocation, info: Info, obj: Obj) -> Obj:
    from kubesim.api.encode import encode

    if info.names.kind not in EXPOSABLE:
        names = kinds.names_of(info.names.kind)
        raise UserError(f"cannot expose a {names.kind}.{names.group}".rstrip("."))
    name = str(inv.flag("name")) or info.name
    labels = _pairs(str(inv.flag("labels"))) or labels_of(obj)
    spec: Obj = {"ports": _ports(inv, obj), "selector": _selector(inv, obj)}
    for flag, field in (("type", "type"), ("cluster-ip", "clusterIP"), ("session-affinity", "sessionAffinity")):
        if inv.flag(flag):
            spec[field] = str(inv.flag(flag))
    if inv.flag("external-ip"):
        spec["externalIPs"] = [str(inv.flag("external-ip"))]
    service = new_object("Service", name, labels=labels, spec=spec)
    return encode(service, "v1", "Service")


def _ports(inv: Invocation, obj: Obj) -> list[Obj]:
    protocol = str(inv.flag("protocol")) or "TCP"
    given = str(inv.flag("port"))
    numbers = [int(number) for number in given.split(",")] if given else _own_ports(obj)
    if not numbers:
        raise UserError(NO_PORT)
    target = str(inv.flag("target-port"))
    ports = []
    for index, number in enumerate(numbers, 1):
        aim: Any = (int(target) if target.isdigit() else target) if target else number
        port: Obj = {"port": number, "protocol": protocol, "targetPort": aim}
        if len(numbers) > 1:
            port["name"] = f"port-{index}"
        ports.append(port)
    return ports


def _own_ports(obj: Obj) -> list[int]:
    """The ports that the object itself tells."""
    if obj["kind"] == "Service":
        return [port["port"] for port in dig(obj, "spec", "ports", default=())]
    spec = obj["spec"] if obj["kind"] == "Pod" else obj["spec"]["template"]["spec"]
    return [port["containerPort"] for container in spec["containers"] for port in container.get("ports") or ()]


def _selector(inv: Invocation, obj: Obj) -> dict[str, str]:
    asked = _pairs(str(inv.flag("selector")))
    if asked:
        return asked
    if obj["kind"] == "Pod":
        found = labels_of(obj)
    elif obj["kind"] in ("Service", "ReplicationController"):
        found = dig(obj, "spec", "selector", default={})
    else:
        if dig(obj, "spec", "selector", "matchExpressions"):
            raise UserError("couldn't retrieve selectors via --selector flag or introspection: match expressions")
        found = dig(obj, "spec", "selector", "matchLabels", default={})
    if not found:
        what = "the pod has no labels and cannot be exposed"
        raise UserError(f"couldn't retrieve selectors via --selector flag or introspection: {what}")
    return dict(found)


def _pairs(text: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in text.split(",") if word)
    return {key: value for key, _, value in pairs}


COMMAND = Command(
    name="expose",
    use="expose (-f FILENAME | TYPE NAME) [--port=port] [--target-port=number-or-name] [--name=name] [--type=type]",
    short="Expose a deployment, service or pod as a new service",
    long="Make a service whose selector is that of what runs already.",
    examples=(
        ("Port 80 of a service for port 8080 of its pods", "expose deployment web --port=80 --target-port=8080"),
        ("On a port of every node", "expose deployment web --port=80 --type=NodePort --name=web-public"),
    ),
    flags=(
        *flags.FILENAME,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        flags.SAVE_CONFIG,
        Flag("cluster-ip", help="The service's address; None for a headless service."),
        Flag("external-ip", help="Another address that the service accepts."),
        Flag("labels", "l", help="The service's labels: key=value,..."),
        Flag("load-balancer-ip", help="The load balancer's address."),
        Flag("name", help="The service's name, unless it is that of what is exposed."),
        Flag("override-type", default="merge", help="How --overrides is merged."),
        Flag("overrides", help="JSON that is merged into the service."),
        Flag("port", help="The service's port."),
        Flag("protocol", help="TCP, UDP or SCTP."),
        Flag("selector", help="The service's selector: key=value,..."),
        Flag("session-affinity", help="None or ClientIP."),
        Flag("target-port", help="The pods' port, by number or name."),
        Flag("type", help="ClusterIP, NodePort, LoadBalancer or ExternalName."),
    ),
    run=run,
)
