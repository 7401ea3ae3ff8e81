"""The description of a ConfigMap. Mirrors ConfigMapDescriber."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kubectl.describe.common import decoded, describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_config_map(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """Mirrors ConfigMapDescriber."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.write("\nData\n====\n")
    for key, value in sorted((obj.get("data") or {}).items()):
        w.write(f"{key}:\n----\n{value}\n\n")
    w.write("\nBinaryData\n====\n")
    for key, value in sorted((obj.get("binaryData") or {}).items()):
        w.write(f"{key}: {len(decoded(value))} bytes\n")
    w.write("\n")
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
