"""What is wrong with a Job. Mirrors pkg/apis/batch/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    IMMUTABLE,
    FieldError,
    immutable,
    invalid,
    invalid_for_each,
    not_negative,
    not_supported,
    one_of,
    required,
    too_long,
)
from kubesim.api.metadata_validation import immutable_selector, validate_label_selector
from kubesim.api.well_known import (
    CONTROLLER_UID_LABEL,
    JOB_NAME_LABEL,
    LEGACY_CONTROLLER_UID_LABEL,
    LEGACY_JOB_NAME_LABEL,
)
from kubesim.kinds.common.job_labels import pod_labels
from kubesim.kinds.pod_spec.validation import validate_pod_template_spec
from kubesim.kinds.validation.job_policies import validate_failure_policy, validate_success_policy
from kubesim.kinds.validation.workload import MISMATCH, MOST_PODS, selector_of, validate_pod_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj

COMPLETION_MODES = ("NonIndexed", "Indexed")
MAX_PARALLELISM = 100000
# The longest name of a job's manager, in bytes.
_MANAGER = 63
REPLACEMENTS = ("Failed", "TerminatingOrFailed")

_COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_IMMUTABLE = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
# The order in which upstream checks them.
_CHECKED = (LEGACY_CONTROLLER_UID_LABEL, LEGACY_JOB_NAME_LABEL, CONTROLLER_UID_LABEL, JOB_NAME_LABEL)


def validate_job(obj: Obj) -> list[FieldError]:
    """The job has its defaults and its selector."""
    return [*_validate_generated_selector(obj), *_validate_selected_spec(obj["spec"])]


def _validate_generated_selector(obj: Obj) -> list[FieldError]:
    """What was to be made by the API server cannot be given. Mirrors validateGeneratedSelector."""
    spec, meta = obj["spec"], obj["metadata"]
    if spec.get("manualSelector") or "selector" not in spec or not meta.get("uid"):
        return []
    labels = spec["template"]["metadata"].get("labels") or {}
    expected = pod_labels(meta)
    wrong = [_wrong_label(labels, name, expected[name]) for name in _CHECKED if labels.get(name) != expected[name]]
    selector = selector_of(spec)
    if selector is not None and not selector.matches(expected):
        wrong.append(invalid("spec.selector", spec["selector"], "`selector` not auto-generated"))
    return wrong


def _wrong_label(labels: Obj, name: str, value: str) -> FieldError:
    """Mirrors ValidateHasLabel."""
    path, why = f"spec.template.metadata.labels[{name}]", f"must be '{value}'"
    return invalid(path, labels, why) if name in labels else required(path, why)


def _validate_selected_spec(spec: Obj) -> list[FieldError]:
    """Mirrors ValidateJobSpec."""
    wrong = validate_job_spec(spec, "spec")
    selector, labels = spec.get("selector"), spec["template"]["metadata"].get("labels")
    wrong += [required("spec.selector")] if selector is None else validate_label_selector(selector, "spec.selector")
    meant = selector_of(spec)
    if meant is not None and not meant.matches(labels or {}):
        wrong.append(invalid("spec.template.metadata.labels", labels, MISMATCH))
    return wrong


def validate_job_spec(spec: Obj, path: str) -> list[FieldError]:
    """What is asked of a Job's spec and of the one in a CronJob. Mirrors validateJobSpec."""
    wrong: list[FieldError] = []
    for name in _COUNTS:
        wrong += not_negative(f"{path}.{name}", spec.get(name))
    at_once = min(spec.get("parallelism", 1), spec.get("completions", MOST_PODS + 1))
    wrong += validate_pod_count(f"{path}.parallelism", at_once) if at_once > 0 else []
    if "maxFailedIndexes" in spec and "backoffLimitPerIndex" not in spec:
        wrong.append(required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    wrong += _validate_manager(spec.get("managedBy"), f"{path}.managedBy")
    wrong += _validate_completion_mode(spec, path)
    wrong += validate_failure_policy(spec, f"{path}.podFailurePolicy")
    wrong += validate_success_policy(spec, f"{path}.successPolicy")
    wrong += _validate_replacement_policy(spec, f"{path}.podReplacementPolicy")
    wrong += validate_pod_template_spec(spec["template"], f"{path}.template")
    return wrong + _validate_restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _validate_manager(name: str | None, path: str) -> list[FieldError]:
    if name is None:
        return []
    host, _, rest = name.partition("/")
    if not name:
        return [required(path)]
    if not host or not rest:
        wrong = [invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    else:
        wrong = invalid_for_each(path, host, names.is_dns_1123_subdomain(host))
        wrong += invalid_for_each(path, rest, names.is_http_path(rest))
    return [*wrong, too_long(path, _MANAGER)] if len(name) > _MANAGER else wrong


def _validate_completion_mode(spec: Obj, path: str) -> list[FieldError]:
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in COMPLETION_MODES:
        return [not_supported(f"{path}.completionMode", mode, COMPLETION_MODES)]
    if mode == "NonIndexed":
        why = "requires indexed completion mode"
        only = ("backoffLimitPerIndex", "maxFailedIndexes")
        return [invalid(f"{path}.{name}", spec[name], why) for name in only if name in spec]
    wrong: list[FieldError] = []
    if "completions" not in spec:
        wrong.append(required(f"{path}.completions", "when completion mode is Indexed"))
    if spec.get("parallelism", 0) > MAX_PARALLELISM:
        why = f"must be less than or equal to {MAX_PARALLELISM} when completion mode is Indexed"
        wrong.append(invalid(f"{path}.parallelism", spec["parallelism"], why))
    failed = spec.get("maxFailedIndexes", 0)
    if "completions" in spec and failed > spec["completions"]:
        wrong.append(invalid(f"{path}.maxFailedIndexes", failed, "must be less than or equal to completions"))
    return wrong


def _validate_replacement_policy(spec: Obj, path: str) -> list[FieldError]:
    policy = spec.get("podReplacementPolicy")
    if policy is None:
        return []
    return one_of(path, policy, ("Failed",) if "podFailurePolicy" in spec else REPLACEMENTS)


def _validate_restart_policy(spec: Obj, path: str) -> list[FieldError]:
    """Pods that are always restarted never end."""
    policy = spec["template"]["spec"].get("restartPolicy", "")
    if policy in ("", "Always"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [not_supported(path, policy, ("OnFailure", "Never"))]
    if "podFailurePolicy" in spec and policy != "Never":
        return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def validate_job_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateJobUpdate, which validates the spec once more."""
    spec, before = new["spec"], old["spec"]
    wrong = [*validate_job(new), *_validate_selected_spec(spec)]
    wrong += _validate_completions(spec, before, "spec.completions")
    wrong += immutable_selector("spec.selector", spec.get("selector"), before.get("selector"))
    wrong += _validate_template_update(spec, old)
    for name in _IMMUTABLE:
        wrong += _fixed(name, spec.get(name), before.get(name))
    return wrong


def _fixed(field: str, value: Any, before: Any) -> list[FieldError]:
    """Policies are shown as Go has them in memory."""
    if value is None or field not in ("podFailurePolicy", "successPolicy"):
        return immutable(f"spec.{field}", value, before)
    from kubesim.kinds.pod_spec.internal_form import job_policy_struct

    shown = job_policy_struct(value, f"{field[0].upper()}{field[1:]}")
    return [] if value == before else [invalid(f"spec.{field}", shown, IMMUTABLE)]


def _validate_completions(spec: Obj, before: Obj, path: str) -> list[FieldError]:
    """The completions of an indexed job change with its parallelism, those of others never."""
    completions = spec.get("completions")
    if spec.get("completionMode") != "Indexed":
        return immutable(path, completions, before.get("completions"))
    if completions in (None, before.get("completions"), spec.get("parallelism")):
        return []
    return [invalid(path, completions, "can only be modified in tandem with spec.parallelism")]


def _validate_template_update(spec: Obj, old: Obj) -> list[FieldError]:
    """While a job is suspended and has not run, the scheduling and resources of its pods may change."""
    template, before = spec["template"], old["spec"]["template"]
    if old["spec"].get("suspend") and "startTime" not in (old.get("status") or {}):
        template, before = _settled(template), _settled(before)
    if template == before:
        return []
    from kubesim.kinds.pod_spec.internal_form import pod_template_struct

    return [invalid("spec.template", pod_template_struct(spec["template"]), IMMUTABLE)]


def _settled(template: Obj) -> Obj:
    """A template without what a suspended job may still change."""
    changeable = ("affinity", "nodeSelector", "tolerations", "schedulingGates")
    spec = {name: value for name, value in template["spec"].items() if name not in changeable}
    for name in ("containers", "initContainers"):
        if name in spec:
            spec[name] = [{**container, "resources": {}} for container in spec[name]]
    return spec
