"""What is wrong with a container's environment.

Mirrors ValidateEnv and ValidateEnvFrom of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, not_supported, required
from kubesim.kinds.pod_spec.paths import validate_no_backsteps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.api.meta import Obj

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
RESOURCE_FIELDS = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")

# The fields that the API server knows; each use then allows some of them.
_KNOWN_FIELDS = frozenset((*ENV_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase"))
_SUBSCRIPTED = ("metadata.annotations", "metadata.labels")

_CPU_DIVISORS = frozenset(("1m", "1"))
_BYTE_DIVISORS = frozenset(("1", *(f"1{suffix}" for suffix in "kMGTPE"), *(f"1{suffix}i" for suffix in "KMGTPE")))
_BYTE_VALUES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"


def validate_env(variables: Iterable[Obj], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, variable in enumerate(variables):
        at, name = f"{path}[{index}]", variable.get("name", "")
        if not name:
            wrong.append(required(f"{at}.name"))
        else:
            wrong += invalid_for_each(f"{at}.name", name, names.is_env_var_name(name))
        if "valueFrom" in variable:
            wrong += _validate_value_from(variable, f"{at}.valueFrom")
    return wrong


def _validate_value_from(variable: Obj, path: str) -> list[FieldError]:
    source = variable["valueFrom"]
    wrong: list[FieldError] = []
    for kind, validate in _SOURCES.items():
        if kind in source:
            wrong += validate(source[kind], f"{path}.{kind}")
    count = sum(kind in source for kind in _SOURCES)
    if count == 0:
        choice = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        wrong.append(invalid(path, "", f"must specify one of: {choice}"))
    elif variable.get("value"):
        wrong.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif count > 1:
        wrong.append(invalid(path, "", "may not have more than one field specified at a time"))
    return wrong


def validate_field_ref(reference: Obj, allowed: Sequence[str], path: str) -> list[FieldError]:
    """Mirrors validateObjectFieldSelector."""
    if not reference.get("apiVersion"):
        return [required(f"{path}.apiVersion")]
    field = reference.get("fieldPath", "")
    if not field:
        return [required(f"{path}.fieldPath")]
    base, subscript = _split_subscript(field)
    if (why := _unknown_field(reference["apiVersion"], field, base, subscript)) is not None:
        return [invalid(f"{path}.fieldPath", field, f"error converting fieldPath: {why}")]
    if subscript is None:
        field = "spec.nodeName" if field == "spec.host" else field
        return [] if field in allowed else [not_supported(f"{path}.fieldPath", field, allowed)]
    key = subscript.lower() if base == "metadata.annotations" else subscript
    return invalid_for_each(path, key, names.is_qualified_name(key))


def _split_subscript(field: str) -> tuple[str, str | None]:
    """``metadata.labels['app']`` as its path and its key. Mirrors SplitMaybeSubscriptedPath."""
    base, bracket, rest = field.partition("['")
    if bracket and base and rest.endswith("']"):
        return base, rest[:-2]
    return field, None


def _unknown_field(version: str, field: str, base: str, subscript: str | None) -> str | None:
    """Why the field cannot be used. Mirrors ConvertDownwardAPIFieldLabel."""
    if version != "v1":
        return f"unsupported pod version: {version}"
    if subscript is not None:
        return None if base in _SUBSCRIPTED else f"field label does not support subscript: {field}"
    return None if field in _KNOWN_FIELDS or field == "spec.host" else f"field label not supported: {field}"


def _validate_env_field_ref(reference: Obj, path: str) -> list[FieldError]:
    return validate_field_ref(reference, ENV_FIELDS, path)


def _validate_env_resource_ref(reference: Obj, path: str) -> list[FieldError]:
    return validate_resource_field_ref(reference, path)


def validate_resource_field_ref(reference: Obj, path: str, *, in_volume: bool = False) -> list[FieldError]:
    """Mirrors validateContainerResourceFieldSelector."""
    resource = reference.get("resource", "")
    wrong: list[FieldError] = []
    if in_volume and not reference.get("containerName"):
        wrong.append(required(f"{path}.containerName"))
    elif not resource:
        wrong.append(required(f"{path}.resource"))
    elif resource not in RESOURCE_FIELDS and not resource.startswith(HUGE_PAGES):
        wrong.append(not_supported(f"{path}.resource", resource, RESOURCE_FIELDS))
    return wrong + _validate_divisor(resource, str(reference.get("divisor", "0")), path)


def _validate_divisor(resource: str, divisor: str, path: str) -> list[FieldError]:
    if divisor == "0":
        return []
    at = f"{path}.divisor"
    if resource in ("limits.cpu", "requests.cpu"):
        why = "only divisor's values 1m and 1 are supported with the cpu resource"
        return [] if divisor in _CPU_DIVISORS else [invalid(at, resource, why)]
    called = _BYTE_RESOURCES.get(resource) or ("hugepages" if resource.startswith(HUGE_PAGES) else None)
    if called is None or divisor in _BYTE_DIVISORS:
        return []
    return [invalid(at, resource, f"only divisor's values {_BYTE_VALUES} are supported with the {called} resource")]


_BYTE_RESOURCES = {
    "limits.memory": "memory",
    "requests.memory": "memory",
    "limits.ephemeral-storage": "local ephemeral storage",
    "requests.ephemeral-storage": "local ephemeral storage",
}


def _validate_key_ref(reference: Obj, path: str) -> list[FieldError]:
    """A key of a ConfigMap or a Secret."""
    name, key = reference.get("name", ""), reference.get("key", "")
    wrong = invalid_for_each(f"{path}.name", name, names.is_dns_1123_subdomain(name))
    if not key:
        return [*wrong, required(f"{path}.key")]
    return wrong + invalid_for_each(f"{path}.key", key, names.is_config_map_key(key))


def _validate_file_key_ref(reference: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    key, volume, file = (reference.get(name, "") for name in ("key", "volumeName", "path"))
    wrong += invalid_for_each(f"{path}.key", key, names.is_env_var_name(key)) if key else [required(f"{path}.key")]
    if volume:
        wrong += invalid_for_each(f"{path}.volumeName", volume, names.is_dns_1123_label(volume))
    else:
        wrong.append(required(f"{path}.volumeName"))
    wrong += validate_no_backsteps(file, f"{path}.path") if file else [required(f"{path}.path")]
    return wrong


_SOURCES: dict[str, Callable[[Obj, str], list[FieldError]]] = {
    "fieldRef": _validate_env_field_ref,
    "resourceFieldRef": _validate_env_resource_ref,
    "configMapKeyRef": _validate_key_ref,
    "secretKeyRef": _validate_key_ref,
    "fileKeyRef": _validate_file_key_ref,
}


def validate_env_from(sources: Iterable[Obj], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, source in enumerate(sources):
        at, prefix = f"{path}[{index}]", source.get("prefix", "")
        if prefix:
            wrong += invalid_for_each(f"{at}.prefix", prefix, names.is_env_var_name(prefix))
        found = [kind for kind in ("configMapRef", "secretRef") if kind in source]
        for kind in found:
            wrong += _validate_source_name(source[kind], f"{at}.{kind}.name")
        if not found:
            wrong.append(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(found) > 1:
            wrong.append(invalid(path, "", "may not have more than one field specified at a time"))
    return wrong


def _validate_source_name(reference: Obj, path: str) -> list[FieldError]:
    name = reference.get("name", "")
    return invalid_for_each(path, name, names.is_dns_1123_subdomain(name)) if name else [required(path)]
