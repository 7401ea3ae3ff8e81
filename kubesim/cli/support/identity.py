"""The user of a request: the administrator that kubeadm makes, or the one that --as names."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.well_known import CREDENTIAL_ID_KEY
from kubesim.cluster.rbac import ADMINISTRATORS, Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.options import GlobalOptions
    from kubesim.cluster import Cluster

ADMINISTRATOR = "kubernetes-admin"
AUTHENTICATED = "system:authenticated"


def identity_of(asked: GlobalOptions, cluster: Cluster) -> Identity:
    """The user that the command line acts as."""
    name, groups = asked.as_, list(asked.as_group)
    if not name:
        digest = hex_digest(cluster.seed, ADMINISTRATOR)[:64]
        return Identity(
            ADMINISTRATOR, (ADMINISTRATORS[0], AUTHENTICATED), extra=((CREDENTIAL_ID_KEY, (f"X509SHA256={digest}",)),)
        )
    if name.startswith("system:serviceaccount:"):
        namespace = name.split(":")[2]
        groups += ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    if name != "system:anonymous" and AUTHENTICATED not in groups:
        groups.append(AUTHENTICATED)
    values: dict[str, tuple[str, ...]] = {}
    for key, _, value in (text.partition("=") for text in asked.as_user_extra):
        values[key] = (*values.get(key, ()), value)
    return Identity(name, tuple(groups), asked.as_uid, tuple(values.items()))


def user_info(identity: Identity) -> Obj:
    """The user as the API server writes it. Mirrors authentication/v1 UserInfo."""
    user: Obj = {"username": identity.name}
    if identity.uid:
        user["uid"] = identity.uid
    user["groups"] = list(identity.groups)
    if identity.extra:
        user["extra"] = {key: list(values) for key, values in identity.extra}
    return user
