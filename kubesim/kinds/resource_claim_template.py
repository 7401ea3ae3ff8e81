"""A ResourceClaimTemplate: the claims that are made for pods."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind
from kubesim.kinds.resource_claim import refuse_admin_access, with_request_defaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class ResourceClaimTemplate(PlainKind):
    """Mirrors pkg/registry/resource/resourceclaimtemplate."""

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest."""
        obj["spec"] = {**obj["spec"], "spec": with_request_defaults(obj["spec"]["spec"])}

    def admit(self, obj: Obj, admission: Admission) -> None:
        refuse_admin_access(obj, obj["spec"]["spec"], admission)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.devices import validate_resource_claim_template

        return validate_resource_claim_template(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.devices import validate_resource_claim_template_update

        return validate_resource_claim_template_update(new, old)
