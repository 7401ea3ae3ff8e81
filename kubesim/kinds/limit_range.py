"""A LimitRange: what containers, pods and claims of a namespace may ask for."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class LimitRange(PlainKind):
    """Mirrors pkg/registry/core/limitrange."""

    def admit(self, obj: Obj, admission: Admission) -> None:  # noqa: ARG002
        """One without a name is called after its uid. Mirrors the strategy's PrepareForCreate."""
        meta = obj["metadata"]
        if not meta.get("name"):
            meta["name"] = meta["uid"]

    def default(self, obj: Obj) -> None:
        """A container's limits are the most there is, its requests the limits. Mirrors SetDefaults_LimitRangeItem."""
        for limit in (obj.get("spec") or {}).get("limits") or ():
            if limit.get("type") != "Container":
                continue
            limits = {**(limit.get("max") or {}), **(limit.get("default") or {})}
            requests = {**(limit.get("min") or {}), **limits, **(limit.get("defaultRequest") or {})}
            limit.update(
                {name: amounts for name, amounts in (("default", limits), ("defaultRequest", requests)) if amounts}
            )

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.limit_range import validate_limit_range

        return validate_limit_range(obj)
