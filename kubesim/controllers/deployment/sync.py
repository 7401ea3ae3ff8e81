"""One sync of one Deployment: the version it works on, what it may do, and how it writes.

Like upstream's, a sync works on the Deployment that it read.  Once it has written that, its copy is stale: a second
write would be refused as a conflict, so the sync ends there and the next begins.  It is the same with ReplicaSets.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.controllers.deployment.arithmetic import Bounds, recreate_bounds, rolling_bounds
from kubesim.controllers.deployment.conditions import (
    FAILED_RS_CREATE,
    PROGRESSING,
    find_condition,
    new_condition,
    with_condition,
)
from kubesim.controllers.event_recorder import record
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from kubesim.cluster import Cluster

MAX_INT32 = 2**31 - 1


class StaleError(Exception):
    """What this sync read is not what is stored any more."""


class RefusedError(Exception):
    """The API server did not take what this sync made."""


class Rollout:
    """A Deployment during one sync.

    ``deployment`` is this sync's version: it runs ahead of the stored one until ``update_status``.
    """

    def __init__(self, cluster: Cluster, deployment: Obj) -> None:
        self.cluster = cluster
        self.deployment = deployment
        self.bounds = bounds_of(deployment)
        self._stale = False

    @property
    def now(self) -> int:
        return self.cluster.now

    @property
    def name(self) -> str:
        return str(self.deployment["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.deployment["metadata"]["namespace"])

    @property
    def spec(self) -> Obj:
        spec: Obj = self.deployment["spec"]
        return spec

    @property
    def status(self) -> Obj:
        return self.deployment.get("status") or {}

    @property
    def conditions(self) -> list[Obj]:
        return self.status.get("conditions") or []

    @property
    def progressing(self) -> Obj | None:
        """The Progressing condition, if there is one."""
        return find_condition(self.conditions, PROGRESSING)

    @property
    def is_rolling_update(self) -> bool:
        return is_rolling_update(self.deployment)

    @property
    def progress_deadline(self) -> int | None:
        """In seconds; None where no deadline is asked for. Mirrors HasProgressDeadline."""
        return _limit(self.spec.get("progressDeadlineSeconds"))

    @property
    def revision_history_limit(self) -> int | None:
        """How many old ReplicaSets stay; None for all. Mirrors HasRevisionHistoryLimit."""
        return _limit(self.spec.get("revisionHistoryLimit"))

    def set_annotation(self, name: str, value: str) -> bool:
        """Give this sync's version of the object an annotation; returns whether it is a new one."""
        annotations = annotations_of(self.deployment)
        if annotations.get(name) == value:
            return False
        self.deployment = with_metadata(self.deployment, annotations={**annotations, name: value})
        return True

    def set_status(self, **changes: Any) -> None:
        """Give this sync's version other status fields."""
        self.deployment = {**self.deployment, "status": {**self.status, **changes}}

    def set_progressing(self, status: str, reason: str, message: str) -> None:
        """Give this sync's version a Progressing condition."""
        condition = new_condition(PROGRESSING, status, reason, message, self.now)
        self.set_status(conditions=with_condition(self.conditions, condition))

    def update_status(self) -> None:
        """Write this sync's status and annotations; StaleError at the second write."""
        self._require_fresh()
        annotations = self.deployment["metadata"].get("annotations")
        self._note(self.cluster.update_status(self.deployment, self.status, annotations=annotations))

    def update(self, deployment: Obj) -> None:
        """Write another version of the Deployment; StaleError at the second write."""
        self._require_fresh()
        self._note(self.cluster.update(deployment))

    def update_replica_set(self, rs: Obj) -> Obj:
        """Write a ReplicaSet, and give the stored one; StaleError if it was written already."""
        try:
            return self.cluster.update(rs)
        except StatusError as refusal:
            if refusal.reason != "Conflict":
                raise
            self.end()

    def refuse_replica_set(self, name: str, refusal: StatusError) -> NoReturn:
        """Report that the API server did not take the new ReplicaSet; RefusedError. Mirrors getNewReplicaSet."""
        message = f'Failed to create new replica set "{name}": {refusal}'
        if self.progress_deadline is not None:
            self.set_progressing("False", FAILED_RS_CREATE, message)
            self.update_status()
        self.record_event("Warning", FAILED_RS_CREATE, message)
        raise RefusedError

    def end(self) -> NoReturn:
        """End this sync, for the next to begin with what is stored now."""
        raise StaleError

    def record_event(self, event_type: str, reason: str, message: str) -> None:
        """Record an event about the Deployment."""
        record(self.cluster, self.deployment, event_type, reason, message, "deployment-controller")

    def _note(self, stored: Obj) -> None:
        """A write that changed nothing leaves this sync's version fresh."""
        self._stale = stored["metadata"]["resourceVersion"] != self.deployment["metadata"]["resourceVersion"]

    def _require_fresh(self) -> None:
        if self._stale:
            self.end()


def is_rolling_update(deployment: Obj) -> bool:
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def bounds_of(deployment: Obj) -> Bounds:
    """How many pods the Deployment's size and strategy allow."""
    spec = deployment["spec"]
    if not is_rolling_update(deployment):
        return recreate_bounds(spec["replicas"])
    rolling = spec["strategy"].get("rollingUpdate") or {}
    return rolling_bounds(rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0), spec["replicas"])


def _limit(value: int | None) -> int | None:
    return None if value == MAX_INT32 else value
