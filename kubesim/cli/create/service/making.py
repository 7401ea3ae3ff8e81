"""What the sub-commands of ``create service`` have in common. Mirrors kubectl pkg/cmd/create/create_service.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

TCP = Flag("tcp", type="strings", help="Ports, as PORT[:TARGET]; may be repeated.")


def service_command(
    name: str, kind: str, title: str, *flags: Flag, short: str, example: tuple[str, str], needs_tcp: bool = True
) -> Command:
    """A sub-command for services of a type."""

    def run(inv: Invocation) -> None:
        service = name_argument(inv)
        create(inv, lambda cluster: _service(inv, service, kind, needs_tcp=needs_tcp), f"{title} service")

    use = f"create service {name} NAME [--tcp=port:targetPort] [--dry-run=server|client|none]"
    return Command(
        name=name, use=use, short=short, long=f"{short}.", examples=(example,), flags=(*FLAGS, TCP, *flags), run=run
    )


def _service(inv: Invocation, name: str, kind: str, *, needs_tcp: bool) -> Obj:
    headless = inv.has("clusterip") and inv.flag("clusterip") == "None"
    if needs_tcp and not inv.flag("tcp") and not headless:
        raise UserError("at least one tcp port specifier must be provided")
    labels = {"app": name}
    spec: Obj = {"type": kind, "selector": labels}
    if inv.flag("tcp"):
        spec["ports"] = [_port(inv, text) for text in inv.flag("tcp")]
    if inv.has("clusterip") and inv.flag("clusterip"):
        spec["clusterIP"] = str(inv.flag("clusterip"))
    if inv.has("external-name"):
        spec["externalName"] = str(inv.flag("external-name"))
    return new_object("Service", name, labels=labels, spec=spec)


def _port(inv: Invocation, text: str) -> Obj:
    """``80:8080`` as a service's port. Mirrors parsePorts."""
    number, found, target = text.partition(":")
    if not number.isdigit():
        raise UserError(f'strconv.Atoi: parsing "{number}": invalid syntax')
    aim: Any = (int(target) if target.isdigit() else target) if found else int(number)
    name = text.replace(":", "-")
    port: Obj = {"name": name, "port": int(number), "protocol": "TCP", "targetPort": aim}
    if inv.has("node-port") and int(inv.flag("node-port")):
        port["nodePort"] = int(inv.flag("node-port"))
    return port
