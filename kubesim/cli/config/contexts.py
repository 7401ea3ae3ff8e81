"""The contexts in the head of the state, and the kubeconfig that they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj

if TYPE_CHECKING:
    from kubesim.cluster import Head

CONTEXT = "kubernetes-admin@kubernetes"
CLUSTER = "kubernetes"
USER = "kubernetes-admin"
SERVER = "https://172.30.1.2:6443"


def contexts_of(head: Head) -> dict[str, Obj]:
    """The contexts by name, each with its cluster, user and, where it has one, namespace."""
    kept: dict[str, Obj] = (head.get("config") or {}).get("contexts") or {}
    return kept or {CONTEXT: {"cluster": CLUSTER, "user": USER}}


def current_of(head: Head) -> str:
    """The name of the context that commands use; empty where none is chosen."""
    return str((head.get("config") or {}).get("current", CONTEXT))


def keep(head: Head, contexts: dict[str, Obj], current: str) -> None:
    """Put the contexts into the head."""
    head["config"] = {"contexts": contexts, "current": current}


def kubeconfig(head: Head, *, minify: bool = False) -> Obj:
    """The kubeconfig that the contexts come to; ``minify`` leaves the current one's alone."""
    contexts = contexts_of(head)
    current = current_of(head)
    if minify:
        contexts = {current: contexts[current]}
    return {
        "apiVersion": "v1",
        "clusters": [
            {"cluster": {"certificate-authority-data": "DATA+OMITTED", "server": SERVER}, "name": CLUSTER},
        ],
        "contexts": [{"context": context, "name": name} for name, context in sorted(contexts.items())],
        "current-context": current,
        "kind": "Config",
        "users": [
            {
                "name": USER,
                "user": {"client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED"},
            }
        ],
    }
