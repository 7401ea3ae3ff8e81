"""Patches that kubectl applies itself: ``patch --local``, and what ``--overrides`` says of an object that it makes.

Mirrors evanphx/json-patch (MergePatch, DecodePatch) and strategicpatch.StrategicMergePatch, and their words.
"""

from __future__ import annotations

from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj

JSON, MERGE, STRATEGIC = "json", "merge", "strategic"


def read_patch(text: str, how: str) -> Any:
    """The patch as JSON data, of the shape that its kind has; UserError."""
    import json

    from kubesim.api.custom_types import kind_of
    from kubesim.golang.json_syntax import syntax_error

    wrong = syntax_error(text)
    body = None if wrong else json.loads(text)
    if how == STRATEGIC and not isinstance(body, dict):
        raise UserError("invalid JSON document")
    if how == MERGE and not isinstance(body, dict | list):
        raise UserError("Invalid JSON Patch")
    if how == JSON and not wrong and not isinstance(body, list):
        wrong = f"json: cannot unmarshal {kind_of(body)} into Go value of type jsonpatch.Patch"
    if wrong:
        raise UserError(wrong)
    return body


def patched(obj: Obj, body: Any, how: str) -> Obj:
    """The object with the patch applied; UserError for one that does not fit."""
    from kubesim.api.custom_types import kind_of
    from kubesim.api.meta import copy_of
    from kubesim.api.patch import PatchError, strategic_merge
    from kubesim.api.patch.merge import merge
    from kubesim.api.patch.operations import apply_operations
    from kubesim.api.schema import type_of

    try:
        if how == STRATEGIC:
            return strategic_merge(obj, body, type_of(obj["apiVersion"], obj["kind"]))
        result = merge(obj, body) if how == MERGE else apply_operations(copy_of(obj), body)
    except StatusError as error:
        raise UserError(str(error.__cause__ or error)) from error
    except PatchError as error:
        raise UserError(str(error)) from error
    if not isinstance(result, dict):
        raise UserError(f"json: cannot unmarshal {kind_of(result)} into Go value of type unstructured.detector")
    return result
