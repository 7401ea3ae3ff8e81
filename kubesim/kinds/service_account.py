"""A ServiceAccount: the identity of a pod at the API server."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import ENFORCE_MOUNTABLE_SECRETS_ANNOTATION
from kubesim.kinds.base import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


class ServiceAccount(Kind):
    """Mirrors pkg/registry/core/serviceaccount."""

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        if ENFORCE_MOUNTABLE_SECRETS_ANNOTATION not in annotations_of(new) or (
            old is not None and ENFORCE_MOUNTABLE_SECRETS_ANNOTATION in annotations_of(old)
        ):
            return []
        why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        return [f"metadata.annotations[{ENFORCE_MOUNTABLE_SECRETS_ANNOTATION}]: {why}"]
