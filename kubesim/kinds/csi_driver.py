"""A CSIDriver: what the drivers of volumes of one sort can do."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.common.plain_columns import Cells

_TOKENS_WARNING = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
    "logging of tokens in volume attributes"
)


class CSIDriver(PlainKind):
    """Mirrors pkg/registry/storage/csidriver."""

    def cells(self) -> Cells:
        """Mirrors printCSIDriver."""
        from kubesim.kinds.common.plain_columns import AGE, columns, go_bool

        return columns(
            ("ATTACHREQUIRED", go_bool("spec", "attachRequired", missing=True)),
            ("PODINFOONMOUNT", go_bool("spec", "podInfoOnMount")),
            ("STORAGECAPACITY", go_bool("spec", "storageCapacity")),
            ("TOKENREQUESTS", _token_requests),
            ("REQUIRESREPUBLISH", go_bool("spec", "requiresRepublish")),
            ("MODES", lambda obj: ",".join(obj["spec"].get("volumeLifecycleModes") or ()) or "<none>"),
            ("AGE", AGE),
        )

    def prepare_for_create(self, obj: Obj) -> None:
        obj["spec"] = _without_gated(obj["spec"])

    def prepare_for_update(self, new: Obj, old: Obj) -> None:  # noqa: ARG002
        new["spec"] = _without_gated(new["spec"])

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_CSIDriver."""
        given = obj["spec"]
        spec = {name: given[name] if given.get(name) is not None else value for name, value in _DEFAULTS.items()}
        obj["spec"] = {**given, **spec, "volumeLifecycleModes": given.get("volumeLifecycleModes") or ["Persistent"]}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_driver import validate_csi_driver

        return validate_csi_driver(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_driver import validate_csi_driver_update

        return validate_csi_driver_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        requests = new["spec"].get("tokenRequests")
        if not requests or "serviceAccountTokenInSecrets" in new["spec"]:
            return []
        return [] if old and old["spec"].get("tokenRequests") == requests else [_TOKENS_WARNING]


_DEFAULTS = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "requiresRepublish": False,
    "seLinuxMount": False,
}


def _without_gated(spec: Obj) -> Obj:
    """Without what the gate VolumeLimitScaling has, which is closed."""
    return {name: value for name, value in spec.items() if name != "preventPodSchedulingIfMissing"}


def _token_requests(obj: Obj) -> str:
    requests = obj["spec"].get("tokenRequests")
    return "<unset>" if requests is None else ",".join(request.get("audience", "") for request in requests)
