"""A PersistentVolume: a piece of storage that claims can have."""

from __future__ import annotations

from kubesim.api.meta import annotations_of, dig, rfc3339
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class PersistentVolume(PlainKind):
    """Mirrors pkg/registry/core/persistentvolume."""

    has_status = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetObjectDefaults_PersistentVolume."""
        from kubesim.kinds.pod_spec.volume_defaults import default_sources

        spec = obj.setdefault("spec", {})
        spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
        spec.setdefault("volumeMode", "Filesystem")
        default_sources(spec)

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the strategy's PrepareForCreate."""
        obj["status"] = {"phase": "Pending", "lastPhaseTransitionTime": rfc3339(admission.now)}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.persistent_volume import validate_persistent_volume

        return validate_persistent_volume(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.persistent_volume import validate_persistent_volume_update

        return validate_persistent_volume_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        """Mirrors GetWarningsForPersistentVolume."""
        from kubesim.kinds.warnings.labels import warnings_for_node_terms
        from kubesim.kinds.warnings.storage import DEPRECATED_ANNOTATIONS, DEPRECATED_VOLUMES, RECYCLE

        spec, annotations = new["spec"], annotations_of(new)
        found = [
            f"metadata.annotations[{key}]: {warning}"
            for key, warning in DEPRECATED_ANNOTATIONS.items()
            if key in annotations
        ]
        if spec["persistentVolumeReclaimPolicy"] == "Recycle":
            found.append(f"spec.persistentVolumeReclaimPolicy: {RECYCLE}")
        terms = dig(spec, "nodeAffinity", "required", "nodeSelectorTerms", default=())
        found += warnings_for_node_terms(terms, "spec.nodeAffinity.required.nodeSelectorTerms")
        return found + [f"spec.{kind}: {warning}" for kind, warning in DEPRECATED_VOLUMES.items() if kind in spec]
