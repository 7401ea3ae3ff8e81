"""The annotation in which ``apply`` keeps what it last applied. Mirrors kubectl pkg/util/apply.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def with_last_applied(obj: Obj) -> Obj:
    """The object with itself, as it is, in the annotation."""
    from kubesim.api.patch.three_way import last_applied_annotation

    annotations = {**annotations_of(obj), LAST_APPLIED_CONFIG_ANNOTATION: last_applied_annotation(obj)}
    return with_metadata(obj, annotations=annotations)


def with_last_applied_if_kept(obj: Obj, *, save_config: bool) -> Obj:
    """The object with the annotation if it is asked for, or if it has one. Mirrors CreateOrUpdateAnnotation."""
    return with_last_applied(obj) if save_config or LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(obj) else obj


def last_applied(obj: Obj) -> Any:
    """What the annotation keeps, None where there is none; UserError where it is no JSON any more."""
    from kubesim.api.patch import three_way

    try:
        return three_way.last_applied(obj)
    except ValueError as error:
        raise UserError(str(error)) from None
