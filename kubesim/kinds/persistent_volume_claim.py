"""A PersistentVolumeClaim: a user's request for storage."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import (
    BETA_STORAGE_CLASS_ANNOTATION,
    IS_DEFAULT_STORAGE_CLASS_ANNOTATION,
    PVC_PROTECTION_FINALIZER,
)
from kubesim.kinds.common.plain_kind import PlainKind
from kubesim.kinds.persistent_volume import add_finalizer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission, Reader

_NOT_RESIZABLE = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


class PersistentVolumeClaim(PlainKind):
    """Mirrors pkg/registry/core/persistentvolumeclaim."""

    has_status = True
    new_status: ClassVar = {"phase": "Pending"}

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_PersistentVolumeClaimSpec and NormalizeDataSources."""
        spec = obj.setdefault("spec", {})
        spec.setdefault("volumeMode", "Filesystem")
        if "dataSourceRef" not in spec and "dataSource" in spec:
            if not _is_old_source(spec["dataSource"]):
                del spec["dataSource"]
                return
            spec["dataSourceRef"] = dict(spec["dataSource"])
        elif "dataSourceRef" in spec and "dataSource" not in spec and not spec["dataSourceRef"].get("namespace"):
            spec["dataSource"] = {field: spec["dataSourceRef"].get(field) for field in ("apiGroup", "kind", "name")}

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the DefaultStorageClass and StorageObjectInUseProtection plugins."""
        add_finalizer(obj, PVC_PROTECTION_FINALIZER)
        if "storageClassName" in obj["spec"] or BETA_STORAGE_CLASS_ANNOTATION in annotations_of(obj):
            return
        name = default_class(admission.list("StorageClass"))
        if name:
            obj["spec"]["storageClassName"] = name

    def admit_valid(self, obj: Obj, cluster: Reader) -> None:
        """Mirrors the LimitRanger plugin."""
        ranges = cluster.list("LimitRange", obj["metadata"]["namespace"])
        if not ranges:
            return
        from kubesim import errors
        from kubesim.kinds.common.limit_ranger import beyond_limits

        wrong = beyond_limits(obj, ranges)
        if wrong:
            raise errors.forbidden(self.names.plural, "", obj["metadata"]["name"], wrong)

    def admit_valid_update(self, new: Obj, old: Obj, cluster: Reader) -> None:
        """A claim grows only where its class lets it. Mirrors the PersistentVolumeClaimResize plugin."""
        from kubesim import errors
        from kubesim.api import quantity

        size, before = (claim["spec"]["resources"]["requests"]["storage"] for claim in (new, old))
        if quantity.compare(size, before) <= 0:
            return
        found = cluster.find("StorageClass", "", new["spec"].get("storageClassName") or "")
        if found is None or not found.get("allowVolumeExpansion"):
            raise errors.forbidden(self.names.plural, "", new["metadata"]["name"], _NOT_RESIZABLE)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.persistent_volume_claim import validate_persistent_volume_claim

        return validate_persistent_volume_claim(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.persistent_volume_claim import validate_persistent_volume_claim_update

        return validate_persistent_volume_claim_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        """Mirrors GetWarningsForPersistentVolumeClaim."""
        from kubesim.kinds.warnings.storage import DEPRECATED_ANNOTATIONS, warnings_for_claim_spec

        found: list[str] = []
        if BETA_STORAGE_CLASS_ANNOTATION in annotations_of(new):
            why = DEPRECATED_ANNOTATIONS[BETA_STORAGE_CLASS_ANNOTATION]
            found.append(f"metadata.annotations[{BETA_STORAGE_CLASS_ANNOTATION}]: {why}")
        return found + warnings_for_claim_spec(new["spec"], "spec")


def _is_old_source(source: Obj) -> bool:
    """Whether it is of the kinds that ``dataSource`` takes; others are dropped. Mirrors dataSourceIsPvcOrSnapshot."""
    kind, group = source.get("kind"), source.get("apiGroup") or ""
    snapshot = ("VolumeSnapshot", "snapshot.storage.k8s.io")
    return (kind, group) == snapshot or (kind, group) == ("PersistentVolumeClaim", "")


def default_class(classes: list[Obj]) -> str:
    """The name of the class that claims get that ask for none: the youngest that is marked. Mirrors GetDefaultClass."""
    marked = [
        one["metadata"] for one in classes if annotations_of(one).get(IS_DEFAULT_STORAGE_CLASS_ANNOTATION) == "true"
    ]
    newest = max((meta["creationTimestamp"] for meta in marked), default="")
    return min((str(meta["name"]) for meta in marked if meta["creationTimestamp"] == newest), default="")
