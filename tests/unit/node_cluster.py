"""A cluster with nodes and the controllers that run pods, for the tests of those controllers."""

from __future__ import annotations

import json
from typing import Any

from kubesim.api.meta import Key, key_of
from kubesim.controllers.kubelet import Kubelet
from kubesim.controllers.replica_set import ReplicaSetController
from kubesim.controllers.scheduler import Scheduler
from kubesim.kubeadm.init import bootstrap_objects, new_cluster_head
from kubesim.sim.engine import Registered
from tests.world import World

START = 1_795_400_000_000
SECOND = 1000

Obj = dict[str, Any]


class Nodes(World):
    """A running cluster, with what the tests ask of it."""

    def __init__(self, seed: int = 1, profile: str = "bare") -> None:
        head = {**new_cluster_head(START, at=START, seed=seed, profile=profile), "epoch": START}
        kinds = (Kubelet, Scheduler, ReplicaSetController)
        super().__init__(head, controllers=[Registered(k.name, k.kind, k.rank, k) for k in kinds])
        for obj in bootstrap_objects(START):
            self.cluster.create(obj)
        self.settle()

    def create(self, *objects: Obj) -> None:
        for obj in objects:
            self.cluster.create(obj)
        self.engine.settle()

    def pods(self, app: str | None = None) -> list[Obj]:
        found = self.cluster.list("Pod")
        return [p for p in found if app is None or p["metadata"]["labels"]["app"] == app]

    def pod(self, app: str = "web") -> Obj:
        return self.pods(app)[0]

    def status(self, app: str = "web") -> Obj:
        status: Obj = self.pod(app)["status"]
        return status

    def container(self, app: str = "web", name: str = "main") -> Obj:
        statuses = self.status(app).get("initContainerStatuses", []) + self.status(app)["containerStatuses"]
        return next(s for s in statuses if s["name"] == name)

    def events(self, obj: Obj) -> list[Obj]:
        return sorted(self.cluster.events_of(obj), key=lambda event: event["metadata"]["name"])

    def told(self, obj: Obj) -> list[str]:
        """Reason and message of each event about an object, in the order of time."""
        return [f"{event['reason']}: {event['message']}" for event in self.events(obj)]

    def set_replicas(self, name: str, replicas: int) -> None:
        owner = self.cluster.get("ReplicaSet", "default", name)
        self.cluster.update({**owner, "spec": {**owner["spec"], "replicas": replicas}})
        self.engine.settle()

    def delete_pod(self, pod: Obj) -> None:
        self.cluster.delete("Pod", "default", pod["metadata"]["name"])
        self.engine.settle()

    def snapshot(self) -> tuple[Obj, dict[Key, Obj], dict[Key, Obj | None]]:
        """All there is: the head but for what saving notes in it, the objects, and what is remembered beside each."""
        objects = {key_of(obj): obj for kind in self.cluster.cabinet.kinds() for obj in self.cluster.list(kind)}
        memory = {key: self.cluster.recall(key) for key in objects}
        head = {name: value for name, value in self.cluster.head.items() if name not in ("wake", "clock")}
        return json.loads(json.dumps(head)), objects, memory


def container(image: str = "nginx:1.25", name: str = "main", **fields: Any) -> Obj:
    return {"image": image, "imagePullPolicy": "IfNotPresent", "name": name, "resources": {}, **fields}


def pod_spec(*containers: Obj, **fields: Any) -> Obj:
    return {
        "containers": list(containers) or [container()],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
        **fields,
    }


def replica_set(name: str = "web", replicas: int = 1, spec: Obj | None = None, **fields: Any) -> Obj:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"labels": labels, "name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec or pod_spec()},
            **fields,
        },
        "status": {},
    }


def bare_pod(name: str = "web", spec: Obj | None = None, **meta: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": {"app": name}, "name": name, "namespace": "default", **meta},
        "spec": spec or pod_spec(),
        "status": {"phase": "Pending", "qosClass": "BestEffort"},
    }
