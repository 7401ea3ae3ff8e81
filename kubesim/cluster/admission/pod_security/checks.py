"""Which checks a level has in which version. Mirrors pod-security-admission's policy/registry.go and checks.go."""

from __future__ import annotations

from kubesim.cluster.admission.pod_security import baseline, restricted
from kubesim.cluster.admission.pod_security.policy import BASELINE, PRIVILEGED, RESTRICTED, Standard, minor_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission.pod_security.findings import Finding


class Check(NamedTuple):
    """A check from a minor version on, until another row of its id takes its place.

    ``overrides`` is the id of the baseline check in whose place it is made.
    """

    id: str
    level: str
    since: int
    find: Callable[[Mapping[str, str], Obj], Finding | None]
    overrides: str = ""


CHECKS = (
    Check("appArmorProfile", BASELINE, 0, baseline.app_armor_profile),
    Check("capabilities_baseline", BASELINE, 0, baseline.capabilities),
    Check("hostNamespaces", BASELINE, 0, baseline.host_namespaces),
    Check("hostPathVolumes", BASELINE, 0, baseline.host_path_volumes),
    Check("hostPorts", BASELINE, 0, baseline.host_ports),
    Check("hostProbesAndHostLifecycle", BASELINE, 34, baseline.host_probes_and_host_lifecycle),
    Check("privileged", BASELINE, 0, baseline.privileged),
    Check("procMount", BASELINE, 0, baseline.proc_mount),
    Check("procMount", BASELINE, 35, baseline.proc_mount_outside_of_user_namespaces),
    Check("seLinuxOptions", BASELINE, 0, baseline.se_linux_options),
    Check("seLinuxOptions", BASELINE, 31, baseline.se_linux_options_with_engines),
    Check("seccompProfile_baseline", BASELINE, 0, baseline.seccomp_annotations),
    Check("seccompProfile_baseline", BASELINE, 19, baseline.seccomp_profile),
    Check("sysctls", BASELINE, 0, baseline.sysctls),
    Check("sysctls", BASELINE, 27, baseline.sysctls_1_27),
    Check("sysctls", BASELINE, 29, baseline.sysctls_1_29),
    Check("sysctls", BASELINE, 32, baseline.sysctls_1_32),
    Check("windowsHostProcess", BASELINE, 0, baseline.windows_host_process),
    Check("allowPrivilegeEscalation", RESTRICTED, 8, restricted.privilege_escalation),
    Check("allowPrivilegeEscalation", RESTRICTED, 25, restricted.privilege_escalation_but_on_windows),
    Check("capabilities_restricted", RESTRICTED, 22, restricted.capabilities, "capabilities_baseline"),
    Check("capabilities_restricted", RESTRICTED, 25, restricted.capabilities_but_on_windows, "capabilities_baseline"),
    Check("procMount_restricted", RESTRICTED, 35, baseline.proc_mount, "procMount"),
    Check("restrictedVolumes", RESTRICTED, 0, restricted.volumes, "hostPathVolumes"),
    Check("runAsNonRoot", RESTRICTED, 0, restricted.run_as_non_root),
    Check("runAsNonRoot", RESTRICTED, 35, restricted.run_as_non_root_outside_of_user_namespaces),
    Check("runAsUser", RESTRICTED, 23, restricted.run_as_user),
    Check("runAsUser", RESTRICTED, 35, restricted.run_as_user_outside_of_user_namespaces),
    Check("seccompProfile_restricted", RESTRICTED, 19, restricted.seccomp_profile, "seccompProfile_baseline"),
    Check(
        "seccompProfile_restricted",
        RESTRICTED,
        25,
        restricted.seccomp_profile_but_on_windows,
        "seccompProfile_baseline",
    ),
)
#: The newest version with rules of its own; later ones have the same.
NEWEST = max(check.since for check in CHECKS)


def evaluate(standard: Standard, annotations: Mapping[str, str], spec: Obj) -> list[Finding]:
    """What a pod has that the level does not allow, in upstream's order."""
    if standard.level == PRIVILEGED:
        return []
    minor = minor_of(standard.version)
    checks = _checks_of(standard.level, NEWEST if minor is None else min(minor, NEWEST))
    found = (check.find(annotations, spec) for check in checks)
    return [finding for finding in found if finding is not None]


def _checks_of(level: str, minor: int) -> Iterator[Check]:
    """The checks of a level: for restricted those of baseline too, but for the ones that others take the place of."""
    valid = {check.id: check for check in CHECKS if check.since <= minor and level in (check.level, RESTRICTED)}
    overridden = {check.overrides for check in valid.values()}
    return (check for check in valid.values() if check.id not in overridden)


def reasons_of(findings: list[Finding]) -> str:
    """Mirrors ForbiddenReason."""
    return ", ".join(finding.reason for finding in findings)


def details_of(findings: list[Finding]) -> str:
    """Mirrors ForbiddenDetail."""
    return ", ".join(f"{finding.reason} ({finding.detail})" for finding in findings)
