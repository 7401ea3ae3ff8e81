"""An EndpointSlice: the addresses behind a Service."""

from __future__ import annotations

from kubesim.api.meta import labels_of
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import first_few

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class EndpointSlice(Kind):
    """Mirrors pkg/registry/discovery/endpointslice."""

    has_generation = True
    columns = (Column("NAME"), Column("ADDRESSTYPE"), Column("PORTS"), Column("ENDPOINTS"), Column("AGE"))

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        """A slice has no spec: anything but its metadata counts, and its labels."""
        return {**new, "metadata": labels_of(new)} != {**old, "metadata": labels_of(old)}

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_EndpointPort."""
        for port in obj.get("ports") or ():
            port.setdefault("name", "")
            port.setdefault("protocol", "TCP")

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.endpoint_slice import validate_endpoint_slice

        return validate_endpoint_slice(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.endpoint_slice import validate_endpoint_slice_update

        return validate_endpoint_slice_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.addresses import warnings_for_ip

        is_named = old is None and new.get("addressType") == "FQDN"
        found = ["spec.addressType: FQDN endpoints are deprecated"] if is_named else []
        for index, endpoint in enumerate(new.get("endpoints") or ()):
            for place, address in enumerate(endpoint.get("addresses") or ()):
                found += warnings_for_ip(address, f"endpoints[{index}].addresses[{place}]")
        return found

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printEndpointSlice."""
        addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint["addresses"]]
        return [
            obj["metadata"]["name"],
            obj["addressType"],
            first_few([_port(port) for port in obj.get("ports") or ()]) or "<unset>",
            first_few(addresses) or "<unset>",
            age_of(obj, now),
        ]


def _port(port: Obj) -> str:
    """The port's number; any port is a star. Mirrors formatDiscoveryPorts."""
    if port.get("port") is not None:
        return str(port["port"])
    name = port.get("name")
    return "*" if name is None else str(name)
