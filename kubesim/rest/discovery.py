"""What the server serves: groups, their versions, their resources.

Mirrors apiserver's pkg/endpoints/discovery, plain and aggregated.
"""

from __future__ import annotations

from kubesim.api.meta import api_version_of
from kubesim.kinds import Names
from kubesim.rest.encoding import line_of
from kubesim.rest.entity_tags import tag_of
from kubesim.rest.negotiation import OBJECTS, accepted, form_of, require_get
from kubesim.rest.rendering import status as rendered
from kubesim.rest.request import JSON, NO_PAGE, Answer
from kubesim.rest.statuses import no_such_resource
from kubesim.rest.subresources import subresources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.rest.request import Request

_GROUP = "apidiscovery.k8s.io"
#: Kinds that a real server stores in another version than the one that it prefers, or that is asked for.
_STORED = {
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "v1beta1",
    ("autoscaling", "HorizontalPodAutoscaler"): "v2",
}
_AGGREGATED = "APIGroupDiscoveryList"
#: Where every client finds the server. Mirrors the addresses of DefaultAddresses.
_ADDRESSES = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "172.18.0.2:6443"}]


def answer(client: Client, request: Request) -> Answer:
    """The answer for ``/api``, ``/apis`` and what is below them without naming a resource."""
    prefix, *parts = [part for part in request.path.split("/") if part]
    version = _aggregated_version(request)
    if not parts and version:
        return _aggregated(client, request, prefix, version)
    if not parts and prefix == "api":
        require_get(request, OBJECTS)
        return rendered(form_of(request, converts=False), _versions())
    if not parts:
        return rendered(form_of(request, converts=False), _groups(client))
    if prefix == "api":
        return _resources(client, request, "", parts[0]) if len(parts) == 1 else NO_PAGE
    if len(parts) == 1:
        return _group(client, request, parts[0])
    return _resources(client, request, parts[0], parts[1]) if len(parts) == 2 else NO_PAGE


def _aggregated_version(request: Request) -> str:
    """The version of aggregated discovery that a client prefers to plain discovery, empty if none."""
    for media_type in accepted(request):
        given = media_type.parameters
        if media_type.name != JSON:
            return ""
        if given.get("as") == _AGGREGATED and given.get("g") == _GROUP and given.get("v") in ("v2", "v2beta1"):
            return given["v"]
        if not given.get("as"):
            return ""
    return ""


def _served(client: Client) -> dict[str, dict[str, list[Names]]]:
    """The resources of every group, by version, in their order."""
    found: dict[str, dict[str, list[Names]]] = {}
    for names in client.kinds.all():
        for version in names.served:
            exact = client.kinds.names_for(api_version_of(names.group, version), names.kind)
            if exact is not None and exact.plural == names.plural:
                found.setdefault(names.group, {}).setdefault(version, []).append(exact)
    return found


# plain


def _versions() -> Obj:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": _ADDRESSES}


