"""A PersistentVolumeClaim: a user's request for storage."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import (
    BETA_STORAGE_CLASS_ANNOTATION,
    IS_DEFAULT_STORAGE_CLASS_ANNOTATION,
)
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class PersistentVolumeClaim(PlainKind):
    """Mirrors pkg/registry/core/persistentvolumeclaim."""

    has_status = True
    new_status: ClassVar = {"phase": "Pending"}

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_PersistentVolumeClaimSpec and NormalizeDataSources."""
        spec = obj.setdefault("spec", {})
        spec.setdefault("volumeMode", "Filesystem")
        if (spec.get("dataSourceRef") or {}).get("namespace"):
            del spec["dataSourceRef"]  # the gate CrossNamespaceVolumeDataSource is closed
        if "dataSourceRef" not in spec and "dataSource" in spec:
            if not _is_old_source(spec["dataSource"]):
                del spec["dataSource"]
                return
            spec["dataSourceRef"] = dict(spec["dataSource"])
        elif "dataSourceRef" in spec and "dataSource" not in spec and not spec["dataSourceRef"].get("namespace"):
            spec["dataSource"] = {field: spec["dataSourceRef"].get(field) for field in ("apiGroup", "kind", "name")}

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
