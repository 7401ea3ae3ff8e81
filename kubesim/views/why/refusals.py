"""The API server refuses new pods: a quota, a limit, or something that they name and that is not there."""

from __future__ import annotations

import re

from kubesim.api import quantity
from kubesim.api.meta import Key, Obj, dig, key_of
from kubesim.golang.json import dumps
from kubesim.sim.images.slips import nearest
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.why.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cluster import Cluster

#: What a container asks for where a quota insists that it asks for something.
MODEST = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "1Gi"}


class Refusal:
    """A refusal of pods: in the API server's words, of an owner that is to have ``missing`` pods more."""

    def __init__(self, cluster: Cluster, owner: Obj, message: str, missing: int, since: int | None) -> None:
        self.cluster = cluster
        self.owner = owner
        self.message = message
        self.missing = missing
        self.since = since
        self.namespace = str(owner["metadata"]["namespace"])
        self.target = Target(cluster, owner)
        self.containers: list[Obj] = dig(owner, "spec", "template", "spec", "containers", default=[])

    def cause(self, code: str, text: str, *repairs: Repair | None, about: Key | None = None) -> Cause:
        known = tuple(repair for repair in repairs if repair is not None)
        own = key_of(self.owner)
        return Cause(code, about or own, text, known, retry="create", since=self.since, tried=own)


def refusal_cause(refusal: Refusal) -> Cause:
    """Why the pods are refused."""
    for pattern, find in REFUSALS:
        found = re.search(pattern, refusal.message)
        cause = find(refusal, found) if found else None
        if cause is not None:
            return cause
    return refusal.cause("Refused", f"new pods are refused: {_plain(refusal.message)}")


def _plain(message: str) -> str:
    """The message without what calls the pod."""
    return re.sub(r'^(?:Error creating: )?pods "[^"]*" is forbidden: ', "", message)


# quotas


