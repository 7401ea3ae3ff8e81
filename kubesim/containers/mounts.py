"""The volumes of a container as its programs see them: where they are mounted, and the files that they begin with."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, dig, parse_time
from kubesim.containers.evaluation.found import Found, row_of
from kubesim.containers.evaluation.origins import Mount
from kubesim.sim.environment import field_of
from kubesim.sim.object_data import Texts, mounted_at, record_of, versions_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.found import Row

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

# Volumes in which others may have written before.
_KEPT = ("persistentVolumeClaim", "ephemeral", "hostPath", "emptyDir")


class View(NamedTuple):
    """From where mounts are looked at: a container of a pod, at an instant (ms); it has ``begun`` then, or before."""

    cluster: Cluster
    pod: Obj
    container: Obj
    instant: int
    begun: int | None = None


def path_of(mount: Obj) -> str:
    """Where a volume is mounted."""
    return mount["mountPath"].rstrip("/") or "/"


def volumes_of(pod: Obj) -> dict[str, Obj]:
    """The volumes of a pod, by name."""
    return {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}


def mounts_of(view: View, mentioned: str, *, is_first: bool) -> Iterator[Mount]:
    """The mounts whose paths a command mentions; the others change nothing of what it comes to.

    ``is_first``: no instance of the container ran before, that might have left something.
    """
    volumes = volumes_of(view.pod)
    for mount in view.container.get("volumeMounts") or ():
        path = path_of(mount)
        if path in mentioned and path != SERVICE_ACCOUNT and mount["name"] in volumes:
            yield _forecast(view, mount, volumes[mount["name"]], is_first)
    if SERVICE_ACCOUNT in mentioned:
        names = (("namespace", view.pod["metadata"]["namespace"]), ("token", None), ("ca.crt", None))
        yield Mount(SERVICE_ACCOUNT, names)


def _forecast(view: View, mount: Obj, volume: Obj, is_first: bool) -> Mount:
    path = path_of(mount)
    texts = _texts(view, volume)
    if texts is None and _is_file(volume):
        return Mount(path, (("", None),))
    if texts is None:
        spec = view.pod["spec"]
        is_alone = len(spec["containers"]) == 1 and not spec.get("initContainers")
        return Mount(path, is_empty="emptyDir" in volume and is_alone and is_first)
    if "subPath" in mount:
        return Mount(path, (("", texts.get(mount["subPath"])),))
    return Mount(path, tuple(texts.items()))


def changes_of(view: View) -> Iterator[Row]:
    """What changes of the mounted objects after the instant from which is looked: rows, at ms since that instant."""
    if "data" not in record_of(view.cluster, view.pod):
        return
    volumes = volumes_of(view.pod)
    for mount in view.container.get("volumeMounts") or ():
        for instant in sorted(_changed_at(view, volumes.get(mount["name"], {}))) if "subPath" not in mount else ():
            texts = _texts(view._replace(instant=instant), volumes[mount["name"]]) or {}
            for name, text in texts.items():
                yield [instant - view.instant, f"{path_of(mount)}/{name}", row_of(Found(True, text))]


def _changed_at(view: View, volume: Obj) -> Iterator[int]:
    """When (ms) a volume is written anew after the instant from which is looked."""
    for source in _sources_of(volume):
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            given = source.get(field)
            name = given and (given.get("secretName") or given.get("name", ""))
            for version in versions_of(view.cluster, view.pod, kind, name) if name else ():
                if version.until is not None and version.until > view.instant:
                    yield version.until


def all_mounts(view: View) -> Iterator[Mount]:
    """All mounts, as whoever looks into the container finds them."""
    volumes = volumes_of(view.pod)
    yield from _of_kubelet(view)
    for mount in view.container.get("volumeMounts") or ():
        if mount["name"] in volumes:
            yield _mount(view, mount, volumes[mount["name"]])


def _of_kubelet(view: View) -> Iterator[Mount]:
    """The files that the kubelet and the runtime put into every container, unless the pod puts others there."""
    from kubesim.containers.addressing.resolution import host_name_of, hosts_text, resolution_of

    taken = {path_of(mount) for mount in view.container.get("volumeMounts") or ()}
    texts = {
        "/etc/hosts": hosts_text(view.pod),
        "/etc/hostname": f"{host_name_of(view.pod)}\n",
        "/etc/resolv.conf": resolution_of(view.cluster, view.pod).text,
    }
    yield from (Mount(path, (("", text),)) for path, text in texts.items() if path not in taken)


def _mount(view: View, mount: Obj, volume: Obj) -> Mount:
    path, is_read_only = path_of(mount), bool(mount.get("readOnly"))
    group = 0 if "hostPath" in volume else dig(view.pod, "spec", "securityContext", "fsGroup", default=0)
    if "subPath" in mount and view.begun is not None:  # it stays as it was then
        view = view._replace(instant=view.begun)
    texts = _texts(view, volume)
    if texts is None and _is_file(volume):
        return Mount(path, (("", None),), is_read_only=is_read_only)
    if texts is None:
        is_empty = not volume.keys().isdisjoint(_KEPT) and ("hostPath" not in volume or _is_new(volume))
        folder_mode = 0o2777 if group else 0o777
        return Mount(path, is_empty=is_empty, is_read_only=is_read_only, group=group, folder_mode=folder_mode)
    mode, modes = _modes(volume)
    if "subPath" in mount:
        found = tuple(sorted(_below(texts, mount["subPath"]).items()))
        mode = dict(modes).get(mount["subPath"], mode)
        return Mount(path, found, is_read_only=True, mode=mode, group=group)
    files = tuple(sorted(texts.items()))
    stamp = _stamp(view, volume)
    return Mount(path, files, is_read_only=True, stamp=stamp, mode=mode, modes=modes, group=group)


def _is_file(volume: Obj) -> bool:
    """Whether a node's path is mounted at which there is no folder."""
    source = volume.get("hostPath")
    if source is None:
        return False
    from kubesim.sim.node_files import type_of

    return (source.get("type") or type_of(source["path"]) or "Directory").removesuffix("OrCreate") != "Directory"


