"""What is wrong with the security context of a pod or a container.

Mirrors validatePodSpecSecurityContext and ValidateSecurityContext of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, Struct, duplicate, invalid, invalid_for_each, not_supported, one_of, required
from kubesim.kinds.pod_spec.paths import validate_descending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

PROFILE_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")

_SYSCTL_PART = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
SYSCTL = rf"({_SYSCTL_PART}[\./])*{_SYSCTL_PART}"


def validate_pod_security(spec: Obj, path: str) -> list[FieldError]:
    context = spec.get("securityContext") or {}
    wrong: list[FieldError] = []
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        wrong += _validate_id(context, name, path)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        wrong += invalid_for_each(f"{path}.supplementalGroups[{index}]", group, names.is_user_or_group_id(group))
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        wrong.append(invalid(f"{path}.shareProcessNamespace", True, why))
    wrong += _validate_sysctls(spec, context.get("sysctls") or (), f"{path}.sysctls")
    wrong += _validate_choice(context, "fsGroupChangePolicy", ("Always", "OnRootMismatch"), path)
    wrong += validate_seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    wrong += _validate_windows(context, path)
    wrong += validate_app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")
    wrong += _validate_choice(context, "supplementalGroupsPolicy", ("Merge", "Strict"), path)
    return wrong + _validate_choice(context, "seLinuxChangePolicy", ("Recursive",), path)


def _validate_choice(context: Obj, name: str, choice: tuple[str, ...], path: str) -> list[FieldError]:
    return one_of(f"{path}.{name}", context[name], choice) if name in context else []


def _validate_id(context: Obj, name: str, path: str) -> list[FieldError]:
    number = context.get(name)
    return [] if number is None else invalid_for_each(f"{path}.{name}", number, names.is_user_or_group_id(number))


def _validate_sysctls(spec: Obj, sysctls: Sequence[Obj], path: str) -> list[FieldError]:
    if not sysctls:
        return []
    wrong: list[FieldError] = []
    import re

    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        at, name = f"{path}[{index}].name", sysctl.get("name", "")
        if not name:
            wrong.append(required(at))
        elif len(name) > 253 or not re.fullmatch(SYSCTL, name):
            wrong.append(invalid(at, name, f"must have at most 253 characters and match regex ^{SYSCTL}$"))
        elif name in seen:
            wrong.append(duplicate(at, name))
        wrong += _validate_host_sysctl(spec, name, at)
        seen.add(name)
    return wrong


def _validate_host_sysctl(spec: Obj, name: str, path: str) -> list[FieldError]:
    """What belongs to a namespace of the node cannot be set in a pod that shares it."""
    dotted = name.replace("/", ".")
    if spec.get("hostNetwork") and dotted.startswith("net."):
        return [invalid(path, name, "may not be specified when 'hostNetwork' is true")]
    ipc = dotted.startswith(("kernel.msg", "kernel.shm", "fs.mqueue.")) or dotted == "kernel.sem"
    if spec.get("hostIPC") and ipc:
        return [invalid(path, name, "may not be specified when 'hostIPC' is true")]
    return []


def validate_seccomp(profile: Obj | None, path: str) -> list[FieldError]:
    """Mirrors validateSeccompProfileField."""
    if profile is None:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    wrong: list[FieldError] = []
    if not kind:
        wrong.append(required(f"{path}.type", "type is required when seccompProfile is set"))
    elif kind not in PROFILE_TYPES:
        wrong.append(not_supported(f"{path}.type", kind, PROFILE_TYPES))
    if kind != "Localhost":
        if local is not None:
            shown = Struct(Type=kind, LocalhostProfile=local)
            why = "can only be set when seccomp type is Localhost"
            wrong.append(invalid(f"{path}.localhostProfile", shown, why))
    elif local is None:
        wrong.append(required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost"))
    else:
        wrong += validate_descending(local, f"{path}.localhostProfile")
    return wrong


def validate_app_armor(profile: Obj | None, path: str) -> list[FieldError]:
    """Mirrors ValidateAppArmorProfileField."""
    if profile is None:
        return []
    kind, local, at = profile.get("type", ""), profile.get("localhostProfile"), f"{path}.localhostProfile"
    if not kind:
        return [required(f"{path}.type", "type is required when appArmorProfile is set")]
    if kind not in PROFILE_TYPES:
        return [not_supported(f"{path}.type", kind, PROFILE_TYPES)]
    if kind != "Localhost":
        why = "can only be set when AppArmor type is Localhost"
        return [] if local is None else [invalid(at, local, why)]
    if not local:
        return [required(at, "must be set when AppArmor type is Localhost")]
    return [] if local == local.strip() else [invalid(at, local, "must not be padded with whitespace")]


def validate_container_security(context: Obj | None, path: str, *, host_users: bool) -> list[FieldError]:
    """``host_users`` is whether the pod shares the node's users."""
    if context is None:
        return []
    wrong = _validate_id(context, "runAsUser", path) + _validate_id(context, "runAsGroup", path)
    mount = context.get("procMount")
    if mount is not None:
        wrong += one_of(f"{path}.procMount", mount, ("Default", "Unmasked"))
        if host_users and mount == "Unmasked":
            wrong.append(invalid(f"{path}.procMount", mount, "`hostUsers` must be false to use `Unmasked`"))
    wrong += validate_seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    wrong += _validate_escalation(context, path)
    wrong += _validate_windows(context, path)
    return wrong + validate_app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")


def _validate_windows(context: Obj, path: str) -> list[FieldError]:
    options = context.get("windowsOptions")
    if not options:
        return []
    from kubesim.kinds.pod_spec.windows import validate_windows_options

    return validate_windows_options(options, f"{path}.windowsOptions")


def _validate_escalation(context: Obj, path: str) -> list[FieldError]:
    """A container that is privileged anyway cannot be kept from escalating."""
    if context.get("allowPrivilegeEscalation", True):
        return []
    reasons: list[str] = []
    if context.get("privileged"):
        reasons.append("cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
    if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
        reasons.append("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
    if not reasons:
        return []
    from kubesim.kinds.pod_spec.internal_form import security_context_struct

    return [invalid(path, security_context_struct(context), why) for why in reasons]
