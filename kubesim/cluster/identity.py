"""Users as the API server knows them: the administrator that kubeadm makes, and those that are impersonated."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.well_known import CREDENTIAL_ID_KEY
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

ADMINISTRATOR = "kubernetes-admin"
#: The groups that may do everything.
MASTERS = "system:masters"
ADMINISTRATORS = ("kubeadm:cluster-admins", MASTERS)
SERVICE_ACCOUNTS = "system:serviceaccounts"
_AUTHENTICATED, _UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
_ANONYMOUS = "system:anonymous"
#: What the names of nodes as users begin with, and their group.
NODE_PREFIX, NODES = "system:node:", "system:nodes"


class Identity(NamedTuple):
    """A user as the API server knows them. Mirrors authentication/v1 UserInfo."""

    name: str
    groups: tuple[str, ...]
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_administrator(self) -> bool:
        """Whether everything is allowed."""
        return any(group in ADMINISTRATORS for group in self.groups)


def administrator(seed: int) -> Identity:
    """The user of the kubeconfig that kubeadm writes, in the cluster of that seed."""
    digest = hex_digest(seed, ADMINISTRATOR)[:64]
    return Identity(
        ADMINISTRATOR, (ADMINISTRATORS[0], _AUTHENTICATED), extra=((CREDENTIAL_ID_KEY, (f"X509SHA256={digest}",)),)
    )


def controller(account: str) -> Identity:
    """The controller with that ServiceAccount of kube-system, or, by its own name, what runs all of them."""
    if account == "kube-controller-manager":
        return Identity(f"system:{account}", (_AUTHENTICATED,))
    return Identity(
        f"system:serviceaccount:kube-system:{account}",
        (SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:kube-system", _AUTHENTICATED),
    )


def impersonated(name: str, groups: Iterable[str], uid: str, extra: Iterable[str]) -> Identity:
    """The user that a request impersonates; ``extra`` has ``key=value``. Mirrors WithImpersonation."""
    known = list(groups)
    account = name.removeprefix("system:serviceaccount:").split(":")
    if len(account) == 2 and name.count(":") == 3 and not known:
        known = [SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{account[0]}"]
    elif name.startswith(NODE_PREFIX) and not known:
        known = [NODES]
    usual = (_UNAUTHENTICATED,) if name == _ANONYMOUS else (_AUTHENTICATED, _UNAUTHENTICATED)
    if not any(group in known for group in usual):
        known.append(usual[0])
    values: dict[str, tuple[str, ...]] = {}
    for key, _, value in (text.partition("=") for text in extra):
        values[key] = (*values.get(key, ()), value)
    return Identity(name, tuple(known), uid, tuple(values.items()))


def user_info(identity: Identity) -> Obj:
    """What the API server writes of a user. Mirrors authentication/v1 UserInfo."""
    user: Obj = {"username": identity.name}
    if identity.uid:
        user["uid"] = identity.uid
    user["groups"] = list(identity.groups)
    if identity.extra:
        user["extra"] = {key: list(values) for key, values in identity.extra}
    return user
