"""What is wrong with roles and their bindings. Mirrors pkg/apis/rbac/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, not_supported, required
from kubesim.api.metadata_validation import validate_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

RBAC = "rbac.authorization.k8s.io"
# Errors list these unsorted.
SUBJECTS = ("ServiceAccount", "User", "Group")


def validate_rules(rules: Iterable[Obj], *, is_namespaced: bool) -> list[FieldError]:
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


def validate_aggregation(rule: Obj | None) -> list[FieldError]:
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
        for wrong in validate_label_selector(selector, f"{path}[{index}]")
    ]


def validate_binding(binding: Obj, *, is_namespaced: bool) -> list[FieldError]:
    """``binding`` has its defaults."""
    reference = binding["roleRef"]
    kinds = ("Role", "ClusterRole") if is_namespaced else ("ClusterRole",)
    group, kind, name = (reference.get(field, "") for field in ("apiGroup", "kind", "name"))
    wrong = [] if group == RBAC else [not_supported("roleRef.apiGroup", group, (RBAC,))]
    if kind not in kinds:
        wrong.append(not_supported("roleRef.kind", kind, kinds))
    wrong += invalid_for_each("roleRef.name", name, names.is_path_segment(name)) if name else [required("roleRef.name")]
    for index, subject in enumerate(binding.get("subjects") or ()):
        wrong += _validate_subject(subject, f"subjects[{index}]", is_namespaced=is_namespaced)
    return wrong


def _validate_subject(subject: Obj, path: str, *, is_namespaced: bool) -> list[FieldError]:
    name, kind, group = (subject.get(field, "") for field in ("name", "kind", "apiGroup"))
    wrong = [] if name else [required(f"{path}.name")]
    if kind == "ServiceAccount":
        wrong += invalid_for_each(f"{path}.name", name, names.is_dns_1123_subdomain(name)) if name else []
        wrong += [not_supported(f"{path}.apiGroup", group, ("",))] if group else []
        if not is_namespaced and not subject.get("namespace"):
            wrong.append(required(f"{path}.namespace"))
    elif kind not in SUBJECTS:
        wrong.append(not_supported(f"{path}.kind", kind, SUBJECTS))
    elif group != RBAC:
        wrong.append(not_supported(f"{path}.apiGroup", group, (RBAC,)))
    return wrong
