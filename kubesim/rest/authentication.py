"""Who asks: the administrator, whom a service account's token names, or whom somebody else is to be taken for.

Mirrors apiserver's authentication and impersonation filters.
"""

from __future__ import annotations

from kubesim.cluster.identity import Identity, impersonated
from kubesim.errors import StatusError, forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.rest.request import Request

_AS = "impersonate-"
_ANONYMOUS = Identity("system:anonymous", ("system:unauthenticated",))


def identity_of(cluster: Cluster, request: Request) -> Identity | None:
    """The user who asks, None for the administrator; StatusError Unauthorized, Forbidden."""
    token = request.header("authorization")
    user = _of_token(cluster, token.partition(" ")[2].strip()) if token.lower().startswith("bearer ") else None
    if user is None and request.is_anonymous:
        user = _ANONYMOUS
    name = request.header(f"{_AS}user")
    if not name:
        return user
    if user is not None:
        _require_impersonation(cluster, user, name)
    groups = [group.strip() for group in request.header(f"{_AS}group").split(",") if group.strip()]
    extra = [
        f"{header.removeprefix(f'{_AS}extra-')}={value}"
        for header, value in request.headers.items()
        if header.startswith(f"{_AS}extra-")
    ]
    return impersonated(name, groups, request.header(f"{_AS}uid"), extra)


def _require_impersonation(cluster: Cluster, user: Identity, name: str) -> None:
    from kubesim.cluster.rbac import Action, allows, rules_for

    if not allows(rules_for(cluster, user, ""), Action("impersonate", "", "users", "", name)):
        why = f'User "{user.name}" cannot impersonate resource "users" in API group "" at the cluster scope'
        raise forbidden("users", "", name, why)


def _of_token(cluster: Cluster, token: str) -> Identity:
    """The service account that a token is of."""
    from kubesim.cluster.token_reviews import TokenError, reviewed

    try:
        return reviewed(cluster, token).user
    except TokenError:
        raise StatusError("Unauthorized", "Unauthorized", 401) from None
