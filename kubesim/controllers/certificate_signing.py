"""What kube-controller-manager does with CertificateSigningRequests: approves kubelets', signs, and clears away.

Mirrors pkg/controller/certificates: approver/sarapprove.go, signer/signer.go and cleaner/cleaner.go.
"""

from __future__ import annotations

from base64 import b64encode

from kubesim.api.meta import Key, Obj, dig, parse_time, rfc3339
from kubesim.kinds.validation.certificate_signing_request import parse_csr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster
    from kubesim.golang.x509.request import CertificateRequest

CLIENT, KUBELET_CLIENT, KUBELET_SERVING = (
    f"kubernetes.io/{name}" for name in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving")
)
_HOUR = 3_600_000
_KEPT = {"Denied": _HOUR, "Failed": _HOUR}
_PENDING_KEPT = 24 * _HOUR
_LONGEST = 365 * 24 * _HOUR  # --cluster-signing-duration
_SHORTEST = 600_000
_BACKDATE = 300_000
_SHORT_LIVED = 8 * _HOUR

_KEY_USAGES = (
    *("digital signature", "content commitment", "key encipherment", "data encipherment", "key agreement"),
    *("cert sign", "crl sign", "encipher only", "decipher only"),
)
# By what each is called, in Go's order.
_EXTENDED_USAGES = {
    "any": "2.5.29.37.0",
    "server auth": "1.3.6.1.5.5.7.3.1",
    "client auth": "1.3.6.1.5.5.7.3.2",
    "code signing": "1.3.6.1.5.5.7.3.3",
    "email protection": "1.3.6.1.5.5.7.3.4",
    "s/mime": "1.3.6.1.5.5.7.3.4",
    "ipsec end system": "1.3.6.1.5.5.7.3.5",
    "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
    "ipsec user": "1.3.6.1.5.5.7.3.7",
    "timestamping": "1.3.6.1.5.5.7.3.8",
    "ocsp signing": "1.3.6.1.5.5.7.3.9",
    "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
    "netscape sgc": "2.16.840.1.113730.4.1",
}
_BASE_USAGES = frozenset(("digital signature", "key encipherment"))


