"""Reviews: questions about users and what they may do, which the API server answers without storing them.

Mirrors pkg/registry/authorization and pkg/registry/authentication.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, dig, rfc3339
from kubesim.cluster.authorizer import decide
from kubesim.cluster.identity import Identity, user_info
from kubesim.cluster.rbac import Action, rules_for
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client

EITHER = "exactly one of nonResourceAttributes or resourceAttributes must be specified"


def reviewed(client: Client, obj: Obj) -> Obj:
    """The review with its answer; StatusError Invalid, Forbidden."""
    kind, meta = obj["kind"], obj.get("metadata") or {}
    client.authorize("create", kind, meta.get("namespace", ""))
    asking = client.user
    if kind == "SelfSubjectReview":
        meta = {**meta, "creationTimestamp": rfc3339(client.now)}
        status: Obj = {"userInfo": client.user_info()}
    elif kind == "SelfSubjectRulesReview":
        status = _rules(client, asking, dig(obj, "spec", "namespace", default=""))
        obj = {**obj, "spec": {}}
    elif kind == "TokenReview":
        status = _token(client, obj)
    else:
        status = _access(client, obj, asking)
    return {**obj, "metadata": meta, "status": status}


def _token(client: Client, obj: Obj) -> Obj:
    """Whose a token is."""
    from kubesim.cluster.token_reviews import TokenError
    from kubesim.cluster.token_reviews import reviewed as reviewed_token

    spec = obj.get("spec") or {}
    if not spec.get("token"):
        raise errors.bad_request("token is required for TokenReview in authentication")
    try:
        found = reviewed_token(client.cluster, spec.get("token", ""), spec.get("audiences") or ())
    except TokenError as error:
        why = f"[invalid bearer token, {error}]" if str(error) else "invalid bearer token"
        return {"user": {}, "error": why}
    return {"authenticated": True, "user": user_info(found.user), "audiences": found.audiences}


def _access(client: Client, obj: Obj, asking: Identity) -> Obj:
    spec = obj.get("spec") or {}
    if obj["kind"] != "SelfSubjectAccessReview":
        asking = Identity(spec.get("user", ""), tuple(spec.get("groups") or ()))
    _validate(obj, spec)
    resource, url = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes")
    action = (
        Action(url.get("verb", ""), url=url.get("path", ""))
        if url
        else Action(*(resource.get(field, "") for field in ("verb", "group", "resource", "subresource", "name")))
    )
    decision = decide(client, asking, resource.get("namespace", ""), action)
    return {"allowed": decision.is_allowed, **({"reason": decision.reason} if decision.reason else {})}


def _validate(obj: Obj, spec: Obj) -> None:
    wrong = []
    if "resourceAttributes" in spec and "nonResourceAttributes" in spec:
        wrong.append(("spec.nonResourceAttributes", "cannot be specified in combination with resourceAttributes"))
    if "resourceAttributes" not in spec and "nonResourceAttributes" not in spec:
        wrong.append(("spec.resourceAttributes", f"Invalid value: null: {EITHER}"))
    if obj["kind"] != "SelfSubjectAccessReview" and not spec.get("user") and not spec.get("groups"):
        wrong.append(("spec.user", 'Invalid value: "": at least one of user or group must be specified'))
    if wrong:
        causes = tuple(errors.Cause("FieldValueInvalid", message, field) for field, message in wrong)
        raise errors.invalid("", built_in(obj["kind"]).group, "", causes)


def _rules(client: Client, asking: Identity, namespace: str) -> Obj:
    """All that a user may do in a namespace."""
    if not namespace:
        raise errors.bad_request("no namespace on request")
    rules = rules_for(client, asking, namespace)
    return {
        "incomplete": False,
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "resourceRules": [rule for rule in rules if "nonResourceURLs" not in rule],
    }
