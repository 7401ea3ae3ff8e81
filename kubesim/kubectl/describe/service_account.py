"""The description of a ServiceAccount. Mirrors describeServiceAccount."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_service_account(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """Mirrors describeServiceAccount."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    title = "Image pull secrets:"
    for secret in obj.get("imagePullSecrets") or ({"name": "<none>"},):
        w.line(title, secret.get("name", ""))
        title = " " * len(title)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