class CertificateSigningController:
    """The approver, the signers and the cleaner."""

    name = "csrsigning"
    kind = "CertificateSigningRequest"
    rank = 72

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {self.kind: lambda _, change: (change.key,)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        csr = cluster.find(*key)
        if csr is None:
            return None
        ends = _end_of(csr)
        if ends <= cluster.now:
            cluster.delete(*key)
            return None
        conditions = {condition["type"] for condition in _conditions(csr)}
        if dig(csr, "status", "certificate") or conditions & {"Denied", "Failed"}:
            return ends
        request = parse_csr(csr["spec"]["request"])
        if "Approved" in conditions:
            _sign(cluster, csr, request)
        elif message := _approval_of(cluster, csr, request):
            _add_condition(cluster, csr, "Approved", "AutoApproved", message)
        return ends


def _conditions(csr: Obj) -> Sequence[Obj]:
    found: Sequence[Obj] = dig(csr, "status", "conditions", default=())
    return found


def _end_of(csr: Obj) -> int:
    """The instant (ms) at which the cleaner deletes a request; upstream's looks once an hour."""
    is_issued = bool(dig(csr, "status", "certificate"))
    ends = [
        parse_time(condition["lastUpdateTime"]) + _KEPT.get(condition["type"], _HOUR if is_issued else _PENDING_KEPT)
        for condition in _conditions(csr)
        if condition["type"] in ("Approved", "Denied", "Failed") and condition.get("lastUpdateTime")
    ]
    return min(ends) if ends else parse_time(csr["metadata"]["creationTimestamp"]) + _PENDING_KEPT


def _approval_of(cluster: Cluster, csr: Obj, request: CertificateRequest) -> str:
    """Why a kubelet's request is approved at once; empty where it is not. Mirrors sarApprover."""
    from kubesim.cluster.identity import Identity
    from kubesim.cluster.rbac import Action, decide

    spec = csr["spec"]
    if spec["signerName"] != KUBELET_CLIENT or _problem_of_kubelet_client(request, spec["usages"]):
        return ""
    user = Identity(spec.get("username", ""), tuple(spec.get("groups") or ()))
    group, plural = "certificates.k8s.io", "certificatesigningrequests"
    is_own = user.name == request.common_name
    ways = [("selfnodeclient", "self kubelet client")] if is_own else []
    for subresource, what in (*ways, ("nodeclient", "kubelet client")):
        if decide(cluster, user, "", Action("create", group, plural, subresource, "")).is_allowed:
            return f"Auto approving {what} certificate after SubjectAccessReview."
    return ""


def _add_condition(cluster: Cluster, csr: Obj, type_: str, reason: str, message: str) -> None:
    now = rfc3339(cluster.now)
    condition = {
        "lastTransitionTime": now,
        "lastUpdateTime": now,
        "message": message,
        "reason": reason,
        "status": "True",
        "type": type_,
    }
    cluster.update_status(csr, {**csr["status"], "conditions": [*_conditions(csr), condition]})


def _sign(cluster: Cluster, csr: Obj, request: CertificateRequest) -> None:
    """Issue the certificate, or say why the signer does not; other signers' requests wait. Mirrors signer.handle."""
    rules = {
        CLIENT: _problem_of_client,
        KUBELET_CLIENT: _problem_of_kubelet_client,
        KUBELET_SERVING: _problem_of_server,
    }
    rule = rules.get(csr["spec"]["signerName"])
    if rule is None:
        return
    problem = rule(request, csr["spec"]["usages"])
    if problem:
        _add_condition(cluster, csr, "Failed", "SignerValidationFailure", problem)
        return
    certificate = b64encode(_certificate(csr, request, cluster.now)).decode()
    cluster.update_status(csr, {**csr["status"], "certificate": certificate})


def _certificate(csr: Obj, request: CertificateRequest, now: int) -> bytes:
    """The certificate in PEM. Mirrors CertificateAuthority.Sign with its PermissiveSigningPolicy."""
    import hashlib

    from kubesim.cluster.certificate_authority import KEY, SUBJECT
    from kubesim.golang.x509 import pem
    from kubesim.golang.x509.certificate import Template, create_certificate

    asked = csr["spec"].get("expirationSeconds")
    lasts = _LONGEST if asked is None else min(max(asked * 1000, _SHORTEST), _LONGEST)
    usages = {"digital signature" if usage == "signing" else usage for usage in csr["spec"]["usages"]}
    template = Template(
        serial=int.from_bytes(hashlib.sha256(csr["metadata"]["uid"].encode()).digest()[:16], "big"),
        subject=request.subject,
        public_key=request.public_key.raw,
        not_before=now - _BACKDATE,
        not_after=now + (lasts if lasts < _SHORT_LIVED else lasts - _BACKDATE),
        key_usage=sum(1 << bit for bit, usage in enumerate(_KEY_USAGES) if usage in usages),
        extended_usages=tuple(dict.fromkeys(oid for usage, oid in _EXTENDED_USAGES.items() if usage in usages)),
        alt_names=request.alt_names,
    )
    return pem.encode(pem.CERTIFICATE, create_certificate(template, SUBJECT, KEY))


def _problem_of_client(_request: CertificateRequest, usages: Sequence[str]) -> str:
    """Mirrors validAPIServerClientUsages."""
    for usage in usages:
        if usage not in _BASE_USAGES and usage != "client auth":
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _problem_of_kubelet_client(request: CertificateRequest, usages: Sequence[str]) -> str:
    """Mirrors ValidateKubeletClientCSR."""
    from kubesim.golang.x509.names import DNS_NAME, EMAIL, IP_ADDRESS, URI

    if request.organizations != ["system:nodes"]:
        return "subject organization is not system:nodes"
    for tag, what in ((DNS_NAME, "DNS"), (EMAIL, "Email"), (IP_ADDRESS, "IP"), (URI, "URI")):
        if request.alt_names.get(tag):
            return f"{what} subjectAltNames are not allowed"
    if not request.common_name.startswith("system:node:"):
        return "subject common name does not begin with system:node:"
    return _problem_of_usages(usages, "client auth")


def _problem_of_server(request: CertificateRequest, usages: Sequence[str]) -> str:
    """Mirrors ValidateKubeletServingCSR."""
    from kubesim.golang.x509.names import DNS_NAME, EMAIL, IP_ADDRESS, URI

    if request.organizations != ["system:nodes"]:
        return "subject organization is not system:nodes"
    if not request.alt_names.get(DNS_NAME) and not request.alt_names.get(IP_ADDRESS):
        return "DNS or IP subjectAltName is required"
    for tag, what in ((EMAIL, "Email"), (URI, "URI")):
        if request.alt_names.get(tag):
            return f"{what} subjectAltNames are not allowed"
    problem = _problem_of_usages(usages, "server auth")
    if problem or request.common_name.startswith("system:node:"):
        return problem
    return "subject common name does not begin with system:node:"


def _problem_of_usages(usages: Sequence[str], purpose: str) -> str:
    wanted = {*_BASE_USAGES, purpose}
    if set(usages) in (wanted, wanted - {"key encipherment"}):
        return ""
    return f"usages did not match [{' '.join(sorted(wanted))}]"
