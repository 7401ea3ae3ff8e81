"""The life of a change: the old objects come to rest, the new ones are applied, and all is watched until it is over."""

from __future__ import annotations

from dataclasses import replace

from kubesim.api.meta import MINUTE, SECOND, Key, Obj, dig, is_terminating, key_of
from kubesim.controllers import registry
from kubesim.errors import StatusError, UserError
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.check.provisioner import PROVISIONER
from kubesim.views.check.requests import Clients
from kubesim.views.check.stand_ins import assume, assume_namespaces, assume_services
from kubesim.views.timeline.recorder import Recorder
from kubesim.views.timeline.workloads import WORKLOADS
from kubesim.views.why.answers import answers
from kubesim.views.why.model import State
from kubesim.views.why.subjects import FINDERS, inquiry_into, is_fine
from kubesim.views.why.workloads.deployments import has_timed_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kubesim.cluster import Change, Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.check.model import Given
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.traffic.model import Traffic
    from kubesim.views.why.inquiry import Inquiry
    from kubesim.views.why.model import Answer, Cause

    Refusal = StatusError | UserError
    #: Applies an object as a client does, and gives what the API server warns of; raises a Refusal.
    Apply = Callable[[Given], Sequence[str]]

PATIENCE = 10 * MINUTE  # without progress is stuck; a Deployment may have longer by its own deadline
AGE = 10 * MINUTE  # of the old side, at rest, before the change
LONGEST = 120 * MINUTE  # as far as a rollout is watched
MOST_STEPS = 20_000  # of a life, after which it is not known any more

#: What a timeline begins with.
_RECORDED = (*WORKLOADS, "ControllerRevision", "Pod")


class Applied(NamedTuple):
    """An object before and after it was applied, None where it is not there; why it was refused, or is warned of."""

    before: Obj | None
    after: Obj | None
    refusal: Refusal | None
    warnings: Sequence[str]


class Beginning(NamedTuple):
    """How it is before the change.

    ``refused`` is what the API server has against objects of the old side even when all the rest is there, ``assumed``
    what was taken to be there, ``causes`` what keeps objects from working, or would before long, ``restarted`` the pods
    in which a container has ended already, ``late`` the Deployments whose rollout counted as failed on the way.
    """

    refused: Mapping[Key, Refusal]
    assumed: Sequence[str]
    causes: Mapping[Key, Sequence[Cause]]
    restarted: frozenset[Key]
    late: frozenset[Key]


class Outcome(NamedTuple):
    """What a change came to; ``olds`` are the objects as they were before it, ``traffic`` is that of Services."""

    olds: Mapping[Key, Obj]
    applied: Mapping[Key, Applied]
    timelines: Mapping[Key, Timeline]
    answers: Sequence[Answer]
    traffic: Mapping[Key, Traffic]


