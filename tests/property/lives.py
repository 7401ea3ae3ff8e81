"""Lives of a cluster for property tests: what is done to it, run uncut or cut by saving and opening it again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kubesim.api.meta import Obj, is_terminating
from kubesim.cluster import Cluster
from kubesim.controllers import registry
from kubesim.errors import StatusError, UserError
from kubesim.kinds.rollout import history, pause, restart, resume, rollback, rollback_target
from kubesim.sim.bootstrap import bootstrap_objects, new_cluster_head
from kubesim.sim.engine import Engine
from kubesim.store.format import parse, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EPOCH = 1_800_000_000_000


@dataclass(frozen=True)
class Act:
    """Something done to the Deployment ``web``, and how long (ms) the cluster lives on afterwards."""

    verb: str
    value: Any = None
    pause: int = 0


class World:
    """A cluster and its engine."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.engine = Engine(cluster, registry())

    @classmethod
    def new(cls, seed: int = 7) -> World:
        cluster = Cluster(new_cluster_head(EPOCH, at=EPOCH, seed=seed), None, EPOCH)
        for obj in bootstrap_objects(EPOCH):
            cluster.create(obj, trusted=True)
        world = cls(cluster)
        world.engine.settle()
        return world

    def cut(self, *, drop_wakes: bool = False) -> World:
        """The same cluster, saved and opened again; ``drop_wakes`` forgets the cache of wake-ups."""
        snapshot = parse("state.json", self.saved(drop_wakes=drop_wakes))
        world = World(Cluster(snapshot.head, snapshot, self.cluster.now))
        if drop_wakes:
            world.engine.look_at_everything()
            world.engine.settle()
        return world

    def saved(self, *, drop_wakes: bool = False) -> bytes:
        self.engine.settle()
        cabinet = self.cluster.cabinet
        for kind in cabinet.kinds():
            cabinet.open_all(kind)
        wakes = {} if drop_wakes else self.engine.wakes()
        drawers = cabinet.opened()
        for name, drawer in drawers.items():
            drawer.wake = wakes.get(name)
        kept = {name: drawer for name, drawer in drawers.items() if drawer.objects}
        return b"".join(render(self.cluster.head, None, kept, {}))

    def objects(self) -> dict[str, Obj]:
        """Every object, by kind, namespace and name."""
        found = {}
        for kind in sorted(self.cluster.cabinet.kinds()):
            for obj in self.cluster.list(kind):
                meta = obj["metadata"]
                found[f"{kind}/{meta.get('namespace', '')}/{meta['name']}"] = obj
        return json.loads(json.dumps(found, sort_keys=True))  # type: ignore[no-any-return]

    def web(self) -> Obj | None:
        return self.cluster.find("Deployment", "default", "web")

    def pods(self) -> list[Obj]:
        return [pod for pod in self.cluster.list("Pod", "default") if not is_terminating(pod)]

    def act(self, act: Act) -> None:
        """Do one thing, as a command would; what is refused changes nothing."""
        with suppress(UserError, StatusError):
            _VERBS[act.verb](self, act.value)
        self.engine.settle()
        self.engine.run_until(self.cluster.now + act.pause)

    def live(self, acts: Sequence[Act]) -> World:
        for act in acts:
            self.act(act)
        return self


def deployment(replicas: int, image: str = "nginx:1.20", **spec: Any) -> Obj:
    """A Deployment as a client sends it."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "nginx", "image": image}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
    meta = {"name": "web", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def _update(world: World, change: Callable[[Obj], Obj]) -> None:
    web = world.web()
    if web is not None:
        world.cluster.update(change(web))


def with_image(obj: Obj, image: str) -> Obj:
    """The Deployment with another image."""
    template = obj["spec"]["template"]
    container = {**template["spec"]["containers"][0], "image": image}
    template = {**template, "spec": {**template["spec"], "containers": [container]}}
    return {**obj, "spec": {**obj["spec"], "template": template}}


def _undo(world: World, _value: Any) -> None:
    web = world.web()
    if web is not None:
        target = rollback_target(web, world.cluster, 0)
        result = rollback(web, target, 0)
        if result.obj is not None:
            world.cluster.update(result.obj)


def _delete_pod(world: World, index: int) -> None:
    pods = world.cluster.list("Pod", "default")
    if pods:
        world.cluster.delete("Pod", "default", pods[index % len(pods)]["metadata"]["name"])


def revisions(world: World) -> list[int]:
    """The revision numbers of the Deployment's history."""
    web = world.web()
    return [] if web is None else [revision.number for revision in history(web, world.cluster)]


_VERBS: dict[str, Callable[[World, Any], None]] = {
    "create": lambda world, obj: void(world.cluster.create(obj)),
    "image": lambda world, image: _update(world, lambda web: with_image(web, image)),
    "scale": lambda world, n: _update(world, lambda web: {**web, "spec": {**web["spec"], "replicas": n}}),
    "pause": lambda world, _: _update(world, pause),
    "resume": lambda world, _: _update(world, resume),
    "restart": lambda world, _: _update(world, lambda web: restart(web, world.cluster.now)),
    "undo": _undo,
    "delete pod": _delete_pod,
    "delete": lambda world, _: void(world.cluster.delete("Deployment", "default", "web")),
    "wait": lambda world, _: None,
}


def void(_value: object) -> None:
    """Let a value go."""
