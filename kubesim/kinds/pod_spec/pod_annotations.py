"""What is wrong with the annotations that mean something to pods.

Mirrors ValidatePodSpecificAnnotations, ValidatePodSpecificAnnotationUpdates and validateSeccompAnnotationsAndFields of
pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, invalid
from kubesim.api.meta import dig
from kubesim.api.well_known import (
    DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX,
    MIRROR_POD_ANNOTATION_KEY,
    POD_DELETION_COST,
    SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX,
    SECCOMP_POD_ANNOTATION_KEY,
)
from kubesim.kinds.pod_spec import app_armor
from kubesim.kinds.pod_spec.parts import containers_of
from kubesim.kinds.pod_spec.paths import validate_descending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.api.meta import Obj

_INT32_MAX = 2**31 - 1
_LOCALHOST = "localhost/"
# What annotations call the types of profiles.
_SECCOMP_TYPES = {"Unconfined": ("unconfined",), "RuntimeDefault": ("runtime/default", "docker/default")}
_MISMATCH = "seccomp {} in annotation and field must match"


def validate_pod_annotations(annotations: Mapping[str, str], spec: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidatePodSpecificAnnotations."""
    wrong: list[FieldError] = []
    if MIRROR_POD_ANNOTATION_KEY in annotations and not spec.get("nodeName"):
        why = "must set spec.nodeName if mirror pod annotation is set"
        wrong.append(invalid(f"{path}[{MIRROR_POD_ANNOTATION_KEY}]", annotations[MIRROR_POD_ANNOTATION_KEY], why))
    cost = annotations.get(POD_DELETION_COST)
    if cost is not None and not _is_deletion_cost(cost):
        wrong.append(invalid(f"{path}[{POD_DELETION_COST}]", cost, "must be a 32bit integer"))
    for key in sorted(annotations):
        if key == SECCOMP_POD_ANNOTATION_KEY or key.startswith(SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX):
            wrong += _validate_seccomp_profile(annotations[key], f"{path}.{key}")
    return wrong + app_armor.validate_annotations(annotations, spec, path)


def _validate_seccomp_profile(profile: str, path: str) -> list[FieldError]:
    """A profile in the form that annotations once had."""
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith("localhost/"):
        return validate_descending(profile.removeprefix("localhost/"), path)
    return [invalid(path, profile, "must be a valid seccomp profile")]


def _is_deletion_cost(text: str) -> bool:
    """Mirrors GetDeletionCostFromPodAnnotations, which takes neither a plus nor leading zeros."""
    digits = text[1:] if text.startswith("-") else text
    if not (digits.isascii() and digits.isdigit()) or (len(digits) > 1 and digits[0] == "0"):
        return False
    return -(2**31) <= int(text) <= _INT32_MAX


def validate_profiles_match(annotations: Mapping[str, str], spec: Obj, path: str) -> list[FieldError]:
    """Annotations and fields that both name a profile name the same one; ``path`` is the spec's."""
    wrong: list[FieldError] = []
    named = [(SECCOMP_POD_ANNOTATION_KEY, spec, path)]
    named += [
        (f"{SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX}{one.get('name', '')}", one, at)
        for at, one in containers_of(spec, path)
    ]
    for key, holder, at in named:
        profile = dig(holder, "securityContext", "seccompProfile")
        if profile is not None and key in annotations:
            wrong += _validate_same(profile, annotations[key], f"{at}.securityContext.seccompProfile")
    return wrong + app_armor.validate_match(annotations, spec, path)


def _validate_same(profile: Obj, annotation: str, path: str) -> list[FieldError]:
    kind = profile.get("type", "")
    if kind in _SECCOMP_TYPES and annotation not in _SECCOMP_TYPES[kind]:
        return [forbidden(f"{path}.type", _MISMATCH.format("type"))]
    if kind == "Localhost" and not annotation.startswith(_LOCALHOST):
        return [forbidden(f"{path}.type", _MISMATCH.format("type"))]
    if kind == "Localhost" and annotation.removeprefix(_LOCALHOST) != profile.get("localhostProfile"):
        return [forbidden(f"{path}.localhostProfile", _MISMATCH.format("profile"))]
    return []


def validate_pod_annotations_update(new: Mapping[str, str], old: Mapping[str, str], path: str) -> list[FieldError]:
    """Some annotations of a pod stay as they are."""
    changed = [(key, "remove or update") for key in sorted(old) if new.get(key) != old[key]]
    added = [(key, "add") for key in sorted(new) if key not in old]
    return [
        forbidden(f"{path}[{key}]", f"may not {change} {called}")
        for key, change in [*changed, *added]
        if (called := _fixed(key))
    ]


def _fixed(key: str) -> str:
    if key.startswith(DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX):
        return "AppArmor annotations"
    return "mirror pod annotation" if key == MIRROR_POD_ANNOTATION_KEY else ""
