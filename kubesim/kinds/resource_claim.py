"""A ResourceClaim: devices that pods ask for."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import forbidden
from kubesim.api.meta import Obj, is_terminating, labels_of
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.kinds.base import Admission, Reader
    from kubesim.kinds.common.plain_columns import Cells


_ADMIN_LABEL = "resource.kubernetes.io/admin-access"
_ADMIN_ACCESS = f"admin access to devices requires the `{_ADMIN_LABEL}: true` label"


class ResourceClaim(PlainKind):
    """Mirrors pkg/registry/resource/resourceclaim."""

    has_status = True

    def cells(self) -> Cells:
        from kubesim.kinds.common.plain_columns import AGE, columns

        return columns(("STATE", _state), ("AGE", AGE))

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest."""
        obj["spec"] = with_request_defaults(obj["spec"])

    def admit(self, obj: Obj, admission: Admission) -> None:
        refuse_admin_access(obj, obj["spec"], admission)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.devices import validate_resource_claim

        return validate_resource_claim(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.devices import validate_resource_claim_update

        return validate_resource_claim_update(new, old)


def _state(obj: Obj) -> str:
    """Mirrors resourceClaimState."""
    status, is_deleted = obj.get("status") or {}, is_terminating(obj)
    states = ["deleted"] if is_deleted else []
    if status.get("allocation") is None:
        return ",".join(states or ["pending"])
    return ",".join([*states, "allocated", *(["reserved"] if status.get("reservedFor") else [])])


def refuse_admin_access(obj: Obj, spec: Obj, cluster: Reader) -> None:
    """Only namespaces that are marked for it may have claims with an administrator's access.

    StatusError Invalid.  Mirrors AuthorizedForAdmin.
    """
    for index, request in enumerate((spec.get("devices") or {}).get("requests") or ()):
        if (request.get("exactly") or {}).get("adminAccess"):
            namespace = cluster.find("Namespace", "", obj["metadata"]["namespace"])
            if namespace is None or labels_of(namespace).get(_ADMIN_LABEL) != "true":
                path = f"spec.devices.requests[{index}].adminAccess"
                cause = forbidden(path, f"{_ADMIN_ACCESS} on the containing namespace").cause()
                group = obj["apiVersion"].partition("/")[0]
                raise errors.invalid(obj["kind"], group, obj["metadata"].get("name", ""), (cause,))
            return


def with_request_defaults(spec: Obj) -> Obj:
    """A claim's spec with the modes and counts of its requests."""
    devices = spec.get("devices") or {}
    if not devices.get("requests"):
        return spec
    return {**spec, "devices": {**devices, "requests": [_defaulted(request) for request in devices["requests"]]}}


def _defaulted(request: Obj) -> Obj:
    changed = dict(request)
    if request.get("exactly") is not None:
        changed["exactly"] = _counted(request["exactly"])
    if request.get("firstAvailable"):
        changed["firstAvailable"] = [_counted(alternative) for alternative in request["firstAvailable"]]
    return changed


def _counted(request: Obj) -> Obj:
    mode = request.get("allocationMode") or "ExactCount"
    counted = {"count": request.get("count") or 1} if mode == "ExactCount" else {}
    given = request.get("tolerations")
    tolerations = [{**one, "operator": one.get("operator") or "Equal"} for one in given or ()]
    return {**request, "allocationMode": mode, **counted, **({"tolerations": tolerations} if given else {})}
