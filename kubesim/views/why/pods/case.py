"""A pod that is not as it is wanted, with all that its causes may ask about it."""

from __future__ import annotations

from functools import cached_property

from kubesim.api.meta import Obj, condition_of, copy_of, dig, key_of, parse_time
from kubesim.controllers.kubelet.pod_phase import is_sidecar
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.node_fit import REQUIRED
from kubesim.sim.runtime import behaviour_of
from kubesim.views.why.model import Cause
from kubesim.views.why.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.records import ContainerRecord
    from kubesim.sim.images.behaviour import Behaviour
    from kubesim.views.why.inquiry import Inquiry
    from kubesim.views.why.model import Repair


class PodCase:
    """One pod at the cluster's present."""

    def __init__(self, inquiry: Inquiry, pod: Obj) -> None:
        self.inquiry = inquiry
        self.cluster = cluster = inquiry.cluster
        self.pod = pod
        self.key = key_of(pod)
        self.spec: Obj = pod["spec"]
        self.status: Obj = pod.get("status") or {}
        self.now = cluster.now

    @cached_property
    def target(self) -> Target:
        return Target(self.cluster, self.pod)

    @cached_property
    def work(self) -> PodWork | None:
        """What the kubelet works with; None before it has taken the pod on. Nothing of it is remembered."""
        record = self.cluster.recall(self.key)
        if record is None or not self.spec.get("nodeName"):
            return None
        return PodWork(self.cluster, self.key, self.pod, copy_of(record))

    @cached_property
    def node(self) -> Obj | None:
        """The node of the pod, None if it has none, or one that is not there."""
        name = self.spec.get("nodeName")
        return self.cluster.find("Node", "", name) if name else None

    @cached_property
    def containers(self) -> list[ContainerCase]:
        """The containers that are to run or have run: the init containers up to the one that is not done, or all."""
        statuses = {s["name"]: s for s in self.status.get("containerStatuses") or ()}
        init_statuses = {s["name"]: s for s in self.status.get("initContainerStatuses") or ()}
        cases = []
        for container in self.spec.get("initContainers") or ():
            case = ContainerCase(self, container, init_statuses.get(container["name"]) or {}, is_init=True)
            cases.append(case)
            if not case.is_passed:
                return cases
        return cases + [ContainerCase(self, c, statuses.get(c["name"]) or {}) for c in self.spec["containers"]]

    @property
    def since(self) -> int:
        """The instant (ms) from which the pod is not ready; that of its beginning where nothing says another."""
        scheduled, ready = (condition_of(self.pod, kind) for kind in ("PodScheduled", "Ready"))
        for condition in (scheduled, ready):
            if condition is not None and condition["status"] != "True" and condition.get("lastTransitionTime"):
                return parse_time(condition["lastTransitionTime"])
        return parse_time(self.pod["metadata"]["creationTimestamp"])

    def since_event(self, reason: str) -> int:
        """The instant (ms) of the first of the events of a reason that still comes; else that of ``since``."""
        events = (event for event in self.cluster.events_of(self.pod) if event["reason"] == reason)
        instants = [parse_time(event["firstTimestamp"]) for event in events if event.get("firstTimestamp")]
        return min(instants, default=self.since)

    def cause(
        self,
        code: str,
        text: str,
        *repairs: Repair | None,
        is_stage: bool = False,
        retry: str = "",
        about: Obj | None = None,
        sort: str = "",
    ) -> Cause:
        """A cause that keeps the pod; it lies in the pod itself unless it is ``about`` another object."""
        where = self.key if about is None else key_of(about)
        known = tuple(repair for repair in repairs if repair is not None)
        since = self.since_event("BackOff") if retry == "restart" else self.since
        node = str(self.spec.get("nodeName") or next(iter(self.pinned_to), ""))
        return Cause(code, where, text, known, is_stage, retry, since, (self.key,), node=node, sort=sort)

    @property
    def pinned_to(self) -> list[str]:
        """The names of the only nodes on which the pod may run, as a DaemonSet's pod has one; empty for any."""
        terms = dig(self.spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms", default=())
        fields = [field for term in terms for field in term.get("matchFields") or ()]
        return [name for field in fields if field["operator"] == "In" for name in field["values"]]


class ContainerCase:
    """One container of a pod: its spec and its status, and what its image does."""

    def __init__(self, pod: PodCase, spec: Obj, status: Obj, *, is_init: bool = False) -> None:
        self.pod = pod
        self.spec = spec
        self.status = status
        self.is_init = is_init
        self.name = str(spec["name"])
        self.image = str(spec["image"])

    @cached_property
    def behaviour(self) -> Behaviour:
        return behaviour_of(self.pod.cluster, self.pod.pod, self.spec)

    @property
    def is_sidecar(self) -> bool:
        return is_sidecar(self.spec, self.pod.spec)

    @property
    def is_passed(self) -> bool:
        """Whether the containers after this init container need not wait for it."""
        if self.is_sidecar:
            return bool(self.status.get("started"))
        return bool(dig(self.status, "state", "terminated", "exitCode") == 0)

    @property
    def record(self) -> ContainerRecord:
        """What the kubelet remembers of it; empty if that is nothing."""
        return {} if self.pod.work is None else self.pod.work.container(self.name)

    @property
    def waits_for(self) -> str:
        """The reason for which it waits, as its status has it; empty if it does not."""
        return str(dig(self.status, "state", "waiting", "reason", default=""))

    @property
    def message(self) -> str:
        return str(dig(self.status, "state", "waiting", "message", default=""))

    @property
    def is_running(self) -> bool:
        return "running" in (self.status.get("state") or {})

    @property
    def last_end(self) -> Obj:
        """How it ended last; empty if it did not."""
        for state in ("state", "lastState"):
            ended: Obj | None = dig(self.status, state, "terminated")
            if ended is not None:
                return ended
        return {}

    @property
    def title(self) -> str:
        """What a sentence calls it: by its name where there are several, or it is an init container."""
        if self.is_init:
            return f"init container {self.name}"
        return f"container {self.name}" if len(self.pod.spec["containers"]) > 1 else self.name

    def patch(self, change: Obj) -> Repair:
        """A strategic patch of it in the template."""
        return self.pod.target.patch_container(self.name, change, is_init=self.is_init)
