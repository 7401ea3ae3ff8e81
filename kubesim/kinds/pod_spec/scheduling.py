"""What is wrong with what a pod says of its place: affinity, tolerations, spread.

Mirrors validateAffinity, ValidateTolerations and validateTopologySpreadConstraints of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    forbidden,
    invalid,
    invalid_for_each,
    not_supported,
    one_of,
    positive,
    required,
)
from kubesim.api.metadata_validation import validate_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.meta import Obj

REQUIRED_TERMS = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED_TERMS = "preferredDuringSchedulingIgnoredDuringExecution"
TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_affinity(affinity: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if "nodeAffinity" in affinity:
        wrong += _validate_node_affinity(affinity["nodeAffinity"], f"{path}.nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        if name in affinity:
            wrong += _validate_pod_affinity(affinity[name], f"{path}.{name}")
    return wrong


def _validate_node_affinity(affinity: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if REQUIRED_TERMS in affinity:
        wrong += validate_node_selector(affinity[REQUIRED_TERMS], f"{path}.{REQUIRED_TERMS}")
    for index, term in enumerate(affinity.get(PREFERRED_TERMS) or ()):
        at = f"{path}.{PREFERRED_TERMS}[{index}]"
        wrong += _validate_weight(term, at)
        wrong += _validate_node_term(term.get("preference") or {}, f"{at}.preference", check_values=False)
    return wrong


def validate_node_selector(selector: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateNodeSelector."""
    terms = selector.get("nodeSelectorTerms") or ()
    if not terms:
        return [required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")]
    wrong: list[FieldError] = []
    for index, term in enumerate(terms):
        wrong += _validate_node_term(term, f"{path}.nodeSelectorTerms[{index}]", check_values=True)
    return wrong


def _validate_node_term(term: Obj, path: str, *, check_values: bool) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        at = f"{path}.matchExpressions[{index}]"
        wrong += _validate_node_expression(expression, at)
        for value_index, value in enumerate(expression.get("values") or () if check_values else ()):
            wrong += invalid_for_each(f"{at}.values[{value_index}]", value, names.is_label_value(value))
    for index, expression in enumerate(term.get("matchFields") or ()):
        wrong += _validate_node_field(expression, f"{path}.matchFields[{index}]")
    return wrong


def _validate_node_expression(expression: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateNodeSelectorRequirement but for the values' form."""
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    wrong: list[FieldError] = []
    if operator in ("In", "NotIn"):
        if not values:
            wrong.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            wrong.append(forbidden(f"{path}.values", why))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            wrong.append(required(f"{path}.values", why))
    else:
        wrong.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = expression.get("key", "")
    return wrong + invalid_for_each(f"{path}.key", key, names.is_qualified_name(key))


def _validate_node_field(expression: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateNodeFieldSelectorRequirement: only a node's name can be asked for."""
    operator, values, key = expression.get("operator", ""), expression.get("values") or (), expression.get("key", "")
    wrong: list[FieldError] = []
    if operator not in ("In", "NotIn"):
        wrong.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        wrong.append(required(f"{path}.values", why))
    if key != "metadata.name":
        return [*wrong, invalid(f"{path}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        wrong += invalid_for_each(f"{path}.values[{index}]", value, names.is_dns_1123_subdomain(value))
    return wrong


def _validate_weight(term: Obj, path: str) -> list[FieldError]:
    weight = term.get("weight", 0)
    return [] if 0 < weight <= 100 else [invalid(f"{path}.weight", weight, "must be in the range 1-100")]


def _validate_pod_affinity(affinity: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, term in enumerate(affinity.get(REQUIRED_TERMS) or ()):
        wrong += _validate_pod_term(term, f"{path}.{REQUIRED_TERMS}[{index}]")
    for index, weighted in enumerate(affinity.get(PREFERRED_TERMS) or ()):
        at = f"{path}.{PREFERRED_TERMS}[{index}]"
        wrong += _validate_weight(weighted, at)
        wrong += _validate_pod_term(weighted.get("podAffinityTerm") or {}, f"{at}.podAffinityTerm")
    return wrong


def _validate_pod_term(term: Obj, path: str) -> list[FieldError]:
    wrong = validate_label_selector(term.get("labelSelector"), f"{path}.labelSelector")
    wrong += validate_label_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector")
    for namespace in term.get("namespaces") or ():
        wrong += invalid_for_each(f"{path}.namespace", namespace, names.is_dns_1123_label(namespace))
    wrong += _validate_label_keys(term, path)
    key = term.get("topologyKey", "")
    if not key:
        wrong.append(required(f"{path}.topologyKey", "can not be empty"))
    return wrong + invalid_for_each(f"{path}.topologyKey", key, names.is_qualified_name(key))


def _validate_label_keys(term: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateMatchLabelKeysAndMismatchLabelKeys."""
    wrong: list[FieldError] = []
    for name in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = term.get(name) or ()
        if keys and "labelSelector" not in term:
            wrong.append(forbidden(f"{path}.{name}", "must not be specified when labelSelector is not set"))
            continue
        for index, key in enumerate(keys):
            wrong += invalid_for_each(f"{path}.{name}[{index}]", key, names.is_qualified_name(key))
    mismatched = term.get("mismatchLabelKeys") or ()
    for index, key in enumerate(term.get("matchLabelKeys") or ()):
        if key in mismatched:
            why = "exists in both matchLabelKeys and mismatchLabelKeys"
            wrong.append(invalid(f"{path}.matchLabelKeys[{index}]", key, why))
    return wrong


def validate_tolerations(tolerations: Iterable[Obj], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, toleration in enumerate(tolerations):
        wrong += _validate_toleration(toleration, f"{path}[{index}]")
    return wrong


def _validate_toleration(toleration: Obj, path: str) -> list[FieldError]:
    key, operator, effect = (toleration.get(name, "") for name in ("key", "operator", "effect"))
    wrong = invalid_for_each(f"{path}.key", key, names.is_qualified_name(key)) if key else []
    if not key and operator != "Exists":
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        wrong.append(invalid(f"{path}.operator", operator, why))
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        wrong.append(invalid(f"{path}.effect", effect, why))
    wrong += _validate_toleration_value(operator, toleration.get("value", ""), f"{path}.operator")
    if effect and effect not in TAINT_EFFECTS:
        wrong.append(not_supported(f"{path}.effect", effect, TAINT_EFFECTS))
    return wrong


def _validate_toleration_value(operator: str, value: str, path: str) -> list[FieldError]:
    if operator in ("", "Equal"):
        messages = names.is_label_value(value)
        return [invalid(path, value, ";".join(messages))] if messages else []
    if operator == "Exists":
        return [invalid(path, value, "value must be empty when `operator` is 'Exists'")] if value else []
    comparing = operator in ("Lt", "Gt")
    return [not_supported(path, operator, ("Equal", "Exists", "Lt", "Gt") if comparing else ("Equal", "Exists"))]


def validate_topology_spread(constraints: Sequence[Obj], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        wrong += _validate_constraint(constraint, at)
        key = (constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", ""))
        rest = constraints[index + 1 :]
        if any(key == (other.get("topologyKey", ""), other.get("whenUnsatisfiable", "")) for other in rest):
            wrong.append(duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", f"{{{key[0]}, {key[1]}}}"))
        wrong += _validate_spread_options(constraint, at)
    return wrong


def _validate_constraint(constraint: Obj, path: str) -> list[FieldError]:
    wrong = positive(f"{path}.maxSkew", constraint.get("maxSkew", 0))
    if not constraint.get("topologyKey"):
        wrong.append(required(f"{path}.topologyKey", "can not be empty"))
    action = constraint.get("whenUnsatisfiable", "")
    return wrong + one_of(f"{path}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway"))


def _validate_spread_options(constraint: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    domains, action = constraint.get("minDomains"), constraint.get("whenUnsatisfiable", "")
    if domains is not None:
        wrong += positive(f"{path}.minDomains", domains)
        if action != "DoNotSchedule":
            why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            wrong.append(invalid(f"{path}.minDomains", domains, why))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if name in constraint:
            wrong += one_of(f"{path}.{name}", constraint[name], ("Honor", "Ignore"))
    wrong += _validate_label_keys({**constraint, "mismatchLabelKeys": ()}, path)
    return wrong + validate_label_selector(constraint.get("labelSelector"), f"{path}.labelSelector")
