"""A cluster with metrics-server, for the tests of what reads metrics."""

from __future__ import annotations

from pathlib import Path

from kubesim.api.meta import Obj
from kubesim.cluster import Client
from kubesim.examples import components_of
from kubesim.golang.yaml.reader import load_documents
from kubesim.life import loads
from kubesim.sim.loads import Load
from workload_world import Workloads, workload

READY = 45  # seconds until metrics-server is ready, and all that runs has been measured


def measured(*objs: Obj) -> Workloads:
    """A cluster in which metrics-server runs, and these objects have been for a while."""
    world = Workloads()
    path = components_of("metrics-server")
    for obj in load_documents(Path(path).read_text(), path):
        Client(world.cluster).create(obj)
    world.settle()
    world.create(*objs)
    world.run(READY)
    return world


def web(replicas: int = 1, image: str = "nginx:1.25", kind: str = "Deployment", **resources: Obj) -> Obj:
    """A workload ``web`` whose container has those resources."""
    container = {"name": "app", "image": image, "resources": resources}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    return workload(kind, "web", template, replicas=replicas)


def put_load(
    world: Workloads, cpu: int = 0, memory: int = 0, requests: int = 0, seconds: float = 0, name: str = "web"
) -> Load:
    """Put a load on the pods of ``web``: millicores, MiB and requests a second, for so long or for ever."""
    now = world.cluster.now
    pods = {"namespace": "default", "selector": world.get("Deployment", name)["spec"]["selector"]}
    until = now + round(seconds * 1000) if seconds else None
    load = Load(f"deployment/{name}", now, until, cpu * 1_000_000, memory << 20, requests, pods)
    loads.begin(world, load)
    world.engine.settle()
    return load
