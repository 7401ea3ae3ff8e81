"""The plugin NamespaceLifecycle: nothing begins in a namespace that is not there or is going, and some stay for good.

Mirrors apiserver's pkg/admission/plugin/namespace/lifecycle.
"""

from __future__ import annotations

from kubesim.cluster.admission import DELETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

IMMORTAL = ("default", "kube-public", "kube-system")


def admit(attributes: Attributes, client: Client) -> None:
    """StatusError NotFound, Forbidden."""
    if attributes.operation == DELETE:
        if attributes.names.key == "Namespace" and attributes.name in IMMORTAL:
            raise attributes.forbidden("this namespace may not be deleted")
        return
    if not attributes.names.namespaced:
        return
    namespace = client.get("Namespace", "", attributes.namespace)
    if "deletionTimestamp" in namespace["metadata"]:
        why = f"unable to create new content in namespace {attributes.namespace} because it is being terminated"
        raise attributes.forbidden(why)
