"""What the quotas of a namespace are used up to. Mirrors pkg/controller/resourcequota.

What is new is charged when it is admitted; this controller takes off what was deleted, or has ended.
"""

from __future__ import annotations

from kubesim.api.meta import dig, key_of
from kubesim.kinds.common import quota_usage
from kubesim.sim.engine import ANY_KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change, Cluster
    from kubesim.kinds import Names


class ResourceQuotaController:
    """Keeps the status of quotas."""

    name = "resourcequota"
    kind = "ResourceQuota"
    rank = 8

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"ResourceQuota": lambda _, change: () if change.new is None else (change.key,), ANY_KIND: _quotas_of}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Count what the quota covers; nothing is requeued."""
        quota = cluster.find(*key)
        if quota is None:
            return None
        hard = dict(sorted((quota["spec"].get("hard") or {}).items()))
        used = dict.fromkeys(hard, "0")
        for names in _kinds_of(cluster, hard):
            for obj in cluster.list(names.key, key.namespace):
                if quota_usage.is_about(quota, obj):
                    usage = quota_usage.usage_of(obj, names)
                    used = quota_usage.added(used, {name: usage[name] for name in usage if name in hard})
        status = {"hard": hard, "used": used} if hard else {}
        if quota.get("status") != status:
            cluster.update_status(quota, status)
        return None


def _quotas_of(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The quotas on what has gone, on a pod that has ended or a service that is of another type now.

    Mirrors QuotaMonitor, which watches whatever the cluster serves.
    """
    old, new = change.old, change.new
    if old is None or (new is not None and not _frees(new, old)):
        return ()
    names = cluster.kinds.names_of(change.key.kind)
    quotas = cluster.list("ResourceQuota", change.key.namespace) if names.namespaced else ()
    return [key_of(quota) for quota in quotas if _is_on(quota["spec"].get("hard") or {}, names)]


def _frees(new: Obj, old: Obj) -> bool:
    """Whether a changed object uses less than before. Mirrors DefaultUpdateFilter."""
    phases = [dig(obj, "status", "phase") for obj in (old, new)]
    types = [dig(obj, "spec", "type") for obj in (old, new)]
    has_ended = phases[0] != phases[1]
    return bool(has_ended or (new["kind"] == "Service" and types[0] != types[1]))


def _kinds_of(cluster: Cluster, hard: Obj) -> list[Names]:
    """The kinds that a quota limits."""
    return [names for names in cluster.kinds.by_key().values() if names.namespaced and _is_on(hard, names)]


def _is_on(hard: Obj, names: Names) -> bool:
    """Whether a quota limits a kind."""
    return any(_concerns(resource, names) for resource in hard)


def _concerns(resource: str, names: Names) -> bool:
    if resource.startswith("count/"):
        return resource == f"count/{names.qualified}"
    if names.key == "PersistentVolumeClaim":
        return resource == names.plural or resource == "requests.storage" or ".storageclass." in resource
    if names.key == "Service":
        return resource.split(".")[0] == "services"
    if names.key == "Pod":
        return (resource.partition(".")[0] not in ("services",) and "." not in resource) or resource.startswith(
            ("requests.", "limits.")
        )
    return not names.group and resource == names.plural
