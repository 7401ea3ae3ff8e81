"""A NetworkPolicy: which connections pods may have."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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
        """Mirrors ValidateNetworkPolicy."""
        from kubesim.kinds.validation.network_policy import validate_network_policy

        return validate_network_policy(obj["spec"])

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        """Networks that were there are let be, however they are written."""
        from kubesim.kinds.validation.network_policy import validate_network_policy

        known = {cidr for _, cidr in _networks(old["spec"])}
        return validate_network_policy(new["spec"], known)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.addresses import warnings_for_cidr

        return [warning for path, cidr in _networks(new["spec"]) for warning in warnings_for_cidr(cidr, path)]


def _networks(spec: Obj) -> Iterator[tuple[str, str]]:
    """Every network that the policy names, with its path."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            for place, peer in enumerate(rule.get(peers) or ()):
                block = peer.get("ipBlock")
                if block is None:
                    continue
                path = f"spec.{direction}[{index}].{peers}[{place}].ipBlock"
                yield f"{path}.cidr", block.get("cidr", "")
                for number, cidr in enumerate(block.get("except") or ()):
                    yield f"{path}.except[{number}]", cidr
