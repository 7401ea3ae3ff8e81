"""What is wrong with a HorizontalPodAutoscaler. Mirrors pkg/apis/autoscaling/validation, in its order."""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import NOT_POSITIVE, FieldError, forbidden, invalid, invalid_for_each, one_of, required
from kubesim.kinds.pod_spec.resources import validate_container_resource_name, validate_not_negative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

METRIC_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
# The sources of metrics in the order in which upstream validates them.
SOURCES = {
    "object": "Object",
    "external": "External",
    "pods": "Pods",
    "resource": "Resource",
    "containerResource": "ContainerResource",
}
TARGET_TYPES = ("Utilization", "Value", "AverageValue")
LONGEST_WINDOW = 3600
LONGEST_PERIOD = 1800

# What a source's target must have, and the error of one that lacks it.
_TARGETS = {
    "object": (("value", "averageValue"), "averageValue", "must set either a target value or averageValue"),
    "external": (
        ("value", "averageValue"),
        "averageValue",
        "must set either a target value for metric or a per-pod target",
    ),
    "pods": (("averageValue",), "averageValue", "must specify a positive target averageValue"),
    "resource": (
        ("averageUtilization", "averageValue"),
        "averageUtilization",
        "must set either a target raw value or a target utilization",
    ),
    "containerResource": (
        ("averageUtilization", "averageValue"),
        "averageUtilization",
        "must set either a target raw value or a target utilization",
    ),
}


