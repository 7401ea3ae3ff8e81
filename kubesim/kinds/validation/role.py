"""What is wrong with a Role or a ClusterRole. Mirrors pkg/apis/rbac/validation, in its order."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, required
from kubesim.api.metadata_validation import validate_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj


def validate_role(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateRole."""
    return _validate_rules(obj.get("rules") or (), is_namespaced=True)


def validate_cluster_role(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateClusterRole."""
    return [
        *_validate_rules(obj.get("rules") or (), is_namespaced=False),
        *_validate_aggregation(obj.get("aggregationRule")),
    ]


def _validate_rules(rules: Iterable[Obj], *, is_namespaced: bool) -> list[FieldError]:
    return [
        wrong
        for index, rule in enumerate(rules)
        for wrong in _validate_rule(rule, f"rules[{index}]", is_namespaced=is_namespaced)
    ]


def _validate_rule(rule: Obj, path: str, *, is_namespaced: bool) -> list[FieldError]:
    wrong: list[FieldError] = []
    if not rule.get("verbs"):
        wrong.append(required(f"{path}.verbs", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        at = f"{path}.nonResourceURLs"
        if is_namespaced:
            wrong.append(invalid(at, urls, "namespaced rules cannot apply to non-resource URLs"))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            why = "rules cannot apply to both regular resources and non-resource URLs"
            wrong.append(invalid(at, urls, why))
        return wrong
    if not rule.get("apiGroups"):
        wrong.append(required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        wrong.append(required(f"{path}.resources", "resource rules must supply at least one resource"))
    return wrong


def _validate_aggregation(rule: Obj | None) -> list[FieldError]:
    """A ClusterRole's aggregationRule."""
    if rule is None:
        return []
    path = "aggregationRule.clusterRoleSelectors"
    selectors = rule.get("clusterRoleSelectors") or ()
    if not selectors:
        return [required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")]
    return [
        wrong
        for index, selector in enumerate(selectors)
        for wrong in _validate_role_selector(selector, f"{path}[{index}]")
    ]


def _validate_role_selector(selector: Obj, path: str) -> list[FieldError]:
    wrong = validate_label_selector(selector, path)
    return [*wrong, invalid(path, None, "invalid label selector.")] if wrong else []
