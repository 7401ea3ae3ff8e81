"""What is wrong with requests for devices, as claims and their templates have them, and with classes of devices.

Mirrors pkg/apis/resource/validation; that CEL expressions compile is not checked.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    immutable,
    invalid,
    invalid_for_each,
    not_supported,
    required,
    too_long,
    too_many,
)
from kubesim.api.metadata_validation import validate_annotations, validate_labels
from kubesim.kinds.pod_spec.resources import is_extended
from kubesim.kinds.pod_spec.volume_sources import validate_csi_driver_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kubesim.api.meta import Obj

    Rule = Callable[[Any, str], list[FieldError]]
    #: The names of a claim's requests, each with those of its alternatives; None where it has none.
    Requests = dict[str, set[str] | None]

MOST = 32  # requests, constraints, configurations, selectors
_MOST_ALTERNATIVES = 8
_LONGEST_EXPRESSION = 10 * 1024  # bytes
_LONGEST_PARAMETERS = 10 * 1024
_LONGEST_ID = 32
_MODES = ("All", "ExactCount")
_OPERATORS = ("Equal", "Exists")
_EFFECTS = ("NoExecute", "NoSchedule", "None")
_UNKNOWN_REQUEST = (
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
)
_ONE_OF = "exactly one of `exactly` or `firstAvailable` is required"
_IDENTIFIER_RULE = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric "
    "characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is "
    "'[A-Za-z_][A-Za-z0-9_]*')"
)


def validate_each(
    items: Sequence[Any], path: str, rule: Rule, *, most: int, key: Callable[[Any], object] | None = None
) -> list[FieldError]:
    """Mirrors validateSlice, and with a ``key`` validateSet."""
    if len(items) > most:
        return [too_many(path, len(items), most)]
    wrong = [error for index, item in enumerate(items) for error in rule(item, f"{path}[{index}]")]
    keys = [key(item) for item in items] if key else []
    return wrong + [duplicate(f"{path}[{at}]", value) for at, value in enumerate(keys) if value in keys[:at]]


def validate_claim_spec(spec: Obj, path: str) -> list[FieldError]:
    """Mirrors validateResourceClaimSpec."""
    devices, path = spec.get("devices") or {}, f"{path}.devices"
    requests = devices.get("requests") or []
    known: Requests = {
        one["name"]: {other["name"] for other in one["firstAvailable"]} if one.get("firstAvailable") else None
        for one in requests
    }
    wrong = validate_each(requests, f"{path}.requests", _validate_request, most=MOST, key=lambda one: one["name"])
    wrong += validate_each(
        devices.get("constraints") or [],
        f"{path}.constraints",
        lambda one, at: _validate_constraint(one, at, known),
        most=MOST,
    )
    return wrong + validate_each(
        devices.get("config") or [], f"{path}.config", lambda one, at: _validate_claim_config(one, at, known), most=MOST
    )


def _validate_request(request: Obj, path: str) -> list[FieldError]:
    wrong = _validate_label(request["name"], f"{path}.name")
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable")
    if exactly is None and not alternatives:
        return [*wrong, required(path, _ONE_OF)]
    if exactly is not None and alternatives:
        return [*wrong, invalid(path, None, f"{_ONE_OF}, but multiple fields are set")]
    if exactly is not None:
        return wrong + _validate_exact(exactly, f"{path}.exactly")
    return wrong + validate_each(
        alternatives or [],
        f"{path}.firstAvailable",
        lambda one, at: [*_validate_label(one["name"], f"{at}.name"), *_validate_exact(one, at)],
        most=_MOST_ALTERNATIVES,
        key=lambda one: one["name"],
    )


def _validate_label(name: str, path: str) -> list[FieldError]:
    return invalid_for_each(path, name, names.is_dns_1123_label(name))


def _validate_exact(request: Obj, path: str) -> list[FieldError]:
    """Mirrors validateExactDeviceRequest."""
    name, mode, count = request.get("deviceClassName", ""), request.get("allocationMode", ""), request.get("count", 0)
    at = f"{path}.deviceClassName"
    wrong = invalid_for_each(at, name, names.is_dns_1123_subdomain(name)) if name else [required(at)]
    wrong += validate_selectors(request.get("selectors") or [], f"{path}.selectors")
    if mode not in _MODES:
        wrong.append(not_supported(f"{path}.allocationMode", mode, _MODES))
    elif mode == "All" and count:
        wrong.append(invalid(f"{path}.count", count, f"must not be specified when allocationMode is '{mode}'"))
    elif mode == "ExactCount" and count <= 0:
        wrong.append(invalid(f"{path}.count", count, "must be greater than zero"))
    for index, toleration in enumerate(request.get("tolerations") or ()):
        wrong += _validate_toleration(toleration, f"{path}.tolerations[{index}]")
    return wrong


def _validate_toleration(toleration: Obj, path: str) -> list[FieldError]:
    key, value, operator = toleration.get("key", ""), toleration.get("value", ""), toleration["operator"]
    wrong = invalid_for_each(f"{path}.key", key, names.is_qualified_name(key)) if key else []
    if operator not in _OPERATORS:
        wrong.append(not_supported(f"{path}.operator", operator, _OPERATORS))
    elif operator == "Equal":
        wrong += invalid_for_each(f"{path}.value", value, names.is_label_value(value))
    elif value:
        wrong.append(invalid(f"{path}.value", value, "must be empty for operator `Exists`"))
    return wrong + (validate_effect(toleration["effect"], f"{path}.effect") if toleration.get("effect") else [])


def validate_effect(effect: str, path: str) -> list[FieldError]:
    return [] if effect in _EFFECTS else [not_supported(path, effect, _EFFECTS)]


def validate_selectors(selectors: Sequence[Obj], path: str) -> list[FieldError]:
    return validate_each(selectors, path, _validate_selector, most=MOST)


def _validate_selector(selector: Obj, path: str) -> list[FieldError]:
    if selector.get("cel") is None:
        return [required(f"{path}.cel")]
    is_long = len(selector["cel"]["expression"].encode()) > _LONGEST_EXPRESSION
    return [too_long(f"{path}.cel.expression", _LONGEST_EXPRESSION)] if is_long else []


def _validate_constraint(constraint: Obj, path: str, known: Requests) -> list[FieldError]:
    wrong = _validate_references(constraint.get("requests") or [], f"{path}.requests", known)
    for field in ("matchAttribute", "distinctAttribute"):
        if constraint.get(field) is not None:
            return wrong + _validate_full_name(constraint[field], f"{path}.{field}")
    fields = '"matchAttribute" or "distinctAttribute"'
    return [*wrong, required(path, f"exactly one of {fields} is required, but multiple fields are set")]


def _validate_references(references: Sequence[str], path: str, known: Requests) -> list[FieldError]:
    return validate_each(
        references, path, lambda one, at: _validate_reference(one, at, known), most=MOST, key=lambda one: one
    )


def _validate_reference(name: str, path: str, known: Requests) -> list[FieldError]:
    """Mirrors validateRequestNameRef."""
    request, *alternatives = name.split("/")
    if len(alternatives) > 1:
        return [invalid(path, name, _UNKNOWN_REQUEST)]
    wrong = [error for segment in (request, *alternatives) for error in _validate_label(segment, path)]
    is_known = request in known and all(one in (known[request] or ()) for one in alternatives)
    return wrong if is_known else [*wrong, invalid(path, name, _UNKNOWN_REQUEST)]


def _validate_full_name(name: str, path: str) -> list[FieldError]:
    """Mirrors validateFullyQualifiedName."""
    wrong = validate_qualified_name(name, path)
    if "/" in name:
        return wrong
    return [*wrong, invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash")]


def validate_qualified_name(name: str, path: str) -> list[FieldError]:
    """Mirrors validateQualifiedName, which lets names with more than one slash pass."""
    parts = name.split("/")
    if len(parts) == 1:
        return _validate_identifier(name, path)
    if len(parts) > 2:
        return []
    domain, rest = parts
    wrong = validate_csi_driver_name(domain, path) if domain else [invalid(path, "", "the domain must not be empty")]
    return wrong + (_validate_identifier(rest, path) if rest else [invalid(path, "", "the name must not be empty")])


def _validate_identifier(name: str, path: str) -> list[FieldError]:
    wrong = [too_long(path, _LONGEST_ID)] if len(name.encode()) > _LONGEST_ID else []
    return wrong if name.isascii() and name.isidentifier() else [*wrong, invalid(path, name, _IDENTIFIER_RULE)]


def _validate_claim_config(config: Obj, path: str, known: Requests) -> list[FieldError]:
    wrong = _validate_references(config.get("requests") or [], f"{path}.requests", known)
    return wrong + validate_configuration(config, path)


def validate_configuration(config: Obj, path: str) -> list[FieldError]:
    """Mirrors validateDeviceConfiguration."""
    opaque, path = config.get("opaque"), f"{path}.opaque"
    if opaque is None:
        return [required(path)]
    wrong = validate_csi_driver_name(opaque["driver"], f"{path}.driver")
    parameters, path = opaque["parameters"], f"{path}.parameters"
    if parameters is None:
        return [*wrong, required(path)]
    if not isinstance(parameters, dict):
        return [*wrong, invalid(path, "<value omitted>", "must be a valid JSON object")]
    from kubesim.golang.json import dumps

    is_long = len(dumps(parameters).encode()) > _LONGEST_PARAMETERS
    return [*wrong, too_long(path, _LONGEST_PARAMETERS)] if is_long else wrong


def validate_resource_claim(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceClaim."""
    return validate_claim_spec(obj["spec"], "spec")


def validate_resource_claim_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceClaimUpdate."""
    return immutable("spec", new["spec"], old["spec"])


def validate_resource_claim_template(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceClaimTemplate."""
    spec = obj["spec"]
    meta = spec.get("metadata") or {}
    wrong = validate_annotations(meta.get("annotations") or {}, "spec.metadata.annotations")
    wrong += validate_labels(meta.get("labels") or {}, "spec.metadata.labels")
    return wrong + validate_claim_spec(spec["spec"], "spec.spec")


def validate_resource_claim_template_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceClaimTemplateUpdate."""
    return [*validate_resource_claim_template(new), *immutable("spec", new["spec"], old["spec"])]


def validate_device_class(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateDeviceClass."""
    spec = obj["spec"]
    name = spec.get("extendedResourceName")
    wrong = validate_selectors(spec.get("selectors") or [], "spec.selectors")
    wrong += validate_each(spec.get("config") or [], "spec.config", validate_configuration, most=MOST)
    if name is not None and not is_extended(name):
        wrong.append(invalid("spec.extendedResourceName", name, "must be a valid extended resource name"))
    return wrong
