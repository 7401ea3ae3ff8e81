"""What the API server warns of in Jobs and CronJobs. Mirrors pkg/api/job/warnings.go and the kinds' strategies."""

from __future__ import annotations

from kubesim.kinds.warnings.pod_template import warnings_for_name, warnings_for_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Kind

# More indices than these, and the failed ones may not be kept track of.
_MANY_COMPLETIONS, _MUCH_PARALLELISM = 100_000, 10_000
_TOO_MANY = (
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes "
    "might not be able to track completedIndexes when a big number of indexes fail"
)
_CRON_JOBS = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"


def warnings_for_job(kind: Kind, new: Obj, old: Obj | None) -> list[str]:
    if old is not None and not kind.changes_generation(new, old):
        return []
    return [*_of_new_name(new, old), *_of_spec(new["spec"], "spec")]


def warnings_for_cron_job(kind: Kind, new: Obj, old: Obj | None) -> list[str]:
    found = _of_new_name(new, old)
    if old is None or kind.changes_generation(new, old):
        found += _of_spec(new["spec"]["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    if old is not None and "TZ" in new["spec"]["schedule"]:
        found.append(
            f"cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see {_CRON_JOBS} for more details"
        )
    return found


def _of_new_name(new: Obj, old: Obj | None) -> list[str]:
    return warnings_for_name(new["metadata"].get("name", ""), "Pod names and hostnames") if old is None else []


def _of_spec(spec: Obj, path: str) -> list[str]:
    many = spec.get("completions", 0) > _MANY_COMPLETIONS and spec.get("parallelism", 0) > _MUCH_PARALLELISM
    found = [f"{path}: {_TOO_MANY}"] if many and spec.get("completionMode") == "Indexed" else []
    return found + warnings_for_template(spec["template"], f"{path}.template")
