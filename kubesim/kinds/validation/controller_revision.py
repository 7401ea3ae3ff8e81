"""What is wrong with a ControllerRevision. Mirrors ValidateControllerRevisionCreate of pkg/apis/apps/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, immutable, not_negative, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_controller_revision(obj: Obj) -> list[FieldError]:
    wrong = not_negative("revision", obj.get("revision", 0))
    data = obj.get("data")
    if data is None:
        return [*wrong, required("data", "data is mandatory")]
    return wrong if isinstance(data, dict) else [*wrong, required("data", "data must be a valid JSON object")]


def validate_controller_revision_update(new: Obj, old: Obj) -> list[FieldError]:
    """The data cannot change. Mirrors ValidateControllerRevisionUpdate."""
    return [*validate_controller_revision(new), *immutable("data", new.get("data"), old.get("data"))]
