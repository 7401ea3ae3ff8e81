"""Why a Service answers nothing: its selector, its ports, or the pods behind it."""

from __future__ import annotations

from kubesim.api.meta import Obj, copy_of, dig, is_terminating, key_of, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.controllers.endpoint_slice.backends import find_port, selects
from kubesim.controllers.kubelet.listening import listener
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.pod_control import is_ready, is_terminal
from kubesim.golang.json import dumps
from kubesim.sim.images.slips import nearest
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.why.workloads.members import causes_of_pods
from kubesim.views.words import counted, listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry

#: Kinds with pods, whose size or labels a Service may have been made for.
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def service_causes(inquiry: Inquiry, service: Obj) -> list[Cause]:
    """Why a Service does not answer as it is to."""
    if is_ending(service):
        return [ending_cause(inquiry, service)]
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return []
    if not spec.get("selector"):
        return _by_hand(inquiry.cluster, service)
    pods = backends(inquiry.cluster, service)
    if not pods:
        return [_selects_nothing(inquiry.cluster, service)]
    ready = [pod for pod in pods if is_ready(pod)]
    if not ready and not spec.get("publishNotReadyAddresses"):
        return _not_ready(inquiry, service, pods)
    wrong = list(
        filter(None, (_port_cause(inquiry.cluster, service, port, ready or pods) for port in spec.get("ports") or ()))
    )
    return wrong or _no_balancer(service)


def backends(cluster: Cluster, service: Obj) -> list[Obj]:
    """The pods that the Service selects, but for those that have ended or are ending."""
    pods = cluster.list("Pod", service["metadata"]["namespace"])
    return [pod for pod in pods if selects(service, pod) and not is_terminal(pod) and not is_terminating(pod)]


def ready_endpoints(cluster: Cluster, service: Obj) -> int:
    """How many addresses of the Service are ready, in its EndpointSlices."""
    meta = service["metadata"]
    slices = [
        s
        for s in cluster.list("EndpointSlice", meta["namespace"])
        if labels_of(s).get(LABEL_SERVICE_NAME) == meta["name"]
    ]
    endpoints = (endpoint for one in slices for endpoint in one.get("endpoints") or ())
    return sum(bool(dig(endpoint, "conditions", "ready", default=True)) for endpoint in endpoints)


def _by_hand(cluster: Cluster, service: Obj) -> list[Cause]:
    """A Service without a selector has the addresses that somebody gives it."""
    if ready_endpoints(cluster, service):
        return []
    workload = _namesake(cluster, service)
    repair = None
    if workload is not None:
        repair = _selecting(service, dig(workload, "spec", "selector", "matchLabels", default={}))
    text = "it has no selector, and nobody has given it addresses (an EndpointSlice)"
    return [Cause("NoSelector", key_of(service), text, (repair,) if repair else ())]


def _selecting(service: Obj, labels: dict[str, str]) -> Repair | None:
    words = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return command("set", "selector", titled(service), words) if words else None


def _namesake(cluster: Cluster, service: Obj) -> Obj | None:
    meta = service["metadata"]
    return next(filter(None, (cluster.find(kind, meta["namespace"], meta["name"]) for kind in WORKLOADS)), None)


# the selector


def _selects_nothing(cluster: Cluster, service: Obj) -> Cause:
    selector = service["spec"]["selector"]
    words = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    empty = _empty_workload(cluster, service)
    if empty is not None:
        text = f"its selector {words} matches no pod: {titled(empty)}, which has such pods, has no replicas"
        repair = command("scale", titled(empty), "--replicas=1")
        return Cause("ScaledToZero", key_of(empty), text, (repair,))
    found = _meant_labels(cluster, service)
    if found is None:
        return Cause("SelectorMatchesNothing", key_of(service), f"its selector {words} matches no pod")
    labels, count = found
    near = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    text = f"its selector {words} matches no pod; {counted(count, 'pod')} {'has' if count == 1 else 'have'} {near}"
    meant = _selecting(service, labels)
    return Cause("SelectorMatchesNothing", key_of(service), text, (meant,) if meant else ())


def _empty_workload(cluster: Cluster, service: Obj) -> Obj | None:
    """A workload whose pods the selector would match, if it had any."""
    selector = service["spec"]["selector"].items()
    for kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        for obj in cluster.list(kind, service["metadata"]["namespace"]):
            labels = dig(obj, "spec", "template", "metadata", "labels", default={})
            is_owned = bool(obj["metadata"].get("ownerReferences"))
            if selector <= labels.items() and dig(obj, "spec", "replicas", default=1) == 0 and not is_owned:
                return obj
    return None


def _meant_labels(cluster: Cluster, service: Obj) -> tuple[dict[str, str], int] | None:
    """The labels that the selector probably means, and how many pods have them.

    Of a workload with the Service's name; else those of pods that miss one of its labels, or by a slip.
    """
    pods = [pod for pod in cluster.list("Pod", service["metadata"]["namespace"]) if not is_terminal(pod)]
    candidates = list(_near_labels(service["spec"]["selector"], pods))
    workload = _namesake(cluster, service)
    if workload is not None:
        candidates.append(dig(workload, "spec", "selector", "matchLabels", default={}))
    for labels in candidates:
        count = sum(labels.items() <= labels_of(pod).items() for pod in pods)
        if labels and count:
            return labels, count
    return None


