"""What the sub-commands of ``create service`` have in common. Mirrors kubectl pkg/cmd/create/create_service.go."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, new_object
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation


class ServiceOptions(CreateOptions):
    """The flags that all of them have."""

    tcp: Annotated[StringSlice, Option(help="A port, as PORT or PORT:TARGET; may be repeated.")]


def service_creation(inv: Invocation, options: ServiceOptions, type_: str) -> Creation:
    """The creation of a service of a type (``NodePort``)."""
    return Creation(inv, options, f"failed to create {type_} service:", saves_config=False)


def require_port(options: ServiceOptions) -> None:
    """UserError where --tcp is missing."""
    if not options.tcp:
        raise UserError("at least one tcp port specifier must be provided")


def new_service(
    name: str, type_: str, options: ServiceOptions, *, node_port: int = 0, cluster_ip: str = "", external_name: str = ""
) -> Obj:
    """The service, which selects the pods labelled app=NAME; UserError for a bad port."""
    labels = {"app": name}
    spec: Obj = {"type": type_, "selector": labels}
    if options.tcp:
        spec["ports"] = [_port(text, node_port) for text in options.tcp]
    if cluster_ip:
        spec["clusterIP"] = cluster_ip
    if external_name:
        spec["externalName"] = external_name
    return new_object("Service", name, labels=labels, spec=spec)


def _port(text: str, node_port: int) -> Obj:
    """``80:8080`` as a service's port; text behind a second colon is ignored. Mirrors parsePorts."""
    number, *targets = text.split(":")
    port = {"name": text.replace(":", "-"), "port": _number(number), "protocol": "TCP"}
    if node_port:
        port["nodePort"] = node_port
    return {**port, "targetPort": _target(targets[0]) if targets else port["port"]}


def _number(text: str) -> int:
    """The port that Go's ParseUint reads into 16 bits; UserError in its words."""
    from kubesim.golang.numbers import parse_uint

    try:
        return parse_uint(text, 16)
    except ValueError as error:
        raise UserError(str(error)) from None


def _target(text: str) -> int | str:
    """A port of the pods, by number or by name."""
    is_number = re.fullmatch("[+-]?[0-9]+", text)
    if wrong := names.is_port_number(int(text)) if is_number else names.is_port_name(text):
        raise UserError(",".join(wrong))
    return int(text) if is_number else text
