"""A probe of a container does not succeed: it asks where nobody answers, or for what is not there."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig
from kubesim.controllers.kubelet import prober
from kubesim.controllers.kubelet.listening import has_path, is_idle, listener, speaks
from kubesim.controllers.kubelet.probe_worker import FIELDS
from kubesim.sim.runtime import pattern_for, rules
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.lengths import length_text
from kubesim.views.why.pods.crashes import ended_by_itself
from kubesim.views.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.prober import Finding
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase

ACTIONS = ("httpGet", "tcpSocket", "grpc")


class Failing(NamedTuple):
    """A probe that fails: ``startup``, ``liveness`` or ``readiness``."""

    kind: str
    probe: Obj
    finding: Finding


def failing_probes(case: ContainerCase) -> list[Failing]:
    """The probes of a container that has run which would fail now, in the order in which they matter."""
    work = case.pod.work
    if work is None or "on" not in case.record:
        return []
    at = case.pod.now if case.is_running else case.record.get("off", case.pod.now)
    found = []
    for kind, field in FIELDS.items():
        if field in case.spec:
            finding = prober.find(work, case.spec, case.spec[field], kind, at)
            if finding.problem is not None:
                found.append(Failing(kind, case.spec[field], finding))
    return found


def killed(case: ContainerCase) -> Cause | None:
    """A startup or liveness probe ends the container again and again."""
    if not case.last_end and case.record.get("do") != "killed":
        return None
    kind = next((kind for kind in ("startup", "liveness") if _has_killed(case, kind)), None)
    if kind is None or (case.record.get("do") != "killed" and ended_by_itself(case)):
        return None
    failing = failing_probes(case)
    deadly = next((one for one in failing if one.kind == kind), None)
    why = _why(case, deadly) if deadly is not None else _reported(case, kind)
    text = f"the {kind} probe of {case.title} ends it again and again: {why}"
    repairs = [case.pod.target.undo()] if deadly is None else _repairs(case, failing, deadly)
    return case.pod.cause("ProbeKills", text, *repairs, retry="restart")


def _has_killed(case: ContainerCase, kind: str) -> bool:
    """Whether an event says that a container was ended for a probe of that kind."""
    return bool(_messages(case, "Killing", f"Container {case.name} failed {kind} probe"))


def _reported(case: ContainerCase, kind: str) -> str:
    """What the kubelet reported of a probe that does not fail at this moment."""
    prefix = f"{kind.capitalize()} probe failed: "
    messages = _messages(case, "Unhealthy", prefix)
    return f"it failed: {messages[-1].removeprefix(prefix).strip()}" if messages else "it failed"


def _messages(case: ContainerCase, reason: str, start: str) -> list[str]:
    """The messages of the pod's events of a reason that begin so, in the order of time."""
    events = [event for event in case.pod.cluster.events_of(case.pod.pod) if event["reason"] == reason]
    events.sort(key=lambda event: str(event["metadata"]["name"]))
    return [event["message"] for event in events if event["message"].startswith(start)]


def fails(case: ContainerCase) -> Cause | None:
    """The container runs, and a probe keeps it from being ready."""
    if not case.is_running or case.status.get("ready"):
        return None
    failing = failing_probes(case)
    if not failing:
        return None
    first = failing[0] if failing[0].kind == "startup" else failing[-1]
    text = f"the {first.kind} probe of {case.title} fails: {_why(case, first)}"
    is_stage = first.finding.until is not None and not case.behaviour.flaky
    return case.pod.cause("ProbeFails", text, *_repairs(case, failing, first), is_stage=is_stage, retry="probe")


def never_ready(case: ContainerCase) -> Cause | None:
    """What the container does is such that it never turns ready."""
    if not case.is_running or case.status.get("ready") or case.behaviour.turns_ready:
        return None
    pattern = pattern_for(case.pod.cluster, case.image)
    why = f": your rule {pattern}={rules(case.pod.cluster)[pattern]} says so" if pattern is not None else ""
    image = case.pod.target.set_image(case.name, "IMAGE")._replace(is_whole=False)
    return case.pod.cause("NeverReady", f"image {case.image} never turns ready{why}", case.pod.target.undo(), image)


# why it fails


def _why(case: ContainerCase, failing: Failing) -> str:
    probe, behaviour, work = failing.probe, case.behaviour, case.pod.work
    assert work is not None
    action = next((field for field in ACTIONS if field in probe), None)
    if behaviour.starts_in and failing.finding.until is not None:
        return f"image {case.image} answers {length_text(behaviour.starts_in)} after its start, and not before"
    if action is None:
        return _why_exec(probe, failing.finding)
    if behaviour.fails_after is not None:
        return f"image {case.image} answers for {length_text(behaviour.fails_after)} and fails then"
    if not behaviour.is_healthy or behaviour.flaky:
        return f"image {case.image} does not answer well ({_problem(failing)})"
    port = number_of(case.spec, probe[action]["port"])
    if port is None:
        return f'it asks port "{probe[action]["port"]}", and no port of the container is called so'
    answering = listener(work, case.spec, port)
    if answering is None:
        return f"it asks port {port}, and {_where(case)}"
    return _why_not_content(case, probe, action, answering, failing)