def _near_labels(selector: dict[str, str], pods: list[Obj]) -> Iterator[dict[str, str]]:
    """The selector with one key or value put right, then without one of its labels."""
    known: dict[str, dict[str, None]] = {}
    for pod in pods:
        for name, value in labels_of(pod).items():
            known.setdefault(name, {})[value] = None
    for key, value in selector.items():
        rest = {name: text for name, text in selector.items() if name != key}
        for other in known.get(key, ()):
            if _is_near(value, other):
                yield {**rest, key: other}
        for name in known:
            if name != key and _is_near(key, name) and value in known[name]:
                yield {**rest, name: value}
    for key in selector if len(selector) > 1 else ():
        yield {name: text for name, text in selector.items() if name != key}


def _is_near(word: str, other: str) -> bool:
    """Whether a label is a slip of another, or differs in capitals, or is its beginning."""
    if word == other:
        return False
    is_start = len(min(word, other, key=len)) >= 3 and (word.startswith(other) or other.startswith(word))
    return word.lower() == other.lower() or is_start or _is_one_off(word, other)


def _is_one_off(word: str, other: str) -> bool:
    from kubesim.sim.images.slips import is_one_off

    return len(other) >= 3 and is_one_off(word, other)


# the pods


def _not_ready(inquiry: Inquiry, service: Obj, pods: list[Obj]) -> list[Cause]:
    """None of the pods is ready: their causes are the Service's."""
    causes = causes_of_pods(inquiry, pods)
    what = "its pod is not ready" if len(pods) == 1 else f"none of its {len(pods)} pods is ready"
    if not causes:
        return [Cause("PodsNotReady", key_of(service), what, is_stage=True)]
    return [cause._replace(text=f"{what}: {cause.text}") for cause in causes]


# the ports


def _port_cause(cluster: Cluster, service: Obj, port: Obj, pods: list[Obj]) -> Cause | None:
    """Why a port of the Service leads nowhere in a pod that is ready."""
    target = port.get("targetPort", port["port"])
    if port.get("protocol", "TCP") != "TCP":
        return None
    numbers = [(pod, find_port(pod, port)) for pod in pods]
    reached = [(pod, number) for pod, number in numbers if number is not None]
    if not reached:
        text = f'its port {port["port"]} leads to a port called "{target}", and no container has one of that name'
        return Cause("TargetPortUnnamed", key_of(service), text, _retargeted(cluster, service, port, pods))
    pod, number = reached[0]
    if all(_listens(cluster, one, at) for one, at in reached):
        return None
    containers = [container["name"] for container in pod["spec"]["containers"]]
    ports = sorted(_known_ports(cluster, pod))
    where = f"listens on {listed(list(map(str, ports)))}" if ports else "listens nowhere"
    text = f"its port {port['port']} leads to {number}, where nothing listens; {listed(containers)} {where}"
    return Cause("TargetPortClosed", key_of(service), text, _retargeted(cluster, service, port, pods))


def _work_of(cluster: Cluster, pod: Obj) -> PodWork | None:
    record = cluster.recall(key_of(pod))
    return None if record is None else PodWork(cluster, key_of(pod), pod, copy_of(record))


def _listens(cluster: Cluster, pod: Obj, number: int) -> bool:
    """Whether something in the pod listens on a port; believed where nothing is known of it."""
    work = _work_of(cluster, pod)
    return work is None or any(listener(work, container, number) is not None for container in pod["spec"]["containers"])


def _known_ports(cluster: Cluster, pod: Obj) -> list[int]:
    """The ports on which the pod's containers are known to listen."""
    work = _work_of(cluster, pod)
    if work is None:
        return []
    known = [port for container in pod["spec"]["containers"] for port in work.behaviour(container).ports or ()]
    declared = [
        port["containerPort"] for container in pod["spec"]["containers"] for port in container.get("ports") or ()
    ]
    return [port for port in dict.fromkeys((*known, *declared)) if _listens(cluster, pod, port)]


def _retargeted(cluster: Cluster, service: Obj, port: Obj, pods: list[Obj]) -> tuple[Repair, ...]:
    """The Service with a target port that answers: of a near name, or of a number."""
    target = port.get("targetPort", port["port"])
    names = [p["name"] for c in pods[0]["spec"]["containers"] for p in c.get("ports") or () if p.get("name")]
    near = nearest(target, names) if isinstance(target, str) else None
    found: str | int | None = near or next(iter(_known_ports(cluster, pods[0])), None)
    if found is None:
        return ()
    index = service["spec"]["ports"].index(port)
    body = [{"op": "replace", "path": f"/spec/ports/{index}/targetPort", "value": found}]
    if "targetPort" not in port:
        body[0]["op"] = "add"
    return (command("patch", titled(service), "--type=json", "-p", dumps(body, sort_keys=False)),)


def _no_balancer(service: Obj) -> list[Cause]:
    """A Service that wants a load balancer where there is none to be had."""
    if service["spec"].get("type") != "LoadBalancer" or dig(service, "status", "loadBalancer", "ingress"):
        return []
    text = "it has no external IP, since this cluster has nobody who gives one; within the cluster it answers"
    repair = command(
        "patch", titled(service), "-p", '{"spec":{"type":"NodePort"}}', note="reached through the nodes' addresses"
    )
    return [Cause("NoLoadBalancer", key_of(service), text, (repair,))]
