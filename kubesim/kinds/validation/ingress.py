"""What is wrong with an Ingress. Mirrors pkg/apis/networking/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, not_supported, required
from kubesim.api.meta import annotations_of
from kubesim.api.well_known import ANNOTATION_INGRESS_CLASS
from kubesim.kinds.validation.addresses import validate_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")

_STRANGE_PARTS = ("//", "/./", "/../", "%2f", "%2F")

_STRANGE_ENDS = ("/..", "/.")


def validate_ingress(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateIngressCreate."""
    asked, noted = obj["spec"].get("ingressClassName"), annotations_of(obj).get(ANNOTATION_INGRESS_CLASS)
    wrong = _validate_spec(obj["spec"])
    if noted is not None and asked is not None and noted != asked:
        why = "must match `ingressClassName` when both are specified"
        wrong.append(invalid(f"annotations.{ANNOTATION_INGRESS_CLASS}", noted, why))
    return wrong


def validate_ingress_update(new: Obj) -> list[FieldError]:
    """Mirrors ValidateIngressUpdate."""
    return _validate_spec(new["spec"])


def _validate_spec(spec: Obj) -> list[FieldError]:
    rules, backend = spec.get("rules") or (), spec.get("defaultBackend")
    wrong: list[FieldError] = []
    if not rules and backend is None:
        why = "either `defaultBackend` or `rules` must be specified"
        wrong.append(invalid("spec", None, why))
    if backend is not None:
        wrong += _validate_backend(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules):
        wrong += _validate_rule(rule, f"spec.rules[{index}]")
    for index, tls in enumerate(spec.get("tls") or ()):
        wrong += _validate_tls(tls, f"spec.tls[{index}]")
    name = spec.get("ingressClassName")
    if name is not None:
        wrong += invalid_for_each("spec.ingressClassName", name, names.is_dns_1123_subdomain(name))
    return wrong


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    host = rule.get("host", "")
    wrong: list[FieldError] = []
    if host:
        if not validate_ip(host, path):
            wrong.append(invalid(f"{path}.host", host, "must be a DNS name, not an IP address"))
        wrong += _validate_host(host, f"{path}.host")
    if "http" in rule:
        wrong += _validate_paths(rule["http"].get("paths") or (), f"{path}.http.paths")
    return wrong


def _validate_host(host: str, path: str) -> list[FieldError]:
    rule = names.is_wildcard_subdomain if "*" in host else names.is_dns_1123_subdomain
    return invalid_for_each(path, host, rule(host))


def _validate_tls(tls: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, host in enumerate(tls.get("hosts") or ()):
        wrong += _validate_host(host, f"{path}.hosts[{index}]")
    secret = tls.get("secretName")
    return wrong + (
        invalid_for_each(f"{path}.secretName", secret, names.is_dns_1123_subdomain(secret)) if secret else []
    )


def _validate_paths(paths: Sequence[Obj], path: str) -> list[FieldError]:
    if not paths:
        return [required(path)]
    return [wrong for index, one in enumerate(paths) for wrong in _validate_path(one, f"{path}[{index}]")]


def _validate_path(one: Obj, path: str) -> list[FieldError]:
    kind, target = one.get("pathType"), one.get("path", "")
    if kind is None:
        return [required(f"{path}.pathType", "pathType must be specified")]
    at = f"{path}.path"
    wrong: list[FieldError] = []
    if kind not in _PATH_TYPES:
        wrong.append(not_supported(f"{path}.pathType", kind, _PATH_TYPES))
    else:
        is_literal = kind != "ImplementationSpecific"
        if not target.startswith("/") and (target or is_literal):
            wrong.append(invalid(at, target, "must be an absolute path"))
        if is_literal:
            wrong += [invalid(at, target, f"must not contain '{part}'") for part in _STRANGE_PARTS if part in target]
            wrong += [invalid(at, target, f"cannot end with '{end}'") for end in _STRANGE_ENDS if target.endswith(end)]
    return wrong + _validate_backend(one.get("backend") or {}, f"{path}.backend")


def _validate_backend(backend: Obj, path: str) -> list[FieldError]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return validate_reference(resource, f"{path}.resource")
    if service is None:
        return [invalid(path, "", "resource or service backend is required")]
    name, port = service.get("name", ""), service.get("port") or {}
    at = f"{path}.service.name"
    wrong = invalid_for_each(at, name, names.is_dns_1123_label(name)) if name else [required(at)]
    return wrong + _validate_service_port(port, path)


def _validate_service_port(port: Obj, path: str) -> list[FieldError]:
    name, number = port.get("name"), port.get("number")
    if name and number:
        return [invalid(path, "", "cannot set both port name & port number")]
    if name:
        return invalid_for_each(f"{path}.service.port.name", name, names.is_port_name(name))
    if number:
        return invalid_for_each(f"{path}.service.port.number", number, names.is_port_number(number))
    return [required(path, "port name or number is required")]


def validate_reference(reference: Obj, path: str) -> list[FieldError]:
    """A reference to an object of any kind."""
    group = reference.get("apiGroup")
    wrong: list[FieldError] = []
    if group is not None:
        wrong += invalid_for_each(f"{path}.apiGroup", group, names.is_dns_1123_subdomain(group))
    for field in ("kind", "name"):
        value, at = reference.get(field, ""), f"{path}.{field}"
        wrong += invalid_for_each(at, value, names.is_path_segment(value)) if value else [required(at)]
    return wrong
