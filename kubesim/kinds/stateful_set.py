"""A StatefulSet: pods with names and volumes of their own, in order."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import TEMPLATE_COLUMNS, number, template_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class StatefulSet(Kind):
    """Mirrors pkg/registry/apps/statefulset."""

    has_generation = True
    has_status = True
    columns = (Column("NAME"), Column("READY"), Column("AGE"), *TEMPLATE_COLUMNS)

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_StatefulSet."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        spec["podManagementPolicy"] = spec.get("podManagementPolicy") or "OrderedReady"
        spec.setdefault("replicas", 1)
        spec.setdefault("revisionHistoryLimit", 10)
        retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
        for name in ("whenDeleted", "whenScaled"):
            retention[name] = retention.get(name) or "Retain"
        _default_update_strategy(spec.setdefault("updateStrategy", {}))
        for claim in spec.get("volumeClaimTemplates") or ():
            _default_claim(claim)

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        super().prepare_for_update(new, old)
        _drop_disabled_fields(new)

    def prepare_for_create(self, obj: Obj) -> None:
        """A new StatefulSet has no pods."""
        _drop_disabled_fields(obj)
        obj["status"] = {"availableReplicas": 0, "replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.stateful_set import validate_stateful_set

        return validate_stateful_set(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.stateful_set import validate_stateful_set_update

        return validate_stateful_set_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload
        from kubesim.kinds.warnings.storage import warnings_for_claim_spec

        found = warnings_for_workload(self, new, old, names_pods=False)
        spec = new["spec"]
        for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
            path = f"spec.volumeClaimTemplates[{index}]{'' if old is None else '.Spec'}"
            found += warnings_for_claim_spec(claim["spec"], path)
        if spec.get("revisionHistoryLimit", 0) < 0:
            why = "a negative value retains all historical revisions; a value >= 0 is recommended"
            found.append(f"spec.revisionHistoryLimit: {why}")
        return found

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printStatefulSet."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            f"{number(obj, 'status', 'readyReplicas')}/{number(spec, 'replicas')}",
            age_of(obj, now),
            *template_cells(spec["template"]),
        ]


def _drop_disabled_fields(obj: Obj) -> None:
    """The feature MaxUnavailableStatefulSet is off. Mirrors dropStatefulSetDisabledFields."""
    rolling = dig(obj, "spec", "updateStrategy", "rollingUpdate")
    if rolling:
        rolling.pop("maxUnavailable", None)


def _default_update_strategy(strategy: Obj) -> None:
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)


def _default_claim(claim: Obj) -> None:
    from kubesim.kinds.pod_spec.volume_defaults import default_claim_spec

    claim.update(apiVersion="v1", kind="PersistentVolumeClaim")
    default_claim_spec(claim.setdefault("spec", {}))
    claim.setdefault("status", {}).setdefault("phase", "Pending")
