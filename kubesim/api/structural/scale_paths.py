"""The numbers that the scale subresource is made of. Mirrors ValidateScaleSpec and ValidateScaleStatus."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid
from kubesim.golang.fmt import text, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj

_MOST = 2**31 - 1


def validate_scale_spec(obj: Obj, scale: Obj | None) -> list[FieldError]:
    return _validate_replicas(obj, scale["specReplicasPath"]) if scale else []


def validate_scale_status(obj: Obj, scale: Obj | None) -> list[FieldError]:
    if not scale:
        return []
    wrong = _validate_replicas(obj, scale["statusReplicasPath"])
    path = scale.get("labelSelectorPath")
    if path:
        try:
            _nested(obj, path, str, "string")
        except ValueError as error:
            wrong.append(invalid(path, "", str(error)))
    return wrong


def _validate_replicas(obj: Obj, path: str) -> list[FieldError]:
    try:
        replicas = _nested(obj, path, int, "int64") or 0
    except ValueError as error:
        return [invalid(path, 0, str(error))]
    if replicas < 0:
        return [invalid(path, replicas, "should be a non-negative integer")]
    if replicas > _MOST:
        return [invalid(path, replicas, f"should be less than or equal to {_MOST}")]
    return []


def _nested(obj: Obj, path: str, type_: type, name: str) -> Any:
    """The value at a path such as ``.spec.replicas``, None for none; ValueError for one of another type.

    Mirrors unstructured.NestedInt64 and NestedString.
    """
    fields = path.removeprefix(".").split(".")
    value: Any = obj
    for depth, field in enumerate(fields):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise _wrong_type(fields[: depth + 1], value, "map[string]interface{}")
        if field not in value:
            return None
        value = value[field]
    if type(value) is not type_:
        raise _wrong_type(fields, value, name)
    return value


def _wrong_type(fields: list[str], value: Any, wanted: str) -> ValueError:
    where = "." + ".".join(fields)
    return ValueError(f"{where} accessor error: {text(value)} is of the type {type_name(value)}, expected {wanted}")
