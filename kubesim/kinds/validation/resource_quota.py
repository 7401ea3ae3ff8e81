"""What is wrong with a ResourceQuota. Mirrors ValidateResourceQuotaSpec of pkg/apis/core/validation, in its order."""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import IMMUTABLE, FieldError, Struct, invalid, invalid_for_each, required
from kubesim.kinds.pod_spec.resources import is_extended, validate_not_negative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

COMPUTE = ("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory")
COUNTS = (
    *("pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps"),
    *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers"),
)
QUOTA_RESOURCES = frozenset(
    (
        *COMPUTE,
        *COUNTS,
        *("ephemeral-storage", "requests.storage", "requests.ephemeral-storage", "limits.ephemeral-storage"),
    )
)
BEST_EFFORT, VOLUME_CLASS = "BestEffort", "VolumeAttributesClass"
SCOPES = (
    *("Terminating", "NotTerminating", BEST_EFFORT, "NotBestEffort"),
    *("PriorityClass", "CrossNamespacePodAffinity", VOLUME_CLASS),
)
_OPPOSITES = ((BEST_EFFORT, "NotBestEffort"), ("Terminating", "NotTerminating"))
_EXISTS_ALONE = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_UNSUPPORTED = "unsupported scope applied to resource"


def validate_resource_quota(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceQuota."""
    return _validate_spec(obj["spec"])


def validate_resource_quota_update(new: Obj, old: Obj) -> list[FieldError]:
    """The scopes cannot change. Mirrors ValidateResourceQuotaUpdate."""
    scopes = new["spec"].get("scopes") or []
    wrong = validate_resource_quota(new)
    if set(scopes) != set(old["spec"].get("scopes") or ()):
        wrong.append(invalid("spec.scopes", scopes or None, IMMUTABLE))
    return wrong


def _validate_spec(spec: Obj) -> list[FieldError]:
    hard = spec.get("hard") or {}
    wrong: list[FieldError] = []
    for name in sorted(hard):
        path = f"spec.hard[{name}]"
        wrong += _validate_quota_name(name, path)
        wrong += validate_not_negative(hard[name], path)
        if is_counted(name) and quantity.milli_value(hard[name]) % 1000:
            wrong.append(invalid(path, hard[name], "must be an integer"))
    wrong += _validate_scopes(spec.get("scopes") or [], hard)
    if spec.get("scopeSelector") is not None:
        wrong += _validate_scope_selector(spec, hard)
    return wrong


def is_counted(name: str) -> bool:
    """Mirrors IsIntegerResourceName."""
    return name in COUNTS or is_extended(name)


def validate_resource_name(name: str, path: str) -> list[FieldError]:
    """Mirrors validateResourceName."""
    wrong = invalid_for_each(path, name, names.is_qualified_name(name))
    if not wrong and "/" not in name and name not in QUOTA_RESOURCES and name != "storage" and not _is_huge(name):
        wrong.append(invalid(path, name, "must be a standard resource type or fully qualified"))
    return wrong


def _validate_quota_name(name: str, path: str) -> list[FieldError]:
    wrong = validate_resource_name(name, path)
    if "/" not in name and name not in QUOTA_RESOURCES and not _is_huge(name):
        wrong.append(invalid(path, name, "must be a standard resource for quota"))
    return wrong


def _is_huge(name: str) -> bool:
    return name.startswith(("hugepages-", "requests.hugepages-"))


def _validate_scopes(scopes: list[str], hard: Iterable[str]) -> list[FieldError]:
    path = "spec.scopes"
    wrong: list[FieldError] = []
    for scope in scopes:
        if scope not in SCOPES:
            wrong.append(invalid(path, scopes, "unsupported scope"))
        wrong += [invalid(path, scopes, _UNSUPPORTED) for name in sorted(hard) if not _is_fit(scope, name)]
    return wrong + [invalid(path, scopes, "conflicting scopes") for pair in _OPPOSITES if set(pair) <= set(scopes)]


def _is_fit(scope: str, name: str) -> bool:
    """Whether the scope has to do with the resource. Mirrors IsResourceQuotaScopeValidForResource."""
    if name not in QUOTA_RESOURCES or scope not in SCOPES:
        return True
    if scope == BEST_EFFORT:
        return name == "pods"
    if scope == VOLUME_CLASS:
        return name in ("persistentvolumeclaims", "requests.storage")
    return name == "pods" or name in COMPUTE


def _validate_scope_selector(spec: Obj, hard: Iterable[str]) -> list[FieldError]:
    path, selector = "spec.scopeSelector.matchExpressions", spec["scopeSelector"]
    expressions = selector.get("matchExpressions") or ()
    wrong: list[FieldError] = []
    for expression in expressions:
        scope = expression.get("scopeName", "")
        if scope not in SCOPES:
            wrong.append(invalid(f"{path}.scopeName", scope, "unsupported scope"))
        wrong += [
            invalid(path, _selector_struct(selector), _UNSUPPORTED) for name in sorted(hard) if not _is_fit(scope, name)
        ]
        wrong += _validate_operator(expression, scope, path)
    scopes = {expression.get("scopeName", "") for expression in expressions}
    shown = spec.get("scopes")
    return wrong + [invalid(path, shown, "conflicting scopes") for pair in _OPPOSITES if set(pair) <= scopes]


def _selector_struct(selector: Obj) -> Struct:
    """The selector as the API server's own type prints it."""
    expressions = [
        Struct(ScopeName=one.get("scopeName", ""), Operator=one.get("operator", ""), Values=one.get("values"))
        for one in selector.get("matchExpressions") or ()
    ]
    return Struct(MatchExpressions=expressions)


def _validate_operator(expression: Obj, scope: str, path: str) -> list[FieldError]:
    operator, values = expression.get("operator", ""), expression.get("values") or []
    wrong: list[FieldError] = []
    if scope in SCOPES and scope not in ("PriorityClass", VOLUME_CLASS) and operator != "Exists":
        wrong.append(invalid(f"{path}.operator", operator, _EXISTS_ALONE))
    if operator in ("In", "NotIn"):
        why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        wrong += [] if values else [required(f"{path}.values", why)]
    elif operator in ("Exists", "DoesNotExist"):
        why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
        wrong += [invalid(f"{path}.values", values, why)] if values else []
    else:
        wrong.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return wrong
