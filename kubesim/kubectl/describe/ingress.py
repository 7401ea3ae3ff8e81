"""The description of an Ingress. Mirrors describeIngressV1."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels
from kubesim.kubectl.describe.service import endpoints_text
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader


def describe_ingress(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    meta, spec = obj["metadata"], obj["spec"]
    w.line("Name:", meta["name"])
    describe_labels(w, labels_of(obj))
    w.line("Namespace:", meta["namespace"])
    points = dig(obj, "status", "loadBalancer", "ingress", default=())
    w.line("Address:", ",".join(sorted({point.get("ip") or point.get("hostname", "") for point in points} - {""})))
    w.line("Ingress Class:", spec.get("ingressClassName", "<none>"))
    backend = spec.get("defaultBackend")
    default = "<default>" if backend is None else _backend(backend, meta["namespace"], reader)
    w.line("Default backend:", default)
    _describe_tls(w, spec.get("tls") or ())
    w.line("Rules:")
    w.line("Host", "Path", "Backends", level=1)
    w.line("----", "----", "--------", level=1)
    rules = [rule for rule in spec.get("rules") or () if "http" in rule]
    for rule in rules:
        w.line(rule.get("host") or "*", "", level=1)
        for path in rule["http"].get("paths") or ():
            shown = _backend(path["backend"], meta["namespace"], reader)
            w.line("", f"{path.get('path', '')} ", shown, level=2)
    if not rules:
        w.line("*", "*", default, level=1)
    describe_annotations(w, annotations_of(obj))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_tls(w: Description, entries: Sequence[Obj]) -> None:
    if not entries:
        return
    w.line("TLS:")
    for entry in entries:
        hosts = ",".join(entry.get("hosts") or ())
        secret = entry.get("secretName")
        w.line(f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}", level=1)


def _backend(backend: Obj, namespace: str, reader: Reader) -> str:
    """``web:80 (10.244.1.2:80)``. Mirrors describeBackendV1."""
    resource, service = backend.get("resource"), backend.get("service")
    if service is None:
        if resource is None:
            return ""
        group = resource.get("apiGroup")
        shown = "<none>" if group is None else group
        return f"APIGroup: {shown}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    name, port = service.get("name", ""), service.get("port") or {}
    address = f"{name}:{port.get('number') or port.get('name', '')}"
    found = reader.find("Service", namespace, name)
    if found is None:
        return f'{address} (<error: services "{name}" not found>)'
    slices = [one for one in reader.list("EndpointSlice", namespace) if labels_of(one).get(LABEL_SERVICE_NAME) == name]
    return f"{address} ({endpoints_text(slices, _port_name(found, port))})"


def _port_name(service: Obj, wanted: Obj) -> str:
    """What the service calls the port that the ingress means; the last of several."""
    found = ""
    for port in service["spec"].get("ports") or ():
        by_number = wanted.get("number") and wanted["number"] == port["port"]
        by_name = wanted.get("name") and wanted["name"] == port.get("name")
        if by_number or by_name:
            found = port.get("name", "")
    return found
