"""``--overrides``: JSON that is merged into the object that a verb makes. Mirrors cmdutil.Overrider."""

from __future__ import annotations

from kubesim.cli.support.local_patches import JSON, MERGE, STRATEGIC, patched, read_patch
from kubesim.cli.support.typed_objects import NOT_REGISTERED
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.options import OverrideOptions


def overridden(options: OverrideOptions, obj: Obj) -> Obj:
    """The object with what --overrides says of it; fields that its kind does not have are dropped.

    UserError for overrides that are no JSON, or do not fit.
    """
    text = options.overrides
    if not text:
        return obj
    how = options.override_type or MERGE
    if how not in (JSON, MERGE, STRATEGIC):
        raise UserError(f"invalid override type: {how}")
    from kubesim.api.decode import IGNORE, DecodeError, decode_into
    from kubesim.api.schema import type_in_client

    changed = patched(obj, read_patch(text, how), how)
    version, kind = str(changed.get("apiVersion", "")), str(changed.get("kind", ""))
    if (version, kind) != (obj["apiVersion"], obj["kind"]) and type_in_client(version, kind) is None:
        raise UserError(NOT_REGISTERED.format(kind=kind, version=version))
    try:
        return decode_into(changed, obj["apiVersion"], obj["kind"], strict=IGNORE).obj
    except DecodeError as error:
        raise UserError(str(error)) from error
