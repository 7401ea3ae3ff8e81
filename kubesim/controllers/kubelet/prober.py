"""What a probe finds, and until when it would find the same.

Mirrors pkg/kubelet/prober/prober.go and pkg/probe (http, tcp, grpc, exec): the words are upstream's.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND, Obj, dig
from kubesim.containers.main_program import answer_of
from kubesim.controllers.kubelet.listening import has_path, listener, opens_at, port_number, speaks
from kubesim.controllers.kubelet.places import reached_by
from kubesim.controllers.kubelet.present import place_of
from kubesim.golang.numbers import invalid_syntax
from kubesim.sim.images.behaviour import Behaviour
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord


class Finding(NamedTuple):
    """What a probe finds: ``problem`` is what the kubelet reports, None if the probe succeeds.

    Nothing changes that before ``until`` (ms), ever if None.  ``is_error``: the probe could not be made, which is
    neither a success nor a failure.
    """

    problem: str | None
    until: int | None = None
    is_error: bool = False


WELL, CLOSED, SICK = "well", "closed", "sick"


class Health(NamedTuple):
    """How a container's program is: WELL, CLOSED (it listens nowhere yet) or SICK, at least until an instant (ms)."""

    state: str = WELL
    until: int | None = None


_WELL = Health()


def find(work: PodWork, container: Obj, probe: Obj, kind: str, at: int) -> Finding:
    """What a container's probe, which is of that kind, finds at an instant (ms) of the instance that runs."""
    behaviour = work.behaviour(container)
    health = _health(work, container, behaviour, kind, at)
    action = next((field for field in ("httpGet", "tcpSocket", "grpc") if field in probe), None)
    if action is None:
        return _exec(work, container, probe, health, at)
    port = port_number(container, probe[action]["port"])
    if port is None:
        return Finding(str(invalid_syntax("Atoi", str(probe[action]["port"]))), is_error=True)
    answering = listener(work, container, port) if health.state != CLOSED else None
    state = CLOSED if answering is None else health.state
    return Finding(_ACTIONS[action](work, answering or container, probe, port, state), health.until)


def _health(work: PodWork, container: Obj, behaviour: Behaviour, kind: str, at: int) -> Health:
    """How a container is at an instant, by what rules say of its image, and by faults."""
    if not behaviour.is_healthy:
        return Health(SICK)
    has_faults = bool(work.cluster.noted("faults"))
    if not (has_faults or behaviour.starts_in or behaviour.flaky or behaviour.fails_after is not None):
        return _WELL
    if has_faults and kind == "readiness":
        from kubesim.sim.faults import failing_readiness

        fault = failing_readiness(work.cluster, work.pod, at)
        if fault is not None:
            return Health(SICK, fault.until)
    since, opens = work.container(container["name"])["on"], opens_at(work, container)
    if at < opens:
        return Health(CLOSED, opens)
    failing = None if behaviour.fails_after is None else since + behaviour.fails_after
    if failing is not None and at >= failing:
        return Health(SICK)
    if behaviour.flaky:
        return Health(SICK if _is_unlucky(work, container, behaviour.flaky, kind, at) else WELL, at + 1)
    return Health(WELL, failing)


def _is_unlucky(work: PodWork, container: Obj, share: int, kind: str, at: int) -> bool:
    """Whether chance lets a probe fail: the seed's chance, the same for the same probe at the same instant."""
    text = f"{work.pod['metadata']['uid']}/{container['name']}/{kind}/{at}"
    return int(hex_digest(int(work.cluster.head["seed"]), text, 8), 16) % 100 < share


def _http(work: PodWork, container: Obj, probe: Obj, port: int, state: str) -> str | None:
    """Mirrors DoHTTPProbe."""
    action, behaviour = probe["httpGet"], work.behaviour(container)
    scheme = action.get("scheme", "HTTP").lower()
    is_understood = speaks(container, behaviour, scheme)
    if state != CLOSED and is_understood:
        if state == SICK:
            return "HTTP probe failed with statuscode: 500"
        path = action.get("path", "/")
        status = _changed_status(work, container, behaviour, port, path)
        if status is None:
            status = 200 if has_path(container, behaviour, path) else 404
        return None if 200 <= status < 400 else f"HTTP probe failed with statuscode: {status}"
    host = action.get("host") or work.pod_ip()
    problem = "http: server gave HTTP response to HTTPS client" if behaviour.speaks == "http" else "EOF"
    if state == CLOSED:
        problem = _refused(host, port)
    return f'Get "{scheme}://{host}:{port}{action.get("path", "/")}": {problem}'


def _changed_status(work: PodWork, container: Obj, behaviour: Behaviour, port: int, path: str) -> int | None:
    """What a server answers into whose files somebody has written since it started; None if nobody has."""
    kept = work.container(container["name"])
    if behaviour.is_strict or "files" not in kept or kept["files"][0] != kept.get("run", 0):
        return None
    from kubesim.controllers.kubelet.sites import status_of

    return status_of(work, container, port, path)


def _tcp(work: PodWork, _container: Obj, probe: Obj, port: int, state: str) -> str | None:
    """Mirrors DoTCPProbe."""
    return None if state == WELL else _refused(probe["tcpSocket"].get("host") or work.pod_ip(), port)


def _grpc(work: PodWork, container: Obj, probe: Obj, port: int, state: str) -> str | None:
    """Mirrors grpcProber.Probe: whoever refuses it or speaks otherwise, the dial goes on until the time is over."""
    if state == CLOSED or not speaks(container, work.behaviour(container), "grpc"):
        timeout = _go_seconds(int(probe.get("timeoutSeconds") or 1))
        address = f"{work.pod_ip()}:{port}"
        return f'timeout: failed to connect service "{address}" within {timeout}: context deadline exceeded'
    return 'service unhealthy (responded with "NOT_SERVING")' if state == SICK else None


_ACTIONS = {"httpGet": _http, "tcpSocket": _tcp, "grpc": _grpc}


def _refused(host: str, port: int) -> str:
    return f"dial tcp {host}:{port}: connect: connection refused"


def _go_seconds(seconds: int) -> str:
    """Mirrors time.Duration.String."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{rest}s"


def _exec(work: PodWork, container: Obj, probe: Obj, health: Health, at: int) -> Finding:
    """A command that ends with another status than 0 fails; its output is recorded. Mirrors execProber.Probe."""
    if health.state != WELL:
        return Finding("", health.until)
    kept = work.container(container["name"])
    command = [str(word) for word in dig(probe, "exec", "command", default=())]
    answer, change = answer_of(place_of(work, container), command, max(0, at - kept["on"]), reached_by(kept))
    instants = [instant for instant in (health.until, change and kept["on"] + change) if instant is not None]
    until = min(instants, default=None)
    if answer.missing is not None:
        return Finding(_exec_error(kept, answer.missing), until, is_error=True)
    seconds = int(probe.get("timeoutSeconds") or 1)
    if answer.length is None or answer.length > seconds * SECOND:
        line = " ".join(command)
        return Finding(f'command timed out: "{line}" timed out after {_go_seconds(seconds)}', until)
    return Finding(answer.output if answer.exit_code else None, until)


def _exec_error(kept: ContainerRecord, program: str) -> str:
    """containerd's message for a command with a program that is not in the container."""
    session = hex_digest(kept["on"], program, 64)
    why = f"stat {program}: no such file or directory" if "/" in program else "executable file not found in $PATH"
    return (
        f'rpc error: code = Unknown desc = failed to exec in container: failed to start exec "{session}": OCI runtime '
        f'exec failed: exec failed: unable to start container process: exec: "{program}": {why}: unknown'
    )