def _groups(client: Client) -> Obj:
    groups = [_group_entry(group, list(versions)) for group, versions in _served(client).items() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def _group_entry(group: str, versions: list[str]) -> Obj:
    entries = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": entries, "preferredVersion": entries[0]}


def _group(client: Client, request: Request, group: str) -> Answer:
    versions = _served(client).get(group)
    if not versions or not group:
        return NO_PAGE
    entry = {"kind": "APIGroup", "apiVersion": "v1", **_group_entry(group, list(versions))}
    return rendered(form_of(request, converts=False), entry)


def _resources(client: Client, request: Request, group: str, version: str) -> Answer:
    versions = _served(client).get(group)
    if versions is None:
        return NO_PAGE
    found = versions.get(version)
    if not found and group in _built_in_groups(client):
        raise no_such_resource()
    if not found:
        return NO_PAGE
    require_get(request, OBJECTS)
    form = form_of(request, converts=False)
    entries = [entry for names in found for entry in _entries(client, names)]
    type_ = {"kind": "APIResourceList", **({"apiVersion": "v1"} if group else {})}
    api_version = api_version_of(group, version)
    ordered = sorted(entries, key=lambda entry: str(entry["name"]))
    return rendered(form, {**type_, "groupVersion": api_version, "resources": ordered})


def _built_in_groups(client: Client) -> set[str]:
    """The groups that the server has resources of its own in; others are served by another handler."""
    return {names.group for names in client.kinds.all() if not names.is_custom}


def _entries(client: Client, names: Names) -> list[Obj]:
    """A resource and its parts. Mirrors metav1.APIResource."""
    own: Obj = {
        "name": names.plural,
        "singularName": names.singular,
        "namespaced": names.namespaced,
        "kind": names.kind,
        "verbs": names.verbs.split(),
    }
    if names.short_names:
        own["shortNames"] = list(names.short_names)
    if names.categories:
        own["categories"] = list(names.categories)
    if "create" in names.verbs.split() and "list" in names.verbs.split():
        own["storageVersionHash"] = storage_version_hash(names)
    entries = [own]
    for part, (kind, api_version, verbs) in subresources_of(client, names).items():
        group, _, version = api_version.rpartition("/")
        type_ = {"group": group, "version": version} if api_version else {}
        entry = {"name": f"{names.plural}/{part}", "singularName": "", "namespaced": names.namespaced}
        entries.append({**entry, **type_, "kind": kind, "verbs": verbs.split()})
    return entries


def storage_version_hash(names: Names) -> str:
    """What changes when a kind is stored in another version. Mirrors StorageVersionHash."""
    from base64 import b64encode
    from hashlib import sha256

    version = _STORED.get((names.group, names.kind), names.storage or names.version)
    digest = sha256(f"{names.group}/{version}/{names.kind}".encode()).digest()
    return b64encode(digest[:8]).decode()


# aggregated


def _aggregated(client: Client, request: Request, prefix: str, version: str) -> Answer:
    """All of a prefix at once, in that version of apidiscovery.k8s.io. Mirrors ServeHTTPWithETag."""
    groups = [(group, versions) for group, versions in _served(client).items() if bool(group) == (prefix == "apis")]
    items = [
        {
            "metadata": {"name": group} if group else {},
            "versions": [_version(client, one, found) for one, found in versions.items()],
        }
        for group, versions in groups
    ]
    obj = {"kind": _AGGREGATED, "apiVersion": f"{_GROUP}/{version}", "metadata": {}, "items": items}
    body = line_of(obj)
    tag = tag_of(body)
    headers = (("Cache-Control", "public"), ("ETag", tag), ("Vary", "Accept"))
    if request.header("if-none-match") == tag:
        return Answer(304, "", b"", headers)
    return Answer(200, f"{JSON};g={_GROUP};v={version};as={_AGGREGATED}", body, headers, compresses=True)


def _version(client: Client, version: str, found: list[Names]) -> Obj:
    """Mirrors APIVersionDiscovery."""
    resources = [_resource(client, names) for names in sorted(found, key=lambda names: names.plural)]
    return {"version": version, "resources": resources, "freshness": "Current"}


def _resource(client: Client, names: Names) -> Obj:
    """Mirrors APIResourceDiscovery."""
    found: Obj = {
        "resource": names.plural,
        "responseKind": _kind(names.kind, ""),
        "scope": "Namespaced" if names.namespaced else "Cluster",
        "singularResource": names.singular,
        "verbs": names.verbs.split(),
    }
    if names.short_names:
        found["shortNames"] = list(names.short_names)
    if names.categories:
        found["categories"] = list(names.categories)
    parts = [
        {
            "subresource": part,
            "responseKind": _kind(kind, api_version),
            "verbs": verbs.split(),
        }
        for part, (kind, api_version, verbs) in subresources_of(client, names).items()
    ]
    return {**found, "subresources": parts} if parts else found


def _kind(kind: str, api_version: str) -> Obj:
    """A kind, with its group and version where those are not its resource's."""
    group, _, version = api_version.rpartition("/")
    return {"group": group, "version": version, "kind": kind}
