"""Which FlowSchema and priority level a request falls under, as headers of its answer say.

No request waits or is turned away for it. Mirrors apiserver's pkg/util/flowcontrol (rule.go, apf_controller.go).
"""

from __future__ import annotations

from kubesim.cluster.identity import Identity, administrator
from kubesim.rest.request_info import RequestInfo, request_info
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.rest.request import Request

    Headers = tuple[tuple[str, str], ...]

_SCHEMA, _LEVEL = "FlowSchema", "PriorityLevelConfiguration"
_ADMINISTRATOR = administrator(0)  # of any cluster: only the name and the groups count
_ACCOUNT = "system:serviceaccount:"
_SEATS = 600  # a kube-apiserver's, by its flags
_MOST_KNOWN = 10_000  # sorts of requests


class _Schema(NamedTuple):
    """A schema in use: its rules, and what answers say of it."""

    rules: Sequence[Obj]
    headers: Headers


class _Schemas:
    """The schemas of a cluster in the order in which they are tried, and what they have come to."""

    def __init__(self, cluster: Cluster) -> None:
        levels = {level["metadata"]["name"]: level["metadata"]["uid"] for level in cluster.list(_LEVEL)}
        ordered = sorted(cluster.list(_SCHEMA), key=_order)
        self._schemas = [
            _Schema(one["spec"].get("rules") or (), _headers(one, levels[level]))
            for one in ordered
            if (level := one["spec"]["priorityLevelConfiguration"]["name"]) in levels
        ]
        self._known: dict[object, Headers] = {}

    def headers(self, user: Identity, info: RequestInfo, path: str) -> Headers:
        """Those of the first schema that matches."""
        about = (info.verb, info.group, info.resource, info.subresource, info.namespace) if info.resource else path
        sort = (user.name, user.groups, info.verb, about)
        found = self._known.get(sort)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            matching = (one for one in self._schemas if any(_matches(rule, user, info, path) for rule in one.rules))
            found = self._known[sort] = next((one.headers for one in matching), ())
        return found


def headers_of(cluster: Cluster, request: Request, user: Identity | None) -> Headers:
    """What the answer to a request of ``user``, None for the administrator, says of its priority."""
    state = _state(cluster)
    kept: tuple[object, _Schemas] | None = cluster.caches.get("flow")
    if kept is None or kept[0] != state:
        kept = cluster.caches["flow"] = state, _Schemas(cluster)
    return kept[1].headers(user or _ADMINISTRATOR, request_info(request), request.path)


def nominal_seats(cluster: Cluster) -> dict[str, int]:
    """How many requests of each level are at work at a time, by its share of all. Mirrors completeConfiguration."""
    shares = {level["metadata"]["name"]: _shares(level["spec"]) for level in cluster.list(_LEVEL)}
    whole = sum(shares.values()) or 1
    return {name: -(-_SEATS * share // whole) for name, share in sorted(shares.items())}


def _shares(spec: Obj) -> int:
    limited = spec["type"] == "Limited"
    share = (spec.get("limited" if limited else "exempt") or {}).get("nominalConcurrencyShares")
    return int((30 if limited else 0) if share is None else share)


def _state(cluster: Cluster) -> object:
    """What the schemas and levels follow from: those that are stored, and the derived ones that were deleted."""
    stored = [obj["metadata"]["resourceVersion"] for kind in (_SCHEMA, _LEVEL) for obj in cluster.cabinet.objects(kind)]
    deleted = cluster.noted("deleted")
    return stored, [list(deleted.get(kind, ())) for kind in (_SCHEMA, _LEVEL)]


def _order(schema: Obj) -> tuple[int, str]:
    return schema["spec"].get("matchingPrecedence", 1000), schema["metadata"]["name"]


def _headers(schema: Obj, level: str) -> Headers:
    own = schema["metadata"]["uid"]
    return ("X-Kubernetes-Pf-Flowschema-Uid", own), ("X-Kubernetes-Pf-Prioritylevel-Uid", level)


# rules


def _matches(rule: Obj, user: Identity, info: RequestInfo, path: str) -> bool:
    if not any(_is_subject(subject, user) for subject in rule.get("subjects") or ()):
        return False
    if info.resource:
        return any(_is_about(one, info) for one in rule.get("resourceRules") or ())
    return any(
        _has(one["verbs"], info.verb) and any(_is_at(url, path) for url in one["nonResourceURLs"])
        for one in rule.get("nonResourceRules") or ()
    )


def _is_subject(subject: Obj, user: Identity) -> bool:
    if subject["kind"] == "User":
        return subject["user"]["name"] in ("*", user.name)
    if subject["kind"] == "Group":
        name = subject["group"]["name"]
        return name == "*" or name in user.groups
    account = subject["serviceAccount"]
    prefix = f"{_ACCOUNT}{account['namespace']}:"
    return user.name.startswith(prefix) and account["name"] in ("*", user.name.removeprefix(prefix))


def _is_about(rule: Obj, info: RequestInfo) -> bool:
    resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
    if not (
        _has(rule["verbs"], info.verb) and _has(rule["resources"], resource) and _has(rule["apiGroups"], info.group)
    ):
        return False
    return _has(rule.get("namespaces") or (), info.namespace) if info.namespace else bool(rule.get("clusterScope"))


def _is_at(url: str, path: str) -> bool:
    prefix = url.removesuffix("*")
    return url in ("*", path) or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")


def _has(values: Sequence[str], one: str) -> bool:
    return list(values) == ["*"] or one in values
