"""An IngressClass: the controller of the Ingresses of that class."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class IngressClass(PlainKind):
    """Mirrors pkg/registry/networking/ingressclass."""

    has_generation = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_IngressClass."""
        parameters = obj["spec"].get("parameters")
        if parameters is not None and parameters.get("scope") is None:
            parameters["scope"] = "Cluster"

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.ingress_class import validate_ingress_class

        return validate_ingress_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.ingress_class import validate_ingress_class_update

        return validate_ingress_class_update(new, old)
