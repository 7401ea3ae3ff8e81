"""What is wrong with a Namespace. Mirrors ValidateNamespace of pkg/apis/core/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid_for_each
from kubesim.api.metadata_validation import validate_standard_finalizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_namespace(obj: Obj, *, is_finalized: bool = False) -> list[FieldError]:
    """``is_finalized``: it is sent to the finalize sub-resource, whose complaints say which finalizer is wrong."""
    wrong: list[FieldError] = []
    for place, finalizer in enumerate((obj.get("spec") or {}).get("finalizers") or ()):
        path = f"spec.finalizers[{place}]" if is_finalized else "spec.finalizers"
        wrong += invalid_for_each(path, finalizer, names.is_qualified_name(finalizer))
        wrong += validate_standard_finalizer(finalizer, path)
    return wrong
