"""What is wrong with a CertificateSigningRequest. Mirrors pkg/apis/certificates/validation."""

from __future__ import annotations

from base64 import b64decode

from kubesim.api import names
from kubesim.api.fields import FieldError, duplicate, forbidden, invalid, not_supported, required, too_long
from kubesim.golang.x509.pem import decode_all
from kubesim.golang.x509.request import CertificateRequest, check_signature, parse_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_USAGES = (
    *("any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment"),
    *("decipher only", "digital signature", "email protection", "encipher only", "ipsec end system"),
    *("ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc"),
    *("ocsp signing", "s/mime", "server auth", "signing", "timestamping"),
)
_LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
#: Conditions that are never taken back, and always true.
_FINAL = ("Approved", "Denied", "Failed")
_SHORTEST = 600  # seconds
_LONGEST_DOMAIN = 253
_LONGEST_SIGNER = _LONGEST_DOMAIN + 1 + 253 + 63 + 1


def validate_certificate_signing_request(obj: Obj) -> list[FieldError]:
    """Of a new request. Mirrors ValidateCertificateSigningRequestCreate."""
    spec = obj["spec"]
    usages, signer, seconds = spec.get("usages") or [], spec["signerName"], spec.get("expirationSeconds")
    problem = _problem_of(spec["request"] or "")
    wrong = [invalid("spec.request", spec["request"], problem)] if problem else []
    wrong += [] if usages else [required("spec.usages")]
    wrong += [
        not_supported(f"spec.usages[{index}]", usage, _USAGES)
        for index, usage in enumerate(usages)
        if usage not in _USAGES
    ]
    wrong += [duplicate(f"spec.usages[{at}]", usage) for at, usage in enumerate(usages) if usage in usages[:at]]
    if signer == _LEGACY_SIGNER:
        why = "the legacy signerName is not allowed via this API version"
        wrong.append(invalid("spec.signerName", signer, why))
    else:
        wrong += validate_signer_name(signer, "spec.signerName")
    if seconds is not None and seconds < _SHORTEST:
        why = f"may not specify a duration less than {_SHORTEST} seconds (10 minutes)"
        wrong.append(invalid("spec.expirationSeconds", seconds, why))
    return wrong


def parse_csr(text: str) -> CertificateRequest:
    """The request in a request's base64; ValueError in the API server's words. Mirrors ParseCSR."""
    blocks = decode_all(b64decode(text))
    if not blocks or blocks[0].type != "CERTIFICATE REQUEST":
        raise ValueError("PEM block type must be CERTIFICATE REQUEST")
    return parse_request(blocks[0].content)


def _problem_of(text: str) -> str:
    """Mirrors validateCSR."""
    try:
        check_signature(parse_csr(text))
    except ValueError as error:
        return str(error)
    return ""


def validate_signer_name(name: str, path: str) -> list[FieldError]:
    """``domain.com/something``. Mirrors ValidateSignerName."""
    if not name:
        return [required(path)]
    if name.count("/") != 1:
        why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [invalid(path, name, why)]
    domain, _, rest = name.partition("/")
    wrong = [too_long(path, _LONGEST_DOMAIN)] if len(domain.encode()) > _LONGEST_DOMAIN else []
    for segment, rule in ((domain, names.is_dns_1123_label), (rest, names.is_dns_1123_subdomain)):
        problems = ((label, rule(label)) for label in segment.split("."))
        label, found = next(((label, found) for label, found in problems if found), ("", []))
        wrong += [invalid(path, segment, f'validating label "{label}": {problem}') for problem in found]
        if segment is domain and "." not in domain:
            wrong.append(invalid(path, domain, "should be a domain with at least two segments separated by dots"))
    return [*wrong, too_long(path, _LONGEST_SIGNER)] if len(name.encode()) > _LONGEST_SIGNER else wrong


def validate_decision(new: Obj, old: Obj, subresource: str) -> list[FieldError]:
    """Of a changed status. Mirrors ValidateCertificateSigningRequestStatusUpdate, and that of approvals."""
    wrong = _wrong_certificate(new, old) if subresource == "status" else []
    wrong += _wrong_conditions(new)
    for kind in _FINAL:
        before, after = _conditions_of(old, kind), _conditions_of(new, kind)
        if len(after) < len(before):
            wrong.append(forbidden("status.conditions", f'updates may not remove a condition of type "{kind}"'))
    for kind in _FINAL[:2] if subresource == "status" else ():
        if len(_conditions_of(new, kind)) > len(_conditions_of(old, kind)):
            wrong.append(forbidden("status.conditions", f'updates may not add a condition of type "{kind}"'))
    return wrong


def _wrong_certificate(new: Obj, old: Obj) -> list[FieldError]:
    given, before = ((obj.get("status") or {}).get("certificate") or "" for obj in (new, old))
    if given == before or not given:
        return []
    if not any(block.type == "CERTIFICATE" for block in decode_all(b64decode(given))):
        return [invalid("status.certificate", "<certificate data>", "must contain at least one CERTIFICATE PEM block")]
    if before:
        return [forbidden("status.certificate", "updates may not modify existing certificate content")]
    return []


def _wrong_conditions(obj: Obj) -> list[FieldError]:
    """Mirrors validateConditions."""
    wrong: list[FieldError] = []
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        path, status = f"status.conditions[{index}].status", condition.get("status") or ""
        allowed = ("True",) if condition.get("type") in _FINAL else ("False", "True", "Unknown")
        if not status:
            wrong.append(required(path))
        elif status not in allowed:
            wrong.append(not_supported(path, status, allowed))
    return wrong


def _conditions_of(obj: Obj, kind: str) -> list[Obj]:
    return [one for one in (obj.get("status") or {}).get("conditions") or () if one.get("type") == kind]
