"""An Ingress: rules by which requests from outside reach services."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import ANNOTATION_INGRESS_CLASS
from kubesim.kinds.common.plain_kind import PlainKind

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
        from kubesim.kinds.validation.ingress import validate_ingress

        return validate_ingress(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002
        from kubesim.kinds.validation.ingress import validate_ingress_update

        return validate_ingress_update(new)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        if old is not None or ANNOTATION_INGRESS_CLASS not in annotations_of(new) or "ingressClassName" in new["spec"]:
            return []
        return [f"annotation \"{ANNOTATION_INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]
