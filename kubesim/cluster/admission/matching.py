"""Which requests webhooks and policies are about.

Mirrors apiserver's pkg/admission/plugin/webhook/predicates, and policy/matching.
"""

from __future__ import annotations

from kubesim.api.meta import api_version_of, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.cluster.admission import CREATE, UPDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.kinds.base import Reader

EVERY = "*"
_EXACT = "Exact"
# The kinds that decide about requests, so that nobody locks themselves out by one of them.
EXEMPT = tuple(
    f"{sort}{of}"
    for sort in ("Mutating", "Validating")
    for of in ("WebhookConfiguration", "AdmissionPolicy", "AdmissionPolicyBinding")
)


def matches(
    attributes: Attributes,
    client: Reader,
    rules: Sequence[Obj],
    *,
    exclude_rules: Sequence[Obj] = (),
    namespace_selector: Obj | None = None,
    object_selector: Obj | None = None,
    match_policy: str = "Equivalent",
) -> bool:
    """Whether the rules and the selectors match a request; StatusError NotFound for a namespace that is not there.

    A rule may have ``resourceNames``, as those of policies do.
    """
    versions = _versions(attributes, match_policy)
    return not any(_matches_rule(attributes, rule, version) for rule in exclude_rules for version in versions) and bool(
        matched_version(
            attributes,
            client,
            rules,
            namespace_selector=namespace_selector,
            object_selector=object_selector,
            match_policy=match_policy,
        )
    )


def matched_version(
    attributes: Attributes,
    client: Reader,
    rules: Sequence[Obj],
    *,
    namespace_selector: Obj | None = None,
    object_selector: Obj | None = None,
    match_policy: str = "Equivalent",
) -> str:
    """The apiVersion in which rules and selectors match a request, its own if they do in that; empty if in none."""
    if attributes.names.key in EXEMPT or not (
        _matches_namespace(attributes, client, namespace_selector) and _matches_object(attributes, object_selector)
    ):
        return ""
    versions = (attributes.names.version, *_versions(attributes, match_policy))
    found = (version for version in versions if any(_matches_rule(attributes, rule, version) for rule in rules))
    version = next(found, "")
    return version and api_version_of(attributes.names.group, version)


def _matches_namespace(attributes: Attributes, client: Reader, selector: Obj | None) -> bool:
    """Mirrors MatchNamespaceSelector: what is in no namespace is matched."""
    if not selector or not (attributes.namespace or _is_namespace(attributes)):
        return True
    return from_label_selector(selector).matches(_namespace_labels(attributes, client))


def _is_namespace(attributes: Attributes) -> bool:
    return attributes.names.key == "Namespace"


def _namespace_labels(attributes: Attributes, client: Reader) -> Mapping[str, str]:
    if _is_namespace(attributes) and attributes.operation in (CREATE, UPDATE) and not attributes.subresource:
        return labels_of(attributes.new)
    name = attributes.name if _is_namespace(attributes) else attributes.namespace
    namespace = client.find("Namespace", "", name)
    return {} if namespace is None else labels_of(namespace)


def _matches_object(attributes: Attributes, selector: Obj | None) -> bool:
    """Whether the new object or the old one is selected. Mirrors MatchObjectSelector."""
    if not selector:
        return True
    wanted = from_label_selector(selector)
    objs = (obj for obj in (attributes.obj, attributes.old) if obj is not None and "metadata" in obj)
    return any(wanted.matches(labels_of(obj)) for obj in objs)


def _matches_rule(attributes: Attributes, rule: Obj, version: str) -> bool:
    names = rule.get("resourceNames")
    if names and attributes.name not in names:
        return False
    return (
        _is_in_scope(attributes, rule.get("scope") or EVERY)
        and _has(rule["operations"], attributes.operation)
        and _has(rule["apiGroups"], attributes.names.group)
        and _has(rule["apiVersions"], version)
        and _matches_resource(attributes, rule["resources"])
    )


def _versions(attributes: Attributes, match_policy: str) -> Sequence[str]:
    """The versions in which the request could have come. Mirrors EquivalentResourcesFor."""
    names = attributes.names
    return (names.version,) if match_policy == _EXACT else names.served


def _has(items: Iterable[str], asked: str) -> bool:
    return any(item in (EVERY, asked) for item in items)


def _is_in_scope(attributes: Attributes, scope: str) -> bool:
    return scope == EVERY or (scope == "Namespaced") == bool(attributes.namespace)


def _matches_resource(attributes: Attributes, resources: Iterable[str]) -> bool:
    for resource in resources:
        name, _, subresource = resource.partition("/")
        if name in (EVERY, attributes.names.plural) and subresource in (EVERY, attributes.subresource):
            return True
    return False
