"""A NetworkPolicy: which connections pods may have."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class NetworkPolicy(PlainKind):
    """Mirrors pkg/registry/networking/networkpolicy."""

    has_generation = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort."""
        spec = obj.setdefault("spec", {"podSelector": {}})
        for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
            for port in rule.get("ports") or ():
                port.setdefault("protocol", "TCP")
        if not spec.get("policyTypes"):
            spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.network_policy import validate_network_policy

        return validate_network_policy(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.network_policy import validate_network_policy_update

        return validate_network_policy_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.validation.network_policy import networks_of
        from kubesim.kinds.warnings.addresses import warnings_for_cidr

        return [warning for path, cidr in networks_of(new["spec"]) for warning in warnings_for_cidr(cidr, path)]
