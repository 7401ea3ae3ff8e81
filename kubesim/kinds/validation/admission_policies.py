"""Admission policies and their bindings: what is wrong with them. Mirrors pkg/apis/admissionregistration/validation."""

from __future__ import annotations

import re

from kubesim.api import fields
from kubesim.api.cel.admission import JSON_PATCHES, OBJECT, TEXT_OR_NOTHING, Compiler
from kubesim.api.cel.parser import RESERVED
from kubesim.api.cel.types import BOOL, STRING
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.api.names import is_dns_1035_label, is_dns_1123_subdomain, is_path_segment, is_qualified_name
from kubesim.kinds.validation.admission_rules import validate_failure_policy, validate_match_resources
from kubesim.kinds.validation.match_conditions import check_conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_MUTATED = ("*", "CONNECT", "CREATE", "UPDATE")
_MOST_ANNOTATIONS = 20
_LONGEST_EXPRESSION = 5 * 1024
_NOTHING = "validations or auditAnnotations must contain at least one item"


def validate_validating_policy(obj: Obj, old: Obj | None = None) -> list[FieldError]:
    """Everything that is wrong with a ValidatingAdmissionPolicy, in the place of ``old``."""
    spec = obj.get("spec") or {}
    compiler = Compiler(has_params=spec.get("paramKind") is not None, has_variables=bool(spec.get("variables")))
    errors = _validate_head(spec, old)
    errors += _validate_variables(spec, compiler)
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        return [*errors, *(fields.required(f"spec.{name}", _NOTHING) for name in ("validations", "auditAnnotations"))]
    for index, validation in enumerate(validations):
        errors += _validate_validation(validation, compiler, f"spec.validations[{index}]")
    return errors + _validate_annotations(obj, annotations, compiler)


def validate_mutating_policy(obj: Obj, old: Obj | None = None) -> list[FieldError]:
    """Everything that is wrong with a MutatingAdmissionPolicy, in the place of ``old``."""
    spec = obj.get("spec") or {}
    compiler = Compiler(has_params=spec.get("paramKind") is not None, has_variables=True)
    errors = _validate_head(spec, old, is_mutating=True)
    errors += _validate_variables(spec, compiler)
    if not spec.get("mutations"):
        errors.append(fields.required("spec.mutations", "mutations must contain at least one item"))
    for index, mutation in enumerate(spec.get("mutations") or ()):
        errors += _validate_mutation(mutation, compiler, f"spec.mutations[{index}]")
    policy = spec.get("reinvocationPolicy")
    if not policy:
        return [*errors, fields.required("spec.reinvocationPolicy")]
    return errors + fields.one_of("spec.reinvocationPolicy", policy, ("IfNeeded", "Never"))


def _validate_head(spec: Obj, old: Obj | None, *, is_mutating: bool = False) -> list[FieldError]:
    """What both sorts of policies have: when they are called."""
    kind, constraints = spec.get("paramKind"), spec.get("matchConstraints")
    errors = validate_failure_policy(spec, "spec.failurePolicy")
    if kind is not None:
        errors += _validate_param_kind(kind, "spec.paramKind")
    if constraints is None:
        errors.append(fields.required("spec.matchConstraints"))
    else:
        errors += validate_match_resources(constraints, "spec.matchConstraints")
        if not constraints.get("resourceRules"):
            errors.append(fields.required("spec.matchConstraints.resourceRules"))
        if is_mutating:
            errors += _validate_mutated(constraints, "spec.matchConstraints")
    before = (old or {}).get("spec") or {}
    conditions = spec.get("matchConditions") or []
    if old is None or (before.get("paramKind"), before.get("matchConditions") or []) != (kind, conditions):
        errors += check_conditions(conditions, "spec.matchConditions", has_params=kind is not None)
    return errors


def _validate_mutated(resources: Obj, path: str) -> list[FieldError]:
    """Only what comes in can be changed."""
    operations = [one for rule in resources.get("resourceRules") or () for one in rule.get("operations") or ()]
    return [
        fields.not_supported(f"{path}.resourceRules.operations", one, _MUTATED)
        for one in operations
        if one not in _MUTATED
    ]


