"""A ResourceQuota: how much a namespace may have in all."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ResourceQuota(PlainKind):
    """Mirrors pkg/registry/core/resourcequota."""

    has_status = True

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.resource_quota import validate_resource_quota

        return validate_resource_quota(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.resource_quota import validate_resource_quota_update

        return validate_resource_quota_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """Requests beyond the limits. Mirrors WarningsOnCreate."""
        if old is not None:
            return []
        from kubesim.api import quantity

        hard = new["spec"].get("hard") or {}
        found: list[str] = []
        for name in ("cpu", "memory", "ephemeral-storage"):
            asked = f"requests.{name}"
            if asked not in hard and name in ("cpu", "memory"):
                asked = name
            limit = f"limits.{name}"
            if asked in hard and limit in hard and quantity.compare(hard[asked], hard[limit]) > 0:
                found.append(f"ResourceQuota {asked} ({hard[asked]}) should be less than {limit} ({hard[limit]})")
        return found
