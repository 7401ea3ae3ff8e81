"""Which ports of a pod the words of a command line mean: by number or name, its own or those of a Service before it.

Mirrors kubectl pkg/cmd/portforward (splitPort and what uses it) and pkg/util/service_port.go and pod_port.go.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang.numbers import atoi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kubesim.api.meta import Obj


def of_pod(words: Sequence[str], pod: Obj) -> list[str]:
    """The ports with numbers for names; UserError. Mirrors convertPodNamedPortToNumber."""
    found = []
    for word in words:
        local, remote = _split(word)
        if not remote:
            raise UserError("remote port cannot be empty")
        number = remote if _number(remote) is not None else str(_named_in_pod(pod, remote))
        found.append(number if local == remote else f"{local}:{number}")
    return found


def of_service(words: Sequence[str], service: Obj, pod: Obj) -> list[str]:
    """The pod's ports that are behind the Service's; UserError. Mirrors translateServicePortToTargetPort."""
    found = []
    for word in words:
        local, remote = _split(word)
        number = _number(remote)
        if number is None:
            number = _named_in_service(service, remote)
            local = str(number) if local == remote else local
        target = str(_behind(service, pod, number))
        found.append(target if local == target else f"{local}:{target}")
    return found


def refuse_udp_of_pod(words: Sequence[str], pod: Obj) -> None:
    """UserError for a port that a pod declares for UDP alone."""
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    pairs = ((port["containerPort"], port.get("protocol", "TCP")) for port in ports)
    _refuse_udp(words, pairs, lambda name: _named_in_pod(pod, name))


def refuse_udp_of_service(words: Sequence[str], service: Obj) -> None:
    """UserError for a port that a Service has for UDP alone."""
    pairs = ((port["port"], port.get("protocol", "TCP")) for port in service["spec"].get("ports") or ())
    _refuse_udp(words, pairs, lambda name: _named_in_service(service, name))


def _refuse_udp(words: Sequence[str], pairs: Iterable[tuple[int, str]], named: Callable[[str], int]) -> None:
    known = list(pairs)
    only = {number for number, protocol in known if protocol == "UDP"} - {
        n for n, protocol in known if protocol == "TCP"
    }
    for word in words:
        _, remote = _split(word)
        number = _number(remote)
        if (named(remote) if number is None else number) in only:
            raise UserError(f"UDP protocol is not supported for {remote}")


def _split(word: str) -> tuple[str, str]:
    parts = word.split(":")
    return (parts[0], parts[1]) if len(parts) == 2 else (parts[0], parts[0])


def _number(text: str) -> int | None:
    try:
        return atoi(text)
    except ValueError:
        return None


def _containers(pod: Obj) -> Iterator[Obj]:
    yield from pod["spec"]["containers"]
    yield from pod["spec"].get("initContainers") or ()


def _named_in_pod(pod: Obj, name: str) -> int:
    for container in _containers(pod):
        for port in container.get("ports") or ():
            if port.get("name", "") == name:
                return int(port["containerPort"])
    raise UserError(f"Pod '{pod['metadata']['name']}' does not have a named port '{name}'")


def _named_in_service(service: Obj, name: str) -> int:
    for port in service["spec"].get("ports") or ():
        if port.get("name", "") == name:
            return int(port["port"])
    raise UserError(f"Service '{service['metadata']['name']}' does not have a named port '{name}'")


def _behind(service: Obj, pod: Obj, number: int) -> int:
    """Mirrors LookupContainerPortNumberByServicePort."""
    for port in service["spec"].get("ports") or ():
        if port["port"] != number:
            continue
        target = port.get("targetPort")
        if service["spec"].get("clusterIP") == "None" or not target:
            return number
        return target if isinstance(target, int) else _named_in_pod(pod, target)
    raise UserError(f"Service {service['metadata']['name']} does not have a service port {number}")
