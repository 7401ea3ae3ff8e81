"""A cluster whose Service is sent requests while it lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.network.model import ANSWERED, Rules
from kubesim.views.traffic.recorder import Recorder
from tests.unit.workload_world import Workloads

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.traffic.model import Traffic

LABELS = {"app": "web"}


def service(**spec: Any) -> Obj:
    """A Service over the pods of ``web``, as a client sends it."""
    meta = {"name": "web", "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": LABELS, "ports": [{"port": 80}], **spec},
    }


def template(image: str = "nginx:1.25", **container: Any) -> Obj:
    """A template of pods that serve on port 80."""
    main = {"name": "main", "image": image, "ports": [{"containerPort": 80}], **container}
    return {"metadata": {"labels": LABELS}, "spec": {"containers": [main]}}


def deployment(given: Obj | None = None, **spec: Any) -> Obj:
    """A Deployment ``web``, as a client sends it."""
    spec = {"replicas": 4, "selector": {"matchLabels": LABELS}, "template": given or template(), **spec}
    meta = {"name": "web", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


READY = {"readinessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}}
SLEEP = {"lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}


def serving(*objects: Obj) -> Workloads:
    """A cluster in which these have been served for a while."""
    world = Workloads()
    world.create(*objects, service())
    world.run(60)
    return world


class Sending:
    """Requests that are sent from now on."""

    def __init__(self, world: LiveCluster, rules: Rules | None = None) -> None:
        self.world = world
        found = world.cluster.get("Service", "default", "web")
        self._seen: list[Any] = []
        world.cluster.observers.append(self._seen.append)
        self.recorder = Recorder(world.cluster, found, found["spec"]["ports"][0], rules or Rules())

    def run(self, seconds: float) -> Traffic:
        """What they came to after so long."""
        cluster, engine = self.world.cluster, self.world.engine
        until = cluster.now + round(seconds * 1000)
        engine.settle()
        self._take()
        while (wake := engine.next_wake()) is not None and wake <= until:
            engine.step(wake)
            self._take()
        engine.run_until(until)
        return self.recorder.traffic(cluster)

    def _take(self) -> None:
        self.recorder.see(self.world.cluster, self._seen)
        self._seen.clear()


def during(world: Workloads, act: Callable[[], object], seconds: float = 20, rules: Rules | None = None) -> Traffic:
    """What the requests came to that were sent from just before an act on."""
    sending = Sending(world, rules)
    act()
    return sending.run(seconds)


def failures(traffic: Traffic) -> dict[str, int]:
    """How many requests failed, by why."""
    return {failure.fate.cause: failure.count for failure in traffic.failures()}


def answered(traffic: Traffic) -> dict[int, int]:
    """How many requests were answered, by the revision of the pod."""
    found: dict[int, int] = {}
    for requests in traffic.requests:
        if requests.fate.outcome == ANSWERED and requests.origin is not None:
            found[requests.origin.revision] = found.get(requests.origin.revision, 0) + requests.count
    return found
