"""Which requests a webhook or a policy is for. Mirrors pkg/apis/admissionregistration/validation."""

from __future__ import annotations

from kubesim.api import fields
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.api.names import is_path_segment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_POLICIES = ("Equivalent", "Exact")
_FAILURES = ("Fail", "Ignore")


def default_match_resources(resources: Obj) -> Obj:
    """Mirrors SetDefaults_MatchResources and SetDefaults_Rule."""
    filled: Obj = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}
    filled |= {key: value for key, value in resources.items() if value is not None}
    for name in ("resourceRules", "excludeResourceRules"):
        if filled.get(name):
            filled[name] = [{**rule, "scope": rule.get("scope") or "*"} for rule in filled[name]]
    return filled


def validate_failure_policy(spec: Obj, path: str) -> list[FieldError]:
    if not spec.get("failurePolicy"):
        return [fields.required(path)]
    return fields.one_of(path, spec["failurePolicy"], _FAILURES)


def validate_match_resources(resources: Obj | None, path: str) -> list[FieldError]:
    """What is wrong with the matchConstraints or matchResources of a policy. Mirrors validateMatchResources."""
    if resources is None:
        return []
    errors = fields.one_of(f"{path}.matchPolicy", resources.get("matchPolicy"), _POLICIES)
    for name in ("namespaceSelector", "objectSelector"):
        errors += validate_label_selector(resources.get(name) or {}, f"{path}.{name}")
    for name in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(resources.get(name) or ()):
            at = f"{path}.{name}[{index}]"
            errors += [*_validate_names(rule.get("resourceNames") or [], at), *validate_rule_with_operations(rule, at)]
    return errors


def _validate_names(names: list[str], path: str) -> list[FieldError]:
    errors = []
    for index, name in enumerate(names):
        errors += fields.invalid_for_each(f"{path}.resourceNames[{index}]", name, is_path_segment(name))
        if name in names[:index]:
            errors.append(fields.duplicate(f"{path}.resourceNames[{index}]", name))
    return errors


def validate_rule_with_operations(rule: Obj, path: str) -> list[FieldError]:
    """What is wrong with a rule of a webhook or a policy. Mirrors validateRuleWithOperations."""
    operations = rule.get("operations") or []
    errors = _validate_some(operations, f"{path}.operations", "operations")
    for index, operation in enumerate(operations):
        errors += fields.one_of(f"{path}.operations[{index}]", operation, _OPERATIONS)
    return errors + _validate_rule(rule, path)


def _validate_some(values: list[str], path: str, what: str) -> list[FieldError]:
    """There is at least one value, and a star stands alone."""
    if not values:
        return [fields.required(path)]
    if len(values) > 1 and "*" in values:
        return [fields.invalid(path, values, f"if '*' is present, must not specify other {what}")]
    return []


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    versions = rule.get("apiVersions") or []
    errors = _validate_some(rule.get("apiGroups") or [], f"{path}.apiGroups", "API groups")
    errors += _validate_some(versions, f"{path}.apiVersions", "API versions")
    for index, version in enumerate(versions):
        if not version:
            errors.append(fields.required(f"{path}.apiVersions[{index}]"))
    errors += _validate_resources(rule.get("resources") or [], f"{path}.resources")
    if rule.get("scope") is not None:
        errors += fields.one_of(f"{path}.scope", rule["scope"], _SCOPES)
    return errors


def _validate_resources(resources: list[str], path: str) -> list[FieldError]:
    errors = [] if resources else [fields.required(path)]
    with_any_subresource: set[str] = set()
    of_any_resource: set[str] = set()
    has_plain = False
    for index, resource in enumerate(resources):
        if not resource:
            errors.append(fields.required(f"{path}[{index}]"))
            continue
        name, slash, subresource = resource.partition("/")
        if not slash:
            has_plain = resource != "*"
            continue
        if name in with_any_subresource:
            words = f"if '{name}/*' is present, must not specify {resource}"
            errors.append(fields.invalid(f"{path}[{index}]", resource, words))
        if subresource in of_any_resource:
            words = f"if '*/{subresource}' is present, must not specify {resource}"
            errors.append(fields.invalid(f"{path}[{index}]", resource, words))
        with_any_subresource.update((name,) if subresource == "*" else ())
        of_any_resource.update((subresource,) if name == "*" else ())
    if len(resources) > 1 and "*/*" in resources:
        errors.append(fields.invalid(path, resources, "if '*/*' is present, must not specify other resources"))
    if "*" in resources and has_plain:
        words = "if '*' is present, must not specify other resources without subresources"
        errors.append(fields.invalid(path, resources, words))
    return errors
