"""What is wrong with a VolumeAttachment. Mirrors ValidateVolumeAttachment of pkg/apis/storage/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, forbidden, immutable, invalid_for_each, required
from kubesim.kinds.pod_spec.volume_sources import validate_csi_driver_name
from kubesim.kinds.validation.persistent_volume import validate_inline_volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def validate_volume_attachment(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateVolumeAttachment."""
    spec = obj["spec"]
    node, volume = spec["nodeName"], spec["source"].get("persistentVolumeName")
    wrong = validate_csi_driver_name(spec["attacher"], "spec.attacher")
    wrong += _validate_source(spec["source"])
    wrong += invalid_for_each("spec.nodeName", node, names.is_dns_1123_subdomain(node))
    if volume is None:
        return wrong
    return wrong + invalid_for_each("spec.source.persistentVolumeName", volume, names.is_dns_1123_subdomain(volume))


def _validate_source(source: Obj) -> list[FieldError]:
    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and name is None:
        return [required("spec.source", _ONE_SOURCE)]
    if inline is not None and name is not None:
        return [forbidden("spec.source", _ONE_SOURCE)]
    if name == "":
        return [required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName")]
    return [] if inline is None else validate_inline_volume(inline, "spec.source.inlineVolumeSpec")


def validate_volume_attachment_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateVolumeAttachmentUpdate."""
    return [*validate_volume_attachment(new), *immutable("spec", new["spec"], old["spec"])]
