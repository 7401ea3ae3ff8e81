"""The description of a CertificateSigningRequest. Mirrors describeCertificateSigningRequest."""

from __future__ import annotations

from ipaddress import ip_address

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import Obj, annotations_of, labels_of
from kubesim.golang.x509.names import DNS_NAME, EMAIL, IP_ADDRESS, URI
from kubesim.kinds.certificate_signing_request import state_of
from kubesim.kinds.common.cells import format_labels
from kubesim.kinds.validation.certificate_signing_request import parse_csr
from kubesim.kubectl.describe.common import describe_events, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader

_ATTRIBUTES = {
    "Organization": "2.5.4.10",
    "Organizational Unit": "2.5.4.11",
    "Country": "2.5.4.6",
    "Locality": "2.5.4.7",
    "Province": "2.5.4.8",
    "StreetAddress": "2.5.4.9",
    "PostalCode": "2.5.4.17",
}
_SERIAL_NUMBER = "2.5.4.5"


def describe_certificate_signing_request(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    spec, request = obj["spec"], parse_csr(obj["spec"]["request"])
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("Labels:", format_labels(labels_of(obj)))
    w.line("Annotations:", format_labels(annotations_of(obj)))
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    w.line("Requesting User:", spec.get("username", ""))
    w.line("Signer:", spec["signerName"])
    if spec.get("expirationSeconds") is not None:
        w.line("Requested Duration:", human_duration(spec["expirationSeconds"] * 1000))
    w.line("Status:", state_of(obj))
    w.line("Subject:")
    w.line("\tCommon Name:", request.common_name)
    w.line("\tSerial Number:", (request.subject.get(_SERIAL_NUMBER) or [""])[-1])
    for title, kind in _ATTRIBUTES.items():
        _describe_list(w, title, request.subject.get(kind, []))
    _describe_alt_names(w, request.alt_names)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_list(w: Description, title: str, values: list[str]) -> None:
    for index, value in enumerate(values):
        w.line(f"\t{title}:" if index == 0 else "\t", value)


def _describe_alt_names(w: Description, names: dict[int, list[bytes]]) -> None:
    if not names:
        return
    w.line("Subject Alternative Names:")
    for title, tag in (("DNS Names", DNS_NAME), ("Email Addresses", EMAIL), ("URIs", URI)):
        _describe_list(w, title, [name.decode(errors="replace") for name in names.get(tag, ())])
    _describe_list(w, "IP Addresses", [str(ip_address(name)) for name in names.get(IP_ADDRESS, ())])