def _validate_param_kind(kind: Obj, path: str) -> list[FieldError]:
    version, name = kind.get("apiVersion") or "", kind.get("kind") or ""
    errors = _validate_api_version(version, f"{path}.apiVersion")
    if not name:
        errors.append(fields.required(f"{path}.kind"))
    elif wrong := is_dns_1035_label(name.lower()):
        words = f"may have mixed case, but should otherwise match: {','.join(wrong)}"
        errors.append(fields.invalid(f"{path}.kind", name, words))
    return errors


def _validate_api_version(text: str, path: str) -> list[FieldError]:
    if not text:
        return [fields.required(path)]
    if text.count("/") > 1:
        return [fields.invalid(path, text, f"unexpected GroupVersion string: {text}")]
    group, _, version = text.rpartition("/")
    errors = []
    if group and (wrong := is_dns_1123_subdomain(group)):
        errors.append(fields.invalid(path, group, ",".join(wrong)))
    if not version:
        errors.append(fields.invalid(path, text, "version must be specified"))
    elif wrong := is_dns_1035_label(version):
        errors.append(fields.invalid(path, version, ",".join(wrong)))
    return errors


def _validate_variables(spec: Obj, compiler: Compiler) -> list[FieldError]:
    errors = []
    for index, variable in enumerate(spec.get("variables") or ()):
        path, name = f"spec.variables[{index}]", variable.get("name") or ""
        if not name.strip():
            errors.append(fields.required(f"{path}.name", "name is not specified"))
        elif not re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name) or name in RESERVED:
            errors.append(fields.invalid(f"{path}.name", name, "must be a valid CEL identifier"))
        expression = variable.get("expression") or ""
        if not expression.strip():
            errors.append(fields.required(f"{path}.expression", "expression is not specified"))
        elif fault := compiler.add_variable(name, expression):
            errors.append(fault.error(f"{path}.expression", expression))
    return errors


def _validate_validation(validation: Obj, compiler: Compiler, path: str) -> list[FieldError]:
    expression, message = validation.get("expression") or "", validation.get("message") or ""
    errors = []
    if not expression.strip():
        errors.append(fields.required(f"{path}.expression", "expression is not specified"))
    elif fault := compiler.fault(expression, (BOOL,)):
        errors.append(fault.error(f"{path}.expression", expression))
    words = validation.get("messageExpression") or ""
    if words and not words.strip():
        errors.append(fields.invalid(f"{path}.messageExpression", words, "must be non-empty if specified"))
    elif words and (fault := compiler.fault(words, (STRING,), has_authorizer=False)):
        errors.append(fault.error(f"{path}.messageExpression", words))
    if message and not message.strip():
        errors.append(fields.invalid(f"{path}.message", message, "must be non-empty if specified"))
    elif re.search(r"[\n\r]", message.strip()):
        errors.append(fields.invalid(f"{path}.message", message, "must not contain line breaks"))
    if validation.get("reason") is not None:
        errors += fields.one_of(f"{path}.reason", validation["reason"], _REASONS)
    return errors


def _validate_annotations(obj: Obj, annotations: list[Obj], compiler: Compiler) -> list[FieldError]:
    path = "spec.auditAnnotations"
    errors = []
    if len(annotations) > _MOST_ANNOTATIONS:
        words = f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations"
        errors.append(fields.invalid(path, annotations, words))
    keys: list[str] = []
    for index, annotation in enumerate(annotations):
        key = annotation.get("key") or ""
        errors += _validate_annotation(obj, annotation, compiler, f"{path}[{index}]")
        if key in keys:
            errors.append(fields.duplicate(f"{path}[{index}].key", key))
        keys.append(key)
    return errors


def _validate_annotation(obj: Obj, annotation: Obj, compiler: Compiler, path: str) -> list[FieldError]:
    key, expression = annotation.get("key") or "", annotation.get("valueExpression") or ""
    name = obj["metadata"].get("name")
    if name:
        whole = f"{name}/{key}"
        errors = fields.invalid_for_each(f"{path}.key", whole, is_qualified_name(whole))
    else:
        errors = [fields.invalid(f"{path}.key", key, "requires metadata.name be non-empty")]
    at = f"{path}.valueExpression"
    if not expression.strip():
        return [*errors, fields.required(at, "valueExpression is not specified")]
    if len(expression.strip().encode()) > _LONGEST_EXPRESSION:
        return [*errors, fields.required(at, f"must not exceed {_LONGEST_EXPRESSION} bytes in length")]
    fault = compiler.fault(expression.strip(), TEXT_OR_NOTHING)
    return [*errors, fault.error(at, expression)] if fault else errors


