"""What is wrong with an IngressClass. Mirrors pkg/apis/networking/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    not_supported,
    required,
    too_long,
)
from kubesim.kinds.validation.ingress import validate_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_SCOPES = ("Cluster", "Namespace")

_CONTROLLER_LIMIT = 250


def validate_ingress_class(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateIngressClass."""
    return _validate_spec(obj["spec"])


def _validate_spec(spec: Obj) -> list[FieldError]:
    """Mirrors validateIngressClassSpec."""
    controller, path = spec.get("controller", ""), "spec.controller"
    wrong = [too_long(path, _CONTROLLER_LIMIT)] if len(controller) > _CONTROLLER_LIMIT else []
    wrong += _validate_domain_prefixed_path(controller, path)
    if spec.get("parameters") is not None:
        wrong += _validate_parameters(spec["parameters"], "spec.parameters")
    return wrong


def validate_ingress_class_update(new: Obj, old: Obj) -> list[FieldError]:
    """The controller cannot change. Mirrors ValidateIngressClassUpdate."""
    controller, before = new["spec"].get("controller", ""), old["spec"].get("controller")
    return [*immutable("spec.controller", controller, before), *validate_ingress_class(new)]


def _validate_domain_prefixed_path(text: str, path: str) -> list[FieldError]:
    """``k8s.io/ingress-nginx``. Mirrors IsDomainPrefixedPath."""
    if not text:
        return [required(path)]
    domain, slash, rest = text.partition("/")
    if not slash or not domain or not rest:
        return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    wrong = invalid_for_each(path, domain, names.is_dns_1123_subdomain(domain))
    return wrong + invalid_for_each(path, rest, names.is_http_path(rest))


def _validate_parameters(parameters: Obj, path: str) -> list[FieldError]:
    wrong = validate_reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    at = f"{path}.namespace"
    if scope not in _SCOPES:
        wrong.append(not_supported(f"{path}.scope", scope, _SCOPES))
    elif scope == "Cluster":
        wrong += [] if namespace is None else [forbidden(at, "`parameters.scope` is set to 'Cluster'")]
    elif namespace is None:
        wrong.append(required(at, "`parameters.scope` is set to 'Namespace'"))
    else:
        wrong += invalid_for_each(at, namespace, names.is_dns_1123_label(namespace))
    return wrong
