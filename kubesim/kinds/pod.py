"""A Pod: containers that run together on one node."""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, dig
from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.kinds.base import Admission, Reader

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

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the admission plugins that are on by default and the strategy's PrepareForCreate."""
        from kubesim.kinds.pod_spec.admission import admit_pod

        admit_pod(obj, admission)

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:  # noqa: ARG002
        """Mirrors the same plugins."""
        from kubesim.kinds.pod_spec.admission import admit_pod_update

        admit_pod_update(new, old)

    def admit_valid(self, obj: Obj, cluster: Reader) -> None:
        from kubesim.kinds.pod_spec.admission import admit_valid_pod

        admit_valid_pod(obj, cluster)

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
