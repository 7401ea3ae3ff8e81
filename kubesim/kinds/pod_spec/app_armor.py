"""AppArmor profiles that annotations name, as before there was a field for them.

Mirrors applyAppArmorVersionSkew of pkg/registry/core/pod/strategy.go and the checks of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, invalid
from kubesim.api.meta import annotations_of, dig
from kubesim.api.well_known import DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX
from kubesim.golang.quoting import quote
from kubesim.kinds.pod_spec.parts import containers_of
from kubesim.kinds.pod_spec.security import validate_app_armor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.api.meta import Obj

DEPRECATED = 'deprecated since v1.30; use the "appArmorProfile" field instead'
_RUNTIME_DEFAULT, _UNCONFINED, _LOCALHOST = "runtime/default", "unconfined", "localhost/"
_MISMATCH = "apparmor {} in annotation and field must match"


def profile_of(annotation: str) -> Obj | None:
    """The profile that an annotation names; None for one that names none."""
    if annotation == _UNCONFINED:
        return {"type": "Unconfined"}
    if annotation == _RUNTIME_DEFAULT:
        return {"type": "RuntimeDefault"}
    local = annotation.removeprefix(_LOCALHOST) if annotation.startswith(_LOCALHOST) else ""
    return {"type": "Localhost", "localhostProfile": local} if local else None


def take_over_annotations(pod: Obj) -> list[str]:
    """Write what the annotations say into the fields of containers that have none, in place.

    Returns what the client is warned of.
    """
    if dig(pod, "spec", "os", "name") == "windows":
        return []
    common = dig(pod, "spec", "securityContext", "appArmorProfile")
    warned: list[str] = []
    for _, container in containers_of(pod["spec"], "spec"):
        key = DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX + container.get("name", "")
        annotation = annotations_of(pod).get(key)
        if annotation is None or dig(container, "securityContext", "appArmorProfile"):
            continue
        profile = profile_of(annotation)
        if profile is not None and validate_app_armor(profile, ""):
            profile = None
        if profile is not None and profile == common:
            continue
        if profile is not None:
            container["securityContext"] = {**(container.get("securityContext") or {}), "appArmorProfile": profile}
        warned.append(f"metadata.annotations[{key}]: {DEPRECATED}")
    return warned


def validate_annotations(annotations: Mapping[str, str], spec: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateAppArmorPodAnnotations."""
    wrong: list[FieldError] = []
    for key in sorted(key for key in annotations if key.startswith(DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX)):
        name, profile = key.removeprefix(DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX), annotations[key]
        if all(container.get("name", "") != name for _, container in containers_of(spec, "")):
            wrong.append(invalid(f"{path}[{key}]", name, "container not found"))
        if profile not in ("", _RUNTIME_DEFAULT, _UNCONFINED) and not profile.startswith(_LOCALHOST):
            wrong.append(invalid(f"{path}[{key}]", profile, f"invalid AppArmor profile name: {quote(profile)}"))
    return wrong


def validate_match(annotations: Mapping[str, str], spec: Obj, path: str) -> list[FieldError]:
    """Annotations and fields that both name a profile name the same one; ``path`` is the spec's.

    Mirrors validateAppArmorAnnotationsAndFieldsMatchOnCreate.
    """
    if dig(spec, "os", "name") == "windows":
        return []
    common = dig(spec, "securityContext", "appArmorProfile")
    wrong: list[FieldError] = []
    for at, container in containers_of(spec, path):
        profile = dig(container, "securityContext", "appArmorProfile") or common
        annotation = annotations.get(DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX + container.get("name", ""))
        if profile and annotation is not None:
            wrong += _validate_same(profile, annotation, f"{at}.securityContext.appArmorProfile")
    return wrong


def _validate_same(profile: Obj, annotation: str, path: str) -> list[FieldError]:
    kind = profile.get("type", "")
    as_annotated = {"Unconfined": _UNCONFINED, "RuntimeDefault": _RUNTIME_DEFAULT}
    if kind in as_annotated and annotation != as_annotated[kind]:
        return [forbidden(f"{path}.type", _MISMATCH.format("type"))]
    if kind == "Localhost" and not annotation.startswith(_LOCALHOST):
        return [forbidden(f"{path}.type", _MISMATCH.format("type"))]
    if kind == "Localhost" and annotation.removeprefix(_LOCALHOST) != profile.get("localhostProfile"):
        return [forbidden(f"{path}.localhostProfile", _MISMATCH.format("profile"))]
    return []
