"""A small cluster for tests of controllers: the engine over real controllers, and pods that a stand-in runs.

A pod starts a second after it was made, milliseconds apart from its neighbours, and ends half a second after it was
told to.  Tags mean what they mean in the recordings: ``does-not-exist`` never starts.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from kubesim.api.meta import Key, Obj, is_terminating, rfc3339
from kubesim.cluster import Cluster
from kubesim.controllers.deployment import DeploymentController
from kubesim.controllers.garbage_collector import GarbageCollector
from kubesim.controllers.namespace import NamespaceController
from kubesim.controllers.replica_set import ReplicaSetController
from kubesim.kubeadm.init import namespace, new_cluster_head
from kubesim.sim.engine import Registered
from kubesim.sim.profiles import BARE
from tests.world import World

START = 1_795_400_000_000  # 2026-11-23


class StandInKubelet:
    """Runs pods without nodes."""

    name = "stand-in-kubelet"
    kind = "Pod"
    rank = 10

    def watches(self) -> dict[str, Any]:
        return {"Pod": lambda cluster, change: () if change.new is None else (change.key,)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        pod = cluster.find(*key)
        if pod is None:
            return None
        phase = "end" if is_terminating(pod) else "start"
        record = cluster.recall(key) or {}
        if phase not in record:
            delay = 500 if phase == "end" else 1000
            record = {**record, phase: cluster.now + delay + int(pod["metadata"]["resourceVersion"]) % 89}
            cluster.remember(key, record)
            if phase == "start":
                cluster.update({**pod, "spec": {**pod["spec"], "nodeName": "node01"}})
        if record[phase] > cluster.now:
            return int(record[phase])
        if phase == "end":
            cluster.remove(key)
        elif pod["status"].get("phase") != "Running" and "does-not-exist" not in pod["spec"]["containers"][0]["image"]:
            cluster.update_status(pod, running_status(cluster.now))
        return None


def running_status(now: int) -> Obj:
    """The status of a pod that turned ready then."""
    since = rfc3339(now)
    return {"phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": since}]}


def deployment(name: str = "web", replicas: int = 3, image: str = "nginx:1.20", **spec: Any) -> Obj:
    """A Deployment with the defaults that the API server gives it; ``spec`` takes the place of some."""
    rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "selector": {"matchLabels": {"app": name}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod_spec(image)},
            **spec,
        },
        "status": {},
    }


def rolling_update(max_surge: int | str, max_unavailable: int | str) -> Obj:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": max_surge, "maxUnavailable": max_unavailable}}


def pod_spec(image: str) -> Obj:
    """The pod spec of the recordings, defaulted."""
    container = {
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "name": "nginx",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }
    return {
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }


def new_cluster(now: int = START) -> Cluster:
    """A cluster with one namespace and no life in it."""
    cluster = Cluster({"seed": 1, "serial": 0, "resourceVersion": 0}, now=now)
    cluster.create(namespace("default"))
    return cluster


class Rollouts(World):
    """A cluster that rolls out Deployments."""

    def __init__(self) -> None:
        controllers = (
            GarbageCollector(),
            StandInKubelet(),
            ReplicaSetController(),
            DeploymentController(),
            NamespaceController(),
        )
        head = new_cluster_head(START, at=START, seed=1, profile=BARE)
        super().__init__(head, controllers=[Registered(c.name, c.kind, c.rank, lambda c=c: c) for c in controllers])
        self.cluster.create(namespace("default"))
        self.settle()
        self.history.clear()

    def create(self, obj: Obj) -> Obj:
        stored = self.cluster.create(obj)
        self.engine.settle()
        return stored

    def change(self, name: str = "web", **spec: Any) -> None:
        """Change fields of a Deployment's spec, as a client would."""
        current = self.deployment(name)
        self.cluster.update({**current, "spec": {**current["spec"], **spec}})
        self.engine.settle()

    def set_image(self, image: str, name: str = "web") -> None:
        template = self.deployment(name)["spec"]["template"]
        self.change(name, template={**template, "spec": pod_spec(image)})

    def annotate(self, annotations: dict[str, str | None], name: str = "web") -> None:
        """Set annotations of a Deployment; those given as None go."""
        current = self.deployment(name)
        merged = {**(current["metadata"].get("annotations") or {}), **annotations}
        kept = {k: v for k, v in merged.items() if v is not None}
        meta = {**current["metadata"], "annotations": kept}
        self.cluster.update({**current, "metadata": meta})
        self.engine.settle()

    def deployment(self, name: str = "web") -> Obj:
        return self.cluster.get("Deployment", "default", name)

    def replica_sets(self) -> list[Obj]:
        """From the first made to the last."""
        born = [change.new["metadata"]["uid"] for change in self.history if change.old is None and change.new]
        return sorted(self.cluster.list("ReplicaSet", "default"), key=lambda rs: born.index(rs["metadata"]["uid"]))

    def sizes(self) -> list[int]:
        """How many pods each ReplicaSet is told to have, from the first made to the last."""
        return [rs["spec"]["replicas"] for rs in self.replica_sets()]

    def scalings(self) -> list[str]:
        """Every change of a ReplicaSet's size so far: ``1: 0 -> 3`` is the first made one, scaled from 0 to 3."""
        numbers: dict[str, int] = {}
        told = []
        for change in self.history:
            if change.key.kind != "ReplicaSet" or change.new is None:
                continue
            number = numbers.setdefault(change.new["metadata"]["uid"], len(numbers) + 1)
            before = change.old["spec"]["replicas"] if change.old else 0
            after = change.new["spec"]["replicas"]
            if before != after:
                told.append(f"{number}: {before} -> {after}")
        return told

    def messages(self, name: str = "web") -> list[str]:
        """What was told of a Deployment, in order of names, which are in order of time."""
        about = self.cluster.events_of(self.deployment(name))
        return [event["message"] for event in sorted(about, key=lambda event: str(event["metadata"]["name"]))]

    def condition(self, kind: str, name: str = "web") -> Obj:
        return next(c for c in self.deployment(name)["status"]["conditions"] if c["type"] == kind)

    def reasons(self, kind: str = "Progressing") -> list[str]:
        """The reasons that a condition of any Deployment went through."""
        told: list[str] = []
        for change in self.history:
            if change.key.kind == "Deployment" and change.new:
                conditions = (change.new.get("status") or {}).get("conditions") or ()
                told += [c["reason"] for c in conditions if c["type"] == kind]
        return [told[0], *(b for a, b in pairwise(told) if a != b)] if told else []
