"""Who may do what: the authorizers of a kubeadm cluster, Node and RBAC, one after the other.

Mirrors apiserver's pkg/authorization/union.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.cluster import rbac
from kubesim.cluster.identity import NODE_PREFIX
from kubesim.cluster.rbac import Action, Decision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.identity import Identity
    from kubesim.kinds import Names
    from kubesim.kinds.base import Reader


def decide(cluster: Reader, identity: Identity, namespace: str, action: Action) -> Decision:
    """Whether somebody may do something; where nobody allows it, the reasons of all."""
    if not identity.name.startswith(NODE_PREFIX):
        return rbac.decide(cluster, identity, namespace, action)
    from kubesim.cluster.node_authorizer import node_of, refusal

    node = node_of(identity)
    why = refusal(cluster, node, namespace, action) if node and not action.url else ""
    if why is None:
        return Decision(True)
    decision = rbac.decide(cluster, identity, namespace, action)
    reasons = [reason for reason in (why, decision.reason) if reason]
    return decision if decision.is_allowed else Decision(False, "\n".join(reasons))


def require(
    cluster: Reader,
    identity: Identity,
    verb: str,
    names: Names,
    namespace: str | None,
    name: str,
    subresource: str,
    fields: str = "",
) -> None:
    """StatusError Forbidden unless the user may do that; in all namespaces for None. Mirrors WithAuthorization."""
    is_namespace = (names.group, names.plural) == ("", "namespaces")
    place = name if is_namespace else namespace or ""  # a request for a namespace is one in it
    decision = decide(cluster, identity, place, Action(verb, names.group, names.plural, subresource, name, "", fields))
    if decision.is_allowed:
        return
    resource = f"{names.plural}/{subresource}" if subresource else names.plural
    where = f'in the namespace "{place}"' if place else "at the cluster scope"
    why = f'User "{identity.name}" cannot {verb} resource "{resource}" in API group "{names.group}" {where}'
    if decision.reason:
        why += f": {decision.reason}"
    raise errors.forbidden(names.plural, names.group, name, why)
