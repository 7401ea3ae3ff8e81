"""The plugin LimitRanger: what the limits of a namespace make of pods and claims.

Mirrors plugin/pkg/admission/limitranger.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import annotations_of
from kubesim.api.well_known import LIMIT_RANGER_ANNOTATION
from kubesim.errors import aggregated
from kubesim.kinds.pod_spec.resources import pod_amounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

    Amounts = Mapping[str, str]


def admit(attributes: Attributes, client: Client) -> None:
    """Give a pod's containers what they do not name."""
    if attributes.names.key == "Pod":
        _fill_in_limits(attributes.new, client.list("LimitRange", attributes.namespace))


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for what is beyond a limit."""
    wrong = _beyond_limits(attributes.new, client.list("LimitRange", attributes.namespace))
    if wrong:
        raise attributes.forbidden(wrong)


def _fill_in_limits(pod: Obj, ranges: Iterable[Obj]) -> None:
    """Give containers the requests and limits that they do not name, in place, and note which."""
    for entry in ranges:
        noted: list[str] = []
        for field, called in (("containers", "container"), ("initContainers", "init container")):
            for container in pod["spec"].get(field) or ():
                noted += _merge(container, called, entry)
        if noted:
            annotations = {
                **annotations_of(pod),
                LIMIT_RANGER_ANNOTATION: f"LimitRanger plugin set: {'; '.join(noted)}",
            }
            pod["metadata"]["annotations"] = annotations


def _merge(container: Obj, called: str, entry: Obj) -> list[str]:
    resources = container.setdefault("resources", {})
    noted: list[str] = []
    for of, default, word in (("requests", "defaultRequest", "request"), ("limits", "default", "limit")):
        given = resources.get(of) or {}
        defaults = {
            name: amount
            for limit in _limits(entry, "Container")
            for name, amount in (limit.get(default) or {}).items()
            if name not in given
        }
        if defaults:
            resources[of] = {**given, **defaults}
            noted.append(f"{', '.join(sorted(defaults))} {word} for {called} {container['name']}")
    return noted


def _limits(entry: Obj, kind: str) -> list[Obj]:
    return [limit for limit in entry["spec"].get("limits") or () if limit.get("type") == kind]


def _beyond_limits(obj: Obj, ranges: Iterable[Obj]) -> str:
    """What is wrong with a pod or a claim by the first of the ranges that it is not within; "" where it is."""
    for entry in ranges:
        wrong = list(_of_claim(obj, entry) if obj["kind"] == "PersistentVolumeClaim" else _of_pod(obj, entry))
        if wrong:
            return aggregated(wrong)
    return ""


def _of_claim(claim: Obj, entry: Obj) -> Iterator[str]:
    requests = (claim["spec"].get("resources") or {}).get("requests") or {}
    for limit in _limits(entry, "PersistentVolumeClaim"):
        for name, amount in sorted((limit.get("min") or {}).items()):
            yield from _below(limit["type"], name, amount, requests, {})
        for name, amount in sorted((limit.get("max") or {}).items()):
            rule = f"maximum {name} usage per {limit['type']} is {amount}"
            if name not in requests:
                yield f"{rule}.  No request is specified"
            elif quantity.compare(requests[name], amount) > 0:
                yield f"{rule}, but request is {requests[name]}"


def _of_pod(pod: Obj, entry: Obj) -> Iterator[str]:
    spec = pod["spec"]
    for limit in entry["spec"].get("limits") or ():
        if limit.get("type") == "Container":
            for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
                resources = container.get("resources") or {}
                yield from _outside(limit, resources.get("requests") or {}, resources.get("limits") or {})
        elif limit.get("type") == "Pod":
            yield from _outside(limit, pod_amounts(spec, "requests"), pod_amounts(spec, "limits"))


def _outside(limit: Obj, requests: Amounts, limits: Amounts) -> Iterator[str]:
    kind = limit["type"]
    for name, amount in sorted((limit.get("min") or {}).items()):
        yield from _below(kind, name, amount, requests, limits)
    for name, amount in sorted((limit.get("max") or {}).items()):
        yield from _above(kind, name, amount, requests, limits)
    for name, amount in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        yield from _beyond_ratio(kind, name, amount, requests, limits)


def _below(kind: str, name: str, amount: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    rule = f"minimum {name} usage per {kind} is {amount}"
    if name not in requests:
        yield f"{rule}.  No request is specified"
    elif quantity.compare(requests[name], amount) < 0:
        yield f"{rule}, but request is {requests[name]}"
    elif name in limits and quantity.compare(limits[name], amount) < 0:
        yield f"{rule}, but limit is {limits[name]}"


def _above(kind: str, name: str, amount: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    rule = f"maximum {name} usage per {kind} is {amount}"
    if name not in limits:
        yield f"{rule}.  No limit is specified"
    elif quantity.compare(limits[name], amount) > 0:
        yield f"{rule}, but limit is {limits[name]}"
    elif name in requests and quantity.compare(requests[name], amount) > 0:
        yield f"{rule}, but request is {requests[name]}"


def _beyond_ratio(kind: str, name: str, amount: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    rule = f"{name} max limit to request ratio per {kind} is {amount}"
    request, limit = (quantity.milli_value(amounts.get(name, "0")) for amounts in (requests, limits))
    if not request:
        yield f"{rule}, but no request is specified or request is 0"
    elif not limit:
        yield f"{rule}, but no limit is specified or limit is 0"
    elif limit / request * 1000 > quantity.milli_value(amount):
        yield f"{rule}, but provided ratio is {limit / request:f}"
