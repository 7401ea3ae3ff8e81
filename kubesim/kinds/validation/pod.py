"""What is wrong with a pod, and what an update of it may not change. Mirrors pkg/apis/core/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, forbidden, invalid, required
from kubesim.api.meta import annotations_of
from kubesim.kinds.pod_spec.containers import validate_image_spaces
from kubesim.kinds.pod_spec.internal_form import difference, pod_spec_struct
from kubesim.kinds.pod_spec.pod_annotations import (
    validate_pod_annotations,
    validate_pod_annotations_update,
    validate_profiles_match,
)
from kubesim.kinds.pod_spec.scheduling import validate_tolerations
from kubesim.kinds.pod_spec.validation import INT32_MAX, validate_pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

UPDATABLE = ",".join(
    (
        "`spec.containers[*].image`",
        "`spec.initContainers[*].image`",
        "`spec.activeDeadlineSeconds`",
        "`spec.tolerations` (only additions to existing tolerations)",
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    )
)


def validate_pod(pod: Obj) -> list[FieldError]:
    """A new pod, but for its metadata. Mirrors ValidatePodCreate."""
    spec = pod["spec"]
    wrong = validate_details(pod)
    if spec.get("ephemeralContainers"):
        wrong.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        why = "cannot be set until all schedulingGates have been cleared"
        wrong.append(forbidden("spec.nodeName", why))
    return wrong + validate_profiles_match(annotations_of(pod), spec, "spec")


def validate_details(pod: Obj) -> list[FieldError]:
    """What is asked of a pod when it is new and whenever it changes. Mirrors validatePodMetadataAndSpec."""
    spec = pod["spec"]
    wrong = validate_pod_annotations(annotations_of(pod), spec, "metadata.annotations")
    wrong += validate_pod_spec(spec, "spec", pod["metadata"].get("name", ""), is_pod=True)
    if not spec.get("serviceAccountName"):
        wrong += _validate_no_tokens(spec)
    for name in ("containers", "initContainers"):
        wrong += validate_image_spaces(spec.get(name) or (), f"spec.{name}")
    return wrong


def _validate_no_tokens(spec: Obj) -> list[FieldError]:
    why = "must not be specified when serviceAccountName is not set"
    return [
        forbidden(f"spec.volumes[{index}].projected.sources[{source_index}].serviceAccountToken", why)
        for index, volume in enumerate(spec.get("volumes") or ())
        for source_index, source in enumerate((volume.get("projected") or {}).get("sources") or ())
        if "serviceAccountToken" in source
    ]


def validate_pod_update(new: Obj, old: Obj) -> list[FieldError]:
    """Both pods have their defaults. Mirrors ValidatePodUpdate."""
    spec, before = new["spec"], old["spec"]
    wrong = validate_details(new)
    wrong += validate_pod_annotations_update(annotations_of(new), annotations_of(old), "metadata.annotations")
    for name in ("containers", "initContainers"):
        errors, stop = _validate_containers(spec.get(name) or (), before.get(name) or (), f"spec.{name}")
        wrong += errors
        if stop:
            return wrong
    errors, stop = _validate_deadline(spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"))
    wrong += errors
    if stop:
        return wrong
    wrong += _validate_tolerations(spec.get("tolerations") or [], before.get("tolerations") or [])
    wrong += _validate_gates(spec.get("schedulingGates") or (), before.get("schedulingGates") or ())
    return wrong + _validate_rest(spec, before)


def validate_ephemeral_containers_update(new: Obj, old: Obj) -> list[FieldError]:
    """Both pods have their defaults; such containers only ever come. Mirrors ValidatePodEphemeralContainersUpdate."""
    wrong = validate_details(new)
    if "kubernetes.io/config.mirror" in annotations_of(old):
        wrong.append(forbidden("", "static pods do not support ephemeral containers"))
    path = "spec.ephemeralContainers"
    now = {container["name"]: container for container in new["spec"].get("ephemeralContainers") or ()}
    for container in old["spec"].get("ephemeralContainers") or ():
        name = container["name"]
        if name not in now:
            wrong.append(forbidden(path, f'existing ephemeral containers "{name}" may not be removed\n'))
        elif now[name] != container:
            wrong.append(forbidden(path, f'existing ephemeral containers "{name}" may not be changed\n'))
    return wrong


def _validate_containers(new: Sequence[Obj], old: Sequence[Obj], path: str) -> tuple[list[FieldError], bool]:
    """What is wrong, and whether that is enough."""
    if len(new) != len(old):
        return [forbidden(path, "pod updates may not add or remove containers")], True
    wrong: list[FieldError] = []
    for index, container in enumerate(new):
        image, at = container.get("image", ""), f"{path}[{index}].image"
        if not image:
            wrong.append(required(at))
        if image != image.strip():
            wrong.append(invalid(at, image, "must not have leading or trailing whitespace"))
    return wrong, False


def _validate_deadline(new: int | None, old: int | None) -> tuple[list[FieldError], bool]:
    """A deadline only ever comes nearer."""
    path = "spec.activeDeadlineSeconds"
    if new is None:
        why = "must not update from a positive integer to nil value"
        return ([] if old is None else [invalid(path, None, why)]), False
    if messages := names.in_range(new, 0, INT32_MAX):
        return [invalid(path, new, messages[0])], True
    if old is not None and old < new:
        return [invalid(path, new, "must be less than or equal to previous value")], True
    return [], False


def _validate_tolerations(new: list[Obj], old: list[Obj]) -> list[FieldError]:
    """Mirrors validateOnlyAddedTolerations."""
    path = "spec.tolerations"
    kept = [_without_seconds(toleration) for toleration in new]
    if any(_without_seconds(toleration) not in kept for toleration in old):
        return [forbidden(path, "existing toleration can not be modified except its tolerationSeconds")]
    return validate_tolerations(new, path)


def _without_seconds(toleration: Obj) -> Obj:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}


def _validate_gates(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    known = {gate["name"] for gate in old}
    return [
        forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate['name']}'",
        )
        for index, gate in enumerate(new)
        if gate["name"] not in known
    ]


def _validate_rest(spec: Obj, before: Obj) -> list[FieldError]:
    """All that may not change has not; what has is shown as a diff of the two specs."""
    munged = _without_changeable(spec, before)
    if munged == before:
        return []
    shown = difference(pod_spec_struct(before), pod_spec_struct(munged))
    return [forbidden("spec", f"pod updates may not change fields other than {UPDATABLE}\n{shown}")]


def _without_changeable(spec: Obj, before: Obj) -> Obj:
    """``spec`` with everything that may change as it was."""
    munged = dict(spec)
    for name in ("containers", "initContainers"):
        if name in spec:
            pairs = zip(spec[name], before[name], strict=True)
            munged[name] = [{**container, "image": old.get("image", "")} for container, old in pairs]
    kept = ["activeDeadlineSeconds", "tolerations", "schedulingGates"]
    if before.get("terminationGracePeriodSeconds", 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        kept.append("terminationGracePeriodSeconds")
    if before.get("schedulingGates"):
        kept += ["nodeSelector"]
    for name in kept:
        munged.pop(name, None)
        if name in before:
            munged[name] = before[name]
    return munged
