"""What is wrong with a StorageClass or a VolumeAttributesClass. Mirrors pkg/apis/storage/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    one_of,
    required,
    too_long,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_MOST_PARAMETERS = 512
_PARAMETERS_LIMIT = 256 * 1024  # bytes


def validate_storage_class(obj: Obj) -> list[FieldError]:
    """``obj`` has its defaults."""
    wrong = _validate_provisioner(obj.get("provisioner", ""), "provisioner")
    wrong += _validate_parameters(obj.get("parameters") or {})
    if obj["reclaimPolicy"]:
        wrong += one_of("reclaimPolicy", obj["reclaimPolicy"], ("Delete", "Retain"))
    wrong += one_of("volumeBindingMode", obj["volumeBindingMode"], ("Immediate", "WaitForFirstConsumer"))
    known: list[dict[str, set[str]]] = []
    for index, term in enumerate(obj.get("allowedTopologies") or ()):
        wrong += _validate_term(term, f"allowedTopologies[{index}]")
        meant = _meaning_of(term)
        if meant in known or not meant:
            wrong.append(duplicate(f"allowedTopologies[{index}].matchLabelExpressions", ""))
        known.append(meant)
    return wrong


def _meaning_of(term: Obj) -> dict[str, set[str]]:
    """Values by their keys; none is what upstream takes for known already."""
    return {one.get("key", ""): set(one.get("values") or ()) for one in term.get("matchLabelExpressions") or ()}


def _validate_provisioner(provisioner: str, path: str) -> list[FieldError]:
    if not provisioner:
        return [required(path)]
    return invalid_for_each(path, provisioner.lower(), names.is_qualified_name(provisioner.lower()))


def _validate_parameters(parameters: dict[str, str]) -> list[FieldError]:
    if len(parameters) > _MOST_PARAMETERS:
        return [too_long("parameters", _MOST_PARAMETERS)]
    wrong = [invalid("parameters", key, "field can not be empty.") for key in parameters if not key]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in parameters.items())
    return [*wrong, too_long("parameters", _PARAMETERS_LIMIT)] if size > _PARAMETERS_LIMIT else wrong


def _validate_term(term: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateTopologySelectorTerm."""
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, expression in enumerate(term.get("matchLabelExpressions") or ()):
        at, key = f"{path}.matchLabelExpressions[{index}]", expression.get("key", "")
        values = expression.get("values") or ()
        if not values:
            wrong.append(required(f"{at}.values"))
        wrong += [
            duplicate(f"{at}.values[{place}]", value) for place, value in enumerate(values) if value in values[:place]
        ]
        wrong += invalid_for_each(f"{at}.key", key, names.is_qualified_name(key))
        if key in seen:
            wrong.append(duplicate(f"{at}.key", key))
        seen.add(key)
    return wrong


def validate_storage_class_update(new: Obj, old: Obj) -> list[FieldError]:
    """What volumes are made by cannot change. Mirrors ValidateStorageClassUpdate."""
    fixed = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")
    changed = [wrong for name in fixed for wrong in immutable(name, new.get(name), old.get(name))]
    return [*validate_storage_class(new), *changed]


def validate_volume_attributes_class(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateVolumeAttributesClass."""
    parameters = obj.get("parameters") or {}
    wrong = [*_validate_provisioner(obj["driverName"], "driverName"), *_validate_parameters(parameters)]
    return wrong if parameters else [*wrong, required("parameters", "must contain at least one key/value pair")]


def validate_volume_attributes_class_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateVolumeAttributesClassUpdate."""
    wrong = [
        forbidden(field, f"updates to {field} are forbidden.")
        for field in ("driverName", "parameters")
        if new.get(field) != old.get(field)
    ]
    return wrong + validate_volume_attributes_class(new)
