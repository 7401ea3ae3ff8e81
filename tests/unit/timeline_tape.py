"""Timelines for tests: of lives written down by hand, change by change, and of lives that were really led."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kubesim.api.meta import Key, Obj, key_of, rfc3339, with_metadata
from kubesim.api.well_known import REVISION_ANNOTATION
from kubesim.cluster import Change
from kubesim.network.model import ANSWER, REFUSED, STOPPED, Fate, Rules
from kubesim.views.timeline.model import Lane, Mark, MarkKind, Outcome, PodState, Span, Step, Timeline
from kubesim.views.timeline.recorder import Recorder, timeline_of
from kubesim.views.traffic.model import Origin, Requests, Traffic
from rollout_world import START, deployment, pod_spec, rolling_update
from workload_world import Workloads

if TYPE_CHECKING:
    from typing import Any

WEB = Key("Deployment", "default", "web")
SET_IMAGE = "kubesim set image deployment/web nginx=nginx:1.21"


class Tape:
    """A life of the Deployment ``web`` as it is written down: what is put and taken, and when (ms from the start)."""

    def __init__(self, replicas: int = 2, **spec: Any) -> None:
        self.objects: dict[Key, Obj] = {}
        self.changes: list[Change] = []
        self.now: int | None = None
        self.put(with_metadata(deployment(replicas=replicas, **spec), uid="web", generation=1))

    def at(self, ms: int) -> Tape:
        """What follows happens then, no more beforehand."""
        if self.now is None:
            self.before = list(self.objects.values())
        self.now = START + ms
        return self

    def put(self, obj: Obj) -> None:
        key = key_of(obj)
        if self.now is not None:
            self.changes.append(Change(key, self.objects.get(key), obj, self.now))
        self.objects[key] = obj

    def take(self, kind: str, name: str) -> None:
        key = Key(kind, "default", name)
        assert self.now is not None
        self.changes.append(Change(key, self.objects.pop(key), None, self.now))

    def image(self, image: str) -> None:
        """Give the Deployment another template."""
        web = self.objects[WEB]
        template = {**web["spec"]["template"], "spec": pod_spec(image)}
        self.put({**web, "spec": {**web["spec"], "template": template}})

    def replica_set(self, name: str, image: str, revision: int) -> None:
        labels = {"app": "web"}
        owner = {"kind": "Deployment", "name": "web", "uid": "web", "controller": True}
        meta = {
            "name": name,
            "namespace": "default",
            "uid": name,
            "ownerReferences": [owner],
            "annotations": {REVISION_ANNOTATION: str(revision)},
            "creationTimestamp": rfc3339(START + revision),
        }
        template = {"metadata": {"labels": labels}, "spec": pod_spec(image)}
        spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
        self.put({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": spec, "status": {}})

    def pod(self, name: str, **waiting: str) -> None:
        """A pod of the ReplicaSet before the last hyphen; ready unless ``waiting`` gives a reason."""
        owner = name.rpartition("-")[0]
        reference = {"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}
        meta = {"name": name, "namespace": "default", "uid": name, "ownerReferences": [reference]}
        ready = "False" if waiting else "True"
        since = rfc3339(self.now or START - 10_000)
        state = {"waiting": waiting} if waiting else {"running": {}}
        container = {"name": "nginx", "ready": not waiting, "restartCount": 0, "state": state}
        status = {
            "phase": "Pending" if waiting else "Running",
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": since}],
            "containerStatuses": [container],
        }
        spec = {**pod_spec("nginx"), "nodeName": "node01"}
        self.put({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status})

    def end(self, name: str) -> None:
        """Begin to delete a pod."""
        pod = self.objects[Key("Pod", "default", name)]
        self.put(with_metadata(pod, deletionTimestamp=rfc3339(self.now or 0)))

    def event(self, reason: str, pod: str) -> None:
        about = {"kind": "Pod", "name": pod, "namespace": "default", "uid": pod}
        meta = {"name": f"{pod}.{len(self.changes)}", "namespace": "default"}
        self.put({"apiVersion": "v1", "kind": "Event", "metadata": meta, "reason": reason, "involvedObject": about})

    def timeline(self, end: int, *marks: Mark, begin: int = -1000) -> Timeline:
        """The timeline until ``end`` (ms from the start)."""
        return timeline_of(WEB, self.before, self.changes, marks, START + begin, START + end)


def command(ms: int, text: str = SET_IMAGE) -> Mark:
    return Mark(START + ms, text)


def two_pods(**spec: Any) -> Tape:
    """Two ready pods of the first revision."""
    tape = Tape(2, **spec)
    tape.replica_set("web-a", "nginx:1.20", 1)
    tape.pod("web-a-1")
    tape.pod("web-a-2")
    return tape


def recreated(begin: int = -1000, end: int = 8000) -> Timeline:
    """Two pods that are deleted at 0, gone at 500, and whose successors are ready at 3000 and 3500."""
    tape = two_pods(strategy={"type": "Recreate"}).at(0)
    tape.image("nginx:1.21")
    tape.end("web-a-1")
    tape.end("web-a-2")
    tape.at(500)
    tape.take("Pod", "web-a-1")
    tape.take("Pod", "web-a-2")
    tape.replica_set("web-b", "nginx:1.21", 2)
    tape.pod("web-b-1", reason="ContainerCreating")
    tape.pod("web-b-2", reason="ContainerCreating")
    tape.event("Pulling", "web-b-1")
    tape.event("Pulling", "web-b-2")
    tape.at(3000).pod("web-b-1")
    tape.at(3500).pod("web-b-2")
    return tape.timeline(end, command(0), begin=begin)


def rolled(begin: int = -1000, end: int = 8000) -> Timeline:
    """Two pods that are replaced one by one: the new ones are ready at 2000 and 3000."""
    tape = two_pods(strategy=rolling_update(1, 0)).at(0)
    tape.image("nginx:1.21")
    tape.replica_set("web-b", "nginx:1.21", 2)
    tape.pod("web-b-1", reason="ContainerCreating")
    tape.at(2000).pod("web-b-1")
    tape.end("web-a-1")
    tape.pod("web-b-2", reason="ContainerCreating")
    tape.at(2500).take("Pod", "web-a-1")
    tape.at(3000).pod("web-b-2")
    tape.end("web-a-2")
    tape.at(3500).take("Pod", "web-a-2")
    return tape.timeline(end, command(0), begin=begin)


def requested() -> Timeline:
    """The same two pods, replaced one by one, with requests of which some fail while kube-proxy does not know."""
    drawn = rolled()
    old, new = Origin("deployment/web", 1), Origin("deployment/web", 2)
    requests = (
        Requests(START - 1000, START, "web-a-1", old, ANSWER, 25),
        Requests(START - 1000, START, "web-a-2", old, ANSWER, 25),
        Requests(START, START + 2000, "web-a-1", old, ANSWER, 50),
        Requests(START, START + 2000, "web-a-2", old, ANSWER, 50),
        Requests(START + 2000, START + 2200, "web-a-1", old, Fate(REFUSED, STOPPED), 5),
        Requests(START + 2000, START + 2200, "web-a-2", old, ANSWER, 5),
        Requests(START + 2250, START + 8000, "web-b-1", new, ANSWER, 200),
        Requests(START + 2250, START + 8000, "other-1", Origin("deployment/other", 1), ANSWER, 88),
    )
    traffic = Traffic(Key("Service", "default", "web"), 80, Rules(), START - 1000, START + 8000, requests)
    return replace(drawn, traffic=traffic)


# timelines without a life


def step(at: int, ready: int, desired: int = 4, **numbers: int) -> Step:
    """A step ``at`` ms with so many ready pods of the newest template, none else, floor 3 and ceiling 5 of 4."""
    floor, ceiling = numbers.pop("floor", desired - 1), numbers.pop("ceiling", desired + 1)
    zero = {"ready_old": 0, "not_ready": 0, "terminating": 0, "updated": ready, "available": ready}
    return Step(
        instant=START + at, ready_new=ready, desired=desired, floor=floor, ceiling=ceiling, **{**zero, **numbers}
    )


def timeline(*steps: Step, end: int = 10_000, **fields: Any) -> Timeline:
    """A timeline with these steps, from 0 to ``end`` ms."""
    given: dict[str, Any] = {"strategy": "RollingUpdate", "lanes": (), "marks": (), "outcome": Outcome.DONE, **fields}
    return Timeline(key=WEB, begin=START, end=START + end, zero=given.pop("zero", START), steps=steps, **given)


def lane(pod: str, *spans: tuple[PodState, int, int], revision: int = 1) -> Lane:
    """The lane of a pod with these states, from and until ms."""
    drawn = (Span(state, state.value, True, START + begin, START + end) for state, begin, end in spans)
    return Lane(pod, pod.rpartition("-")[0], revision, tuple(drawn))


def condition(ms: int, text: str) -> Mark:
    return Mark(START + ms, text, MarkKind.CONDITION)


# real lives


def lived(obj: Obj, *acts: tuple[str, str], after: int = 8, warm: bool = True, profile: str = "kind") -> Timeline:
    """What becomes of a workload when its images are set: each act is a command line and an image."""
    world = Workloads.of_profile(profile)
    key = Key(obj["kind"], "default", obj["metadata"]["name"])
    if warm:
        world.create(obj)
        world.run(60)
    begin = world.cluster.now
    recorder = Recorder(key, list(world.objects().values()), begin)
    world.cluster.observers.append(recorder.see)
    if not warm:
        world.create(obj)
    world.run(1)
    for line, image in acts:
        recorder.mark(Mark(world.cluster.now, line))
        world.set_image(*key[::2], image)
        world.run(after)
    return recorder.timeline(world.cluster.now)
