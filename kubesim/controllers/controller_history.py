"""Revisions of a DaemonSet's or StatefulSet's pod template, kept as ControllerRevisions.

Mirrors pkg/controller/history/controller_history.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, annotations_of, controller_reference
from kubesim.api.pod_template_hash import pod_template_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cluster import Cluster

HASH_LABEL = "controller-revision-hash"
NOT_COPIED = ("kubectl.kubernetes.io/last-applied-configuration", "deprecated.daemonset.template.generation")


def data_of(template: Obj) -> Obj:
    """What a revision keeps: a patch that puts the template back."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def template_of(revision: Obj) -> Obj:
    """The pod template that a revision keeps."""
    return {name: value for name, value in revision["data"]["spec"]["template"].items() if name != "$patch"}


def revisions_of(cluster: Cluster, owner: Obj) -> list[Obj]:
    """The owner's revisions, oldest first."""
    return sorted(cluster.owned(owner, "ControllerRevision"), key=lambda revision: int(revision["revision"]))


def sync_revision(cluster: Cluster, owner: Obj) -> Obj:
    """The revision of the owner's present template: found, made the newest again, or created."""
    data = data_of(owner["spec"]["template"])
    known = revisions_of(cluster, owner)
    newest = int(known[-1]["revision"]) if known else 0
    for revision in reversed(known):
        if revision["data"] == data:
            if int(revision["revision"]) == newest:
                return revision
            return cluster.update({**revision, "revision": newest + 1}, trusted=True)
    return _create(cluster, owner, data, newest + 1)


def _create(cluster: Cluster, owner: Obj, data: Obj, number: int) -> Obj:
    meta = owner["metadata"]
    sum_ = pod_template_hash(owner["spec"]["template"], None)
    labels = {**(owner["spec"]["template"].get("metadata", {}).get("labels") or {}), HASH_LABEL: sum_}
    annotations = {key: value for key, value in annotations_of(owner).items() if key not in NOT_COPIED}
    revision = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{meta['name']}-{sum_}",
            "namespace": meta["namespace"],
            "labels": labels,
            "ownerReferences": [controller_reference(owner)],
            **({"annotations": annotations} if annotations else {}),
        },
        "data": data,
        "revision": number,
    }
    return cluster.create(revision, trusted=True)


def trim(cluster: Cluster, owner: Obj, in_use: Iterable[str]) -> None:
    """Delete the oldest revisions past the history limit, but for those whose names are in use."""
    used = set(in_use)
    idle = [revision for revision in revisions_of(cluster, owner) if revision["metadata"]["name"] not in used]
    limit = owner["spec"].get("revisionHistoryLimit", 10)
    for revision in idle[: max(len(idle) - limit, 0)]:
        meta = revision["metadata"]
        cluster.delete("ControllerRevision", meta["namespace"], meta["name"])
