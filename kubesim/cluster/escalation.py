"""Who grants rights must have them: roles and bindings that would give more are refused.

Mirrors pkg/registry/rbac's policybased storages, and ConfirmNoEscalation of its validation.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import dig, with_metadata
from kubesim.cluster.identity import MASTERS
from kubesim.cluster.rbac import (
    ADMINISTRATOR_RULES,
    RBAC,
    Action,
    allows,
    covers_rule,
    referenced_role,
    rules_for,
)
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.identity import Identity
    from kubesim.kinds import Names
    from kubesim.kinds.base import Reader

_AGGREGATION = "must have cluster-admin privileges to use the aggregationRule"
_FIELDS = ("apiGroups", "resources", "nonResourceURLs", "resourceNames", "verbs")


def refuse_escalation(cluster: Reader, identity: Identity, names: Names, new: Obj, old: Obj | None = None) -> None:
    """StatusError Forbidden where the user does not have what a role or a binding would grant."""
    if MASTERS in identity.groups or (old is not None and _is_released_only(new, old)):
        return
    meta = new["metadata"]
    namespace, name = meta.get("namespace", ""), meta.get("name", "")
    own = rules_for(cluster, identity, namespace)
    if "roleRef" in new:
        reference = new["roleRef"]
        if allows(own, Action("bind", RBAC, f"{reference['kind'].lower()}s", name=reference["name"])):
            return
        role = referenced_role(cluster, reference, namespace)
        if role is None:
            raise errors.not_found(names.plural, names.group, reference["name"])
        granted = role.get("rules") or ()
    else:
        if allows(own, Action("escalate", RBAC, names.plural, name="" if old is None else name)):
            return
        granted = new.get("rules") or ()
    missing = [rule for rule in _broken_down(granted) if not any(covers_rule(mine, rule) for mine in own)]
    if missing:
        raise errors.forbidden(names.plural, names.group, name, _attempt(identity, missing))
    if _aggregates(new) or _aggregates(old or {}):
        full = _broken_down(ADMINISTRATOR_RULES)
        if not all(any(covers_rule(mine, rule) for mine in own) for rule in full):
            raise errors.forbidden(names.plural, names.group, name, _AGGREGATION)


def _is_released_only(new: Obj, old: Obj) -> bool:
    """Whether only owners and finalizers change. Mirrors IsOnlyMutatingGCFields."""
    kept = {field: old["metadata"].get(field) for field in ("finalizers", "managedFields", "ownerReferences")}
    return with_metadata(new, **kept) == with_metadata(old, **kept)


def _aggregates(role: Obj) -> bool:
    return bool(dig(role, "aggregationRule", "clusterRoleSelectors"))


def _attempt(identity: Identity, missing: Iterable[Obj]) -> str:
    lines = sorted({_compact_text(rule) for rule in _compacted(missing)})
    whom = f"user {quote(identity.name)} (groups={_quoted(identity.groups)})"
    return "\n".join([f"{whom} is attempting to grant RBAC permissions not currently held:", *lines])


def _broken_down(rules: Iterable[Obj]) -> Iterator[Obj]:
    """Rules of one verb for one resource, or for one URL. Mirrors BreakdownRule."""
    for rule in rules:
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                for verb in rule["verbs"]:
                    one = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
                    for name in rule.get("resourceNames") or (None,):
                        yield {**one, "resourceNames": [name]} if name else one
        for url in rule.get("nonResourceURLs") or ():
            yield from ({"nonResourceURLs": [url], "verbs": [verb]} for verb in rule["verbs"])


def _compacted(rules: Iterable[Obj]) -> list[Obj]:
    """The rules of one resource together, with all their verbs. Mirrors CompactRules."""
    others: list[Obj] = []
    of_resources: dict[tuple[str, ...], Obj] = {}
    for rule in rules:
        if "resources" not in rule:
            others.append(rule)
            continue
        key = (rule["apiGroups"][0], rule["resources"][0], *rule.get("resourceNames", ()))
        whole = of_resources.setdefault(key, {**rule, "verbs": []})
        whole["verbs"] += rule["verbs"]
    return [*others, *of_resources.values()]


def _compact_text(rule: Obj) -> str:
    """``{APIGroups:[""], Resources:["pods"], Verbs:["get"]}``. Mirrors CompactString."""
    called = ("APIGroups", "Resources", "NonResourceURLs", "ResourceNames", "Verbs")
    fields = zip(called, _FIELDS, strict=True)
    return f"{{{', '.join(f'{title}:{_quoted(rule[field])}' for title, field in fields if rule.get(field))}}}"


def _quoted(texts: Iterable[str]) -> str:
    return f"[{' '.join(map(quote, texts))}]"