_PATCHES = {"ApplyConfiguration": ("applyConfiguration", OBJECT), "JSONPatch": ("jsonPatch", JSON_PATCHES)}


def _validate_mutation(mutation: Obj, compiler: Compiler, path: str) -> list[FieldError]:
    sort = mutation.get("patchType")
    if not sort:
        return [fields.required(f"{path}.patchType")]
    if sort not in _PATCHES:
        return [fields.not_supported(f"{path}.patchType", sort, tuple(_PATCHES))]
    name, wanted = _PATCHES[sort]
    other = next(field for field, _ in _PATCHES.values() if field != name)
    errors = []
    if mutation.get(name) is None:
        errors.append(fields.required(f"{path}.{name}", f"must be specified when patchType is {sort}"))
    else:
        expression = str(mutation[name].get("expression") or "").strip()
        if not expression:
            errors.append(fields.required(f"{path}.{name}.expression"))
        elif fault := compiler.fault(expression, (wanted,), has_patch_types=True):
            errors.append(fault.error(f"{path}.{name}.expression", expression))
    if mutation.get(other) is not None:
        words = f"must not be specified when patchType is {sort}"
        errors.append(fields.invalid(f"{path}.{other}", f"{{{other}}}", words))
    return errors


def validate_binding(obj: Obj, *, is_mutating: bool) -> list[FieldError]:
    """Everything that is wrong with a binding of a policy."""
    spec = obj.get("spec") or {}
    name = spec.get("policyName") or ""
    if name:
        errors = fields.invalid_for_each("spec.policyName", name, is_dns_1123_subdomain(name))
    else:
        errors = [fields.required("spec.policyName")]
    errors += _validate_param_ref(spec.get("paramRef"), "spec.paramRef")
    errors += validate_match_resources(spec.get("matchResources"), "spec.matchResources")
    if is_mutating:
        return errors + _validate_mutated(spec.get("matchResources") or {}, "spec.matchResources")
    return errors + _validate_actions(spec.get("validationActions") or [], "spec.validationActions")


def _validate_param_ref(reference: Obj | None, path: str) -> list[FieldError]:
    if reference is None:
        return []
    name, selector, action = reference.get("name"), reference.get("selector"), reference.get("parameterNotFoundAction")
    exclusive = "name and selector are mutually exclusive"
    errors = fields.invalid_for_each(f"{path}.name", name, is_path_segment(name)) if name else []
    if name and selector is not None:
        errors.append(fields.forbidden(f"{path}.name", exclusive))
    if selector is not None:
        errors += validate_label_selector(selector, f"{path}.selector")
        if name:
            errors.append(fields.forbidden(f"{path}.selector", exclusive))
    if not name and selector is None:
        errors.append(fields.required(path, "one of name or selector must be specified"))
    if not action:
        errors.append(fields.required(f"{path}.parameterNotFoundAction"))
    elif action not in ("Deny", "Allow"):
        errors.append(fields.not_supported(f"{path}.parameterNotFoundAction", action, ("Deny", "Allow")))
    return errors


def _validate_actions(actions: list[str], path: str) -> list[FieldError]:
    errors = []
    for index, action in enumerate(actions):
        errors += fields.one_of(f"{path}[{index}]", action, ("Audit", "Deny", "Warn"))
        if action in actions[:index]:
            errors.append(fields.duplicate(f"{path}[{index}]", action))
    if "Deny" in actions and "Warn" in actions:
        words = "must not contain both Deny and Warn (repeating the same validation failure information in the API "
        words += "response and headers serves no purpose)"
        errors.append(fields.invalid(path, actions, words))
    if not actions:
        errors.append(fields.required(path, "at least one validation action is required"))
    return errors
