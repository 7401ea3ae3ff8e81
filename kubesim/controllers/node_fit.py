"""Whether a node suits a pod by its labels, its name and its taints: what the scheduler, DaemonSets and volumes ask.

Mirrors component-helpers' nodeaffinity and corev1helpers.FindMatchingUntoleratedTaint.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

NO_MATCH = "node(s) didn't match Pod's node affinity/selector"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


# taints


def has_untolerated_taint(spec: Obj, node: Obj, effects: Collection[str]) -> bool:
    """Whether the node has a taint of one of those effects that the pod spec does not tolerate."""
    taints = node["spec"].get("taints") or ()
    return any(taint["effect"] in effects and not tolerates(spec, taint) for taint in taints)


def tolerates(spec: Obj, taint: Obj) -> bool:
    """Whether one of the pod spec's tolerations is about the taint."""
    return any(tolerates_taint(toleration, taint) for toleration in spec.get("tolerations") or ())


def tolerates_taint(toleration: Obj, taint: Obj) -> bool:
    """Mirrors Toleration.ToleratesTaint."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("value", "") == taint.get("value", ""))


# labels and names


def matches_node(spec: Obj, node: Obj) -> bool:
    """Whether the pod's node selector and required node affinity let it run there. Mirrors GetRequiredNodeAffinity."""
    labels = labels_of(node)
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    required = dig(spec, "affinity", "nodeAffinity", REQUIRED)
    if required is None:
        return True
    return matches_terms(required.get("nodeSelectorTerms") or (), node)


def matches_terms(terms: Sequence[Obj], node: Obj) -> bool:
    """Whether the node is one that a node selector means: any of its terms will do."""
    return any(_term_matches(term, node) for term in terms)


def _term_matches(term: Obj, node: Obj) -> bool:
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    names = {"metadata.name": node["metadata"]["name"]}
    return all(_expression_holds(e, labels_of(node)) for e in expressions) and all(
        _expression_holds(e, names) for e in fields
    )


def _expression_holds(expression: Obj, labels: dict[str, str]) -> bool:
    """Mirrors labels.Requirement for a NodeSelectorRequirement."""
    operator = expression["operator"]
    values: Sequence[str] = expression.get("values") or ()
    value = labels.get(expression["key"])
    if operator == "Exists":
        return value is not None
    if operator == "DoesNotExist":
        return value is None
    if operator == "NotIn":
        return value not in values
    if operator == "In":
        return value in values
    if value is None or not value.lstrip("-").isdigit():
        return False
    return int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0])
