"""Whose a token is: one of a service account, as long as that and what else it is bound to are there.

Mirrors pkg/serviceaccount (jwt.go, and Validate of claims.go).
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, parse_time
from kubesim.api.well_known import CREDENTIAL_ID_KEY
from kubesim.cluster.identity import SERVICE_ACCOUNTS, Identity
from kubesim.cluster.service_account_tokens import ISSUER, claims_in
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster.cluster import Cluster

_LEEWAY = 60 * SECOND  # for so long (ms) what is being deleted still counts
_INVALIDATED = "service account token has been invalidated"
_EXTRA = "authentication.kubernetes.io"


class TokenError(Exception):
    """The token is nobody's; its text says why, and is empty where it is no token of this cluster."""


class Reviewed(NamedTuple):
    """Whose a token is, and those of the asked audiences that it is for."""

    user: Identity
    audiences: list[str]


def reviewed(cluster: Cluster, token: str, asked: Sequence[str] = ()) -> Reviewed:
    """Who shows a token, to one of some audiences (the API server if none is named); TokenError."""
    claims = claims_in(token, cluster.seed)
    if claims is None:
        raise TokenError("")
    asked = asked or (ISSUER,)
    audiences = [one for one in asked if one in claims["aud"]]
    if not audiences:
        own, others = (f"[{' '.join(quote(one) for one in some)}]" for some in (claims["aud"], asked))
        raise TokenError(f"token audiences {own} is invalid for the target audiences {others}")
    if claims["exp"] * SECOND + _LEEWAY < cluster.now:
        raise TokenError("service account token has expired")
    return Reviewed(_owner(cluster, claims), audiences)


def _owner(cluster: Cluster, claims: Obj) -> Identity:
    about = claims["kubernetes.io"]
    namespace, account = about["namespace"], about["serviceaccount"]
    found = cluster.find("ServiceAccount", namespace, account["name"])
    if found is None:
        raise TokenError(f'serviceaccounts "{account["name"]}" not found')
    if found["metadata"]["uid"] != account["uid"]:
        own = found["metadata"]["uid"]
        raise TokenError(f"service account UID ({own}) does not match claim ({account['uid']})")
    if _is_gone(cluster, found):
        raise TokenError(f"service account {namespace}/{account['name']} has been deleted")
    if "secret" in about:
        _require(cluster, "Secret", namespace, about["secret"], "secret UID ({}) does not match service account secret")
    if "pod" in about:
        _require(cluster, "Pod", namespace, about["pod"], "pod UID ({}) does not match service account pod")
    elif "node" in about:
        _require(cluster, "Node", "", about["node"], "node UID ({}) does not match service account node")
    groups = (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}", "system:authenticated")
    return Identity(claims["sub"], groups, account["uid"], tuple(_extra(claims)))


def _require(cluster: Cluster, kind: str, namespace: str, bound: Obj, mismatch: str) -> None:
    """TokenError unless what a token is bound to is there."""
    found = cluster.find(kind, namespace, bound["name"])
    if found is None or (found["metadata"]["uid"] == bound["uid"] and _is_gone(cluster, found)):
        raise TokenError(_INVALIDATED)
    if found["metadata"]["uid"] != bound["uid"]:
        raise TokenError(f"{mismatch.format(found['metadata']['uid'])} ref claim ({bound['uid']})")


def _is_gone(cluster: Cluster, obj: Obj) -> bool:
    at = obj["metadata"].get("deletionTimestamp")
    return bool(at) and parse_time(at) < cluster.now - _LEEWAY


def _extra(claims: Obj) -> list[tuple[str, tuple[str, ...]]]:
    """What is known of the user beside its name. Mirrors ServiceAccountInfo.UserInfo."""
    found: list[tuple[str, tuple[str, ...]]] = [(CREDENTIAL_ID_KEY, (f"JTI={claims['jti']}",))]
    for kind in ("node", "pod"):
        bound = claims["kubernetes.io"].get(kind)
        if bound:
            found.append((f"{_EXTRA}/{kind}-name", (bound["name"],)))
            if bound.get("uid"):
                found.append((f"{_EXTRA}/{kind}-uid", (bound["uid"],)))
    return found
