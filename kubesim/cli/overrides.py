"""``--overrides``: JSON that is merged into the object that a verb makes. Mirrors cmdutil.Overrider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation

JSON, MERGE, STRATEGIC = "json", "merge", "strategic"


def overridden(inv: Invocation, obj: Obj) -> Obj:
    """The object with what --overrides says of it; fields that its kind does not have are dropped.

    UserError for overrides that are no JSON, or do not fit.
    """
    text = str(inv.flag("overrides"))
    if not text:
        return obj
    how = str(inv.flag("override-type")) or MERGE
    if how not in (JSON, MERGE, STRATEGIC):
        raise UserError(f"invalid override type: {how}")
    from kubesim.api.decode import DecodeError, decode_into
    from kubesim.api.patch import PatchError

    try:
        patched = _patched(obj, _parsed(text, how), how)
        return decode_into(patched, obj["apiVersion"], obj["kind"], strict="Ignore").obj
    except StatusError as error:
        raise UserError(error.message) from error
    except (DecodeError, PatchError) as error:
        raise UserError(str(error)) from error


def _parsed(text: str, how: str) -> Any:
    """The overrides as JSON data, of the shape that their kind of patch has."""
    from kubesim.api.custom_types import kind_of
    from kubesim.api.gojson import loads

    wrong, body = "", None
    try:
        body = loads(text)
    except ValueError as error:
        wrong = str(error)
    if how == MERGE and not isinstance(body, dict):
        raise UserError("Invalid JSON Patch")
    if how == JSON and not wrong and not isinstance(body, list):
        wrong = f"json: cannot unmarshal {kind_of(body)} into Go value of type jsonpatch.Patch"
    if wrong:
        raise UserError(wrong)
    return body


def _patched(obj: Obj, body: Any, how: str) -> Obj:
    from kubesim.api.meta import copy_of
    from kubesim.api.patch import json_merge, strategic_merge
    from kubesim.api.patch.operations import apply_operations
    from kubesim.api.schema import type_of

    if how == STRATEGIC:
        return strategic_merge(obj, body, type_of(obj["apiVersion"], obj["kind"]))
    patched: Obj = json_merge(obj, body) if how == MERGE else apply_operations(copy_of(obj), body)
    return patched
