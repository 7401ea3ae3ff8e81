"""What is wrong with a claim of storage. Mirrors ValidatePersistentVolumeClaimSpec of pkg/apis/core/validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api import names, quantity
from kubesim.api.fields import NOT_POSITIVE, FieldError, forbidden, invalid, invalid_for_each, one_of, required
from kubesim.api.selectors import validate_label_selector

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_claim_spec(spec: Obj, path: str) -> list[FieldError]:
    modes = spec.get("accessModes") or ()
    wrong = [] if modes else [required(f"{path}.accessModes", "at least 1 access mode is required")]
    wrong += validate_label_selector(spec.get("selector"), f"{path}.selector")
    for mode in modes:
        wrong += one_of(f"{path}.accessModes", mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and any(mode in ACCESS_MODES[:3] for mode in modes):
        why = "may not use ReadWriteOncePod with other access modes"
        wrong.append(forbidden(f"{path}.accessModes", why))
    wrong += _validate_storage(spec, f"{path}.resources[storage]")
    name = spec.get("storageClassName")
    if name:
        wrong += invalid_for_each(f"{path}.storageClassName", name, names.is_dns_1123_subdomain(name))
    if "volumeMode" in spec:
        wrong += one_of(f"{path}.volumeMode", spec["volumeMode"], ("Block", "Filesystem"))
    return wrong


def _validate_storage(spec: Obj, path: str) -> list[FieldError]:
    amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if amount is None:
        return [required(path)]
    return [] if quantity.compare(amount, "0") > 0 else [invalid(path, amount, NOT_POSITIVE)]