def _is_new(volume: Obj) -> bool:
    """Whether the folder of a node that is mounted was made for that: a new node has none there."""
    from kubesim.containers.image_files.node import files_of_node

    return files_of_node().find(volume["hostPath"]["path"].rstrip("/") or "/").exists is False


def _below(texts: Texts, sub_path: str) -> Texts:
    """The file of a volume that is mounted, under an empty name, or those of a folder of it."""
    if sub_path in texts:
        return {"": texts[sub_path]}
    start = sub_path.rstrip("/") + "/"
    return {name[len(start) :]: text for name, text in texts.items() if name.startswith(start)}


def _stamp(view: View, volume: Obj) -> str:
    """The folder of a volume's present content. Mirrors AtomicWriter's newTimestampDir."""
    from kubesim.api.identity import hex_digest

    meta = view.pod["metadata"]
    digits = re.sub(r"[^0-9]", "_", meta["creationTimestamp"])[:19]
    fraction = int(hex_digest(0, f"{meta.get('uid')}/{volume['name']}", 8), 16)
    return f"..{digits}.{fraction % 10**9:09d}"


def _modes(volume: Obj) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The mode of a volume's files, and of single ones."""
    source: Obj = next(
        (volume[sort] for sort in ("configMap", "secret", "projected", "downwardAPI") if sort in volume), {}
    )
    usual = source.get("defaultMode")
    parts = [source, *(part for given in source.get("sources") or () for part in given.values())]
    items = [item for part in parts for item in part.get("items") or ()]
    modes = tuple((item["path"], item["mode"]) for item in items if item.get("mode") is not None)
    return 0o644 if usual is None else usual, modes


# texts


def _texts(view: View, volume: Obj) -> Texts | None:
    """The files of a volume; None if it is not made of objects."""
    found: Texts = {}
    for source in _sources_of(volume):
        texts = _of_source(view, source)
        if texts is None:
            return None
        found.update(texts)
    return found


def _sources_of(volume: Obj) -> list[Obj]:
    """The parts that a volume is made of: itself, unless it is a projected one."""
    return list(dig(volume, "projected", "sources", default=())) or [volume]


def _of_source(view: View, source: Obj) -> Texts | None:
    for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if field in source:
            given = source[field]
            name = given.get("secretName") or given.get("name", "")
            return _picked(mounted_at(view.cluster, view.pod, kind, name, view.instant), given)
    if "downwardAPI" in source:
        return {item["path"]: _field(view, item) for item in source["downwardAPI"].get("items") or ()}
    if "serviceAccountToken" in source:
        return {source["serviceAccountToken"]["path"]: _token(view, source["serviceAccountToken"])}
    return None


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
    seconds = source.get("expirationSeconds", 3607)
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


def _picked(data: Texts | None, source: Obj) -> Texts | None:
    """The files of a source by its items; None if neither they nor the object exist."""
    items = source.get("items")
    if not items:
        return {} if data is None and source.get("optional") else data
    return {item["path"]: (data or {}).get(item["key"]) for item in items}
