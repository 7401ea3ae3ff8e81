"""The checks that the level restricted has besides. Mirrors pod-security-admission's policy/check_*.go."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cluster.admission.pod_security import baseline
from kubesim.cluster.admission.pod_security.findings import (
    Finding,
    but_on_windows,
    called,
    containers_of,
    names_of,
    outside_of_user_namespaces,
    quoted,
    security,
    setters,
    uses,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.api.meta import Obj

_VOLUMES = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"),
    "secret",
)


def privilege_escalation(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors allowPrivilegeEscalation_1_8."""
    names = names_of(spec, lambda container: security(container).get("allowPrivilegeEscalation") is not False)
    detail = f"{called('container', names)} must set securityContext.allowPrivilegeEscalation=false"
    return Finding("allowPrivilegeEscalation != false", detail) if names else None


privilege_escalation_but_on_windows = but_on_windows(privilege_escalation)


def capabilities(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors capabilitiesRestricted_1_22."""
    given = [(one["name"], security(one).get("capabilities") or {}) for one in containers_of(spec)]
    keeping = [name for name, of in given if "ALL" not in (of.get("drop") or ())]
    others = [(name, set(of.get("add") or ()) - {"NET_BIND_SERVICE"}) for name, of in given]
    adding = [name for name, added in others if added]
    added = sorted(set[str]().union(*(added for _, added in others)))
    details = []
    if keeping:
        details.append(f'{called("container", keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        place = "securityContext.capabilities.add"
        details.append(f"{called('container', adding)} must not include {quoted(added)} in {place}")
    return Finding("unrestricted capabilities", "; ".join(details)) if details else None


capabilities_but_on_windows = but_on_windows(capabilities)


def volumes(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors restrictedVolumes_1_0."""
    used = {volume["name"]: _type_of(volume) for volume in spec.get("volumes") or ()}
    names = [name for name, type_ in used.items() if type_ not in _VOLUMES]
    types = sorted({used[name] for name in names})
    detail = f"{called('volume', names)} {uses(names)} {called('restricted volume type', types)}"
    return Finding("restricted volume types", detail) if names else None


def _type_of(volume: Obj) -> str:
    return next((field for field in volume if field != "name"), "emptyDir")


def run_as_non_root(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors runAsNonRoot1_0."""
    of_pod = security(spec).get("runAsNonRoot")
    reason = "runAsNonRoot != true"
    who = setters(of_pod is False, names_of(spec, lambda one: security(one).get("runAsNonRoot") is False))
    if who:
        return Finding(reason, f"{' and '.join(who)} must not set securityContext.runAsNonRoot=false")
    names = [] if of_pod else names_of(spec, lambda one: security(one).get("runAsNonRoot") is None)
    detail = f"pod or {called('container', names)} must set securityContext.runAsNonRoot=true"
    return Finding(reason, detail) if names else None


run_as_non_root_outside_of_user_namespaces = outside_of_user_namespaces(run_as_non_root)


def run_as_user(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors runAsUser1_23."""

    def is_root(of: Obj) -> bool:
        return security(of).get("runAsUser") == 0

    who = setters(is_root(spec), names_of(spec, is_root))
    return Finding("runAsUser=0", f"{' and '.join(who)} must not set runAsUser=0") if who else None


run_as_user_outside_of_user_namespaces = outside_of_user_namespaces(run_as_user)


def seccomp_profile(annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors seccompProfileRestricted_1_19."""
    bad = baseline.seccomp_profile(annotations, spec)
    if bad is not None:
        return bad
    of_pod = dig(security(spec), "seccompProfile")
    names = [] if of_pod else names_of(spec, lambda one: not security(one).get("seccompProfile"))
    place = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Finding("seccompProfile", f"pod or {called('container', names)} {place}") if names else None


seccomp_profile_but_on_windows = but_on_windows(seccomp_profile)