class Trial:
    """A life in memory on which a change from the old side to the new one is tried."""

    def __init__(self, life: LiveCluster, apply: Apply, old: Sequence[Given], new: Sequence[Given]) -> None:
        life.controllers = (*registry(), PROVISIONER)
        self._life = life
        self._cluster = life.cluster
        self._apply = apply
        self._old = old
        self._new = new
        self._keys = list(dict.fromkeys(given.key for given in (*old, *new)))

    def establish(self) -> Beginning:
        """Apply the old side, with what it names and neither side has, and let it come to rest."""
        assumed = assume_namespaces(self._cluster, self._keys)
        refused = self._refused(self._old)
        stored = [obj for given in self._old if (obj := self._cluster.find(*given.key)) is not None]
        assumed += assume(self._cluster, stored, [given.obj for given, _ in refused], self._keys)
        while refused and len(again := self._refused([given for given, _ in refused])) < len(refused):
            refused = again
        late = self._watch_late()
        causes = self._come_to_rest()
        while more := assume_services(self._cluster, [one for found in causes.values() for one in found], self._keys):
            assumed += more
            causes = self._come_to_rest()
        self._life.engine.run_until(self._cluster.now + AGE)
        restarted = frozenset(key_of(pod) for pod in self._cluster.list("Pod") if _has_restarted(pod))
        refusals = {given.key: refusal for given, refusal in refused}
        return Beginning(refusals, assumed, causes, restarted, frozenset(late))

    def _come_to_rest(self) -> dict[Key, Sequence[Cause]]:
        """Live on until all is over; gives what keeps objects from working then."""
        self._live_on(Clients(self._cluster, ()))
        return {answer.key: answer.causes for answer in self._answers()}

    def _watch_late(self) -> set[Key]:
        """The Deployments whose rollout counts as failed from now on, to which those of later are added."""
        late: set[Key] = set()

        def observe(change: Change) -> None:
            if change.key.kind == "Deployment" and change.new is not None and has_timed_out(change.new) is not None:
                late.add(change.key)

        self._cluster.observers.append(observe)
        return late

    def change(self, pruned: Sequence[Key], *, with_clients: bool) -> Outcome:
        """Apply the new side, delete what is to be pruned, and live on until all is done or stuck.

        ``with_clients``: requests are sent to the Services meanwhile, until the old pods are gone.
        """
        cluster = self._cluster
        olds = {key: obj for key in self._keys if (obj := cluster.find(*key)) is not None}
        recorders = [Recorder(key, self._recorded(key), cluster.now) for key in self._keys if key.kind in WORKLOADS]
        cluster.observers += [recorder.see for recorder in recorders]
        clients = Clients(cluster, [obj for key, obj in olds.items() if key.kind == "Service" and with_clients])
        applied = {given.key: self._applied(given) for given in self._new}
        for key in pruned:
            if key in olds:
                cluster.delete(*key)
        self._live_on(clients)
        traffic = clients.traffic()
        found = self._answers()
        timelines = [recorder.timeline(cluster.now) for recorder in recorders]
        return Outcome(olds, applied, {timeline.key: timeline for timeline in timelines}, found, traffic)

    def _refused(self, waiting: Sequence[Given]) -> list[tuple[Given, Refusal]]:
        """Apply objects; gives those that are refused."""
        found = ((given, self._applied(given).refusal) for given in waiting)
        return [(given, refusal) for given, refusal in found if refusal is not None]

    def _answers(self) -> list[Answer]:
        """Why objects do not work, or will not before long; those that do are among them."""
        keys = [key for key in self._keys if key.kind in FINDERS and _is_there(self._cluster, key)]
        found = answers(self._life, keys)
        inquiry = inquiry_into(self._cluster)
        return [self._once_more(answer, inquiry) for answer in found]

    def _once_more(self, answer: Answer, inquiry: Inquiry) -> Answer:
        """The answer; if it names nothing that is wrong, but something is some minutes later, that."""
        obj = self._cluster.find(*answer.key)
        if obj is None or not all(cause.is_stage for cause in answer.causes):
            return answer
        causes = tuple(cause for cause in inquiry.causes_of(obj) if not cause.is_stage)
        return replace(answer, state=State.STUCK, causes=causes, is_to_come=True) if causes else answer

    def _applied(self, given: Given) -> Applied:
        before = self._cluster.find(*given.key)
        refusal: Refusal | None = None
        warnings: Sequence[str] = ()
        try:
            warnings = self._apply(given)
        except (StatusError, UserError) as error:
            refusal = error
        return Applied(before, self._cluster.find(*given.key), refusal, warnings)

    def _recorded(self, key: Key) -> list[Obj]:
        return [obj for kind in _RECORDED for obj in self._cluster.list(kind, key.namespace)]

    def _live_on(self, clients: Clients) -> None:
        """Live until all workloads are done or stuck, and clients have seen the old pods end."""
        engine = self._life.engine
        engine.settle()
        clients.see()
        watched = [_Progress(self._cluster, key) for key in self._keys if key.kind in WORKLOADS]
        limit, last_step = self._cluster.now + LONGEST, self._life.steps + MOST_STEPS
        while (wake := engine.next_wake()) is not None and wake <= limit and self._life.steps < last_step:
            if all(one.is_over() for one in watched) and not clients.see_pods_end:
                break
            engine.step(wake)
            clients.see()
        self._wait(clients)

    def _wait(self, clients: Clients) -> None:
        """Let clients go on for a moment."""
        engine, end = self._life.engine, self._cluster.now + clients.wait
        while (wake := engine.next_wake()) is not None and wake < end:
            engine.step(wake)
            clients.see()
        self._cluster.now = end


def _has_restarted(pod: Obj) -> bool:
    fields = ("containerStatuses", "initContainerStatuses")
    return any(one.get("restartCount") for field in fields for one in dig(pod, "status", field, default=()))


def _is_there(cluster: Cluster, key: Key) -> bool:
    obj = cluster.find(*key)
    return obj is not None and not is_terminating(obj)


class _Progress:
    """How far a workload has come, and since when."""

    def __init__(self, cluster: Cluster, key: Key) -> None:
        self._cluster = cluster
        self._key = key
        self._furthest: tuple[int, ...] = ()
        self._since = cluster.now

    def is_over(self) -> bool:
        """Whether the workload is as it is wanted, or gone, or has not come any further for too long."""
        obj = self._cluster.find(*self._key)
        if obj is None or is_fine(self._cluster, self._key):
            return True
        reached = _reached(obj)
        if reached > self._furthest:
            self._furthest, self._since = reached, self._cluster.now
        patience = max(PATIENCE, int(dig(obj, "spec", "progressDeadlineSeconds", default=0)) * SECOND)
        return self._cluster.now >= self._since + patience


def _reached(obj: Obj) -> tuple[int, ...]:
    """How many pods are of the newest template, how few are not, and once all are, how many are available."""
    status = obj.get("status") or {}
    pods = status.get("replicas", status.get("currentNumberScheduled", 0))
    updated = status.get("updatedReplicas", status.get("updatedNumberScheduled", 0))
    available = status.get("availableReplicas", status.get("numberAvailable", 0))
    return updated, updated - pods, available if updated == pods else 0
