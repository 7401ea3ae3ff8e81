"""Roles: what their subjects may do, in a namespace or everywhere."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Role(PlainKind):
    """Mirrors pkg/registry/rbac/role."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.role import validate_role

        return validate_role(obj)


class ClusterRole(PlainKind):
    """Mirrors pkg/registry/rbac/clusterrole."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.role import validate_cluster_role

        return validate_cluster_role(obj)
