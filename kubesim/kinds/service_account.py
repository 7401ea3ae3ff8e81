"""A ServiceAccount: the identity of a pod at the API server."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.kinds.base import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets"


class ServiceAccount(Kind):
    """Mirrors pkg/registry/core/serviceaccount."""

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        if MOUNTABLE_SECRETS not in annotations_of(new) or (
            old is not None and MOUNTABLE_SECRETS in annotations_of(old)
        ):
            return []
        why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        return [f"metadata.annotations[{MOUNTABLE_SECRETS}]: {why}"]
