"""The flow schemas and priority levels of every cluster. Mirrors apiserver's pkg/apis/flowcontrol/bootstrap."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_ALL_RESOURCES = {
    "apiGroups": ["*"],
    "clusterScope": True,
    "namespaces": ["*"],
    "resources": ["*"],
    "verbs": ["*"],
}


def _subject(text: str) -> Obj:
    """``Group system:nodes``, ``User x`` or ``ServiceAccount namespace/name``."""
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, name = name.partition("/")
        return {"kind": kind, "serviceAccount": {"name": name, "namespace": namespace}}
    return {kind.lower(): {"name": name}, "kind": kind}


def _urls(*urls: str, verb: str = "*") -> Obj:
    return {"nonResourceURLs": list(urls), "verbs": [verb]}


def _resources(group: str, resources: str, verbs: str = "*", *, is_cluster_wide: bool = False) -> Obj:
    return {
        "apiGroups": [group],
        **({"clusterScope": True} if is_cluster_wide else {}),
        "namespaces": ["*"],
        "resources": resources.split(),
        "verbs": verbs.split(),
    }


def _schema(precedence: int, level: str, method: str, subjects: tuple[str, ...], **rules: list[Obj]) -> Obj:
    """The spec of a flow schema; without ``rules`` it is about all requests of its subjects."""
    about = rules or {"nonResourceRules": [_urls("*")], "resourceRules": [_ALL_RESOURCES]}
    return {
        **({"distinguisherMethod": {"type": method}} if method else {}),
        "matchingPrecedence": precedence,
        "priorityLevelConfiguration": {"name": level},
        "rules": [{**about, "subjects": [_subject(subject) for subject in subjects]}],
    }


def _queues(shares: int, lendable: int, queues: int, hand_size: int) -> Obj:
    """The spec of a level whose requests wait in queues."""
    queuing = {"handSize": hand_size, "queueLengthLimit": 50, "queues": queues}
    return _limited(shares, lendable, {"queuing": queuing, "type": "Queue"})


def _limited(shares: int, lendable: int, response: Obj) -> Obj:
    limited = {"lendablePercent": lendable, "limitResponse": response, "nominalConcurrencyShares": shares}
    return {"limited": limited, "type": "Limited"}


_EVERYBODY = ("Group system:unauthenticated", "Group system:authenticated")
_LEADERS = (
    "User system:kube-controller-manager",
    "User system:kube-scheduler",
    "ServiceAccount kube-system/*",
)
_LEASES = "coordination.k8s.io"

#: Those that nobody may change.
MANDATORY_FLOW_SCHEMAS = {
    "exempt": _schema(1, "exempt", "", ("Group system:masters",)),
    "catch-all": _schema(10000, "catch-all", "ByUser", _EVERYBODY),
}
FLOW_SCHEMAS: dict[str, Obj] = {
    **MANDATORY_FLOW_SCHEMAS,
    "global-default": _schema(9900, "global-default", "ByUser", _EVERYBODY),
    "kube-controller-manager": _schema(800, "workload-high", "ByNamespace", ("User system:kube-controller-manager",)),
    "kube-scheduler": _schema(800, "workload-high", "ByNamespace", ("User system:kube-scheduler",)),
    "kube-system-service-accounts": _schema(900, "workload-high", "ByNamespace", ("ServiceAccount kube-system/*",)),
    "probes": _schema(
        2, "exempt", "", _EVERYBODY, nonResourceRules=[_urls("/healthz", "/readyz", "/livez", verb="get")]
    ),
    "service-accounts": _schema(9000, "workload-low", "ByUser", ("Group system:serviceaccounts",)),
    "system-leader-election": _schema(
        100, "leader-election", "ByUser", _LEADERS, resourceRules=[_resources(_LEASES, "leases", "get create update")]
    ),
    "system-node-high": _schema(
        400,
        "node-high",
        "ByUser",
        ("Group system:nodes",),
        resourceRules=[
            _resources("", "nodes nodes/status", is_cluster_wide=True),
            _resources(_LEASES, "leases"),
        ],
    ),
    "system-nodes": _schema(500, "system", "ByUser", ("Group system:nodes",)),
}
MANDATORY_PRIORITY_LEVELS = {
    "exempt": {"exempt": {"lendablePercent": 0, "nominalConcurrencyShares": 0}, "type": "Exempt"},
    "catch-all": _limited(5, 0, {"type": "Reject"}),
}
PRIORITY_LEVELS: dict[str, Obj] = {
    **MANDATORY_PRIORITY_LEVELS,
    "global-default": _queues(20, 50, 128, 6),
    "leader-election": _queues(10, 0, 16, 4),
    "node-high": _queues(40, 25, 64, 6),
    "system": _queues(30, 33, 64, 6),
    "workload-high": _queues(40, 50, 128, 6),
    "workload-low": _queues(100, 90, 128, 6),
}
