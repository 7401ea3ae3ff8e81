"""A whole cluster, with every controller, for the tests of those that make pods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api.meta import Obj, copy_of, dig, is_terminating, labels_of
from kubesim.cluster import Client
from kubesim.kubeadm.init import bootstrap_objects, found_cluster, new_cluster_head
from kubesim.sim.profiles import USUAL_SIZE, Size
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Head

START = 1_795_400_000_000  # 2026-11-23, 02:13:20


class Workloads(World):
    """A cluster with every controller."""

    def __init__(self, head: Head | None = None) -> None:
        super().__init__(head or new_cluster_head(START, at=START, seed=1))
        if head is None:
            for obj in bootstrap_objects(START):
                self.cluster.create(obj)
            self.settle()

    @classmethod
    def of_profile(cls, profile: str, size: Size = USUAL_SIZE) -> Workloads:
        """A new cluster of a profile, with all that it has from the start."""
        world = cls(new_cluster_head(START, at=START, seed=1, profile=profile))
        found_cluster(world.cluster, size)
        world.history.clear()
        return world

    # what a client does

    def create(self, *objects: Obj) -> Obj:
        """Create objects as a client does; the last, as stored at first."""
        for obj in objects:
            stored = Client(self.cluster).create(copy_of(obj))
        self.engine.settle()
        return stored

    def change(self, kind: str, name: str, change: Callable[[Obj], Obj]) -> None:
        """Update an object's spec as a client does."""
        obj = self.cluster.get(kind, "default", name)
        Client(self.cluster).update({**obj, "spec": change(obj["spec"])})
        self.engine.settle()

    def set_image(self, kind: str, name: str, image: str) -> None:
        self.change(kind, name, lambda spec: {**spec, "template": with_image(spec["template"], image)})

    def delete(self, kind: str, name: str, **how: Any) -> None:
        self.cluster.delete(kind, "default", name, **how)
        self.engine.settle()

    # what there is

    def get(self, kind: str, name: str) -> Obj:
        return self.cluster.get(kind, "default", name)

    def find(self, kind: str, name: str) -> Obj | None:
        return self.cluster.find(kind, "default", name)

    def status(self, kind: str, name: str, *fields: str) -> list[Any]:
        return [dig(self.get(kind, name), "status", field) for field in fields]

    def pods(self, *, leaving: bool = False) -> list[Obj]:
        """Those that stay; with ``leaving``, all."""
        return [pod for pod in self.cluster.list("Pod", "default") if leaving or not is_terminating(pod)]

    def names(self, kind: str = "Pod") -> list[str]:
        return [obj["metadata"]["name"] for obj in self.cluster.list(kind, "default") if not is_terminating(obj)]

    def images(self) -> list[str]:
        return [pod["spec"]["containers"][0]["image"] for pod in self.pods()]

    def told(self, kind: str, name: str) -> list[tuple[str, str]]:
        """Reason and message of what was told of an object, in the order of time."""
        events = self.cluster.events_of(self.get(kind, name))
        return [(e["reason"], e["message"]) for e in sorted(events, key=lambda event: str(event["metadata"]["name"]))]

    def objects(self) -> dict[tuple[str, str, str], Obj]:
        return {
            (kind, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj
            for kind in sorted(self.cluster.cabinet.kinds())
            for obj in self.cluster.list(kind)
        }

    def statuses(self, kind: str, name: str, *fields: str) -> list[list[Any]]:
        """What these fields of the object's status went through."""
        seen: list[list[Any]] = []
        for change in self.history:
            if change.key.kind == kind and change.key.name == name and change.new is not None:
                now = [dig(change.new, "status", field) for field in fields]
                if not seen or seen[-1] != now:
                    seen.append(now)
        return seen


def template(app: str, image: str = "nginx:1.25", **spec: Any) -> Obj:
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "main", "image": image}], **spec}}


def with_image(given: Obj, image: str) -> Obj:
    container = {**given["spec"]["containers"][0], "image": image}
    return {**given, "spec": {**given["spec"], "containers": [container]}}


def workload(kind: str, name: str, given: Obj | None = None, **spec: Any) -> Obj:
    """A DaemonSet, StatefulSet, ... as a client sends it."""
    spec = {"selector": {"matchLabels": {"app": name}}, "template": given or template(name), **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


def nodes_of(pods: list[Obj]) -> list[str]:
    return sorted(pod["spec"]["nodeName"] for pod in pods)


def labels_with(pods: list[Obj], label: str) -> list[str | None]:
    return [labels_of(pod).get(label) for pod in pods]
