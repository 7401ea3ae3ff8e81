"""What a new or changed object is charged to the quotas of its namespace, or why it is refused.

Mirrors the ResourceQuota admission plugin (CheckRequest).
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.kinds import Names
    from kubesim.kinds.base import Reader


def charges(cluster: Reader, names: Names, obj: Obj, old: Obj | None = None) -> list[tuple[Obj, Obj]]:
    """The namespace's quotas, each with its status once ``obj`` is charged to it in the place of ``old``, if any.

    StatusError Forbidden where a quota would be exceeded.
    """
    namespace = obj["metadata"].get("namespace")
    quotas = cluster.list("ResourceQuota", namespace) if namespace else ()
    if not quotas:
        return []
    from kubesim.kinds.common import quota_usage

    if old is not None and not quota_usage.is_charged_for_update(obj, old):
        return []
    usage = quota_usage.usage_of(obj, names)
    before = {} if old is None else quota_usage.usage_of(old, names)
    charged: list[tuple[Obj, Obj]] = []
    for quota in quotas:
        if not quota_usage.is_about(quota, obj):
            continue
        counted = before if old is not None and quota_usage.is_about(quota, old) else {}
        status = _charged(quota, names, obj, quota_usage.grown(usage, counted))
        charged += [(quota, status)] if status else []
    return charged


def _charged(quota: Obj, names: Names, obj: Obj, requested: dict[str, str]) -> Obj | None:
    """The quota's status with what is requested; None where it does not limit that."""
    from kubesim.kinds.common import quota_usage

    name = quota["metadata"]["name"]
    hard, used = dig(quota, "status", "hard", default={}), dig(quota, "status", "used", default={})
    why = quota_usage.unnamed(obj, hard) if names.key == "Pod" else ""
    if why:
        raise _refusal(names, obj, f"failed quota: {name}: {why}")
    asked = {resource: amount for resource, amount in requested.items() if resource in hard}
    together = quota_usage.added(used, asked)
    beyond = quota_usage.exceeded({resource: together[resource] for resource in asked}, hard)
    if beyond:
        lists = (("requested", asked), ("used", used), ("limited", hard))
        shown = ", ".join(f"{title}: {_shown(amounts, beyond)}" for title, amounts in lists)
        raise _refusal(names, obj, f"exceeded quota: {name}, {shown}")
    return {**quota["status"], "used": together} if asked else None


def _shown(amounts: dict[str, str], names: list[str]) -> str:
    return ",".join(f"{name}={amounts.get(name, '0')}" for name in names)


def _refusal(names: Names, obj: Obj, why: str) -> errors.StatusError:
    return errors.forbidden(names.plural, names.group, obj["metadata"].get("name", ""), why)
