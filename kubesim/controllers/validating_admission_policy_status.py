"""The controller that checks the types of policies' expressions, and writes what it finds into their status.

Mirrors pkg/controller/validatingadmissionpolicystatus.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change, Cluster
    from kubesim.kinds import Names

_MOST_TYPES = 10


class ValidatingAdmissionPolicyStatusController:
    name = "validatingadmissionpolicy-status"
    kind = "ValidatingAdmissionPolicy"
    rank = 5

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"ValidatingAdmissionPolicy": lambda _, change: (change.key,)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        policy = cluster.cabinet.find(key)
        if policy is None:
            return None
        generation = policy["metadata"].get("generation", 1)
        if (policy.get("status") or {}).get("observedGeneration") != generation:
            from kubesim.api.cel.type_checking import expression_warnings

            kinds = [(names.group, names.version, names.kind) for names in _kinds(cluster, policy)]
            warnings = expression_warnings(policy, kinds)
            checked = {"expressionWarnings": warnings} if warnings else {}
            cluster.update_status(policy, {"observedGeneration": generation, "typeChecking": checked})
        return None


def _kinds(cluster: Cluster, policy: Obj) -> list[Names]:
    """The kinds that a policy names, but for those that its rules mean by a star. Mirrors typesToCheck."""
    found: list[Names] = []
    for rule in policy["spec"].get("matchConstraints", {}).get("resourceRules") or ():
        if "*" in rule["apiGroups"] or "*" in rule["apiVersions"]:
            continue
        own = (names for names in cluster.kinds.all() if _names(rule, names))
        named = [names._replace(version=version) for names in own for version in _versions(rule, names)]
        found += [names for names in named[:_MOST_TYPES] if names not in found]
    return sorted(found, key=lambda names: (names.group, names.version, names.kind))


def _names(rule: Obj, names: Names) -> bool:
    return names.group in rule["apiGroups"] and names.plural in rule["resources"]


def _versions(rule: Obj, names: Names) -> list[str]:
    return [version for version in names.served if version in rule["apiVersions"]]
