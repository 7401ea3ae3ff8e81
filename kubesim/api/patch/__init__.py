"""Patches in the three forms that the API server takes.

Mirrors apiserver pkg/endpoints/handlers/patch.go: what each form does, and what is answered to patches that are no
patches.  Nothing that is passed in is changed.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.custom_types import kind_of
from kubesim.api.meta import Obj, copy_of
from kubesim.api.patch.merge import without_nulls
from kubesim.api.patch.problem import PatchError
from kubesim.golang.fmt import text as go_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.schema import Type

__all__ = [
    "PatchError",
    "go_value",
    "json_merge",
    "json_patch",
    "strategic_merge",
    "strategic_merge_leaving",
    "without_nulls",
]

_ANY_MAP = "map[string]interface {}"


def strategic_merge(original: Obj, patch: Any, type_: Type | None) -> Obj:
    """``original`` with a strategic merge patch applied; StatusError for a patch that does not fit the type."""
    return strategic_merge_leaving(original, patch, type_)[0]


def strategic_merge_leaving(original: Obj, patch: Any, type_: Type | None) -> tuple[Obj, Obj]:
    """The same, and what merging leaves of the patch (its directives used up), which is what errors show of it."""
    from kubesim.api.patch.strategic import APPLY, merge_maps

    if not isinstance(patch, dict):
        raise errors.bad_request(f"json: cannot unmarshal {kind_of(patch)} into Go value of type {_ANY_MAP}")
    rest: Obj = copy_of(patch)
    if type_ is None:
        raise errors.StatusError("UnsupportedMediaType", _NOT_STRATEGIC, 415)
    try:
        return merge_maps(copy_of(original), rest, type_, APPLY), rest
    except PatchError as error:
        raise _refused(error) from error


_NOT_STRATEGIC = (
    "the body of the request was in an unknown format - accepted media types include: "
    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
)


def _refused(error: PatchError) -> errors.StatusError:
    """Mirrors interpretStrategicMergePatchError; other errors are answered as they are."""
    if error.is_bad_request:
        return errors.bad_request(str(error))
    if error.is_unprocessable:
        return unprocessable()
    return errors.StatusError("", str(error), 500)


def json_merge(original: Any, patch: Any) -> Any:
    """``original`` with an RFC 7386 merge patch applied; StatusError for a patch that is no object."""
    from kubesim.api.patch.merge import merge

    if not isinstance(patch, dict):
        what = f"json: cannot unmarshal {kind_of(patch)} into Go value of type {_ANY_MAP}"
        raise errors.bad_request(f"error decoding patch: {what}")
    return merge(original, patch)


def json_patch(original: Any, operations: Any) -> Any:
    """``original`` with RFC 6902 operations applied; StatusError Invalid if one does not apply."""
    from kubesim.api.patch.operations import apply_operations

    wrong = _not_operations(operations)
    if wrong:
        raise errors.bad_request(f"error decoding patch: json: cannot unmarshal {wrong}")
    try:
        return apply_operations(original, [operation or {} for operation in operations])
    except PatchError as error:
        raise unprocessable() from error


def _not_operations(operations: Any) -> str:
    """What in a JSON patch is of the wrong type; empty where nothing is. Mirrors the decoding of []jsonPatchOp."""
    if not isinstance(operations, list):
        return f"{kind_of(operations)} into Go value of type []handlers.jsonPatchOp"
    for operation in operations:
        if not isinstance(operation, dict | None):
            return f"{kind_of(operation)} into Go value of type handlers.jsonPatchOp"
        for name in ("from", "op", "path"):
            value = (operation or {}).get(name, "")
            if not isinstance(value, str | None):
                return f"{kind_of(value)} into Go struct field jsonPatchOp.{name} of type string"
    return ""


def unprocessable() -> errors.StatusError:
    """An answer without a reason: a GenericServerResponse of code 422."""
    return errors.StatusError("Invalid", "the server rejected our request due to an error in our request", 422)
