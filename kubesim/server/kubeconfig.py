"""A kubeconfig that leads to a server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "kubesim"


def kubeconfig_of(url: str, authority: str = "", token: str = "") -> dict[str, Any]:
    """A kubeconfig with one context, for the server at a URL; ``authority`` is a PEM text to trust.

    Where there is none, it says that none is looked for: JavaScript's client takes a URL of plain HTTP only then.
    """
    from base64 import b64encode

    trusted = b64encode(authority.encode()).decode()
    trust = {"certificate-authority-data": trusted} if trusted else {"insecure-skip-tls-verify": True}
    cluster = {**trust, "server": url}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": NAME, "cluster": cluster}],
        "users": [{"name": NAME, "user": {"token": token} if token else {}}],
        "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
        "current-context": NAME,
        "preferences": {},
    }
