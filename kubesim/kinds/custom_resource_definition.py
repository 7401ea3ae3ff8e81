"""A CustomResourceDefinition: a kind that a cluster serves besides Kubernetes' own."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, with_metadata
from kubesim.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError

CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


class CustomResourceDefinition(Kind):
    """Mirrors apiextensions-apiserver's pkg/registry/customresourcedefinition and apis/apiextensions/v1/defaults.go."""

    has_generation = True
    has_status = True
    columns = (Column("NAME"), Column("CREATED AT"))

    def group_of(self, obj: Obj) -> str:
        """Each lies alone: schemas are large, and a command needs few."""
        return str(obj["metadata"]["name"])

    def default(self, obj: Obj) -> None:
        spec = {**(obj.get("spec") or {})}
        names = dict(spec.get("names") or {})
        if not names.get("singular"):
            names["singular"] = names.get("kind", "").lower()
        if not names.get("listKind") and names.get("kind"):
            names["listKind"] = f"{names['kind']}List"
        conversion = spec.get("conversion") or {"strategy": "None"}
        obj["spec"] = {**spec, "names": names, "conversion": _with_port(conversion)}

    def prepare_for_create(self, obj: Obj) -> None:
        """The status is as a new one's, but for the version that is stored from the beginning."""
        names: Obj = {"kind": "", "plural": ""}
        stored = _with_storage(obj, []) or None
        obj["status"] = {"acceptedNames": names, "conditions": None, "storedVersions": stored}

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        status = old.get("status") or {}
        new["status"] = {**status, "storedVersions": _with_storage(new, status.get("storedVersions") or [])}

    def marked(self, obj: Obj) -> Obj:
        """One that is deleted stays until all its resources are gone. Mirrors the registry's Delete."""
        if condition_of(obj, "Terminating") is not None:
            return obj
        meta = obj["metadata"]
        condition = {
            "lastTransitionTime": meta["deletionTimestamp"],
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            "reason": "InstanceDeletionPending",
            "status": "True",
            "type": "Terminating",
        }
        finalizers = meta.get("finalizers") or []
        finalizers = finalizers if CLEANUP_FINALIZER in finalizers else [*finalizers, CLEANUP_FINALIZER]
        conditions = [*(dig(obj, "status", "conditions", default=())), condition]
        marked = with_metadata(
            obj, finalizers=finalizers, generation=meta["generation"] - 1, deletionGracePeriodSeconds=None
        )
        return {**marked, "status": {**obj["status"], "conditions": conditions}}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.custom_resource_definition import validate

        return validate(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.custom_resource_definition import validate_update

        return validate_update(new, old)

    def validate_status_update(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:  # noqa: ARG002
        from kubesim.kinds.validation.custom_resource_definition import validate_status_update

        return validate_status_update(new)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.custom_resource_definition import warnings_for_formats

        return warnings_for_formats(new, old)

    def row(self, obj: Obj, now: int) -> list[str]:  # noqa: ARG002
        return [obj["metadata"]["name"], obj["metadata"]["creationTimestamp"]]


def _with_storage(obj: Obj, stored: list[str]) -> list[str]:
    """The versions in which objects may be stored, the first one that is to be stored in now among them."""
    now = next((entry.get("name", "") for entry in obj["spec"].get("versions") or () if entry.get("storage")), None)
    return stored if now is None or now in stored else [*stored, now]


def _with_port(conversion: Obj) -> Obj:
    """A conversion, with the port of its webhook's Service."""
    service = dig(conversion, "webhook", "clientConfig", "service")
    if service is None or "port" in service:
        return conversion
    webhook = conversion["webhook"]
    config = {**webhook["clientConfig"], "service": {**service, "port": 443}}
    return {**conversion, "webhook": {**webhook, "clientConfig": config}}
