"""Quotas are kept when something is made: it is charged to those of its namespace, or refused.

Mirrors the ResourceQuota admission plugin (CheckRequest).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim import errors, kinds
from kubesim.api.meta import dig

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


def charge(cluster: Cluster, obj: Obj) -> None:
    """Note in the namespace's quotas what a new object uses; StatusError Forbidden where one would be exceeded."""
    meta = obj["metadata"]
    quotas = cluster.list("ResourceQuota", meta.get("namespace") or None) if meta.get("namespace") else ()
    if not quotas:
        return
    from kubesim.kinds import quota_usage

    names = kinds.names_of(obj["kind"])
    requested = quota_usage.usage_of(obj, names)
    charged: list[tuple[Obj, Obj]] = []
    for quota in quotas:
        hard, used = dig(quota, "status", "hard", default={}), dig(quota, "status", "used", default={})
        asked = {name: amount for name, amount in requested.items() if name in hard}
        if not quota_usage.is_about(quota, obj):
            continue
        why = quota_usage.unnamed(obj, hard) if names.kind == "Pod" else ""
        if why:
            raise _refusal(obj, f"failed quota: {quota['metadata']['name']}: {why}")
        together = quota_usage.added(used, asked)
        beyond = quota_usage.exceeded({name: together[name] for name in asked}, hard)
        if beyond:
            told = (
                f"{said}: {_shown(of, beyond)}"
                for said, of in (("requested", asked), ("used", used), ("limited", hard))
            )
            raise _refusal(obj, f"exceeded quota: {quota['metadata']['name']}, {', '.join(told)}")
        if asked:
            charged.append((quota, {**quota["status"], "used": together}))
    for quota, status in charged:
        cluster.update_status(quota, status)


def _shown(amounts: dict[str, str], names: list[str]) -> str:
    return ",".join(f"{name}={amounts.get(name, '0')}" for name in names)


def _refusal(obj: Obj, why: str) -> errors.StatusError:
    names = kinds.names_of(obj["kind"])
    return errors.forbidden(names.plural, names.group, obj["metadata"].get("name", ""), why)
