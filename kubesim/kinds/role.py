"""Roles: what somebody may do, in a namespace or everywhere."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Role(PlainKind):
    """Mirrors pkg/registry/rbac/role."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateRole."""
        from kubesim.kinds.validation.access import validate_rules

        return validate_rules(obj.get("rules") or (), is_namespaced=True)


class ClusterRole(PlainKind):
    """Mirrors pkg/registry/rbac/clusterrole."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateClusterRole."""
        from kubesim.kinds.validation.access import validate_aggregation, validate_rules

        return [
            *validate_rules(obj.get("rules") or (), is_namespaced=False),
            *validate_aggregation(obj.get("aggregationRule")),
        ]
