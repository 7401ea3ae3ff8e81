"""The ports of a service that ``expose`` and ``run --expose`` make. Mirrors createService in kubectl's expose.go."""

from __future__ import annotations

from kubesim.api.int_or_percent import from_text
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubesim.api.meta import Obj

TCP = "TCP"


def parse_labels(text: str) -> dict[str, str]:
    """``app=web,tier=front``; UserError for what is none. Mirrors generate.ParseLabels."""
    labels = {}
    for word in text.split(","):
        key, found, value = word.partition("=")
        if not found or "=" in value:
            raise UserError(f"unexpected label spec: {word}")
        if not key:
            raise UserError("unexpected empty label key")
        labels[key] = value
    return labels


def service_ports(
    numbers: Sequence[str], protocols: Mapping[str, Sequence[str]], protocol: str, target: str
) -> list[Obj]:
    """The ports, named if they are several.

    ``protocols`` are those that each number is opened with, ``protocol`` is the one that was asked for, ``target`` the
    pods' port for all of them, their own if it is empty.
    """
    ports: list[Obj] = []
    for index, text in enumerate(numbers, 1):
        number = atoi(text)
        opened = [protocol] if protocol else list(protocols.get(text) or (TCP,))
        name = f"port-{index}" if len(numbers) > 1 else ""
        for each in opened:
            port: Obj = {"port": number, "protocol": each, "targetPort": from_text(target) if target else number}
            if called := f"port-{index}-{each.lower()}" if len(opened) > 1 else name:
                port["name"] = called
            ports.append(port)
    return ports


def atoi(text: str) -> int:
    """An integer as Go's strconv.Atoi reads it; UserError in its words."""
    from kubesim.golang import numbers

    try:
        return numbers.atoi(text)
    except ValueError as error:
        raise UserError(str(error)) from None
