"""What pods see of ConfigMaps and Secrets: their texts, now and as they were.

A variable keeps the text that it had when its container started, and so does a file that is mounted by a subPath; a
mounted volume follows at the kubelet's next sync of its pod.  So the kubelet keeps beside a pod what objects were like
before each change, and what its own labels and annotations were (``kubesim.controllers.kubelet.mounted_data``).
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

Value = str | None
Texts = dict[str, Value]


class Version(NamedTuple):
    """What an object was like before it was ``changed`` (ms), None: not there; volumes have it ``until`` (ms)."""

    changed: int
    until: int
    texts: Texts | None


def texts_of(obj: Obj | None) -> Texts | None:
    """The texts of a ConfigMap or a Secret, other bytes as surrogates; None if there is no such object."""
    if obj is None:
        return None
    data = obj.get("data") or {}
    if obj["kind"] == "ConfigMap":
        return {**data, **{key: _decoded(value) for key, value in (obj.get("binaryData") or {}).items()}}
    return {key: _decoded(value) for key, value in data.items()}


def _decoded(value: str) -> Value:
    import binascii  # few pods see any
    from base64 import b64decode

    try:
        return b64decode(value).decode("utf-8", "surrogateescape")
    except binascii.Error:
        return None


def storable(texts: Texts | None) -> Texts | None:
    """Texts as JSON can hold them: without those that have bytes which are no text."""
    if texts is None:
        return None
    return {key: text if text is None or text.isascii() or _is_text(text) else None for key, text in texts.items()}


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def data_of(cluster: Cluster, pod: Obj, kind: str, name: str) -> Texts | None:
    """The texts as they are now."""
    return texts_of(cluster.find(kind, pod["metadata"]["namespace"], name))


def record_of(cluster: Cluster, pod: Obj) -> Obj:
    """What the kubelet remembers of a pod; empty if none has taken it on."""
    return cluster.recall(Key("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])) or {}


def versions_of(cluster: Cluster, pod: Obj, kind: str, name: str) -> list[Version]:
    """What an object was like before its changes that the pod's containers have lived through, the oldest first."""
    record = record_of(cluster, pod)
    return [Version(*kept) for kept in record.get("data", {}).get(f"{kind}/{name}", ())]


def data_at(cluster: Cluster, pod: Obj, kind: str, name: str, instant: int | None) -> Texts | None:
    """The texts as they were at an instant (ms), now if None."""
    if instant is not None:
        for version in versions_of(cluster, pod, kind, name):
            if version.changed >= instant:  # commands come after what the kubelet does at their instant
                return version.texts
    return data_of(cluster, pod, kind, name)


def mounted_at(
    cluster: Cluster, pod: Obj, kind: str, name: str, instant: int, *, is_optional: bool = False
) -> Texts | None:
    """The texts that a volume of the pod had at an instant (ms).

    What is gone is gone from a volume that ``is_optional``; another cannot be written anew, and keeps what it had.
    """
    versions = versions_of(cluster, pod, kind, name)
    count = next((at for at, version in enumerate(versions) if version.until > instant), len(versions))
    every = [*(version.texts for version in versions), data_of(cluster, pod, kind, name)]
    if is_optional:
        return every[count]
    return next((texts for texts in reversed(every[: count + 1]) if texts is not None), None)


def pod_at(cluster: Cluster, pod: Obj, instant: int) -> Obj:
    """The pod with the labels and annotations that it had at an instant (ms)."""
    for changed, metadata in record_of(cluster, pod).get("metadata", ()):
        if changed > instant:
            return {**pod, "metadata": {**pod["metadata"], **metadata}}
    return pod