def _why_not_content(case: ContainerCase, probe: Obj, action: str, answering: Obj, failing: Failing) -> str:
    """Somebody listens on the port, and what comes back is not what the probe wants."""
    behaviour = case.behaviour
    scheme = probe[action].get("scheme", "HTTP") if action == "httpGet" else action
    if action != "tcpSocket" and not speaks(answering, behaviour, "grpc" if action == "grpc" else scheme.lower()):
        spoken = behaviour.speaks.upper().replace("TCP", "a protocol of its own")
        wanted = "gRPC" if action == "grpc" else scheme
        return f"it asks in {wanted}, and {case.title} speaks {spoken}"
    path = probe[action].get("path", "/")
    if action == "httpGet" and not has_path(answering, behaviour, path):
        return f"it asks for {path} and gets 404; {listed(list(behaviour.paths))} can be had"
    return _problem(failing)


def _why_exec(probe: Obj, finding: Finding) -> str:
    line = " ".join(map(str, dig(probe, "exec", "command", default=())))
    if finding.is_error:
        return f'it runs "{line}", whose program is not in the container'
    problem = (finding.problem or "").strip().splitlines()
    return f'it runs "{line}"{f", which says: {problem[-1]}" if problem else ", which fails"}'


def _problem(failing: Failing) -> str:
    return (failing.finding.problem or "").strip() or "it fails"


def _where(case: ContainerCase) -> str:
    """Where the container listens."""
    if is_idle(case.spec, case.behaviour):
        return f"the command of {case.title} listens nowhere"
    ports = case.behaviour.ports
    return f"{case.title} listens on {listed(list(map(str, ports)))}" if ports else f"{case.title} listens nowhere"


def number_of(container: Obj, port: int | str) -> int | None:
    """The number of a port of a container; None for a name that none has."""
    if isinstance(port, int):
        return port
    named = [one["containerPort"] for one in container.get("ports") or () if one.get("name") == port]
    return int(named[0]) if named else int(port) if port.isdigit() else None


# what mends it


def _repairs(case: ContainerCase, failing: list[Failing], first: Failing) -> list[Repair | None]:
    """One patch of all probes that fail, if a probe can be found for each that does not; else back."""
    changes: Obj = {}
    for one in failing:
        change = _patience(case, one) or _better(case, one)
        if change is not None:
            changes[FIELDS[one.kind]] = change
    mends = FIELDS[first.kind] in changes
    return [case.patch(changes) if mends else None, case.pod.target.undo()]


def _patience(case: ContainerCase, failing: Failing) -> Obj | None:
    """Let a startup or liveness probe wait until a slow image answers."""
    slow = case.behaviour.starts_in
    if not slow or failing.finding.until is None or failing.kind == "readiness":
        return None
    period = int(failing.probe.get("periodSeconds") or 10)
    if failing.kind == "startup":
        return {"failureThreshold": slow // SECOND // period + 2}
    return {"initialDelaySeconds": -(-slow // SECOND) + period}


def _better(case: ContainerCase, failing: Failing) -> Obj | None:
    """The least change of a probe with which it succeeds; None where none is known."""
    work = case.pod.work
    assert work is not None
    for change in _changes(case, failing.probe):
        if _succeeds(case, work, failing, change):
            return change
    return None


def _succeeds(case: ContainerCase, work: PodWork, failing: Failing, change: Obj) -> bool:
    probe = {name: value for name, value in failing.probe.items() if name not in change}
    for name, value in change.items():
        if value is not None:
            probe[name] = {**(failing.probe.get(name) or {}), **value}
    return prober.find(work, case.spec, probe, failing.kind, case.pod.now).problem is None


def _changes(case: ContainerCase, probe: Obj) -> Iterator[Obj]:
    """Patches of a probe, the smallest first: another port, another path, another scheme, a connection alone."""
    action = next((field for field in ACTIONS if field in probe), None)
    if action is None:
        return
    declared = [one["containerPort"] for one in case.spec.get("ports") or ()]
    ports = list(
        dict.fromkeys(
            (*(p for p in declared if p in (case.behaviour.ports or ())), *(case.behaviour.ports or ()), *declared)
        )
    )
    yield from ({action: {"port": port}} for port in ports)
    if action == "httpGet":
        paths = [path for path in case.behaviour.paths if path != probe[action].get("path")] or ["/"]
        yield from ({action: {"path": path}} for path in paths)
        yield from ({action: {"port": port, "path": path}} for port in ports for path in paths)
        yield {action: {"scheme": "HTTP"}}
        yield from ({action: {"scheme": "HTTP", "port": port}} for port in ports)
    own = number_of(case.spec, probe[action]["port"])
    for port in (*([own] if own is not None else []), *ports):
        yield {action: None, "tcpSocket": {"port": port}}
