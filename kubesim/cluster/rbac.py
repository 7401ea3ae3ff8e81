"""What roles and their bindings allow. Mirrors plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation."""

from __future__ import annotations

from kubesim import errors
from kubesim.cluster.identity import SERVICE_ACCOUNTS, Identity
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names
    from kubesim.kinds.base import Reader

EVERY = "*"

# What every cluster allows all authenticated users: to ask about themselves, and for what is public.
BASIC_RULES: tuple[Obj, ...] = (
    {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
    {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": ["selfsubjectaccessreviews"]},
    {"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": ["selfsubjectrulesreviews"]},
    *(
        {"verbs": ["get"], "nonResourceURLs": [url]}
        for url in (
            *("/api/*", "/api", "/apis/*", "/apis", "/healthz", "/healthz", "/livez", "/livez", "/openapi/*"),
            *("/openapi", "/readyz", "/readyz", "/version/", "/version/", "/version", "/version"),
        )
    ),
)
# And what it allows ServiceAccounts: to find out how their tokens are signed.
ISSUER_RULE: Obj = {
    "verbs": ["get"],
    "nonResourceURLs": [
        f"{url}{slash}" for url in ("/.well-known/openid-configuration", "/openid/v1/jwks") for slash in ("", "/")
    ],
}
ADMINISTRATOR_RULES: tuple[Obj, ...] = (
    {"verbs": [EVERY], "apiGroups": [EVERY], "resources": [EVERY]},
    {"verbs": [EVERY], "nonResourceURLs": [EVERY]},
)


class Action(NamedTuple):
    """What a user wants to do: with a resource, or, where ``url`` is given, with a path of the server's."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    url: str = ""


def rules_for(cluster: Reader, identity: Identity, namespace: str) -> list[Obj]:
    """Everything that a user is allowed, in a namespace or, for the empty one, cluster-wide."""
    return [rule for rule, _ in _explained_rules(cluster, identity, namespace)]


def reason_for(cluster: Reader, identity: Identity, namespace: str, action: Action) -> str | None:
    """Why a user may do something, empty for administrators; None if they may not. Mirrors RBACAuthorizer."""
    for rule, grant in _explained_rules(cluster, identity, namespace):
        if _covers(rule, action):
            return grant and f"RBAC: allowed by {grant}"
    return None


def _explained_rules(cluster: Reader, identity: Identity, namespace: str) -> Iterator[tuple[Obj, str]]:
    """The rules, each with what grants it."""
    if identity.is_administrator:
        yield from ((rule, "") for rule in ADMINISTRATOR_RULES)
    yield from _bound_rules(cluster, identity, namespace)
    for rule in BASIC_RULES:
        role = "system:discovery" if "nonResourceURLs" in rule else "system:basic-user"
        yield rule, _usual_grant(role, "system:authenticated")
    if SERVICE_ACCOUNTS in identity.groups:
        yield ISSUER_RULE, _usual_grant("system:service-account-issuer-discovery", SERVICE_ACCOUNTS)


def _usual_grant(role: str, group: str) -> str:
    """A binding that every cluster has, of the role of its own name."""
    return f'ClusterRoleBinding "{role}" of ClusterRole "{role}" to Group "{group}"'


def allows(rules: list[Obj], action: Action) -> bool:
    """Whether one of the rules allows it."""
    return any(_covers(rule, action) for rule in rules)


def require(
    cluster: Reader, identity: Identity, verb: str, names: Names, namespace: str | None, name: str, subresource: str
) -> None:
    """StatusError Forbidden unless the user may do that; in all namespaces for None. Mirrors WithAuthorization."""
    place = namespace or ""
    if allows(rules_for(cluster, identity, place), Action(verb, names.group, names.plural, subresource, name)):
        return
    resource = f"{names.plural}/{subresource}" if subresource else names.plural
    where = f'in the namespace "{place}"' if place else "at the cluster scope"
    why = f'User "{identity.name}" cannot {verb} resource "{resource}" in API group "{names.group}" {where}'
    raise errors.forbidden(names.plural, names.group, name, why)


def _bound_rules(cluster: Reader, identity: Identity, namespace: str) -> Iterator[tuple[Obj, str]]:
    bindings = cluster.list("ClusterRoleBinding")
    if namespace:
        bindings = [*bindings, *cluster.list("RoleBinding", namespace)]
    for binding in bindings:
        subject = next((one for one in binding.get("subjects") or () if _is(one, identity)), None)
        if subject is not None:
            reference = binding["roleRef"]
            place = "" if reference["kind"] == "ClusterRole" else namespace
            role = cluster.find(reference["kind"], place, reference["name"])
            yield from ((rule, _grant(binding, subject)) for rule in (role or {}).get("rules") or ())


def _grant(binding: Obj, subject: Obj) -> str:
    """``RoleBinding "b/default" of Role "r" to User "jane"``."""
    meta, role = binding["metadata"], binding["roleRef"]
    name = f"{meta['name']}/{meta['namespace']}" if "namespace" in meta else meta["name"]
    who = f"{subject['name']}/{subject['namespace']}" if subject["kind"] == "ServiceAccount" else subject["name"]
    return f'{binding["kind"]} "{name}" of {role["kind"]} "{role["name"]}" to {subject["kind"]} "{who}"'


def _is(subject: Obj, identity: Identity) -> bool:
    if subject["kind"] == "User":
        return bool(subject["name"] == identity.name)
    if subject["kind"] == "Group":
        return subject["name"] in identity.groups
    return identity.name == f"system:serviceaccount:{subject.get('namespace', '')}:{subject['name']}"


def _covers(rule: Obj, action: Action) -> bool:
    verbs = rule.get("verbs") or ()
    if EVERY not in verbs and action.verb not in verbs:
        return False
    if action.url:
        return any(_matches_url(pattern, action.url) for pattern in rule.get("nonResourceURLs") or ())
    groups, names = rule.get("apiGroups") or (), rule.get("resourceNames")
    if EVERY not in groups and action.group not in groups:
        return False
    return _covers_resource(rule, action) and (not names or action.name in names)


def _covers_resource(rule: Obj, action: Action) -> bool:
    resources = rule.get("resources") or ()
    whole = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
    return any(wanted in resources for wanted in (EVERY, whole, f"{EVERY}/{action.subresource}"))


def _matches_url(pattern: str, url: str) -> bool:
    return pattern in (EVERY, url) or (pattern.endswith(EVERY) and url.startswith(pattern[:-1]))
