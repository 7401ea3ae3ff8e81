"""Requests for tokens of service accounts. Mirrors pkg/registry/core/serviceaccount/storage/token.go."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import SECOND, Obj, rfc3339
from kubesim.cluster import admission
from kubesim.cluster.service_account_tokens import ISSUER, claims_of, token_with
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client

BOUND_KINDS = ("Node", "Pod", "Secret")

_HOUR = 3600
_SHORTEST, _LONGEST = 600, 2**32


def answered(client: Client, namespace: str, name: str, spec: Obj) -> Obj:
    """The TokenRequest with a token of a service account.

    StatusError NotFound for an account, or what it is to be bound to, that is not there; Conflict, Invalid.
    """
    request = _request(client, namespace, name, spec)
    admission.mutate(request, client)
    account = client.get("ServiceAccount", namespace, name)
    request.new["metadata"] |= {"creationTimestamp": rfc3339(client.now), "uid": account["metadata"]["uid"]}
    spec = request.new["spec"]
    seconds = spec.get("expirationSeconds") or _HOUR
    reference = spec.get("boundObjectRef") or None
    complete = {
        "audiences": spec.get("audiences") or [ISSUER],
        "expirationSeconds": seconds,
        "boundObjectRef": reference,
    }
    request.new["spec"] = complete
    if not _SHORTEST <= seconds <= _LONGEST:
        raise _bad_duration(seconds)
    admission.validate(request, client)
    bound = _bound(client, namespace, reference) if reference else None
    complete = {**complete, "boundObjectRef": bound}
    expires = client.now + seconds * SECOND
    status = {"token": _token(client, account, complete), "expirationTimestamp": rfc3339(expires)}
    return {**request.new, "spec": complete, "status": status}


def _request(client: Client, namespace: str, name: str, spec: Obj) -> admission.Attributes:
    """What admission plugins are asked about."""
    meta = {"name": name, "namespace": namespace, "creationTimestamp": None}
    obj = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": meta, "spec": spec}
    names = client.kinds.names_of("ServiceAccount")
    return admission.Attributes(admission.CREATE, names, namespace, name, obj, None, "token")


def _bad_duration(seconds: int) -> errors.StatusError:
    from kubesim.api import fields

    limit = "may not specify a duration less than 10 minutes"
    if seconds > _LONGEST:
        limit = "may not specify a duration larger than 2^32 seconds"
    wrong = fields.invalid("spec.expirationSeconds", seconds, limit)
    return errors.invalid("TokenRequest", "authentication.k8s.io", "", (wrong.cause(),))


def _bound(client: Client, namespace: str, reference: Obj) -> Obj:
    """The object that the token is bound to; StatusError if it does not exist, or has another UID."""
    kind, name, uid = reference["kind"], reference["name"], reference.get("uid", "")
    if kind not in BOUND_KINDS:
        version = reference.get("apiVersion", "")
        type_ = f"{version if '/' in version else f'/{version}'}, Kind={kind}"
        raise errors.bad_request(f"cannot bind token to object of type {type_}")
    names = built_in(kind)
    found = client.get(names.key, namespace if names.namespaced else "", name)["metadata"]["uid"]
    if uid and uid != found:
        why = f"the UID in the bound object reference ({uid}) does not match the UID in record."
        why += " The object might have been deleted and then recreated"
        raise errors.conflict(names.plural, names.group, name, why)
    return {"kind": kind, "apiVersion": names.api_version, "name": name, "uid": found}


def _token(client: Client, account: Obj, spec: Obj) -> str:
    reference = spec["boundObjectRef"]
    bound = {reference["kind"].lower(): {"name": reference["name"], "uid": reference["uid"]}} if reference else {}
    if "pod" in bound:
        pod = client.get("Pod", account["metadata"]["namespace"], reference["name"])
        bound |= _node_of(client, pod["spec"].get("nodeName", ""))
    identity = client.cluster.new_uid()
    claims = claims_of(account, spec["audiences"], client.now, spec["expirationSeconds"], bound, identity)
    return token_with(claims, client.cluster.seed)


def _node_of(client: Client, name: str) -> dict[str, Obj]:
    """What a pod's token says of its node: only the name where the node is not there."""
    if not name:
        return {}
    node = client.cluster.find("Node", "", name)
    return {"node": {"name": name, **({"uid": node["metadata"]["uid"]} if node else {})}}