def _quota_exceeded(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    name = found[1]
    asked, used, hard = (dict(one.split("=", 1) for one in found[group].split(",")) for group in (2, 3, 4))
    parts = [
        f"{resource} {used[resource]} of {hard[resource]} used, {asked[resource]} more asked for" for resource in asked
    ]
    text = f"quota {name} is used up: {'; '.join(parts)}"
    about = Key("ResourceQuota", refusal.namespace, name)
    return refusal.cause("QuotaExceeded", text, _raised(refusal, name, asked), _scaled_down(refusal), about=about)


def _raised(refusal: Refusal, name: str, asked: dict[str, str]) -> Repair:
    """The quota with room for all pods that are missing."""
    quota = refusal.cluster.find("ResourceQuota", refusal.namespace, name) or {}
    hard = {}
    for resource, amount in asked.items():
        total = str(dig(quota, "status", "used", resource, default="0"))
        for _ in range(max(1, refusal.missing)):
            total = quantity.add(total, amount)
        hard[resource] = total
    return command("patch", f"resourcequota/{name}", "-p", dumps({"spec": {"hard": hard}}))


def _scaled_down(refusal: Refusal) -> Repair | None:
    """The workload with as many pods as there is room for, if there are any."""
    obj = refusal.target.obj
    there = int(dig(obj, "status", "replicas", default=0))
    is_scaled = obj["kind"] in ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")
    if not is_scaled or not 0 < there < int(obj["spec"].get("replicas", 1)):
        return None
    return command("scale", refusal.target.title, f"--replicas={there}")


def _quota_unnamed(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    name, resources = found[1], [part.partition(" for: ")[0] for part in found[2].split("; ")]
    text = f"quota {name} counts {', '.join(resources)}, which the pods do not name"
    limits = {r.partition(".")[2]: MODEST for r in resources if r.startswith("limits.")}
    requests = {r.partition(".")[2] or r: MODEST for r in resources if not r.startswith("limits.")}
    options = [_option("limits", limits), _option("requests", requests)]
    repair = command("set", "resources", refusal.target.title, *filter(None, options))
    return refusal.cause("QuotaUnnamed", text, repair, about=Key("ResourceQuota", refusal.namespace, name))


def _option(sort: str, names: dict[str, dict[str, str]]) -> str:
    amounts = ",".join(f"{name}={modest[name]}" for name, modest in names.items() if name in modest)
    return f"--{sort}={amounts}" if amounts else ""


# limits


def _beyond_limits(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    """A LimitRange: what it wants of the first thing that is wrong."""
    bound, resource, sort, amount = found[1], found[2], found[3], found[4]
    text = f"a LimitRange wants {resource} per {sort} of {'at most' if bound == 'maximum' else 'at least'} {amount}"
    if len(refusal.containers) != 1:
        return refusal.cause("LimitRange", f"{text}: {_plain(refusal.message)}")
    resources = refusal.containers[0].get("resources") or {}
    changes = list(_within(bound, resource, amount, resources))
    repair = refusal.target.set_resources(refusal.containers[0]["name"], *changes[0])
    for sort_of, amounts in changes[1:]:
        option = ",".join(f"{name}={value}" for name, value in amounts.items())
        repair = repair._replace(
            pipelines=((*repair.pipelines[0][:-1], (*repair.pipelines[0][-1], f"--{sort_of}={option}")),)
        )
    reason = re.sub(r"^.*?(?:, but |\.  )", "", re.split(_NEXT, _plain(refusal.message).strip("[]"))[0])
    return refusal.cause("LimitRange", f"{text}, but {reason[:1].lower()}{reason[1:]}", repair)


#: Where another thing that is wrong begins.
_NEXT = r", (?:maximum|minimum|\S+ max limit)"


def _within(bound: str, resource: str, amount: str, resources: Obj) -> Iterator[tuple[str, dict[str, str]]]:
    """Requests and limits that are within a bound."""
    request, limit = (dig(resources, sort, resource) for sort in ("requests", "limits"))
    if bound == "maximum":
        yield "limits", {resource: amount}
        if request is None or quantity.compare(request, amount) > 0:
            yield "requests", {resource: amount}
    else:
        yield "requests", {resource: amount}
        if limit is not None and quantity.compare(limit, amount) < 0:
            yield "limits", {resource: amount}


def _beyond_ratio(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    resource, ratio = found[1], int(quantity.milli_value(found[2]))
    text = f"a LimitRange allows a {resource} limit of {found[2]} times the request at most"
    limit = dig(refusal.containers[0], "resources", "limits", resource) if len(refusal.containers) == 1 else None
    if limit is None or ratio <= 0:
        return refusal.cause("LimitRange", text)
    request = quantity.canonical(f"{-(-quantity.milli_value(limit) * 1000 // ratio)}m")
    return refusal.cause(
        "LimitRange", text, refusal.target.set_resources(refusal.containers[0]["name"], "requests", {resource: request})
    )


# what is not there


def _no_service_account(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    name = found[1]
    near = nearest(name, [one["metadata"]["name"] for one in refusal.cluster.list("ServiceAccount", refusal.namespace)])
    meant = refusal.target.patch({"serviceAccountName": near, "serviceAccount": None}) if near else None
    text = f"serviceaccount/{name}, as which the pods are to run, is not there"
    about = Key("ServiceAccount", refusal.namespace, name)
    return refusal.cause("ServiceAccountMissing", text, meant, command("create", "serviceaccount", name), about=about)


def _no_priority_class(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    name = found[1]
    near = nearest(name, [one["metadata"]["name"] for one in refusal.cluster.list("PriorityClass")])
    meant = refusal.target.patch({"priorityClassName": near}) if near else None
    made = command("create", "priorityclass", name, "--value=1000", is_namespaced=False)
    text = f"priorityclass/{name} is not there"
    return refusal.cause("PriorityClassMissing", text, meant, made, about=Key("PriorityClass", "", name))


def _no_runtime_class(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    name = found[1]
    repair = refusal.target.patch({"runtimeClassName": None})
    return refusal.cause(
        "RuntimeClassMissing", f"runtimeclass/{name} is not there", repair, about=Key("RuntimeClass", "", name)
    )


def _namespace_ends(refusal: Refusal, found: re.Match[str]) -> Cause | None:
    text = f"namespace {found[1]} is being deleted, and nothing new comes into it"
    return refusal.cause("NamespaceEnds", text, about=Key("Namespace", "", found[1]))


_AMOUNTS = r"(\S+(?:,\S+)*?)"
REFUSALS: tuple[tuple[str, Callable[[Refusal, re.Match[str]], Cause | None]], ...] = (
    (rf"exceeded quota: (\S+), requested: {_AMOUNTS}, used: {_AMOUNTS}, limited: (\S+)$", _quota_exceeded),
    (r"failed quota: (\S+): must specify (.+)$", _quota_unnamed),
    (r"(maximum|minimum) (\S+) usage per (\w+) is ([^,.]+)", _beyond_limits),
    (r"(\S+) max limit to request ratio per \w+ is ([^,]+),", _beyond_ratio),
    (r'serviceaccount "([^"]+)" not found', _no_service_account),
    (r"no PriorityClass with name (\S+) was found", _no_priority_class),
    (r'RuntimeClass "([^"]+)" not found', _no_runtime_class),
    (r"unable to create new content in namespace (\S+) because", _namespace_ends),
)
