"""Who asks: the administrator that kubeadm makes, or whom --as names."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.well_known import CREDENTIAL_ID_KEY
from kubesim.cluster.rbac import ADMINISTRATORS, Identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cluster import Cluster

ADMINISTRATOR = "kubernetes-admin"
AUTHENTICATED = "system:authenticated"


def identity_of(inv: Invocation, cluster: Cluster) -> Identity:
    """Who the command line says that asks."""
    name, groups, uid = str(inv.flag("as")), list(inv.flag("as-group")), str(inv.flag("as-uid"))
    extra = list(inv.flag("as-user-extra"))
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
    for key, _, value in (text.partition("=") for text in extra):
        values[key] = (*values.get(key, ()), value)
    return Identity(name, tuple(groups), uid, tuple(values.items()))


def user_info(identity: Identity) -> Obj:
    """What the API server writes of a user. Mirrors authentication/v1 UserInfo."""
    user: Obj = {"username": identity.name}
    if identity.uid:
        user["uid"] = identity.uid
    user["groups"] = list(identity.groups)
    if identity.extra:
        user["extra"] = {key: list(values) for key, values in identity.extra}
    return user
