"""Roles: what somebody may do, in a namespace or everywhere."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Look


class Role(PlainKind):
    """Mirrors pkg/registry/rbac/role."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateRole."""
        from kubesim.kinds.validation.access import validate_rules

        return validate_rules(obj.get("rules") or (), is_namespaced=True)

    def describe(self, obj: Obj, look: Look, now: int, *, show_events: bool = True) -> str:  # noqa: ARG002
        from kubesim.kubectl.describe.access import describe_role

        return describe_role(obj)


class ClusterRole(PlainKind):
    """Mirrors pkg/registry/rbac/clusterrole."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateClusterRole."""
        from kubesim.kinds.validation.access import validate_aggregation, validate_rules

        return [
            *validate_rules(obj.get("rules") or (), is_namespaced=False),
            *validate_aggregation(obj.get("aggregationRule")),
        ]

    def describe(self, obj: Obj, look: Look, now: int, *, show_events: bool = True) -> str:  # noqa: ARG002
        from kubesim.kubectl.describe.access import describe_role

        return describe_role(obj)
