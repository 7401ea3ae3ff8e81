"""The description of a Role or a ClusterRole. Mirrors RoleDescriber and ClusterRoleDescriber."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_labels
from kubesim.kubectl.describe.writer import Description
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.kinds.base import Reader


class _Grant(NamedTuple):
    """Verbs on one resource, or on one URL."""

    resource: str
    group: str
    url: str
    name: str


def describe_role(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """A Role or a ClusterRole."""
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("PolicyRule:")
    w.line("Resources", "Non-Resource URLs", "Resource Names", "Verbs", level=1)
    w.line("---------", "-----------------", "--------------", "-----", level=1)
    for grant, verbs in sorted(_compacted(obj.get("rules") or ()), key=_as_text):
        w.line(_resource(grant), f"[{grant.url}]", f"[{grant.name}]", f"[{' '.join(verbs)}]", level=1)
    return w.text()


def _compacted(rules: Iterable[Obj]) -> list[tuple[_Grant, list[str]]]:
    """The rules broken down to one resource each, those of one resource joined. Mirrors BreakdownRule, CompactRules."""
    joined: dict[_Grant, list[str]] = {}
    alone: list[tuple[_Grant, list[str]]] = []
    for rule in rules:
        verbs = rule.get("verbs") or []
        for grant in _grants(rule):
            verbs_of = joined.setdefault(grant, [])
            verbs_of += [verb for verb in verbs if verb not in verbs_of]
        alone += [(_Grant("", "", url, ""), [verb]) for url in rule.get("nonResourceURLs") or () for verb in verbs]
    return [*alone, *joined.items()]


def _grants(rule: Obj) -> Iterator[_Grant]:
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield _Grant(resource, group, "", name)


def _resource(grant: _Grant) -> str:
    """``deployments.apps/scale``. Mirrors CombineResourceGroup."""
    name, slash, subresource = grant.resource.partition("/")
    return f"{name}.{grant.group}{slash}{subresource}" if grant.group else grant.resource


def _as_text(item: tuple[_Grant, list[str]]) -> str:
    """The rule as Go's String writes it, by which rules are sorted."""
    grant, verbs = item
    groups = "" if grant.url else f"[{grant.group}]"
    return (
        f"Verbs:[{' '.join(verbs)}],APIGroups:{groups or '[]'},Resources:[{grant.resource}],"
        f"ResourceNames:[{grant.name}],NonResourceURLs:[{grant.url}],"
    )
