"""A container waits for something that it cannot reach: a Service by its name, or a condition of other objects."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj
from kubesim.containers.evaluation.targets import Target as Host
from kubesim.containers.main_program import has_program, life_of
from kubesim.containers.reaching import can_reach, services_of
from kubesim.controllers.kubelet.places import reached_by
from kubesim.sim.images.slips import nearest
from kubesim.views.why.model import command
from kubesim.views.why.pods.crashes import has_ended, place_of
from kubesim.views.words import title_of, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.targets import Aim
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase

WORKLOADS = ("Deployment", "StatefulSet")


def waits(case: ContainerCase) -> Cause | None:
    """The program goes on, or ends with an error, for want of what it tries to reach."""
    if not (_waits_now(case) or has_ended(case)) or case.behaviour.is_forced or not has_program(place_of(case)):
        return None
    life = life_of(place_of(case), reached_by(case.record))
    namespace = case.pod.key.namespace
    missed = [aim for aim, _ in life.tried if not can_reach(case.pod.cluster, namespace, aim)]
    if not missed:
        return None
    return _cause(case, missed[0])


def _waits_now(case: ContainerCase) -> bool:
    return case.is_running and "awaits" in case.record and not case.is_passed


def _cause(case: ContainerCase, aim: Aim) -> Cause:
    pod = case.pod
    if not isinstance(aim, Host):
        what = title_of(aim.kind, aim.name) if aim.name else f"{aim.kind} {aim.selector}"
        text = f"{case.title} waits until {what} is {aim.condition}"
        return pod.cause("WaitsForObject", text)._replace(
            about=Key(aim.kind, aim.namespace or pod.key.namespace, aim.name)
        )
    service = services_of(pod.cluster, pod.key.namespace, aim.host)[0]
    found = pod.cluster.find("Service", service.namespace, service.name)
    waits = f"{case.title} waits for {aim.text.removesuffix(':0')}"
    if found is None:
        text = f"{waits}, and there is no service/{service.name}"
        about = Key("Service", service.namespace, service.name)
        return pod.cause("ServiceMissing", text, *_repairs(case, aim, service.name))._replace(about=about)
    return _service_cause(case, found, waits)


def _service_cause(case: ContainerCase, service: Obj, waits: str) -> Cause:
    """Why a Service that is there is of no use."""
    causes = case.pod.inquiry.causes_of(service)
    if not causes:
        return case.pod.cause("WaitsForService", f"{waits}, which does not answer there", about=service)
    root = causes[0]
    return root._replace(text=f"{waits}: {root.text}", pods=(case.pod.key,), since=case.pod.since)


def _repairs(case: ContainerCase, aim: Host, name: str) -> Iterator[Repair]:
    """Another name in the command, if one is near; else a Service of the pods of a workload of that name."""
    cluster, namespace = case.pod.cluster, case.pod.key.namespace
    known = [service["metadata"]["name"] for service in cluster.list("Service", namespace)]
    near = nearest(name, known)
    if near is not None and can_reach(cluster, namespace, aim._replace(host=aim.host.replace(name, near, 1))):
        yield case.patch(
            {field: words for field in ("command", "args") if (words := _renamed(case, field, name, near))}
        )
    for kind in WORKLOADS:
        workload = cluster.find(kind, namespace, name)
        if workload is not None:
            port = aim.port or _first_port(workload) or 80
            yield command("expose", titled(workload), f"--port={port}")
            return
    if not aim.connects:
        yield command("create", "service", "clusterip", name, "--tcp=80")


def _renamed(case: ContainerCase, field: str, name: str, near: str) -> list[str]:
    return [str(word).replace(name, near) for word in case.spec.get(field) or ()]


def _first_port(workload: Obj) -> int | None:
    containers = workload["spec"]["template"]["spec"]["containers"]
    ports = [port["containerPort"] for container in containers for port in container.get("ports") or ()]
    return ports[0] if ports else None
