"""What is wrong with a Deployment. Mirrors ValidateDeployment of pkg/apis/apps/validation, in its order."""

from __future__ import annotations

from kubesim.api.fields import FieldError, Struct, forbidden, invalid, not_negative, not_supported, required
from kubesim.api.metadata_validation import immutable_selector
from kubesim.kinds.validation.replica_set import validate_selected_template
from kubesim.kinds.validation.workload import is_zero, validate_at_most_all, validate_int_or_percent, validate_pod_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_deployment(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateDeployment."""
    return _validate_spec(obj["spec"])


def validate_deployment_update(new: Obj, old: Obj) -> list[FieldError]:
    """The selector cannot change. Mirrors ValidateDeploymentUpdate and the strategy's ValidateUpdate."""
    selector, before = new["spec"].get("selector"), old["spec"].get("selector")
    return [*validate_deployment(new), *immutable_selector("spec.selector", selector, before)]


def _validate_spec(spec: Obj) -> list[FieldError]:
    """``spec`` has its defaults."""
    deadline, ready = spec["progressDeadlineSeconds"], spec.get("minReadySeconds", 0)
    wrong = validate_pod_count("spec.replicas", spec["replicas"])
    wrong += validate_selected_template(spec)
    wrong += _validate_strategy(spec["strategy"], "spec.strategy")
    wrong += not_negative("spec.minReadySeconds", ready)
    wrong += not_negative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
    wrong += not_negative("spec.progressDeadlineSeconds", deadline)
    if deadline <= ready:
        wrong.append(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return wrong


def _validate_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "Recreate":
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [] if rolling is None else [forbidden(f"{path}.rollingUpdate", why)]
    if kind != "RollingUpdate":
        return [not_supported(path, _as_struct(kind, rolling), ("Recreate", "RollingUpdate"))]
    if rolling is None:
        return [required(f"{path}.rollingUpdate", "this should be defaulted and never be nil")]
    return _validate_rolling_update(rolling, f"{path}.rollingUpdate")


def _as_struct(kind: str, rolling: Obj | None) -> Struct:
    """A DeploymentStrategy as the API server's own type prints it."""
    shown = rolling and Struct(MaxUnavailable=rolling.get("maxUnavailable", 0), MaxSurge=rolling.get("maxSurge", 0))
    return Struct(Type=kind, RollingUpdate=shown)


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
    wrong = validate_int_or_percent(unavailable, f"{path}.maxUnavailable")
    wrong += validate_int_or_percent(surge, f"{path}.maxSurge")
    if is_zero(unavailable) and is_zero(surge):
        wrong.append(invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    return wrong + validate_at_most_all(unavailable, f"{path}.maxUnavailable")
