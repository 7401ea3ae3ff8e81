"""A PodTemplate: a template by itself."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class PodTemplate(PlainKind):
    """Mirrors pkg/registry/core/podtemplate."""

    has_generation = True

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        return new.get("template") != old.get("template")

    def default(self, obj: Obj) -> None:
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        default_pod_template(obj.setdefault("template", {}))

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.pod_template import validate_pod_template

        return validate_pod_template(obj)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old, path="template", names_pods=False)
