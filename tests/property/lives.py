"""Lives of a cluster for property tests: what is done to it, led in one go, or by commands that open and save it."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from kubesim.api.meta import SECOND, Obj, copy_of, is_terminating
from kubesim.cli.support.session import Session
from kubesim.cluster import Client, Cluster
from kubesim.cluster.faults import NODE_FULL, Fault, active
from kubesim.containers.evaluation.live import run_live
from kubesim.controllers.kubelet.execution import Execution, NotRunning
from kubesim.controllers.kubelet.network import network_of
from kubesim.errors import StatusError, UserError
from kubesim.kubeadm.init import found_cluster, new_cluster_head
from kubesim.kubectl.rollout_pause import pause, resume
from kubesim.kubectl.rollout_restart import restart
from kubesim.kubectl.rollout_undo import rollback, rollback_target
from kubesim.life.faults import begin, clear, kill, room_of
from kubesim.sim.clock import Clock
from kubesim.sim.profiles import BARE
from kubesim.store import StateFile

from tests.world import World, forget_wakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kubesim.cluster import DrawerName
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.store import Snapshot
    from typing_extensions import Self

EPOCH = 1_800_000_000_000
NAME = "web"


@dataclass(frozen=True)
class Act:
    """Something done to the object ``web`` of a kind, and how long (ms) the cluster lives on afterwards.

    Interruptions (``look``, ``reopen``, ``forget``) are acts that do nothing to the cluster.
    """

    verb: str
    value: Any = None
    pause: int = 0
    kind: str = "Deployment"


class Uncut(World):
    """A cluster that lives in one go: nobody looks at it in between, and nothing is ever saved."""

    @classmethod
    def new(cls, seed: int = 7, profile: str = BARE) -> Self:
        world = cls(new_cluster_head(EPOCH, at=EPOCH, seed=seed, profile=profile))
        found_cluster(world.cluster)
        world.settle()
        return world

    def act(self, act: Act) -> None:
        """Do one thing, as a command would; what is refused changes nothing."""
        if act.verb in VERBS:
            with suppress(UserError, StatusError):
                VERBS[act.verb](Client(self.cluster), act)
        elif act.verb in FAULTS:
            with suppress(UserError, StatusError):
                FAULTS[act.verb](self, act)
        else:
            self.interrupt()
        self.engine.settle()
        self.engine.run_until(self.cluster.now + act.pause)

    def interrupt(self) -> None:
        """Nothing interrupts this life."""

    def live(self, acts: Sequence[Act]) -> Self:
        for act in acts:
            self.act(act)
        return self

    def objects(self) -> dict[str, Obj]:
        return objects_of(self.cluster)

    def web(self, kind: str = "Deployment") -> Obj:
        return self.cluster.get(kind, "default", NAME)

    def pods(self) -> list[Obj]:
        return [pod for pod in self.cluster.list("Pod", "default") if not is_terminating(pod)]


class Watched(Uncut):
    """A cluster at which every controller looks again whenever it is interrupted."""

    def interrupt(self) -> None:
        self.look_at_everything()


class Commands:
    """The same life led by commands: each opens the state file, acts, saves what changed, and is gone."""

    def __init__(self, state: StateFile, world: Uncut) -> None:
        self.wall = EPOCH
        self._state = state
        self.session = Session(state=state)
        snapshot = world.saved().read()
        assert snapshot is not None
        with state.locked_anew() as transaction:
            transaction.commit(snapshot.head, {name: snapshot.load(name) for name in snapshot.drawers()})

    @classmethod
    @contextmanager
    def on(cls, folder: Path, world: Uncut) -> Iterator[Commands]:
        """A state file with that world in it, and a wall clock that only ``act`` moves."""
        commands = cls(StateFile(str(folder / "state.json")), world)
        with patch.object(Clock, "wall", lambda _clock: commands.wall):
            yield commands

    def act(self, act: Act) -> None:
        if act.verb in VERBS:
            self._command(act)
        elif act.verb in FAULTS:
            with suppress(UserError, StatusError), self.session.writing() as life:
                FAULTS[act.verb](life, act)
        elif act.verb == "reopen":
            self._command(Act("touch"))
        elif act.verb == "forget":
            self._forget()
        else:
            self.objects()
        self.wall += act.pause

    def _command(self, act: Act) -> None:
        with suppress(UserError, StatusError), self.session.write() as cluster:
            VERBS[act.verb](cluster, act)

    def _forget(self) -> None:
        """Lose the cache of wake-ups."""
        forget_wakes(self._state)

    def objects(self) -> dict[str, Obj]:
        return objects_of(self.session.read().cluster)

    def head(self) -> dict[str, Any]:
        return self.session.read().head

    def saved_instant(self) -> int:
        """The simulated instant (ms) at which the state was saved last."""
        return int(self._snapshot().head["clock"]["sim"])

    def drawers(self) -> list[DrawerName]:
        """The drawers that the file has."""
        return list(self._snapshot().drawers())

    def _snapshot(self) -> Snapshot:
        snapshot = self._state.read()
        assert snapshot is not None
        return snapshot

    def pass_time(self, seconds: float) -> None:
        """Instead of sleeping: the wall clock goes on."""
        self.wall += max(1, round(seconds * SECOND))


def objects_of(cluster: Cluster) -> dict[str, Obj]:
    """Every object, by kind, namespace and name."""
    found = {}
    for kind in sorted(cluster.cabinet.kinds()):
        for obj in cluster.list(kind):
            meta = obj["metadata"]
            found[f"{kind}/{meta.get('namespace', '')}/{meta['name']}"] = obj
    return json.loads(json.dumps(found, sort_keys=True))  # type: ignore[no-any-return]


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two JSON values differ, and in what."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys())
        return [line for name in names for line in differences(one.get(name), other.get(name), f"{path}.{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for at, (a, b) in pairs for line in differences(a, b, f"{path}[{at}]")]
    return [] if one == other else [f"{path}: {one!r} != {other!r}"]


# what is done


def with_image(obj: Obj, image: str) -> Obj:
    """The object with another image in its pod template."""
    template = obj["spec"]["template"]
    container = {**template["spec"]["containers"][0], "image": image}
    return with_spec(obj, template={**template, "spec": {**template["spec"], "containers": [container]}})


def with_spec(obj: Obj, **fields: Any) -> Obj:
    return {**obj, "spec": {**obj["spec"], **fields}}


def _change(change: Callable[[Obj, Act, Client], Obj]) -> Callable[[Client, Act], None]:
    def verb(cluster: Client, act: Act) -> None:
        cluster.update(change(cluster.get(act.kind, "default", NAME), act, cluster))

    return verb


def _create(cluster: Client, act: Act) -> None:
    cluster.create(copy_of(act.value))


def _delete(cluster: Client, act: Act) -> None:
    cluster.delete(act.kind, "default", NAME, propagation=act.value)


def _delete_pod(cluster: Client, act: Act) -> None:
    pods = cluster.list("Pod", "default")
    if pods:
        cluster.delete("Pod", "default", pods[act.value % len(pods)]["metadata"]["name"])


def _undo(cluster: Client, act: Act) -> None:
    web = cluster.get(act.kind, "default", NAME)
    restored = rollback(web, rollback_target(web, cluster, 0), 0).obj
    if restored is not None:
        cluster.update(restored)


def _paint(cluster: Client, act: Act) -> None:
    paint = copy_of(cluster.get("ConfigMap", "default", NAME))
    cluster.update({**paint, "data": {"color": act.value}})


def _nothing(_cluster: Client, _act: Act) -> None:
    """Let time pass, or open and save only."""


VERBS: dict[str, Callable[[Client, Act], None]] = {
    "create": _create,
    "image": _change(lambda web, act, _: with_image(web, act.value)),
    "scale": _change(lambda web, act, _: with_spec(web, replicas=act.value)),
    "suspend": _change(lambda web, act, _: with_spec(web, suspend=act.value)),
    "pause": _change(lambda web, _act, _: pause(web, "")),
    "resume": _change(lambda web, _act, _: resume(web, "")),
    "restart": _change(lambda web, _act, cluster: restart(web, "", cluster.now)),
    "undo": _undo,
    "delete pod": _delete_pod,
    "delete": _delete,
    "paint": _paint,
    "wait": _nothing,
    "touch": _nothing,
}


def _begin(life: LiveCluster, act: Act) -> None:
    kind, target, length, details = act.value
    now = life.cluster.now
    if kind == NODE_FULL:
        details = {"pods": room_of(life, target)}
    begin(life, Fault(kind, target, now, now + length if length else None, details))


def _clear(life: LiveCluster, act: Act) -> None:
    numbers = [number for number, _ in active(life.cluster)]
    if numbers:
        clear(life, numbers[act.value % len(numbers)])


def _kill(life: LiveCluster, act: Act) -> None:
    pods = life.cluster.list("Pod", "default")
    if pods:
        kill(life, pods[act.value % len(pods)])


class Silent:
    """What a command has around it that nobody sees: no time passes while it runs."""

    host = None
    is_terminal = False

    def __init__(self, network: object, now: int) -> None:
        self.network = network
        self.now = now
        self.said = ""

    def advance(self, instant: int | None) -> None:
        """Nothing waits."""

    def signal(self, name: str) -> None:
        raise AssertionError(name)

    def write(self, descriptor: int, text: str) -> None:
        self.said += text

    def read(self) -> str | None:
        return None


def said_by(life: LiveCluster, pod: Obj, container: str, script: str) -> str:
    """What a script prints that is run in a container; what it changes is kept. Empty if the container does not run."""
    try:
        execution = Execution(life.cluster, pod, container)
    except NotRunning:
        return ""
    outside = Silent(network_of(life.cluster, pod), execution.age)
    run_live(["sh", "-c", script], execution.setting, execution.files, outside, execution.age)
    if execution.has_changes:
        for key in execution.keep(life.cluster):
            life.engine.enqueue(key)
    return outside.said


def _exec(life: LiveCluster, act: Act) -> None:
    number, container, script = act.value
    pods = life.cluster.list("Pod", "default")
    if pods:
        said_by(life, pods[number % len(pods)], container, script)


#: What is done past the API server, as the commands of ``sim fault`` and ``exec`` do it.
FAULTS: dict[str, Callable[[LiveCluster, Act], None]] = {
    "fault": _begin,
    "clear": _clear,
    "kill": _kill,
    "exec": _exec,
}


# what it is done to

LABELS = {"app": "web"}


def _template(image: str, **spec: Any) -> Obj:
    return {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "nginx", "image": image}], **spec}}


def workload(kind: str, image: str, **spec: Any) -> Obj:
    """A Deployment, StatefulSet or DaemonSet, as a client sends it."""
    if kind == "StatefulSet":
        spec = {"serviceName": NAME, **spec}
    spec = {"selector": {"matchLabels": LABELS}, "template": _template(image), **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": NAME, "namespace": "default"}, "spec": spec}


def claim_template(mode: str) -> Obj:
    """The template of a claim of the default class."""
    return {
        "metadata": {"name": "data"},
        "spec": {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}},
    }


def deployment(replicas: int, image: str = "nginx:1.20", **spec: Any) -> Obj:
    return workload("Deployment", image, replicas=replicas, **spec)


def job(image: str, **spec: Any) -> Obj:
    """A Job, as a client sends it."""
    template = _template(image, restartPolicy="Never")
    meta = {"name": NAME, "namespace": "default"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": template, **spec}}


def cron_job(image: str, **spec: Any) -> Obj:
    """A CronJob that is due every minute, as a client sends it."""
    job_spec = {"template": _template(image, restartPolicy="OnFailure")}
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": job_spec}, **spec}
    meta = {"name": NAME, "namespace": "default"}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": spec}


def service() -> Obj:
    """A Service over every pod here, as a client sends it."""
    meta = {"name": NAME, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": LABELS, "ports": [{"port": 80}]},
    }
