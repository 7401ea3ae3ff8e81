"""Bindings: which subjects have which role."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

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
        from kubesim.kinds.validation.access import validate_binding

        return validate_binding(obj, is_namespaced=self.names.namespaced)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        """The role cannot change. Mirrors ValidateRoleBindingUpdate."""
        from kubesim.api.fields import Struct, invalid

        wrong = self.validate(new)
        if new["roleRef"] != old["roleRef"]:
            reference = new["roleRef"]
            shown = Struct(APIGroup=reference["apiGroup"], Kind=reference["kind"], Name=reference["name"])
            wrong.append(invalid("roleRef", shown, "cannot change roleRef"))
        return wrong


class ClusterRoleBinding(RoleBinding):
    """Mirrors pkg/registry/rbac/clusterrolebinding."""
