"""Bindings: which subjects have which role."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj

RBAC = "rbac.authorization.k8s.io"


class RoleBinding(PlainKind):
    """Mirrors pkg/registry/rbac/rolebinding."""

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_RoleBinding and SetDefaults_Subject."""
        reference = obj.setdefault("roleRef", {})
        reference["apiGroup"] = reference.get("apiGroup") or RBAC
        for subject in obj.get("subjects") or ():
            if subject.get("kind") in ("User", "Group"):
                subject["apiGroup"] = subject.get("apiGroup") or RBAC

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.role_binding import validate_role_binding

        return validate_role_binding(obj, is_namespaced=self.names.namespaced)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.role_binding import validate_role_binding_update

        return validate_role_binding_update(new, old, is_namespaced=self.names.namespaced)


class ClusterRoleBinding(RoleBinding):
    """Mirrors pkg/registry/rbac/clusterrolebinding."""
