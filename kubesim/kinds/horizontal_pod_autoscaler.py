"""A HorizontalPodAutoscaler: the scale that follows the load."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class HorizontalPodAutoscaler(Kind):
    """Mirrors pkg/registry/autoscaling/horizontalpodautoscaler."""

    has_status = True
    columns = (
        Column("NAME"),
        Column("REFERENCE"),
        Column("TARGETS"),
        Column("MINPODS"),
        Column("MAXPODS"),
        Column("REPLICAS"),
        Column("AGE"),
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_HorizontalPodAutoscaler of v2."""
        from kubesim.kinds.common.autoscaler_defaults import default_autoscaler

        default_autoscaler(obj.setdefault("spec", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """A new autoscaler has measured nothing."""
        obj["status"] = {"currentMetrics": None, "desiredReplicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.horizontal_pod_autoscaler import validate_horizontal_pod_autoscaler

        return validate_horizontal_pod_autoscaler(obj)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printHorizontalPodAutoscaler."""
        from kubesim.kinds.common.metric_targets import metrics_cell

        spec, target = obj["spec"], obj["spec"]["scaleTargetRef"]
        return [
            obj["metadata"]["name"],
            f"{target['kind']}/{target['name']}",
            metrics_cell(spec.get("metrics") or (), dig(obj, "status", "currentMetrics", default=())),
            str(spec.get("minReplicas", "<unset>")),
            number(spec, "maxReplicas"),
            number(obj, "status", "currentReplicas"),
            age_of(obj, now),
        ]
