"""Endpoints: the addresses behind a service, in the form that is older than slices."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Endpoints(PlainKind):
    """Mirrors pkg/registry/core/endpoint."""

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_Endpoints."""
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port["protocol"] = port.get("protocol") or "TCP"

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.endpoints import validate_endpoints

        return validate_endpoints(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.endpoints import validate_endpoints_update

        return validate_endpoints_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.addresses import warnings_for_ip

        return [
            warning
            for index, subset in enumerate(new.get("subsets") or ())
            for kind in ("addresses", "notReadyAddresses")
            for place, address in enumerate(subset.get(kind) or ())
            for warning in warnings_for_ip(address.get("ip", ""), f"subsets[{index}].{kind}[{place}].ip")
        ]
