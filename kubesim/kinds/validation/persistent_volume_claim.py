"""What is wrong with a claim of storage. Mirrors ValidatePersistentVolumeClaimSpec of pkg/apis/core/validation."""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import (
    NOT_POSITIVE,
    FieldError,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    one_of,
    required,
)
from kubesim.api.meta import dig
from kubesim.api.metadata_validation import validate_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_persistent_volume_claim(obj: Obj) -> list[FieldError]:
    """Mirrors ValidatePersistentVolumeClaim."""
    return validate_claim_spec(obj["spec"], "spec")


def validate_claim_spec(spec: Obj, path: str) -> list[FieldError]:
    modes = spec.get("accessModes") or ()
    wrong = [] if modes else [required(f"{path}.accessModes", "at least 1 access mode is required")]
    wrong += validate_label_selector(spec.get("selector"), f"{path}.selector")
    wrong += validate_access_modes(modes, f"{path}.accessModes")
    wrong += _validate_storage(spec, f"{path}.resources[storage]")
    name = spec.get("storageClassName")
    if name:
        wrong += invalid_for_each(f"{path}.storageClassName", name, names.is_dns_1123_subdomain(name))
    if "volumeMode" in spec:
        wrong += one_of(f"{path}.volumeMode", spec["volumeMode"], ("Block", "Filesystem"))
    for field in ("dataSource", "dataSourceRef"):
        if field in spec:
            wrong += _validate_data_source(spec[field], f"{path}.{field}")
    return wrong + _validate_attributes_class(
        spec.get("volumeAttributesClassName"), f"{path}.volumeAttributesClassName"
    )


def _validate_attributes_class(name: str | None, path: str) -> list[FieldError]:
    return invalid_for_each(path, name, names.is_dns_1123_subdomain(name)) if name else []


def validate_access_modes(modes: Sequence[str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for mode in modes:
        wrong += one_of(path, mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(mode in ACCESS_MODES[:3] for mode in modes):
        wrong.append(forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return wrong


def _validate_data_source(source: Obj, path: str) -> list[FieldError]:
    group, kind, namespace = source.get("apiGroup"), source.get("kind", ""), source.get("namespace")
    wrong = [required(f"{path}.{field}") for field in ("name", "kind") if not source.get(field)]
    if group:
        wrong += invalid_for_each(f"{path}.apiGroup", group, names.is_dns_1123_subdomain(group))
    elif kind != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        wrong.append(invalid(path, kind, why))
    if namespace:
        wrong += invalid_for_each(f"{path}.namespace", namespace, names.is_dns_1123_label(namespace))
    return wrong


def _validate_storage(spec: Obj, path: str) -> list[FieldError]:
    amount = _requests(spec).get("storage")
    if amount is None:
        return [required(path)]
    return [] if quantity.compare(amount, "0") > 0 else [invalid(path, amount, NOT_POSITIVE)]


def _requests(spec: Obj) -> Obj:
    requests: Obj = (spec.get("resources") or {}).get("requests") or {}
    return requests


def validate_persistent_volume_claim_update(new: Obj, old: Obj) -> list[FieldError]:
    """The spec cannot change, but for the size of a bound claim. Mirrors ValidatePersistentVolumeClaimUpdate."""
    spec, before = new["spec"], old["spec"]
    size, old_size = (_requests(claim).get("storage", "0") for claim in (spec, before))
    kept = {**before, "volumeName": before.get("volumeName") or spec.get("volumeName")}
    changed = {**spec, "volumeName": spec.get("volumeName")}
    if dig(old, "status", "phase") == "Bound":
        requests = {**_requests(spec), "storage": old_size}
        changed["resources"] = {**(spec.get("resources") or {}), "requests": requests}
        if "volumeAttributesClassName" in kept:
            changed["volumeAttributesClassName"] = kept["volumeAttributesClassName"]
    wrong = validate_persistent_volume_claim(new)
    if changed != kept:
        from kubesim.kinds.pod_spec.internal_form import claim_spec_struct, difference

        shown = difference(claim_spec_struct(kept), claim_spec_struct(changed))
        why = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        wrong.append(forbidden("spec", f"{why}\n{shown}"))
    if quantity.compare(size, old_size) < 0:
        capacity = dig(old, "status", "capacity", "storage", default="0")
        if quantity.compare(size, capacity) <= 0:
            path = "spec.resources.requests.storage"
            wrong.append(forbidden(path, "field can not be less than status.capacity"))
    return wrong + immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))
