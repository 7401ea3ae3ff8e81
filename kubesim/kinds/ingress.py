"""An Ingress: rules by which requests from outside reach services."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import ANNOTATION_INGRESS_CLASS
from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Ingress(PlainKind):
    """Mirrors pkg/registry/networking/ingress."""

    has_generation = True
    has_status = True
    new_status: ClassVar = {"loadBalancer": {}}

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateIngressCreate."""
        from kubesim.api.fields import invalid

        asked, noted = obj["spec"].get("ingressClassName"), annotations_of(obj).get(ANNOTATION_INGRESS_CLASS)
        wrong = self.validate_update(obj, obj)
        if noted is not None and asked is not None and noted != asked:
            why = "must match `ingressClassName` when both are specified"
            wrong.append(invalid(f"annotations.{ANNOTATION_INGRESS_CLASS}", noted, why))
        return wrong

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002
        """Mirrors ValidateIngressUpdate."""
        from kubesim.kinds.validation.ingress import validate_ingress_spec

        return validate_ingress_spec(new["spec"])

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        if old is not None or ANNOTATION_INGRESS_CLASS not in annotations_of(new) or "ingressClassName" in new["spec"]:
            return []
        return [f"annotation \"{ANNOTATION_INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]
