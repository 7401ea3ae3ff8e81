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

    def prepare_for_create(self, obj: Obj) -> None:
        _keep_names(obj)

    def prepare_for_update(self, new: Obj, old: Obj) -> None:  # noqa: ARG002
        _keep_names(new)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        if ENFORCE_MOUNTABLE_SECRETS_ANNOTATION not in annotations_of(new) or (
            old is not None and ENFORCE_MOUNTABLE_SECRETS_ANNOTATION in annotations_of(old)
        ):
            return []
        why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        return [f"metadata.annotations[{ENFORCE_MOUNTABLE_SECRETS_ANNOTATION}]: {why}"]


def _keep_names(obj: Obj) -> None:
    """Of the secrets only the names are kept. Mirrors cleanSecretReferences."""
    if obj.get("secrets"):
        obj["secrets"] = [{"name": secret["name"]} if secret.get("name") else {} for secret in obj["secrets"]]
