"""The descriptions of a ConfigMap, a Secret and a ServiceAccount."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Look

TOKEN_TYPE = "kubernetes.io/service-account-token"


def describe_config_map(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    """Mirrors ConfigMapDescriber."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.write("\nData\n====\n")
    for key, value in sorted((obj.get("data") or {}).items()):
        w.write(f"{key}:\n----\n{value}\n\n")
    w.write("\nBinaryData\n====\n")
    for key, value in sorted((obj.get("binaryData") or {}).items()):
        w.write(f"{key}: {_decoded_size(value)} bytes\n")
    w.write("\n")
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def describe_secret(obj: Obj) -> str:
    """Mirrors describeSecret: of values it prints the size alone."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.write(f"\nType:\t{obj.get('type', '')}\n")
    w.write("\nData\n====\n")
    for key, value in sorted((obj.get("data") or {}).items()):
        if key == "token" and obj.get("type") == TOKEN_TYPE:
            w.line(f"{key}:", _decoded(value).decode(errors="replace"))
        else:
            w.line(f"{key}:", f"{_decoded_size(value)} bytes")
    return w.text()


def _decoded(value: str) -> bytes:
    import base64

    return base64.b64decode(value)


def _decoded_size(value: str) -> int:
    return len(_decoded(value))


def describe_service_account(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    """Mirrors describeServiceAccount."""
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    title = "Image pull secrets:"
    for secret in obj.get("imagePullSecrets") or ({"name": "<none>"},):
        w.line(title, secret.get("name", ""))
        title = " " * len(title)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()
