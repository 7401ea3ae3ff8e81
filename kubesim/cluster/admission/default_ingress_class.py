"""The plugin DefaultIngressClass: an Ingress that names no class gets the default one.

Mirrors plugin/pkg/admission/network/defaultingressclass.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import ANNOTATION_INGRESS_CLASS, ANNOTATION_IS_DEFAULT_INGRESS_CLASS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Name the default class, if there is one."""
    ingress = attributes.new
    spec = ingress.get("spec") or {}
    if spec.get("ingressClassName") is not None or ANNOTATION_INGRESS_CLASS in annotations_of(ingress):
        return
    name = _default_class(client.list("IngressClass"))
    if name:
        ingress["spec"] = {**spec, "ingressClassName": name}


def _default_class(classes: list[Obj]) -> str:
    """The name of the youngest class that is marked; of those that are as young the first by name."""
    is_default = ANNOTATION_IS_DEFAULT_INGRESS_CLASS
    marked = [one["metadata"] for one in classes if annotations_of(one).get(is_default) == "true"]
    newest = max((meta["creationTimestamp"] for meta in marked), default="")
    return min((str(meta["name"]) for meta in marked if meta["creationTimestamp"] == newest), default="")
