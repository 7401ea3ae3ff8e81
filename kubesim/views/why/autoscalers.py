"""A HorizontalPodAutoscaler does not scale: its target is not there, or what it goes by cannot be measured."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, key_of, parse_time
from kubesim.cluster.subresources import SCALABLE
from kubesim.golang.json import dumps
from kubesim.sim.images.slips import nearest
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.why.targets import Target
from kubesim.views.words import listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry

MODEST = {"cpu": "100m", "memory": "128Mi"}


def autoscaler_causes(inquiry: Inquiry, autoscaler: Obj) -> list[Cause]:
    """Why an autoscaler does not scale; there is always something, since nobody serves metrics."""
    if is_ending(autoscaler):
        return [ending_cause(inquiry, autoscaler)]
    target = _target(inquiry.cluster, autoscaler)
    if target is None:
        return [_target_missing(inquiry.cluster, autoscaler)]
    if not dig(target, "spec", "replicas", default=1) and autoscaler["spec"].get("minReplicas", 1):
        text = f"{titled(target)} is scaled to 0 replicas, which turns it off"
        least = autoscaler["spec"].get("minReplicas", 1)
        return [_cause(autoscaler, "ScaledToZero", text, command("scale", titled(target), f"--replicas={least}"))]
    return [
        *_rivals(inquiry.cluster, autoscaler),
        *_without_requests(inquiry.cluster, autoscaler, target),
        _no_metrics(autoscaler, target),
    ]


def _cause(autoscaler: Obj, code: str, text: str, *repairs: Repair) -> Cause:
    """A cause that keeps it since it could scale last, as its status says."""
    kind = "AbleToScale" if code == "TargetMissing" else "ScalingActive"
    condition = condition_of(autoscaler, kind)
    is_off = condition is not None and condition["status"] != "True"
    since = parse_time(condition["lastTransitionTime"]) if condition is not None and is_off else None
    look = command("describe", titled(autoscaler))
    return Cause(code, key_of(autoscaler), text, repairs, since=since, look=look)


def _target(cluster: Cluster, autoscaler: Obj) -> Obj | None:
    reference = autoscaler["spec"]["scaleTargetRef"]
    names = cluster.kinds.names_for(reference.get("apiVersion", ""), reference["kind"])
    if names is None or names.key not in SCALABLE:
        return None
    return cluster.find(names.key, autoscaler["metadata"]["namespace"], reference["name"])


def _target_missing(cluster: Cluster, autoscaler: Obj) -> Cause:
    reference, namespace = autoscaler["spec"]["scaleTargetRef"], autoscaler["metadata"]["namespace"]
    kind, name = reference["kind"], reference["name"]
    names = cluster.kinds.names_for(reference.get("apiVersion", ""), kind)
    if names is None or names.key not in SCALABLE:
        text = f"its target is a {kind} of {reference.get('apiVersion') or 'no version'}, which cannot be scaled"
        return _cause(autoscaler, "TargetMissing", text, *_of_right_version(cluster, autoscaler))
    near = nearest(name, [obj["metadata"]["name"] for obj in cluster.list(names.key, namespace)])
    repairs = [_retargeted(autoscaler, {"name": near})] if near else []
    return _cause(autoscaler, "TargetMissing", f"its target {names.singular}/{name} is not there", *repairs)


def _of_right_version(cluster: Cluster, autoscaler: Obj) -> Iterator[Repair]:
    """The target in the version in which such a kind can be scaled, if there is one of that name."""
    reference, namespace = autoscaler["spec"]["scaleTargetRef"], autoscaler["metadata"]["namespace"]
    found = cluster.find(reference["kind"], namespace, reference["name"]) if reference["kind"] in SCALABLE else None
    if found is not None:
        yield _retargeted(autoscaler, {"apiVersion": found["apiVersion"]})


def _retargeted(autoscaler: Obj, change: Obj) -> Repair:
    body = {"spec": {"scaleTargetRef": {**autoscaler["spec"]["scaleTargetRef"], **change}}}
    return command("patch", titled(autoscaler), "-p", dumps(body, sort_keys=False))


def _rivals(cluster: Cluster, autoscaler: Obj) -> list[Cause]:
    """Other autoscalers of the same target: none of them scales."""
    others = [
        obj
        for obj in cluster.list("HorizontalPodAutoscaler", autoscaler["metadata"]["namespace"])
        if obj["spec"]["scaleTargetRef"] == autoscaler["spec"]["scaleTargetRef"]
        and obj["metadata"]["name"] != autoscaler["metadata"]["name"]
    ]
    if not others:
        return []
    names = [titled(obj) for obj in others]
    text = f"{listed(names)} {'has' if len(names) == 1 else 'have'} the same target, so that none of them scales it"
    return [_cause(autoscaler, "SeveralAutoscalers", text, command("delete", *names))]


def _without_requests(cluster: Cluster, autoscaler: Obj, target: Obj) -> Iterator[Cause]:
    """Containers of the target without the request of which a share is measured."""
    for metric in autoscaler["spec"].get("metrics") or ():
        source = metric.get("resource") or metric.get("containerResource") or {}
        share = dig(source, "target", "averageUtilization")
        if share is None:
            continue
        resource, only = source["name"], source.get("container")
        containers = [one for one in target["spec"]["template"]["spec"]["containers"] if only in (None, one["name"])]
        lacking = [one["name"] for one in containers if not _asks(one, resource)]
        if lacking:
            asking = [
                {"name": name, "resources": {"requests": {resource: MODEST.get(resource, "1")}}} for name in lacking
            ]
            repair = Target(cluster, target).patch({"containers": asking})
            which = f"container{'s' if len(lacking) > 1 else ''} {listed(lacking)} of {titled(target)}"
            does = "asks" if len(lacking) == 1 else "ask"
            text = f"{which} {does} for no {resource}, so that {share}% of it cannot be worked out"
            yield _cause(autoscaler, "RequestsMissing", text, repair._replace(note="with an amount of your own"))


def _asks(container: Obj, resource: str) -> bool:
    return any(dig(container, "resources", sort, resource) is not None for sort in ("requests", "limits"))


def _no_metrics(autoscaler: Obj, target: Obj) -> Cause:
    """Nobody serves what it goes by; how many pods there are meanwhile."""
    size, most = dig(target, "spec", "replicas", default=1), autoscaler["spec"]["maxReplicas"]
    sorts = {metric["type"] for metric in autoscaler["spec"].get("metrics") or ()}
    served = sorts <= {"Resource", "ContainerResource"}
    who = "no metrics server" if served else "no server of such metrics"
    bound = ", which is its maxReplicas" if size >= most else ""
    text = f"{who} runs in this cluster; {titled(target)} stays at {size}{bound}"
    return _cause(autoscaler, "NoMetrics", text)
