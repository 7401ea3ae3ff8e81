"""An APIService: which server answers for a version of a group."""

from __future__ import annotations

from kubesim.api.meta import dig, rfc3339
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

_LOCAL = {"message": "Local APIServices are always available", "reason": "Local", "status": "True", "type": "Available"}


class APIService(PlainKind):
    """Mirrors kube-aggregator's pkg/registry/apiservice."""

    has_status = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ServiceReference."""
        service = obj["spec"].get("service")
        if service is not None and service.get("port") is None:
            obj["spec"] = {**obj["spec"], "service": {**service, "port": 443}}

    def admit(self, obj: Obj, admission: Admission) -> None:
        """What the API server itself answers for is available at once. Mirrors PrepareForCreate."""
        if dig(obj, "spec", "service") is None:
            obj["status"] = {"conditions": [{"lastTransitionTime": rfc3339(admission.now), **_LOCAL}]}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.api_service import validate_api_service

        return validate_api_service(obj)
