"""What roles and their bindings allow. Mirrors plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation."""

from __future__ import annotations

from kubesim import errors
from kubesim.cluster.identity import MASTERS, Identity
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Reader

RBAC = "rbac.authorization.k8s.io"
EVERY = "*"
ADMINISTRATOR_RULES: tuple[Obj, ...] = (
    {"verbs": [EVERY], "apiGroups": [EVERY], "resources": [EVERY]},
    {"verbs": [EVERY], "nonResourceURLs": [EVERY]},
)


class Action(NamedTuple):
    """What a user wants to do: with a resource, or, where ``url`` is given, with a path of the server's.

    ``fields`` is the field selector of a list.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    url: str = ""
    fields: str = ""


class Grant(NamedTuple):
    """A rule with what grants it, or, without one, why a binding grants nothing: its role is not there."""

    rule: Obj | None
    source: str = ""
    error: str = ""


def rules_for(cluster: Reader, identity: Identity, namespace: str) -> list[Obj]:
    """Everything that a user is allowed, in a namespace or, for the empty one, cluster-wide."""
    return [grant.rule for grant in _grants(cluster, identity, namespace) if grant.rule is not None]


class Decision(NamedTuple):
    """Whether somebody may do something, and why; for administrators that is empty. Mirrors authorizer.Decision."""

    is_allowed: bool
    reason: str = ""


def decide(cluster: Reader, identity: Identity, namespace: str, action: Action) -> Decision:
    """Mirrors RBACAuthorizer's Authorize."""
    wrong: list[str] = []
    for grant in _grants(cluster, identity, namespace):
        if grant.rule is None:
            wrong.append(grant.error)
        elif _covers(grant.rule, action):
            return Decision(True, grant.source and f"RBAC: allowed by {grant.source}")
    wrong = list(dict.fromkeys(wrong))
    if not wrong:
        return Decision(False)
    return Decision(False, f"RBAC: {wrong[0] if len(wrong) == 1 else '[' + ', '.join(wrong) + ']'}")


def _grants(cluster: Reader, identity: Identity, namespace: str) -> Iterator[Grant]:
    """The rules, each with what grants it."""
    if MASTERS in identity.groups:
        yield from map(Grant, ADMINISTRATOR_RULES)
    is_bound = False
    for grant in _bound_rules(cluster, identity, namespace):
        is_bound = is_bound or grant.rule in ADMINISTRATOR_RULES
        yield grant
    if identity.is_administrator and not is_bound:  # a bare cluster does not bind the group of its administrators
        yield from map(Grant, ADMINISTRATOR_RULES)


def allows(rules: list[Obj], action: Action) -> bool:
    """Whether one of the rules allows it."""
    return any(_covers(rule, action) for rule in rules)


def _bound_rules(cluster: Reader, identity: Identity, namespace: str) -> Iterator[Grant]:
    bindings = cluster.list("ClusterRoleBinding")
    if namespace:
        bindings = [*bindings, *cluster.list("RoleBinding", namespace)]
    for binding in bindings:
        subject = next((one for one in binding.get("subjects") or () if _is(one, identity)), None)
        if subject is not None:
            source = _source(binding, subject)
            role = referenced_role(cluster, binding["roleRef"], namespace)
            if role is None:
                yield Grant(None, source, missing_role(binding["roleRef"]).message)
            else:
                yield from (Grant(rule, source) for rule in role.get("rules") or ())


def referenced_role(cluster: Reader, reference: Obj, namespace: str) -> Obj | None:
    """The role that a binding in that namespace refers to."""
    place = "" if reference["kind"] == "ClusterRole" else namespace
    return cluster.find(reference["kind"], place, reference["name"])


def missing_role(reference: Obj) -> errors.StatusError:
    """What is wrong where that role is not there."""
    return errors.not_found(reference["kind"].lower(), RBAC, reference["name"])


def _source(binding: Obj, subject: Obj) -> str:
    """``RoleBinding "b/default" of Role "r" to User "jane"``."""
    meta, role = binding["metadata"], binding["roleRef"]
    name = f"{meta['name']}/{meta['namespace']}" if "namespace" in meta else meta["name"]
    is_account = subject["kind"] == "ServiceAccount"
    whom = f"{subject['name']}/{subject['namespace']}" if is_account else subject["name"]
    return f'{binding["kind"]} "{name}" of {role["kind"]} "{role["name"]}" to {subject["kind"]} "{whom}"'


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


def covers_rule(owned: Obj, one: Obj) -> bool:
    """Whether a rule allows what another does, that has one verb for one resource or one URL. Mirrors ruleCovers."""
    verb = one["verbs"][0]
    if "nonResourceURLs" in one:
        return _covers(owned, Action(verb, url=one["nonResourceURLs"][0]))
    resource, _, subresource = one["resources"][0].partition("/")
    names = one.get("resourceNames") or [""]
    return _covers(owned, Action(verb, one["apiGroups"][0], resource, subresource, names[0]))


def _covers_resource(rule: Obj, action: Action) -> bool:
    resources = rule.get("resources") or ()
    whole = f"{action.resource}/{action.subresource}" if action.subresource else action.resource
    return any(wanted in resources for wanted in (EVERY, whole, f"{EVERY}/{action.subresource}"))


def _matches_url(pattern: str, url: str) -> bool:
    return pattern in (EVERY, url) or (pattern.endswith(EVERY) and url.startswith(pattern[:-1]))
