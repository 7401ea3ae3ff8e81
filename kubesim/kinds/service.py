"""A Service: one address for many pods."""

from __future__ import annotations

from kubesim.api.meta import copy_of, dig
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import SELECTOR_COLUMN, format_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class Service(Kind):
    """Mirrors pkg/registry/core/service."""

    has_status = True
    columns = (
        Column("NAME"),
        Column("TYPE"),
        Column("CLUSTER-IP"),
        Column("EXTERNAL-IP"),
        Column("PORT(S)"),
        Column("AGE"),
        SELECTOR_COLUMN,
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_Service."""
        from kubesim.kinds.common.service_defaults import default_service

        default_service(obj.setdefault("spec", {}))

    def admit(self, obj: Obj, admission: Admission) -> None:
        """The addresses and node ports of a new service."""
        from kubesim.kinds.common.service_allocation import allocate

        allocate(obj, None, admission)
        _drop_internal_policy(obj["spec"])

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:
        """The addresses and node ports of a changed service: those it had, or new ones."""
        from kubesim.kinds.common.service_allocation import allocate
        from kubesim.kinds.common.service_update import drop_type_dependent_fields, keep_allocated_fields

        new["spec"] = copy_of(new["spec"])
        keep_allocated_fields(new["spec"], old["spec"])
        allocate(new, old, admission)
        drop_type_dependent_fields(new, old)
        _drop_internal_policy(new["spec"])

    def prepare_for_create(self, obj: Obj) -> None:
        """A new service has no load balancer yet."""
        obj["status"] = {"loadBalancer": {}}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.service import validate_service

        return validate_service(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.service import validate_service_update

        return validate_service_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.service import warnings_for_service

        return warnings_for_service(new)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printService."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            spec.get("type", ""),
            next(iter(spec.get("clusterIPs") or ()), "<none>"),
            _external_ip(obj),
            ",".join(map(_port, spec.get("ports") or ())) or "<none>",
            age_of(obj, now),
            format_labels(spec.get("selector")),
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        if path in ("spec.clusterIP", "spec.type"):
            return str(dig(obj, *path.split("."), default=""))
        return super().field(obj, path)


def _drop_internal_policy(spec: Obj) -> None:
    """What an ExternalName has no use for is never shown of it. Mirrors defaultOnReadInternalTrafficPolicy."""
    if spec["type"] == "ExternalName" and spec.get("internalTrafficPolicy") in ("Cluster", "Local"):
        del spec["internalTrafficPolicy"]


def _external_ip(obj: Obj) -> str:
    """Mirrors getServiceExternalIP."""
    spec = obj["spec"]
    external = list(spec.get("externalIPs") or ())
    kind = spec.get("type")
    if kind == "ExternalName":
        return str(spec.get("externalName", ""))
    if kind == "LoadBalancer":
        return ",".join([*_ingress_points(obj), *external]) or "<pending>"
    return (",".join(external) or "<none>") if kind in ("ClusterIP", "NodePort") else "<unknown>"


def _ingress_points(obj: Obj) -> list[str]:
    ingress = dig(obj, "status", "loadBalancer", "ingress", default=())
    return sorted({point.get("ip") or point.get("hostname") for point in ingress} - {None, ""})


def _port(port: Obj) -> str:
    """``80/TCP``, ``80:31234/TCP`` where nodes serve it. Mirrors makePortString."""
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', '')}"
