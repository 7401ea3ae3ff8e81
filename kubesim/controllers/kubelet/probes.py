"""Probes: when they are due and what they find.

What a probe finds never changes while a container runs, so the ticks between the first result and the threshold, and
the failures that nobody will be told of, are counted and not lived through.  Mirrors pkg/kubelet/prober (worker.go,
prober.go, prober_manager.go) and pkg/probe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import SECOND, Obj, dig
from kubesim.containers.programs import life_of
from kubesim.sim.images.behaviour import Behaviour

if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord, ProbeRecord

FIELDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}


def begin(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """A container has started: plan its probes. All others wait for the startup probe."""
    kept.pop("probes", None)
    kept.pop("unready", None)
    kept.pop("unstarted", None)
    if "readinessProbe" in container or not work.behaviour(container).turns_ready:
        kept["unready"] = True
    if "startupProbe" in container:
        kept["unstarted"] = True
        _plan(work, container, kept, "startup")
    else:
        _plan_others(work, container, kept)


def _plan_others(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    for kind in ("liveness", "readiness"):
        if FIELDS[kind] in container:
            _plan(work, container, kept, kind)


def _plan(work: PodWork, container: Obj, kept: ContainerRecord, kind: str) -> None:
    """Plan the first tick that matters. A liveness probe that succeeds never does."""
    probe = container[FIELDS[kind]]
    fails = failure(work, container, kind) is not None
    if kind == "liveness" and not fails:
        return
    first = _first_tick(work, kept, probe, kind)
    if fails:
        kept.setdefault("probes", {})[kind] = _next_failure(work, probe, kind, first, 0)
        return
    if kind == "readiness":
        if not work.behaviour(container).turns_ready:
            return
        first += (probe.get("successThreshold", 1) - 1) * _period(probe)
    kept.setdefault("probes", {})[kind] = {"due": first}


def _period(probe: Obj) -> int:
    return int(probe.get("periodSeconds") or 10) * SECOND


def _first_tick(work: PodWork, kept: ContainerRecord, probe: Obj, kind: str) -> int:
    """The first tick at which the initial delay is over, not before now.

    A worker ticks from the instant at which the kubelet took the pod on; a readiness probe is run besides, and ticks
    anew, as its container starts.
    """
    period = _period(probe)
    earliest = max(work.now, kept["on"] + int(probe.get("initialDelaySeconds") or 0) * SECOND)
    anchor = work.now if kind == "readiness" else work.record["seen"]
    return anchor - (anchor - earliest) // period * period


def next_due(kept: ContainerRecord) -> int | None:
    """The next tick that matters (ms)."""
    return min((probe["due"] for probe in kept.get("probes", {}).values()), default=None)


def tick(work: PodWork, container: Obj, kept: ContainerRecord) -> str | None:
    """Run the probes that are due; the kind of one that calls for the container to be killed, if any."""
    for kind, probe in sorted(kept.get("probes", {}).items()):
        if probe["due"] <= work.now and _run(work, container, kept, kind, probe):
            del kept["probes"]
            return kind
    return None


def _run(work: PodWork, container: Obj, kept: ContainerRecord, kind: str, probe: ProbeRecord) -> bool:
    """Run one probe; whether its failures have reached the threshold that ends the container."""
    said = failure(work, container, kind)
    if said is None:
        _succeed(work, container, kept, kind)
        return False
    times = probe.get("missed", 0) + 1
    work.tell("Warning", "Unhealthy", f"{kind.capitalize()} probe failed: {said}", container, times)
    spec, run = container[FIELDS[kind]], probe.get("run", 0) + times
    if kind != "readiness" and run >= _threshold(spec):
        return True
    kept["probes"][kind] = _next_failure(work, spec, kind, work.now + _period(spec), run)
    return False


def _threshold(probe: Obj) -> int:
    return int(probe.get("failureThreshold") or 3)


def _next_failure(work: PodWork, probe: Obj, kind: str, first: int, run: int) -> ProbeRecord:
    """The first tick from ``first`` on whose failure is told of or ends the container, after ``run`` failures."""
    period = _period(probe)
    missed = max(0, -(-(work.next_room() - first) // period))
    if kind != "readiness":
        missed = min(missed, _threshold(probe) - run - 1)
    due: ProbeRecord = {"due": first + missed * period}
    if missed:
        due["missed"] = missed
    if run and kind != "readiness":
        due["run"] = run
    return due


def _succeed(work: PodWork, container: Obj, kept: ContainerRecord, kind: str) -> None:
    del kept["probes"][kind]
    if kind == "startup":
        del kept["unstarted"]
        _plan_others(work, container, kept)
        tick(work, container, kept)
    elif kind == "readiness":
        del kept["unready"]


# what a probe finds


def failure(work: PodWork, container: Obj, kind: str) -> str | None:
    """What a probe of the running container says is wrong, None if nothing."""
    probe = container[FIELDS[kind]]
    behaviour = work.behaviour(container)
    if "httpGet" in probe:
        return _http(work, container, probe["httpGet"], behaviour)
    for handler in ("tcpSocket", "grpc"):
        if handler in probe:
            port = _port(container, probe[handler]["port"])
            host = probe[handler].get("host") or work.pod_ip()
            return None if port in behaviour.ports else _refused(host, port)
    return _exec(probe.get("exec") or {})


def _http(work: PodWork, container: Obj, action: Obj, behaviour: Behaviour) -> str | None:
    """Mirrors pkg/probe/http."""
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


def _refused(host: str, port: int) -> str:
    return f"dial tcp {host}:{port}: connect: connection refused"


def _exec(action: Obj) -> str | None:
    """A command that would exit with another status than 0 fails, and says nothing."""
    life = life_of({"command": action.get("command") or ()}, Behaviour(), restarts=True)
    return "" if life.exit_code else None


def _port(container: Obj, port: int | str) -> int:
    """A port's number; of a name that no port of the container has, 0."""
    if isinstance(port, int):
        return port
    if port.isdigit():
        return int(port)
    named = [p["containerPort"] for p in dig(container, "ports", default=()) if p.get("name") == port]
    return int(named[0]) if named else 0
