"""The files of volumes that are made of objects: ConfigMaps, Secrets, the pod's own fields, tokens.

Their texts at an instant, their modes and their owners.  Mirrors the payloads of pkg/volume's configmap, secret,
downwardapi and projected, and what SetVolumeOwnership makes of them.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, parse_time
from kubesim.kinds.pod_spec.parts import sources_of
from kubesim.sim.environment import field_of
from kubesim.sim.object_data import Texts, mounted_at, pod_at, record_of, versions_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

#: Volumes that lie in the node's memory.
IN_MEMORY = ("secret", "projected", "downwardAPI")
_SORTS = ("configMap", "secret", "projected", "downwardAPI")
_OBJECTS = (("configMap", "ConfigMap"), ("secret", "Secret"))
_OF_TOKENS = 0o600  # the mode of what only the pod's user is to read
_FILES_OF_GROUPS, FOLDERS_OF_GROUPS = 0o440, 0o2550  # what a group of volumes gets of those that nobody writes


class View(NamedTuple):
    """From where mounts are looked at: a container of a pod, at an instant (ms); it has ``begun`` then, or before."""

    cluster: Cluster
    pod: Obj
    container: Obj
    instant: int
    begun: int | None = None


def texts_in(view: View, volume: Obj) -> Texts | None:
    """The files of a volume at the instant of the view; None if it is not made of objects."""
    found: Texts = {}
    for source in sources_of(volume):
        texts = _of_source(view, source)
        if texts is None:
            return None
        found.update(texts)
    return found


def _of_source(view: View, source: Obj) -> Texts | None:
    for field, kind in _OBJECTS:
        if field in source:
            given = source[field]
            name = given.get("secretName") or given.get("name", "")
            is_optional = bool(given.get("optional"))
            data = mounted_at(view.cluster, view.pod, kind, name, view.instant, is_optional=is_optional)
            return _picked(data, given, is_optional=is_optional)
    if "downwardAPI" in source:
        pod = pod_at(view.cluster, view.pod, view.instant)
        return {item["path"]: _field(view._replace(pod=pod), item) for item in source["downwardAPI"].get("items") or ()}
    if "serviceAccountToken" in source:
        return {source["serviceAccountToken"]["path"]: _token(view, source["serviceAccountToken"])}
    return None


def _picked(data: Texts | None, source: Obj, *, is_optional: bool) -> Texts | None:
    """The files of a source by its items; None if neither they nor the object exist."""
    items = source.get("items")
    if is_optional:
        data = data or {}
        items = [item for item in items if item["key"] in data] if items else items
    if not items:
        return {} if is_optional and source.get("items") else data
    return {item["path"]: (data or {}).get(item["key"]) for item in items}


def _token(view: View, source: Obj) -> str | None:
    """The token of the pod's service account, issued when the pod was made."""
    from kubesim.cluster.service_account_tokens import ISSUER, claims_of, token_with

    meta, spec = view.pod["metadata"], view.pod["spec"]
    account = view.cluster.find("ServiceAccount", meta["namespace"], spec.get("serviceAccountName") or "default")
    if account is None:
        return None
    node = view.cluster.find("Node", "", spec.get("nodeName", "")) or {"metadata": {"uid": ""}}
    bound = {
        "node": {"name": spec.get("nodeName", ""), "uid": node["metadata"]["uid"]},
        "pod": {"name": meta["name"], "uid": meta["uid"]},
    }
    made = parse_time(meta["creationTimestamp"])
    seconds = source["expirationSeconds"]
    claims = claims_of(account, [source.get("audience", ISSUER)], made, seconds, bound, str(meta["uid"]))
    return token_with(claims, view.cluster.seed)


def _field(view: View, item: Obj) -> str | None:
    """What the downward API gives: a field of the pod, or an amount of one of its containers."""
    if "resourceFieldRef" in item:
        from kubesim.sim.environment import amount_of

        return amount_of(view.cluster, view.pod, view.container, item["resourceFieldRef"])
    path = dig(item, "fieldRef", "fieldPath", default="")
    if path in ("metadata.labels", "metadata.annotations"):
        pairs = view.pod["metadata"].get(path.partition(".")[2]) or {}
        from kubesim.golang.quoting import quote

        return "\n".join(f"{name}={quote(text)}" for name, text in sorted(pairs.items()))
    return field_of(view.pod, path)


# modes and owners


def group_of(pod: Obj, volume: Obj) -> int:
    """The group that owns a volume: the pod's for volumes, root for others and in a node's own folders."""
    return 0 if "hostPath" in volume else dig(pod, "spec", "securityContext", "fsGroup", default=0)


def folder_mode_of(volume: Obj, group: int) -> int:
    """The mode of a volume's own folder: everybody may write it; the kernel makes one in memory sticky."""
    in_memory = dig(volume, "emptyDir", "medium") == "Memory" or not volume.keys().isdisjoint(IN_MEMORY)
    return 0o777 | (0o2000 if group else 0) | (0o1000 if in_memory else 0)


def modes_of(pod: Obj, volume: Obj) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The mode of a volume's files, and of single ones. A group of volumes may read them all."""
    source: Obj = next((volume[sort] for sort in _SORTS if sort in volume), {})
    usual = source.get("defaultMode")
    parts = [source, *(part for given in source.get("sources") or () for part in given.values())]
    items = [item for part in parts for item in part.get("items") or ()]
    modes = {item["path"]: item["mode"] for item in items if item.get("mode") is not None}
    more = _FILES_OF_GROUPS if group_of(pod, volume) else 0
    if more or _user_of(pod) is not None:
        modes |= dict.fromkeys(_tokens_of(volume), _OF_TOKENS)
    mode = 0o644 if usual is None else usual
    return mode | more, tuple((path, own | more) for path, own in modes.items())


def owners_of(pod: Obj, volume: Obj) -> tuple[tuple[str, int], ...]:
    """The owners of single files, of those that are not root's: of tokens, where all containers have one user."""
    user = _user_of(pod)
    return tuple((path, user) for path in _tokens_of(volume)) if user else ()


def _tokens_of(volume: Obj) -> list[str]:
    return [part["serviceAccountToken"]["path"] for part in sources_of(volume) if "serviceAccountToken" in part]


def _user_of(pod: Obj) -> int | None:
    """The one user that all containers are to run as; None if they are not. Mirrors FsUserFrom."""
    spec = pod["spec"]
    usual = dig(spec, "securityContext", "runAsUser")
    every = (*(spec.get("initContainers") or ()), *spec["containers"], *(spec.get("ephemeralContainers") or ()))
    users = {dig(one, "securityContext", "runAsUser", default=usual) for one in every}
    found: int | None = users.pop() if len(users) == 1 else None
    return found


# changes


def written_anew(view: View, volume: Obj) -> Iterator[int]:
    """When (ms) a volume was, or will be, written anew since its pod began, in no order."""
    for source in sources_of(volume):
        for field, kind in _OBJECTS:
            given = source.get(field)
            name = given and (given.get("secretName") or given.get("name", ""))
            for version in versions_of(view.cluster, view.pod, kind, name) if name else ():
                yield version.until
        if "downwardAPI" in source:
            yield from (changed for changed, _ in record_of(view.cluster, view.pod).get("metadata", ()))
