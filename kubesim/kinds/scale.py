"""A Scale: how many replicas an object has and should have, the content of its scale subresource."""

from __future__ import annotations

from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


class Scale(Kind):
    """Mirrors autoscaling/v1 Scale."""

    columns = (Column("NAME"), Column("DESIRED"), Column("AVAILABLE"), Column("AGE"))

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printScale."""
        replicas = [number(obj, field, "replicas") for field in ("spec", "status")]
        return [obj["metadata"]["name"], *replicas, age_of(obj, now)]
