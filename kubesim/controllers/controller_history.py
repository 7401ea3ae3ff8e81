"""ControllerRevisions: the history of a DaemonSet's or StatefulSet's pod template.

Mirrors pkg/controller/history and what the two controllers add to it.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of, controller_reference, labels_of
from kubesim.api.pod_template_hash import safe_encode
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


MAX_PREFIX = 223  # of a name before the hash
_FNV_OFFSET = 2166136261
_FNV_PRIME = 16777619


def data_of(owner: Obj) -> Obj:
    """A patch that gives ``owner`` back the pod template that it has now. Mirrors getPatch."""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def template_in(revision: Obj) -> Obj:
    """The pod template that a revision keeps."""
    template = revision["data"]["spec"]["template"]
    return {name: value for name, value in template.items() if name != "$patch"}


def hash_of(data: Obj, probe: int) -> str:
    """A name for the data; each probe gives another one. Mirrors HashControllerRevision."""
    from kubesim.golang.json import dumps

    total = _FNV_OFFSET
    for byte in (dumps(data) + str(probe)).encode():
        total = (total * _FNV_PRIME & 0xFFFFFFFF) ^ byte
    return safe_encode(str(total))


def revision_name(prefix: str, hashed: str) -> str:
    """Mirrors ControllerRevisionName."""
    return f"{prefix[:MAX_PREFIX]}-{hashed}"


def new_revision(owner: Obj, data: Obj, hashed: str, number: int) -> Obj:
    """The revision as it is to be created, with the owner's annotations. Mirrors NewControllerRevision."""
    meta = owner["metadata"]
    revision: Obj = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "labels": {**labels_of(owner["spec"]["template"]), CONTROLLER_REVISION_HASH_LABEL_KEY: hashed},
            "name": revision_name(meta["name"], hashed),
            "namespace": meta["namespace"],
            "ownerReferences": [controller_reference(owner)],
        },
        "data": _with_sorted_keys(data),
        "revision": number,
    }
    if annotations_of(owner):
        revision["metadata"]["annotations"] = dict(annotations_of(owner))
    return revision


def _with_sorted_keys(value: Any) -> Any:
    """Data as Go's json writes a map: a client may compare a revision with what it makes itself, byte by byte."""
    if isinstance(value, dict):
        return {key: _with_sorted_keys(value[key]) for key in sorted(value)}
    return [_with_sorted_keys(item) for item in value] if isinstance(value, list) else value


def renumbered(cluster: Cluster, revision: Obj, number: int) -> Obj:
    """The revision with that number, as stored. Mirrors UpdateControllerRevision."""
    return cluster.update({**revision, "revision": number})


def by_number(revisions: Iterable[Obj]) -> list[Obj]:
    """Lowest first. Mirrors SortControllerRevisions."""
    return sorted(
        revisions, key=lambda r: (r["revision"], r["metadata"]["creationTimestamp"], str(r["metadata"]["name"]))
    )


def next_number(revisions: Sequence[Obj]) -> int:
    """One more than the highest number among them. Mirrors nextRevision."""
    return max((int(revision["revision"]) for revision in revisions), default=0) + 1


def delete(cluster: Cluster, revision: Obj) -> None:
    meta = revision["metadata"]
    cluster.delete("ControllerRevision", meta["namespace"], meta["name"])


def hash_label(obj: Obj) -> str:
    """The revision that a pod says it is of, or that a revision is known by."""
    return labels_of(obj).get(CONTROLLER_REVISION_HASH_LABEL_KEY, "")
