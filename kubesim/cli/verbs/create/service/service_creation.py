"""What the sub-commands of ``create service`` have in common. Mirrors kubectl pkg/cmd/create/create_service.go."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, new_object
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Examples

TCP = Flag("tcp", type="strings", help="A port, as PORT or PORT:TARGET; may be repeated.")
EXTERNAL_NAME, CLUSTER_IP, HEADLESS = "ExternalName", "ClusterIP", "None"

_PORTS = range(2**16)


def service_command(type_: str, *flags: Flag, use: str, long: str, examples: Examples) -> Command:
    """The sub-command for services of a type (``NodePort``)."""

    def run(inv: Invocation) -> None:
        name = name_argument(inv)
        creation = Creation(inv, inv.group(CreateOptions), f"failed to create {type_} service:", saves_config=False)
        _validate(inv, type_)
        creation.create(_service(inv, name, type_))

    article = "an" if type_[0] in "AEIOU" else "a"
    return Command(
        name=type_.lower(),
        use=f"create service {type_.lower()} {use} [--dry-run=server|client|none]",
        short=f"Create {article} {type_} service",
        long=long,
        examples=examples,
        flags=(*FLAGS, TCP, *flags),
        run=run,
    )


def _validate(inv: Invocation, type_: str) -> None:
    needs_ports = type_ != EXTERNAL_NAME and _given(inv, "clusterip") != HEADLESS
    if needs_ports and not inv.flag("tcp"):
        raise UserError("at least one tcp port specifier must be provided")
    external = _given(inv, "external-name")
    if type_ == EXTERNAL_NAME and names.is_dns_1123_subdomain(external):
        raise UserError(f"invalid service external name {external}")


def _given(inv: Invocation, flag: str) -> str:
    return str(inv.flag(flag)) if inv.has(flag) else ""


def _service(inv: Invocation, name: str, type_: str) -> Obj:
    labels = {"app": name}
    spec: Obj = {"type": type_, "selector": labels}
    if inv.flag("tcp"):
        node_port = int(inv.flag("node-port")) if inv.has("node-port") else 0
        spec["ports"] = [_port(text, node_port) for text in inv.flag("tcp")]
    for flag, field in (("clusterip", "clusterIP"), ("external-name", "externalName")):
        if _given(inv, flag):
            spec[field] = _given(inv, flag)
    return new_object("Service", name, labels=labels, spec=spec)


def _port(text: str, node_port: int) -> Obj:
    """``80:8080`` as a service's port; what stands behind a second colon is not looked at. Mirrors parsePorts."""
    number, *targets = text.split(":")
    port = {"name": text.replace(":", "-"), "port": _number(number), "protocol": "TCP"}
    if node_port:
        port["nodePort"] = node_port
    return {**port, "targetPort": _target(targets[0]) if targets else port["port"]}


def _number(text: str) -> int:
    """A port as Go's ParseUint reads it into 16 bits."""
    if not re.fullmatch("[0-9]+", text):
        raise UserError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    if int(text) not in _PORTS:
        raise UserError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return int(text)


def _target(text: str) -> int | str:
    """A port of pods, by number or by name."""
    is_number = re.fullmatch("[+-]?[0-9]+", text)
    if wrong := names.is_port_number(int(text)) if is_number else names.is_port_name(text):
        raise UserError(",".join(wrong))
    return int(text) if is_number else text