def validate_horizontal_pod_autoscaler(obj: Obj) -> list[FieldError]:
    spec = obj["spec"]
    least, most = spec["minReplicas"], spec.get("maxReplicas", 0)
    wrong: list[FieldError] = []
    if least < 1:
        wrong.append(invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most == 0:
        wrong.append(required("spec.maxReplicas", "must be set and greater than 0"))
    elif most < 0:
        wrong.append(invalid("spec.maxReplicas", most, "must be greater than or equal to 1"))
    if most < least:
        wrong.append(invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    target = spec.get("scaleTargetRef") or {}
    wrong += _validate_target_reference(target, "spec.scaleTargetRef")
    version = target.get("apiVersion", "")
    if "/" not in version[1:] and target.get("kind") != "ReplicationController":
        wrong.append(invalid("spec.scaleTargetRef.apiVersion", version, "apiVersion must specify API group"))
    for index, metric in enumerate(spec["metrics"]):
        wrong += _validate_metric(metric, f"spec.metrics[{index}]")
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in spec["metrics"]):
        why = "must specify at least one Object or External metric to support scaling to zero replicas"
        wrong.append(forbidden("spec.metrics", why))
    for name in ("scaleUp", "scaleDown") if "behavior" in spec else ():
        wrong += _validate_rules(spec["behavior"][name], f"spec.behavior.{name}")
    return wrong


def _validate_target_reference(reference: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name in ("kind", "name"):
        value, at = reference.get(name, ""), f"{path}.{name}"
        wrong += invalid_for_each(at, value, names.is_path_segment(value)) if value else [required(at)]
    version = reference.get("apiVersion", "")
    if version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        wrong.append(invalid(f"{path}.apiVersion", version, why))
    return wrong


def _validate_metric(metric: Obj, path: str) -> list[FieldError]:
    kind = metric.get("type", "")
    wrong = [] if kind else [required(f"{path}.type", "must specify a metric source type")]
    wrong += one_of(f"{path}.type", kind, METRIC_TYPES)
    found = [source for source in SOURCES if source in metric]
    if found:
        wrong += _validate_source(found[0], metric[found[0]], f"{path}.{found[0]}")
    expected = next((source for source, name in SOURCES.items() if name == kind), None)
    if expected is None:
        wrong += one_of(f"{path}.type", kind, METRIC_TYPES)
    elif expected not in metric:
        wrong.append(required(f"{path}.{expected}", "must populate information for the given metric source"))
    if len(found) != 1:
        why = "must populate the given metric source only"
        wrong += [forbidden(f"{path}.{source}", why) for source in found if source != expected]
    return wrong


def _validate_source(kind: str, source: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if kind == "object":
        wrong += _validate_target_reference(source.get("describedObject") or {}, f"{path}.describedObject")
    if kind in ("object", "external", "pods"):
        name, at = (source.get("metric") or {}).get("name", ""), f"{path}.metric.name"
        missing = [required(at, "must specify a metric name")]
        wrong += invalid_for_each(at, name, names.is_path_segment(name)) if name else missing
    elif not source.get("name"):
        wrong.append(required(f"{path}.name", "must specify a resource name"))
    elif kind == "containerResource":
        wrong += validate_container_resource_name(source["name"], f"{path}.name")
    if kind == "containerResource":
        container, at = source.get("container", ""), f"{path}.container"
        missing = [required(at, "must specify a container")]
        wrong += invalid_for_each(at, container, names.is_dns_1123_label(container)) if container else missing
    target = source.get("target") or {}
    wrong += _validate_target(target, f"{path}.target")
    choice, field, why = _TARGETS[kind]
    if not any(name in target for name in choice):
        wrong.append(required(f"{path}.target.{field}", why))
    return wrong + _validate_single_target(kind, target, f"{path}.target")


def _validate_target(target: Obj, path: str) -> list[FieldError]:
    kind = target.get("type", "")
    wrong = [] if kind else [required(f"{path}.type", "must specify a metric target type")]
    if kind not in TARGET_TYPES:
        wrong.append(invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue"))
    given = [name for name in ("value", "averageValue") if name in target]
    bad = [name for name in given if quantity.compare(target[name], "0") <= 0]
    wrong += [invalid(f"{path}.{name}", target[name], "must be positive") for name in bad]
    percent = target.get("averageUtilization")
    if percent is not None and percent < 1:
        wrong.append(invalid(f"{path}.averageUtilization", percent, "must be greater than 0"))
    return wrong


def _validate_single_target(kind: str, target: Obj, path: str) -> list[FieldError]:
    if kind == "external" and "value" in target and "averageValue" in target:
        why = "may not set both a target value for metric and a per-pod target"
        return [forbidden(f"{path}.value", why)]
    both = "averageUtilization" in target and "averageValue" in target
    if kind in ("resource", "containerResource") and both:
        return [forbidden(f"{path}.averageValue", "may not set both a target raw value and a target utilization")]
    return []


def _validate_rules(rules: Obj, path: str) -> list[FieldError]:
    window = rules.get("stabilizationWindowSeconds")
    wrong: list[FieldError] = []
    if window is not None and window < 0:
        at = f"{path}.stabilizationWindowSeconds"
        wrong.append(invalid(at, window, "must be greater than or equal to zero"))
    if window is not None and window > LONGEST_WINDOW:
        at = f"{path}.stabilizationWindowSeconds"
        wrong.append(invalid(at, window, f"must be less than or equal to {LONGEST_WINDOW}"))
    wrong += one_of(f"{path}.selectPolicy", rules["selectPolicy"], ("Disabled", "Max", "Min"))
    policies = rules.get("policies") or ()
    if not policies:
        wrong.append(required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        wrong += _validate_policy(policy, f"{path}.policies[{index}]")
    return wrong + validate_not_negative(rules.get("tolerance", "0"), f"{path}.tolerance")


def _validate_policy(policy: Obj, path: str) -> list[FieldError]:
    wrong = one_of(f"{path}.type", policy.get("type", ""), ("Percent", "Pods"))
    for name in ("value", "periodSeconds"):
        if policy.get(name, 0) <= 0:
            wrong.append(invalid(f"{path}.{name}", policy.get(name, 0), NOT_POSITIVE))
    period = policy.get("periodSeconds", 0)
    if period > LONGEST_PERIOD:
        wrong.append(invalid(f"{path}.periodSeconds", period, f"must be less than or equal to {LONGEST_PERIOD}"))
    return wrong
