"""A Job: pods that run to completion."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import dig, has_condition, is_terminating, labels_of, parse_time
from kubesim.api.well_known import CONTROLLER_UID_LABEL
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import (
    SELECTOR_COLUMN,
    TEMPLATE_COLUMNS,
    number,
    selector_cell,
    since,
    template_cells,
)
from kubesim.kinds.common.job_labels import pod_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class Job(Kind):
    """Mirrors pkg/registry/batch/job."""

    has_generation = True
    has_status = True
    columns = (
        Column("NAME"),
        Column("STATUS"),
        Column("COMPLETIONS"),
        Column("DURATION"),
        Column("AGE"),
        *TEMPLATE_COLUMNS,
        SELECTOR_COLUMN,
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_Job."""
        default_job_spec(obj.setdefault("spec", {}))
        if "selector" in obj["spec"]:
            default_job_labels(obj)

    def admit(self, obj: Obj, admission: Admission) -> None:  # noqa: ARG002
        """The selector and the labels by which the job knows its pods. Mirrors generateSelectorIfNeeded."""
        if not obj["spec"].get("manualSelector"):
            add_generated_selector(obj)
            default_job_labels(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.job import validate_job

        return validate_job(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.job import validate_job_update

        return validate_job_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.jobs import warnings_for_job

        return warnings_for_job(self, new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printJob."""
        return [
            obj["metadata"]["name"],
            _status(obj),
            _completions(obj),
            _duration(obj, now),
            age_of(obj, now),
            *template_cells(obj["spec"]["template"]),
            selector_cell(obj["spec"].get("selector")),
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        return number(obj, "status", "succeeded") if path == "status.successful" else super().field(obj, path)


def default_job_spec(spec: Obj) -> None:
    """The defaults of a job's spec but for those that its metadata has a part in."""
    from kubesim.kinds.pod_spec.defaults import default_pod_template

    default_pod_template(spec.setdefault("template", {}))
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 2**31 - 1 if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)
    default_failure_policy(spec)


def default_failure_policy(spec: Obj) -> None:
    """Mirrors SetDefaults_PodFailurePolicyOnPodConditionsPattern."""
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            pattern["status"] = pattern.get("status") or "True"


def default_job_labels(obj: Obj) -> None:
    """A job without labels has those of its pods, the generated ones included."""
    labels = dig(obj, "spec", "template", "metadata", "labels")
    if labels and not labels_of(obj):
        obj["metadata"]["labels"] = dict(labels)


def add_generated_selector(obj: Obj) -> None:
    """Select the job's pods by its uid, which must be known, in place. Mirrors generateSelector."""
    meta, spec = obj["metadata"], obj["spec"]
    generated = pod_labels(meta)
    template_meta = spec["template"]["metadata"]
    template_meta["labels"] = {**generated, **(template_meta.get("labels") or {})}
    selector = dict(spec.get("selector") or {})
    selector["matchLabels"] = {CONTROLLER_UID_LABEL: meta["uid"], **(selector.get("matchLabels") or {})}
    spec["selector"] = selector


def _status(obj: Obj) -> str:
    for ended in ("Complete", "Failed"):
        if has_condition(obj, ended):
            return ended
    if is_terminating(obj):
        return "Terminating"
    for condition in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if has_condition(obj, condition):
            return condition
    return "Running"


def _completions(obj: Obj) -> str:
    """``1/3``; of a job that any one pod completes, ``0/1 of 3`` where three run at once."""
    spec, succeeded = obj["spec"], number(obj, "status", "succeeded")
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(obj: Obj, now: int) -> str:
    start, end = dig(obj, "status", "startTime"), dig(obj, "status", "completionTime")
    if not start:
        return ""
    return human_duration(parse_time(end) - parse_time(start)) if end else since(start, now)
