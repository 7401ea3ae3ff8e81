"""What is wrong with a StatefulSet. Mirrors ValidateStatefulSetSpec of pkg/apis/apps/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, Struct, forbidden, invalid, invalid_for_each, not_negative, not_supported
from kubesim.api.metadata_validation import selector_struct
from kubesim.kinds.pod_spec.validation import validate_pod_template_spec
from kubesim.kinds.validation.persistent_volume_claim import validate_claim_spec
from kubesim.kinds.validation.workload import (
    selector_of,
    validate_lasting,
    validate_matching,
    validate_pod_count,
    validate_selector,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

POLICIES = ("OrderedReady", "Parallel")
RETENTIONS = ("Retain", "Delete")
MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
FORBIDDEN_CHANGE = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def validate_stateful_set(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateStatefulSet."""
    return _validate_spec(obj["spec"])


def _validate_spec(spec: Obj, *, updating: bool = False) -> list[FieldError]:
    """``updating`` leaves out what cannot change anyway."""
    wrong: list[FieldError] = []
    policy = spec["podManagementPolicy"]
    if policy not in POLICIES:
        wrong.append(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    wrong += _validate_strategy(spec["updateStrategy"], "spec.updateStrategy")
    wrong += _validate_retention(spec["persistentVolumeClaimRetentionPolicy"])
    if not updating:
        for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
            wrong += validate_claim_spec(claim["spec"], f"spec.volumeClaimTemplates[{index}].spec")
    wrong += validate_pod_count("spec.replicas", spec["replicas"])
    wrong += not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    wrong += not_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start", 0))
    name = spec.get("serviceName", "")
    if name and not updating:
        wrong += invalid_for_each("spec.serviceName", name, names.is_dns_1123_label(name))
    wrong += validate_selector(spec, "statefulset")
    return wrong + _validate_template(spec)


def _validate_template(spec: Obj) -> list[FieldError]:
    selector = selector_of(spec)
    wrong: list[FieldError] = []
    if selector is None:
        wrong.append(invalid("spec.selector", selector_struct(spec["selector"])))
    else:
        wrong += validate_matching(spec["template"], selector)
        wrong += validate_pod_template_spec(_as_made(spec), "spec.template")
    return wrong + validate_lasting(spec["template"]["spec"], "StatefulSet")


def _as_made(spec: Obj) -> Obj:
    """The template as pods will be made of it: with a volume for each claim, and names of their own."""
    given = spec["template"]["spec"]
    pod_spec = {name: value for name, value in given.items() if name not in ("hostname", "subdomain")}
    claims = [claim["metadata"].get("name", "") for claim in spec.get("volumeClaimTemplates") or ()]
    if claims:
        made = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
        others = [volume for volume in pod_spec.get("volumes") or () if volume.get("name") not in claims]
        pod_spec["volumes"] = made + others
    return {**spec["template"], "spec": pod_spec}


def _validate_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "RollingUpdate":
        return _validate_rolling_update(rolling, f"{path}.rollingUpdate") if rolling else []
    if kind == "OnDelete":
        why = "only allowed for updateStrategy 'RollingUpdate'"
        return [] if rolling is None else [invalid(f"{path}.rollingUpdate", _rolling_struct(rolling), why)]
    shown = Struct(Type=kind, RollingUpdate=None if rolling is None else _rolling_struct(rolling))
    return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _rolling_struct(rolling: Obj) -> Struct:
    """A RollingUpdateStatefulSetStrategy as the API server's own type prints it."""
    return Struct(Partition=rolling.get("partition", 0), MaxUnavailable=None)


def _validate_rolling_update(rolling: Obj, path: str) -> list[FieldError]:
    return not_negative(f"{path}.partition", rolling.get("partition", 0))


def _validate_retention(policy: Obj) -> list[FieldError]:
    path = "spec.persistentVolumeClaimRetentionPolicy"
    return [
        not_supported(f"{path}.{name}", policy[name], RETENTIONS)
        for name in ("whenDeleted", "whenScaled")
        if policy[name] not in RETENTIONS
    ]


def validate_stateful_set_update(new: Obj, old: Obj) -> list[FieldError]:
    """Most of the spec cannot change. Mirrors ValidateStatefulSetUpdate."""
    spec, before = new["spec"], old["spec"]
    wrong = _validate_spec(spec, updating=True)
    kept = {name: value for name, value in spec.items() if name not in MUTABLE}
    previous = {name: value for name, value in before.items() if name not in MUTABLE}
    return wrong if kept == previous else [*wrong, forbidden("spec", FORBIDDEN_CHANGE)]
