"""What is wrong with a RoleBinding or a ClusterRoleBinding. Mirrors pkg/apis/rbac/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, Struct, invalid, invalid_for_each, not_supported, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

RBAC = "rbac.authorization.k8s.io"

# Errors list these unsorted.
SUBJECTS = ("ServiceAccount", "User", "Group")


def validate_role_binding(binding: Obj, *, is_namespaced: bool) -> list[FieldError]:
    """``binding`` has its defaults."""
    reference = binding["roleRef"]
    kinds = ("Role", "ClusterRole") if is_namespaced else ("ClusterRole",)
    group, kind, name = (reference.get(field, "") for field in ("apiGroup", "kind", "name"))
    wrong = [] if group == RBAC else [not_supported("roleRef.apiGroup", group, (RBAC,))]
    if kind not in kinds:
        wrong.append(not_supported("roleRef.kind", kind, kinds))
    wrong += invalid_for_each("roleRef.name", name, names.is_path_segment(name)) if name else [required("roleRef.name")]
    for index, subject in enumerate(binding.get("subjects") or ()):
        wrong += _validate_subject(subject, f"subjects[{index}]", is_namespaced=is_namespaced)
    return wrong


def _validate_subject(subject: Obj, path: str, *, is_namespaced: bool) -> list[FieldError]:
    name, kind, group = (subject.get(field, "") for field in ("name", "kind", "apiGroup"))
    wrong = [] if name else [required(f"{path}.name")]
    if kind == "ServiceAccount":
        wrong += invalid_for_each(f"{path}.name", name, names.is_dns_1123_subdomain(name)) if name else []
        wrong += [not_supported(f"{path}.apiGroup", group, ("",))] if group else []
        if not is_namespaced and not subject.get("namespace"):
            wrong.append(required(f"{path}.namespace"))
    elif kind not in SUBJECTS:
        wrong.append(not_supported(f"{path}.kind", kind, SUBJECTS))
    elif group != RBAC:
        wrong.append(not_supported(f"{path}.apiGroup", group, (RBAC,)))
    return wrong


def validate_role_binding_update(new: Obj, old: Obj, *, is_namespaced: bool) -> list[FieldError]:
    """The role cannot change. Mirrors ValidateRoleBindingUpdate."""
    wrong = validate_role_binding(new, is_namespaced=is_namespaced)
    if new["roleRef"] != old["roleRef"]:
        reference = new["roleRef"]
        shown = Struct(APIGroup=reference["apiGroup"], Kind=reference["kind"], Name=reference["name"])
        wrong.append(invalid("roleRef", shown, "cannot change roleRef"))
    return wrong
