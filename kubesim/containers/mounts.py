"""The volumes of a container as its program sees them: files, and their texts where known."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.containers.evaluation.files import Mount
from kubesim.sim.environment import field_of
from kubesim.sim.object_data import data_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

Texts = dict[str, str | None]


def mounts_of(cluster: Cluster, pod: Obj, container: Obj, mentioned: str, *, is_first: bool) -> Iterator[Mount]:
    """The mounts whose paths the command mentions; the others change nothing.

    ``is_first``: no instance of the container ran before, that might have left something.
    """
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    for mount in container.get("volumeMounts") or ():
        path = mount["mountPath"].rstrip("/") or "/"
        if path in mentioned and path != SERVICE_ACCOUNT and mount["name"] in volumes:
            yield _mount(cluster, pod, mount, volumes[mount["name"]], is_first)
    if SERVICE_ACCOUNT in mentioned:
        yield Mount(SERVICE_ACCOUNT, (("namespace", pod["metadata"]["namespace"]), ("token", None), ("ca.crt", None)))


def _mount(cluster: Cluster, pod: Obj, mount: Obj, volume: Obj, is_first: bool) -> Mount:
    path = mount["mountPath"].rstrip("/") or "/"
    texts = _texts(cluster, pod, volume)
    if texts is None:
        is_alone = len(pod["spec"]["containers"]) == 1 and not pod["spec"].get("initContainers")
        return Mount(path, is_empty="emptyDir" in volume and is_alone and is_first)
    if "subPath" in mount:
        return Mount(path, (("", texts.get(mount["subPath"])),))
    return Mount(path, tuple(texts.items()))


def _texts(cluster: Cluster, pod: Obj, volume: Obj) -> Texts | None:
    """The files of a volume; None if unknown."""
    found: Texts = {}
    for source in dig(volume, "projected", "sources", default=()) or (volume,):
        texts = _of_source(cluster, pod, source)
        if texts is None:
            return None
        found.update(texts)
    return found


def _of_source(cluster: Cluster, pod: Obj, source: Obj) -> Texts | None:
    if "configMap" in source:
        return _picked(data_of(cluster, pod, "ConfigMap", source["configMap"].get("name", "")), source["configMap"])
    if "secret" in source:
        given = source["secret"]
        return _picked(data_of(cluster, pod, "Secret", given.get("secretName", given.get("name", ""))), given)
    if "downwardAPI" in source:
        items = source["downwardAPI"].get("items") or ()
        return {item["path"]: field_of(pod, dig(item, "fieldRef", "fieldPath", default="")) for item in items}
    return {source["serviceAccountToken"]["path"]: None} if "serviceAccountToken" in source else None


def _picked(data: Texts | None, source: Obj) -> Texts | None:
    """The files of a source by its items; None if neither they nor the object exist."""
    items = source.get("items")
    if not items:
        return data
    return {item["path"]: (data or {}).get(item["key"]) for item in items}
