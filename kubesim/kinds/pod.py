"""A Pod: containers that run together on one node."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, controller_of, dig, rfc3339
from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.kinds.base import Admission

SELECTABLE_FIELDS = (
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
)


class Pod(Kind):
    """Mirrors pkg/registry/core/pod."""

    has_generation = True
    has_status = True
    columns = (
        Column("NAME"),
        Column("READY"),
        Column("STATUS"),
        Column("RESTARTS"),
        Column("AGE"),
        Column("IP", wide=True),
        Column("NODE", wide=True),
        Column("NOMINATED NODE", wide=True),
        Column("READINESS GATES", wide=True),
    )

    def group_of(self, obj: Obj) -> str:
        """Pods lie in the drawer of their controller, if their names begin with its name; else with the orphans."""
        reference = controller_of(obj)
        if reference is None or not str(obj["metadata"]["name"]).startswith(f"{reference['name']}-"):
            return ""
        return str(reference["name"])

    def grace_period(self, obj: Obj, asked: int | None) -> int:
        """The seconds asked for, or the pod's own; none where nothing runs. Mirrors CheckGracefulDelete."""
        seconds = obj["spec"].get("terminationGracePeriodSeconds", 0) if asked is None else asked
        ended = dig(obj, "status", "phase") in ("Failed", "Succeeded")
        if ended or not obj["spec"].get("nodeName"):
            return 0
        return 1 if seconds < 0 else int(seconds)

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_Pod."""
        from kubesim.kinds.pod_spec.defaults import default_pod

        default_pod(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Of a status that was sent its class is believed, as GetPodQOS does; an exported pod has one."""
        sent = (obj.get("status") or {}).get("qosClass")
        super().prepare_for_create(obj)
        if sent:
            obj["status"] = {**obj["status"], "qosClass": sent}

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the strategy's PrepareForCreate."""
        from kubesim.kinds.pod_spec.resources import quality_of_service

        if annotations_of(obj):
            from kubesim.kinds.pod_spec.app_armor import take_over_annotations

            for warning in take_over_annotations(obj):
                admission.warn(warning)
        sent = (obj.get("status") or {}).get("qosClass")
        obj["status"] = {"phase": "Pending", "qosClass": sent or quality_of_service(obj["spec"])}
        if obj["spec"].get("schedulingGates"):
            obj["status"]["conditions"] = [_gated(admission.now)]

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.pod import validate_pod

        return validate_pod(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.pod import validate_pod_update

        return validate_pod_update(new, old)

    def validate_change(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:
        if subresource == "ephemeralcontainers":
            from kubesim.kinds.validation.pod import validate_ephemeral_containers_update

            return validate_ephemeral_containers_update(new, old)
        if subresource == "resize":
            from kubesim.kinds.validation.pod import validate_details
            from kubesim.kinds.validation.pod_resize import validate_pod_resize

            return [*validate_details(new), *validate_pod_resize(new, old)]
        return self.validate_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """Updates are not checked."""
        from kubesim.kinds.warnings.pod_template import warnings_for_pod

        return warnings_for_pod(new) if old is None else []

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printPod."""
        from kubesim.kinds.common.pod_summary import readiness_gates, summarize

        summary = summarize(obj)
        status = obj.get("status", {})
        return [
            obj["metadata"]["name"],
            f"{summary.ready}/{summary.total}",
            summary.reason,
            summary.restarts_text(now),
            age_of(obj, now),
            dig(next(iter(status.get("podIPs") or ()), None), "ip") or "<none>",
            obj["spec"].get("nodeName") or "<none>",
            status.get("nominatedNodeName") or "<none>",
            readiness_gates(obj),
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        """Mirrors pod's ToSelectableFields."""
        if path == "spec.hostNetwork":
            return "true" if dig(obj, "spec", "hostNetwork") else "false"
        if path in SELECTABLE_FIELDS:
            return str(dig(obj, *path.split("."), default=""))
        return super().field(obj, path)


def gated_since(pod: Obj, now: int) -> Obj:
    """A pod that scheduling gates hold, as one made at ``now`` (ms)."""
    return {**pod, "status": {**pod["status"], "conditions": [_gated(now)]}}


def _gated(now: int) -> Obj:
    """Mirrors applySchedulingGatedCondition."""
    return {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(now),
        "message": "Scheduling is blocked due to non-empty scheduling gates",
        "reason": "SchedulingGated",
        "status": "False",
        "type": "PodScheduled",
    }
