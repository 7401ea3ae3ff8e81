"""What is wrong with a CronJob. Mirrors validateCronJobSpec of pkg/apis/batch/validation, in its order."""

from __future__ import annotations

import re

from kubesim.api.fields import FieldError, invalid, not_negative, not_supported, required
from kubesim.golang.cron import ScheduleError, parse_schedule
from kubesim.kinds.validation.job import validate_job_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

POLICIES = ("Allow", "Forbid", "Replace")
# A job's name is its CronJob's and eleven characters more.
NAME_LIMIT = 52


def validate_cron_job(obj: Obj) -> list[FieldError]:
    """A new CronJob."""
    wrong = _validate_spec(obj["spec"], None)
    name = obj["metadata"].get("name", "")
    if len(name) > NAME_LIMIT:
        wrong.append(invalid("metadata.name", name, f"must be no more than {NAME_LIMIT} characters"))
    return wrong


def validate_cron_job_update(new: Obj, old: Obj) -> list[FieldError]:
    return _validate_spec(new["spec"], old["spec"])


def _validate_spec(spec: Obj, before: Obj | None) -> list[FieldError]:
    wrong = _validate_schedule(spec, before)
    wrong += not_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    zone = spec.get("timeZone")
    if zone is not None and (before is None or zone != before.get("timeZone")):
        wrong += _validate_time_zone(zone, "spec.timeZone")
    policy = spec["concurrencyPolicy"]
    wrong += [] if policy in POLICIES else [not_supported("spec.concurrencyPolicy", policy, POLICIES)]
    wrong += _validate_job_template(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        wrong += not_negative(f"spec.{name}", spec[name])
    return wrong


def _validate_schedule(spec: Obj, before: Obj | None) -> list[FieldError]:
    path, text = "spec.schedule", spec.get("schedule", "")
    if not text:
        return [required(path)]
    wrong: list[FieldError] = []
    try:
        parse_schedule(text)
    except ScheduleError as error:
        wrong.append(invalid(path, text, str(error)))
    if "TZ" not in text:
        return wrong
    if before is None or "TZ" not in before.get("schedule", ""):
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        wrong.append(invalid(path, text, why))
    elif "timeZone" in spec:
        wrong.append(invalid(path, text, "cannot use both timeZone field and TZ or CRON_TZ in schedule"))
    return wrong


def _validate_time_zone(zone: str, path: str) -> list[FieldError]:
    """Zones are checked against the system's own list of them, if it has one."""
    if not zone:
        return [invalid(path, zone, "timeZone must be nil or non-empty string")]
    for part in zone.split("/"):
        if part in (".", "..") or part.startswith("-") or not re.fullmatch(r"[A-Za-z.\-_0-9+]{1,14}", part):
            return [invalid(path, zone, f"unknown time zone {zone}")]
    if zone.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [invalid(path, zone, why)]
    import zoneinfo

    known = zoneinfo.available_timezones()
    return [invalid(path, zone, f"unknown time zone {zone}")] if known and zone not in known else []


def _validate_job_template(spec: Obj, path: str) -> list[FieldError]:
    wrong = validate_job_spec(spec, path)
    if "selector" in spec:
        wrong.append(invalid(f"{path}.selector", spec["selector"], "`selector` will be auto-generated"))
    if spec.get("manualSelector"):
        wrong.append(not_supported(f"{path}.manualSelector", True, ("nil", "false")))
    return wrong
