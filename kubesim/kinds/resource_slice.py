"""A ResourceSlice: the devices that a driver has, on a node or for several."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, rfc3339
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.kinds.base import Admission
    from kubesim.kinds.common.plain_columns import Cells


class ResourceSlice(PlainKind):
    """Mirrors pkg/registry/resource/resourceslice."""

    has_generation = True

    def cells(self) -> Cells:
        from kubesim.kinds.common.plain_columns import AGE, columns, text

        return columns(
            ("NODE", text("spec", "nodeName")),
            ("DRIVER", text("spec", "driver")),
            ("POOL", text("spec", "pool", "name")),
            ("AGE", AGE),
        )

    def field(self, obj: Obj, path: str) -> str | None:
        if path in ("spec.nodeName", "spec.driver"):
            return str(dig(obj, *path.split("."), default=""))
        return super().field(obj, path)

    def admit(self, obj: Obj, admission: Admission) -> None:
        _mark_taints(obj, admission)

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:  # noqa: ARG002
        _mark_taints(new, admission)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.resource_slice import validate_resource_slice

        return validate_resource_slice(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.resource_slice import validate_resource_slice_update

        return validate_resource_slice_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        driver = new["spec"]["driver"]
        why = f'driver names should be lowercase; "{driver}" contains uppercase characters'
        return [f"spec.driver: {why}"] if driver != driver.lower() else []


def _mark_taints(obj: Obj, admission: Admission) -> None:
    """Taints say since when they are there. Mirrors SetDefaults_DeviceTaint."""
    now = rfc3339(admission.now)
    devices = [
        {**device, "taints": [{"timeAdded": now, **taint} for taint in device["taints"]]}
        if device.get("taints")
        else device
        for device in obj["spec"].get("devices") or ()
    ]
    if devices:
        obj["spec"] = {**obj["spec"], "devices": devices}
