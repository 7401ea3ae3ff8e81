"""The compact form of rules that ``can-i --list`` shows. Mirrors kubectl pkg/util/rbac."""

from __future__ import annotations

from kubesim.golang.fmt import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.api.meta import Obj

_FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")


def compacted(rules: Iterable[Obj]) -> list[Obj]:
    """The rules, one for each resource with all its verbs, and one for each URL and verb; sorted by their text."""
    of_resources: dict[tuple[str, str, str | None], Obj] = {}
    of_urls: list[Obj] = []
    for rule in map(_whole, rules):
        for group, resource, name in _resources(rule):
            own = {"verbs": [], "apiGroups": [group], "resources": [resource], "resourceNames": [name] if name else []}
            verbs = of_resources.setdefault((group, resource, name), _whole(own))["verbs"]
            verbs += [verb for verb in dict.fromkeys(rule["verbs"]) if verb not in verbs]
        urls = rule["nonResourceURLs"]
        of_urls += [_whole({"verbs": [verb], "nonResourceURLs": [url]}) for url in urls for verb in rule["verbs"]]
    return sorted([*of_urls, *of_resources.values()], key=_printed)


def _whole(rule: Obj) -> Obj:
    return {field: list(rule.get(field) or ()) for field in _FIELDS}


def _resources(rule: Obj) -> Iterator[tuple[str, str, str | None]]:
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            for name in rule["resourceNames"] or (None,):
                yield group, resource, name


def _printed(rule: Obj) -> list[str]:
    """The key of the order. Mirrors PolicyRule.String."""
    return [text(rule[field]) for field in _FIELDS]
