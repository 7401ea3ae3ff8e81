"""The kubelet's private record of a pod: no more than its status is derived from.

Everything is JSON.  Instants are ms since the epoch; a field that is missing has not happened.
"""

from __future__ import annotations

from typing import Any, TypedDict

Reason = list[str]  # of waiting: the reason's name and its message


class Exit(TypedDict, total=False):
    """How an instance of a container ended; ``run`` numbers the instances of one container from 0.

    ``why``: the reason and message, where they are not the usual ones.  ``said``: as in ``ContainerRecord``.
    """

    on: int
    off: int
    code: int
    run: int
    why: Reason
    said: list[list[Any]]


class ProbeRecord(TypedDict, total=False):
    """A probe that is still of interest: the next tick that matters, the ones before it that nobody sees, the results
    alike before those, and whether these were successes."""

    due: int
    missed: int
    run: int
    fine: bool


class ContainerRecord(TypedDict, total=False):
    """One container.

    ``state``: "running" or "exited"; missing before the first start. ``on``, ``off``, ``code``, ``why``, ``run``: of
    the current instance. ``last``: the instance before. ``shown``: the waiting reason that its status reports;
    ``fault``: what kept it from starting last, reported from the next sync on; ``since``: the sync at which it could
    not be configured. ``do``: what happens at ``due`` ("start", "hooked", "pull-failed", "sync", "exit", "killed",
    "replaced"); ``missed``: syncs before it that changed nothing. ``ends``: of what runs, after how many ms of its
    life it ends by itself, or as it was made to, and with what. ``reason``: what that end is called, if it has a
    name of its own.
    ``reached``: since when (ms of its life) it can reach what it tries to; ``awaits``: the Services on which its life
    depends. ``again``: it is to begin anew, after an outage of its node. ``pull``: when the pull began. ``pulls`` and
    ``crashes``: back-offs, as [delay in ms, instant of the last change]. ``unstarted``: its startup probe has not
    succeeded. ``unready``: it is not ready though it runs.
    ``files``: what commands have written that were run in it: the number of the instance, and rows.
    ``asked``: what its server has logged of requests: the number of the instance, and instants with lines.
    ``keyspace``: what its server has in memory, if that is a database: the number of the instance, and its keys.
    ``answers``: what clients of its program get, as ``kubesim.containers.inquiries`` has it.  ``said``: what it
    printed while somebody was attached who typed, texts with their instants.  ``hooked``: the hook before its end ran.
    ``variables``: those that came from files when it began.
    """

    state: str
    on: int
    off: int
    code: int
    run: int
    last: Exit
    shown: Reason
    fault: Reason
    since: int
    why: Reason
    do: str
    due: int
    ends: list[int]
    reason: str
    reached: dict[str, int]
    awaits: list[str]
    missed: int
    again: bool
    pull: int
    pulls: list[int]
    crashes: list[int]
    unstarted: bool
    hooked: bool
    variables: dict[str, str]
    unready: bool
    probes: dict[str, ProbeRecord]
    files: list[Any]
    asked: list[Any]
    keyspace: list[Any]
    answers: dict[str, list[list[Any]]]
    said: list[list[Any]]


class PodRecord(TypedDict, total=False):
    """A pod on a node.

    ``serial``: its address follows from it.  ``seen``: when the kubelet took it on.  ``mounts``: how often its
    volumes were tried in vain, until they are there.  ``turn``: when its first container may start.  ``up``: since
    when its sandbox is known to run.  ``initialized``, ``ready``: the last change of these conditions, as an
    instant and as [is it, instant].  ``generation``: of the spec that is run, if not the first.  ``stopping``: when
    all containers will have been ended.  ``end``: when it is gone, by its ``grace`` period (ms).  ``failure``: why
    it was ended before its time.  ``rejected``: it never ran.  ``outage``: when its node came up after the last outage
    that it has gone on after.  ``data``: what ConfigMaps and Secrets were like that it uses, before they changed: see
    ``kubesim.sim.object_data.Version``.  ``metadata``: its labels and annotations before they changed, each with the
    instant of that.  ``volumes``: what was written to its emptyDirs, as rows by their names (see
    ``kubesim.containers.written``).  ``deferred``: a resize that its node has no room for, as its message, generation,
    since when and until when (ms) it is not tried again; ``allocated`` is what the containers have meanwhile.
    """

    serial: int
    seen: int
    mounts: int
    turn: int
    up: int
    initialized: int
    ready: list[int]
    generation: int
    stopping: int
    end: int
    grace: int
    failure: Reason
    rejected: bool
    outage: int
    data: dict[str, list[list[Any]]]
    metadata: list[list[Any]]
    volumes: dict[str, list[list[Any]]]
    deferred: list[Any]
    allocated: dict[str, Any]
    containers: dict[str, ContainerRecord]
