"""What is wrong with a DaemonSet. Mirrors ValidateDaemonSetSpec of pkg/apis/apps/validation, in its order."""

from __future__ import annotations

from kubesim.api.fields import FieldError, Struct, invalid, not_negative, not_supported, required
from kubesim.api.metadata_validation import immutable_selector, validate_label_selector
from kubesim.kinds.validation.workload import (
    MISMATCH,
    is_empty,
    is_zero,
    selector_of,
    validate_at_most_all,
    validate_int_or_percent,
    validate_lasting_template,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_daemon_set(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateDaemonSet."""
    return _validate_spec(obj["spec"])


def validate_daemon_set_update(new: Obj, old: Obj) -> list[FieldError]:
    """The selector cannot change. Mirrors ValidateDaemonSetUpdate and the strategy's ValidateUpdate."""
    selector, before = new["spec"].get("selector"), old["spec"].get("selector")
    return [*immutable_selector("spec.selector", selector, before), *validate_daemon_set(new)]


def _validate_spec(spec: Obj) -> list[FieldError]:
    """Unlike other kinds, a DaemonSet without a selector has one error: its template does not match."""
    selector, template = spec.get("selector"), spec["template"]
    labels = template["metadata"].get("labels")
    wrong = validate_label_selector(selector, "spec.selector")
    meant = selector_of(spec)
    if meant is not None and not meant.matches(labels or {}):
        wrong.append(invalid("spec.template.metadata.labels", labels, MISMATCH))
    if selector is not None and is_empty(selector):
        wrong.append(invalid("spec.selector", selector, "empty selector is invalid for daemonset"))
    wrong += validate_lasting_template(template, "DaemonSet")
    wrong += not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    wrong += _validate_strategy(spec["updateStrategy"], "spec.updateStrategy")
    return wrong + not_negative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])


def _validate_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        shown = rolling and Struct(MaxUnavailable=rolling.get("maxUnavailable", 0), MaxSurge=rolling.get("maxSurge", 0))
        return [not_supported(path, Struct(Type=kind, RollingUpdate=shown), ("RollingUpdate", "OnDelete"))]
    if rolling is None:
        return [required(f"{path}.rollingUpdate")]
    return _validate_rolling_update(rolling, f"{path}.rollingUpdate")


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
    wrong = validate_int_or_percent(unavailable, f"{path}.maxUnavailable")
    wrong += validate_int_or_percent(surge, f"{path}.maxSurge")
    wrong += validate_at_most_all(unavailable, f"{path}.maxUnavailable")
    wrong += validate_at_most_all(surge, f"{path}.maxSurge")
    if is_zero(unavailable) and is_zero(surge):
        wrong.append(required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    elif not is_zero(unavailable) and not is_zero(surge):
        wrong.append(invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero"))
    return wrong
