"""Probes: when they are due, and what follows from what they find.

What a probe finds changes at instants that are known before (``prober.Finding.until``), so the ticks between them that
change nothing, and the failures that nobody will hear of, are counted and not lived through.  Mirrors
pkg/kubelet/prober (worker.go, prober_manager.go).
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.prober import Finding
    from kubesim.controllers.kubelet.records import ContainerRecord, ProbeRecord

FIELDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}


def _find(work: PodWork, container: Obj, kind: str, at: int) -> Finding:
    """What a probe of a running container finds; most containers have none, and start without that."""
    from kubesim.controllers.kubelet import prober

    return prober.find(work, container, container[FIELDS[kind]], kind, at)


def begin(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """A container has started: plan its probes. All others wait for the startup probe."""
    kept.pop("probes", None)
    kept.pop("unready", None)
    kept.pop("unstarted", None)
    if "readinessProbe" in container or not work.behaviour(container).turns_ready:
        kept["unready"] = True
    if "startupProbe" in container:
        kept["unstarted"] = True
        _begin(work, container, kept, "startup")
    else:
        _begin_others(work, container, kept)


def _begin_others(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    for kind in ("liveness", "readiness"):
        if FIELDS[kind] in container:
            _begin(work, container, kept, kind)


def _begin(work: PodWork, container: Obj, kept: ContainerRecord, kind: str) -> None:
    first = _first_tick(work, kept, container[FIELDS[kind]], kind)
    _plan(work, container, kept, kind, first, _find(work, container, kind, first), {})


def _first_tick(work: PodWork, kept: ContainerRecord, probe: Obj, kind: str, since: int | None = None) -> int:
    """The first tick at which the initial delay is over, not before now; of a container that runs ``since`` an instant
    (ms), after now.

    A worker ticks from the instant at which the kubelet took the pod on; a readiness probe is run besides, and ticks
    anew, as its container starts.
    """
    period, now = _period(probe), work.now if since is None else work.now + 1
    earliest = max(now, kept["on"] + int(probe.get("initialDelaySeconds") or 0) * SECOND)
    anchor = (work.now if since is None else since) if kind == "readiness" else work.record["seen"]
    return anchor - (anchor - earliest) // period * period


def _period(probe: Obj) -> int:
    return int(probe.get("periodSeconds") or 10) * SECOND


def _threshold(probe: Obj, *, fine: bool) -> int:
    return int(probe.get("successThreshold") or 1) if fine else int(probe.get("failureThreshold") or 3)


# planning


def _plan(
    work: PodWork,
    container: Obj,
    kept: ContainerRecord,
    kind: str,
    first: int,
    found: Finding,
    before: ProbeRecord,
) -> None:
    """Plan the next tick that matters, of those from ``first`` (ms) on, at which ``found`` is found.

    ``before``: the results before.
    """
    probe = container[FIELDS[kind]]
    period = _period(probe)
    first, found = _first_of_interest(work, container, kept, kind, first, found)
    fine = found.problem is None
    run = before.get("run", 0) if before.get("fine", False) == fine else 0
    counts = not found.is_error and _counts(work, container, kept, kind, fine=fine)
    ticks = [_threshold(probe, fine=fine) - run - 1] if counts else []
    if not fine:
        ticks.append(_ticks_until(first, work.next_room(), period))
    if found.until is not None:
        ticks.append(_ticks_until(first, found.until, period))
    if not ticks:
        kept.get("probes", {}).pop(kind, None)
        return
    missed = max(0, min(ticks))
    due: ProbeRecord = {"due": first + missed * period}
    _note(due, missed=missed, run=run if counts else 0, fine=fine)
    kept.setdefault("probes", {})[kind] = due


def _note(due: ProbeRecord, *, missed: int, run: int, fine: bool) -> None:
    """Keep of the results before a tick what is not nothing."""
    if missed:
        due["missed"] = missed
    if run:
        due["run"] = run
    if fine and (missed or run):
        due["fine"] = True


def _first_of_interest(
    work: PodWork, container: Obj, kept: ContainerRecord, kind: str, first: int, found: Finding
) -> tuple[int, Finding]:
    """The first tick from ``first`` on that does not succeed where success changes nothing, and what it finds."""
    period = _period(container[FIELDS[kind]])
    while found.problem is None and found.until is not None and not _counts(work, container, kept, kind, fine=True):
        first += max(1, _ticks_until(first, found.until, period)) * period
        found = _find(work, container, kind, first)
    return first, found


def _ticks_until(first: int, instant: int, period: int) -> int:
    """How many ticks from ``first`` on come before an instant (ms)."""
    return max(0, -(-(instant - first) // period))


def _counts(work: PodWork, container: Obj, kept: ContainerRecord, kind: str, *, fine: bool) -> bool:
    """Whether enough such results change something."""
    if kind == "readiness":
        return bool(kept.get("unready")) == fine and (not fine or work.behaviour(container).turns_ready)
    return kind == "startup" or not fine


def replan(work: PodWork, container: Obj, kept: ContainerRecord) -> None:
    """Plan the probes of a running container anew from now on; what they found so far counts."""
    for kind in ("startup",) if kept.get("unstarted") else ("liveness", "readiness"):
        if FIELDS[kind] in container:
            _replan(work, container, kept, kind)


def _replan(work: PodWork, container: Obj, kept: ContainerRecord, kind: str) -> None:
    period = _period(container[FIELDS[kind]])
    due = kept.get("probes", {}).get(kind)
    if due is None:
        first, run, fine = _first_tick(work, kept, container[FIELDS[kind]], kind, since=kept["on"]), 0, True
    else:
        missed, fine = due.get("missed", 0), due.get("fine", False)
        passed = min(missed, _ticks_until(due["due"] - missed * period, work.now + 1, period))
        first, run = due["due"] - (missed - passed) * period, due.get("run", 0) + passed
    _plan(work, container, kept, kind, first, _find(work, container, kind, first), {"run": run, "fine": fine})


# ticking


def next_due(kept: ContainerRecord) -> int | None:
    """The next tick that matters (ms)."""
    return min((probe["due"] for probe in kept.get("probes", {}).values()), default=None)


def tick(work: PodWork, container: Obj, kept: ContainerRecord) -> str | None:
    """Run the probes that are due; the kind of one that calls for the container to be killed, if any."""
    for kind, due in sorted(kept.get("probes", {}).items()):
        if due["due"] <= work.now and _run(work, container, kept, kind, due):
            del kept["probes"]
            return kind
    return None


def _run(work: PodWork, container: Obj, kept: ContainerRecord, kind: str, due: ProbeRecord) -> bool:
    """Run one probe; whether its failures have reached the threshold that ends the container."""
    found = _find(work, container, kind, work.now)
    fine = found.problem is None
    missed = due.get("missed", 0)
    same = due.get("fine", False) == fine or not (missed or "run" in due)
    run = (due.get("run", 0) + missed if same else 0) + 1
    probe = container[FIELDS[kind]]
    if not same and fine and missed:
        _report(work, container, kind, _find(work, container, kind, work.now - _period(probe)), missed)
    _report(work, container, kind, found, 1 + (missed if same else 0))
    counts = not found.is_error and _counts(work, container, kept, kind, fine=fine)
    if counts and run >= _threshold(probe, fine=fine):
        if not fine and kind != "readiness":
            return True
        _settle(work, container, kept, kind, fine=fine)
        if kind == "startup":
            return False
    following = work.now + _period(probe)
    if found.until is not None:
        found = _find(work, container, kind, following)
    _plan(work, container, kept, kind, following, found, {"due": work.now, "run": run, "fine": fine})
    return False


def _report(work: PodWork, container: Obj, kind: str, found: Finding, times: int) -> None:
    """Record the event about a probe that did not succeed. Mirrors prober.probe."""
    if found.problem is not None:
        outcome = "errored and resulted in unknown state" if found.is_error else "failed"
        work.record_event(
            "Warning", "Unhealthy", f"{kind.capitalize()} probe {outcome}: {found.problem}", container, times
        )


def _settle(work: PodWork, container: Obj, kept: ContainerRecord, kind: str, *, fine: bool) -> None:
    """Enough results were alike: the container has started, is ready, or is so no more."""
    if kind == "startup":
        del kept["unstarted"]
        del kept["probes"][kind]
        _begin_others(work, container, kept)
        tick(work, container, kept)
    elif fine:
        del kept["unready"]
    else:
        kept["unready"] = True
