"""x."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


def validate(crd: Obj) -> list[FieldError]:
    return []


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return []


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return []
