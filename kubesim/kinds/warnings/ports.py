"""Ports of a pod's containers that stand in each other's way."""

from __future__ import annotations

from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj


def warnings_for_ports(containers: Sequence[tuple[str, Obj]]) -> list[str]:
    """``containers`` come with their paths."""
    ports = [
        (f"{path}.ports[{index}]", port)
        for path, container in containers
        for index, port in enumerate(container.get("ports") or ())
    ]
    found: list[str] = []
    earlier: dict[tuple[int, str], list[tuple[str, Obj]]] = {}
    for path, port in ports:
        if port.get("hostIP") and not port.get("hostPort"):
            found.append(f"{path}: hostIP set without hostPort: {_as_go_prints(port)}")
        others = earlier.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
        for other_path, other in others:
            how = _clash(port, other)
            found += [f"{path}: {how} port definition with {other_path}"] if how else []
        others.append((path, port))
    return found + _repeated_names(ports)


def _clash(port: Obj, other: Obj) -> str:
    """How two definitions of one port clash, if they do."""
    host, other_host = port.get("hostPort", 0), other.get("hostPort", 0)
    address, other_address = port.get("hostIP", ""), other.get("hostIP", "")
    if (host, address) == (other_host, other_address):
        return "duplicate"
    if not host or not other_host:
        return "overlapping"
    return "dangerously ambiguous" if host == other_host and bool(address) != bool(other_address) else ""


def _repeated_names(ports: Sequence[tuple[str, Obj]]) -> list[str]:
    first: dict[str, str] = {}
    found: list[str] = []
    for path, port in ports:
        name = port.get("name")
        if not name:
            continue
        other = first.setdefault(name, path)
        if other != path:
            use = f"services and probes that select ports by name will use {other}"
            found.append(f"{path}: duplicate port name {quote(name)} with {other}, {use}")
    return found


def _as_go_prints(port: Obj) -> str:
    """Go's %+v of a ContainerPort."""
    return (
        f"{{Name:{port.get('name', '')} HostPort:{port.get('hostPort', 0)} "
        f"ContainerPort:{port.get('containerPort', 0)} Protocol:{port.get('protocol', '')} HostIP:{port['hostIP']}}}"
    )
