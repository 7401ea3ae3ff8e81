"""A CronJob: Jobs by the clock."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import SELECTOR_COLUMN, TEMPLATE_COLUMNS, boolean, selector_cell, since, template_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class CronJob(Kind):
    """Mirrors pkg/registry/batch/cronjob."""

    has_generation = True
    has_status = True
    columns = (
        Column("NAME"),
        Column("SCHEDULE"),
        Column("TIMEZONE"),
        Column("SUSPEND"),
        Column("ACTIVE"),
        Column("LAST SCHEDULE"),
        Column("AGE"),
        *TEMPLATE_COLUMNS,
        SELECTOR_COLUMN,
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_CronJob; of a job's defaults only those of its pod template are filled in."""
        from kubesim.kinds.job import default_failure_policy
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        job = spec.setdefault("jobTemplate", {})
        job.setdefault("metadata", {})
        default_pod_template(job.setdefault("spec", {}).setdefault("template", {}))
        default_failure_policy(job["spec"])
        spec["concurrencyPolicy"] = spec.get("concurrencyPolicy") or "Allow"
        spec.setdefault("suspend", False)
        spec.setdefault("successfulJobsHistoryLimit", 3)
        spec.setdefault("failedJobsHistoryLimit", 1)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.cron_job import validate_cron_job

        return validate_cron_job(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.cron_job import validate_cron_job_update

        return validate_cron_job_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.jobs import warnings_for_cron_job

        return warnings_for_cron_job(self, new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printCronJob."""
        spec, last = obj["spec"], dig(obj, "status", "lastScheduleTime")
        suspend = spec.get("suspend")
        return [
            obj["metadata"]["name"],
            spec["schedule"],
            spec.get("timeZone") or "<none>",
            "<unset>" if suspend is None else boolean(suspend),
            str(len(dig(obj, "status", "active", default=()))),
            since(last, now) if last else "<none>",
            age_of(obj, now),
            *template_cells(dig(spec, "jobTemplate", "spec", "template")),
            selector_cell(dig(spec, "jobTemplate", "spec", "selector")),
        ]
