"""The description of a Secret: of most values it gives the size alone. Mirrors describeSecret."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.api.well_known import SECRET_TYPE_SERVICE_ACCOUNT_TOKEN
from kubesim.kubectl.describe.common import decoded, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_secret(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """Mirrors describeSecret, which shows only the sizes of the values."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.write(f"\nType:\t{obj.get('type', '')}\n")
    w.write("\nData\n====\n")
    for key, value in sorted((obj.get("data") or {}).items()):
        if key == "token" and obj.get("type") == SECRET_TYPE_SERVICE_ACCOUNT_TOKEN:
            w.line(f"{key}:", decoded(value).decode(errors="replace"))
        else:
            w.line(f"{key}:", f"{len(decoded(value))} bytes")
    return w.text()
