"""The roles and bindings that the API server makes when it starts, and those of kubeadm and kind.

They are there from the beginning, and not stored; one that a client or the aggregation changed is stored, and replaces
the derived one.  Mirrors plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.api.well_known import AUTO_UPDATE_ANNOTATION_KEY, BOOTSTRAPPING_LABEL
from kubesim.kinds.generated.bootstrap_policy import ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

RBAC = "rbac.authorization.k8s.io"
_AGGREGATE = f"{RBAC}/aggregate-to-"
_AGGREGATED = ("admin", "edit", "view")
# Which clusters have a row.
_PROFILES = {"a": ("kind", "kubeadm", "bare"), "m": ("kind", "kubeadm"), "k": ("kind",)}
_OF_EVERY_CLUSTER = "a"

# Serials of uids that no object gets which is made in its time.
_FIRST_SERIAL = 2**31 + 1000


def names(kind: str, profile: str) -> list[tuple[str, str]]:
    """Namespace and name of those of a kind that a cluster of that profile has."""
    return [(row[1], row[2]) for row in ROWS if row[0] == kind and profile in _PROFILES[row[3]]]


def made(kind: str, namespace: str, name: str, seed: int, epoch: int) -> Obj:
    """One of them; ``epoch`` (ms) is its beginning."""
    serial, row = next((i, row) for i, row in enumerate(ROWS) if row[:3] == (kind, namespace, name))
    target, content = row[4], row[5]
    meta: Obj = {"name": name, "creationTimestamp": rfc3339(epoch), "resourceVersion": "1"}
    meta["uid"] = uid_of(seed, _FIRST_SERIAL + serial)
    if namespace:
        meta["namespace"] = namespace
    if row[3] == _OF_EVERY_CLUSTER:
        labels = {BOOTSTRAPPING_LABEL: "rbac-defaults"}
        meta.update(annotations={AUTO_UPDATE_ANNOTATION_KEY: "true"}, labels=labels)
        if target:
            labels[f"{_AGGREGATE}{target}"] = "true"
    obj: Obj = {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": meta}
    if kind.endswith("Binding"):
        return {**obj, **_bound(content)}
    if kind == "ClusterRole" and name in _AGGREGATED:
        obj["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {f"{_AGGREGATE}{name}": "true"}}]}
    return {**obj, "rules": [_rule(*rule) for rule in content]}


def _rule(verbs: str, where: str, resources: str | None = None, resource_names: str = "") -> Obj:
    """``where`` are groups, or paths for a rule without resources."""
    rule: Obj = {"verbs": verbs.split(",")}
    if resources is None:
        return {"nonResourceURLs": where.split(","), **rule}
    named = {"resourceNames": resource_names.split(",")} if resource_names else {}
    return {"apiGroups": where.split(","), **named, "resources": resources.split(","), **rule}


def _bound(content: Sequence[tuple[str, ...]]) -> Obj:
    (kind, role), *subjects = content
    reference = {"apiGroup": RBAC, "kind": kind, "name": role}
    listed = [_subject(*subject) for subject in subjects]
    return {"roleRef": reference, **({"subjects": listed} if listed else {})}


def _subject(kind: str, namespace: str, name: str) -> Obj:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": namespace}
    return {"apiGroup": RBAC, "kind": kind, "name": name}
