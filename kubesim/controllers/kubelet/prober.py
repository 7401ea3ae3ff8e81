"""What a probe finds, and until when it would find the same.

Mirrors pkg/kubelet/prober/prober.go and pkg/probe (http, tcp, grpc, exec): the words are upstream's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, dig
from kubesim.containers.programs import life_of
from kubesim.named_tuple import NamedTuple
from kubesim.sim.images.behaviour import Behaviour

if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork

FIELDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}


class Finding(NamedTuple):
    """What a probe finds: ``problem`` is what the kubelet reports, None if the probe succeeds.

    Nothing changes that before ``until`` (ms), ever if None.
    """

    problem: str | None
    until: int | None = None


def find(work: PodWork, container: Obj, kind: str, at: int) -> Finding:  # noqa: ARG001
    """What a container's probe of that kind finds at an instant (ms) of the instance that runs."""
    probe = container[FIELDS[kind]]
    behaviour = work.behaviour(container)
    if "httpGet" in probe:
        return Finding(_http(work, container, probe["httpGet"], behaviour))
    if "tcpSocket" in probe:
        return Finding(_tcp(work, container, probe["tcpSocket"], behaviour))
    if "grpc" in probe:
        return Finding(_grpc(work, container, probe, behaviour))
    return _exec(probe.get("exec") or {})


def _http(work: PodWork, container: Obj, action: Obj, behaviour: Behaviour) -> str | None:
    """Mirrors DoHTTPProbe."""
    port = _port(container, action["port"])
    host = action.get("host") or work.pod_ip()
    path = action.get("path", "/")
    scheme = action.get("scheme", "HTTP").lower()
    url = f'Get "{scheme}://{host}:{port}{path}"'
    if port not in behaviour.ports:
        return f"{url}: {_refused(host, port)}"
    if scheme == "https":
        return f"{url}: http: server gave HTTP response to HTTPS client"
    if behaviour.paths and path.partition("?")[0] not in behaviour.paths:
        return "HTTP probe failed with statuscode: 404"
    return None


def _tcp(work: PodWork, container: Obj, action: Obj, behaviour: Behaviour) -> str | None:
    """Mirrors DoTCPProbe."""
    port = _port(container, action["port"])
    return None if port in behaviour.ports else _refused(action.get("host") or work.pod_ip(), port)


def _grpc(work: PodWork, container: Obj, probe: Obj, behaviour: Behaviour) -> str | None:
    """Mirrors grpcProber.Probe: the dial goes on until the time is over, whoever refuses it."""
    port = _port(container, probe["grpc"]["port"])
    if port in behaviour.ports:
        return None
    timeout = _go_seconds(int(probe.get("timeoutSeconds") or 1))
    address = f"{work.pod_ip()}:{port}"
    return f'timeout: failed to connect service "{address}" within {timeout}: context deadline exceeded'


def _refused(host: str, port: int) -> str:
    return f"dial tcp {host}:{port}: connect: connection refused"


def _go_seconds(seconds: int) -> str:
    """Mirrors time.Duration.String."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{rest}s"


def _exec(action: Obj) -> Finding:
    """A command that would exit with another status than 0 fails, and says nothing."""
    life = life_of({"command": action.get("command") or ()}, Behaviour(), restarts=True)
    return Finding("" if life.exit_code else None)


def _port(container: Obj, port: int | str) -> int:
    """A port's number; of a name that no port of the container has, 0."""
    if isinstance(port, int):
        return port
    if port.isdigit():
        return int(port)
    named = [p["containerPort"] for p in dig(container, "ports", default=()) if p.get("name") == port]
    return int(named[0]) if named else 0
