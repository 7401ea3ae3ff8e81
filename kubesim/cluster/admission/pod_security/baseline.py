"""The checks of the level baseline. Mirrors pod-security-admission's policy/check_*.go."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cluster.admission.pod_security.findings import (
    Finding,
    called,
    containers_of,
    names_of,
    outside_of_user_namespaces,
    plural,
    quoted,
    security,
    setters,
    uses,
)
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubesim.api.meta import Obj

_APP_ARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_PROFILES = ("RuntimeDefault", "Localhost")
_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
_SE_LINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t")
_SYSCTLS = (
    *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"),
    *("net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"),
)
_SYSCTLS_1_27 = (*_SYSCTLS, "net.ipv4.ip_local_reserved_ports")
_SYSCTLS_1_29 = (
    *_SYSCTLS_1_27,
    *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
    "net.ipv4.tcp_keepalive_probes",
)
_SYSCTLS_1_32 = (*_SYSCTLS_1_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem")


def app_armor_profile(annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors appArmorProfile_1_0."""
    bad = set[str]()
    pod, names = _set_profiles(spec, "appArmorProfile", bad)
    noted = sorted(
        f"{key}={quote(value)}"
        for key, value in annotations.items()
        if key.startswith(_APP_ARMOR_PREFIX) and value not in ("", "runtime/default") and value[:10] != "localhost/"
    )
    who = [*setters(pod, names), *([plural("annotation", noted)] if noted else ())]
    values = [*sorted(bad), *noted]
    detail = f"{' and '.join(who)} must not set AppArmor profile type to {quoted(values)}"
    return Finding(plural("forbidden AppArmor profile", values), detail) if who else None


def _set_profiles(spec: Obj, field: str, bad: set[str]) -> tuple[bool, list[str]]:
    """Whether the pod sets a profile of another type, and the containers that do; the types go to ``bad``."""

    def is_bad(of: Obj) -> bool:
        profile = security(of).get(field)
        if profile is None or profile.get("type") in _PROFILES:
            return False
        bad.add(profile.get("type", ""))
        return True

    return is_bad(spec), names_of(spec, is_bad)


def capabilities(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors capabilitiesBaseline_1_0."""
    others = set[str]()

    def is_bad(container: Obj) -> bool:
        added = dig(security(container), "capabilities", "add") or ()
        more = [name for name in added if name not in _CAPABILITIES]
        others.update(more)
        return bool(more)

    names = names_of(spec, is_bad)
    detail = (
        f"{called('container', names)} must not include {quoted(sorted(others))} in securityContext.capabilities.add"
    )
    return Finding("non-default capabilities", detail) if names else None


def host_namespaces(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors hostNamespaces_1_0."""
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    return Finding("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors hostPathVolumes_1_0."""
    names = [volume["name"] for volume in spec.get("volumes") or () if "hostPath" in volume]
    return Finding("hostPath volumes", called("volume", names)) if names else None


def host_ports(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors hostPorts_1_0."""
    used = {
        container["name"]: {str(port["hostPort"]) for port in container.get("ports") or () if port.get("hostPort")}
        for container in containers_of(spec)
    }
    names = [name for name, ports in used.items() if ports]
    ports = sorted(set[str]().union(*used.values()))
    detail = f"{called('container', names)} {uses(names)} {plural('hostPort', ports)} {', '.join(ports)}"
    return Finding("hostPort", detail) if names else None


def host_probes_and_host_lifecycle(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors hostProbesAndHostLifecycleV1Dot34."""
    used = {container["name"]: _hosts_of(container) for container in containers_of(spec)}
    names = sorted(name for name, hosts in used.items() if hosts)
    hosts = sorted(set[str]().union(*used.values()))
    what = called("probe or lifecycle host", hosts)
    return Finding("probe or lifecycle host", f"{called('container', names)} {uses(names)} {what}") if names else None


def _hosts_of(container: Obj) -> set[str]:
    handlers = [container.get(probe) for probe in ("livenessProbe", "readinessProbe", "startupProbe")]
    handlers += [dig(container, "lifecycle", hook) for hook in ("postStart", "preStop")]
    hosts = (dig(handler, way, "host") for handler in handlers if handler for way in ("httpGet", "tcpSocket"))
    return {host for host in hosts if host}


def privileged(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors privileged_1_0."""
    names = names_of(spec, lambda container: security(container).get("privileged"))
    detail = f"{called('container', names)} must not set securityContext.privileged=true"
    return Finding("privileged", detail) if names else None


def proc_mount(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors procMount_1_0."""
    used = {container["name"]: security(container).get("procMount") or "Default" for container in containers_of(spec)}
    names = [name for name, mount in used.items() if mount != "Default"]
    mounts = sorted({used[name] for name in names})
    detail = f"{called('container', names)} must not set securityContext.procMount to {quoted(mounts)}"
    return Finding("procMount", detail) if names else None


proc_mount_outside_of_user_namespaces = outside_of_user_namespaces(proc_mount)


def _se_linux_check(types: tuple[str, ...]) -> Callable[[Mapping[str, str], Obj], Finding | None]:
    """The check with the types that it allows. Mirrors seLinuxOptions."""

    def check(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
        bad, named = set[str](), set[str]()

        def is_bad(of: Obj) -> bool:
            options = security(of).get("seLinuxOptions") or {}
            type_ = options.get("type", "")
            other = {type_} - set(types)
            fields = {field for field in ("user", "role") if options.get(field)}
            bad.update(other)
            named.update(fields)
            return bool(other or fields)

        who = setters(is_bad(spec), names_of(spec, is_bad))
        data = [*([called("type", sorted(bad))] if bad else ())]
        data += [f"{field} may not be set" for field in ("user", "role") if field in named]
        detail = f"{' and '.join(who)} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}"
        return Finding("seLinuxOptions", detail) if who else None

    return check


se_linux_options = _se_linux_check(_SE_LINUX_TYPES)
se_linux_options_with_engines = _se_linux_check((*_SE_LINUX_TYPES, "container_engine_t"))


def seccomp_annotations(annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors seccompProfileBaseline_1_0."""
    keys = [_SECCOMP_POD, *(f"{_SECCOMP_CONTAINER}{container['name']}" for container in containers_of(spec))]
    values = ((key, annotations[key]) for key in keys if key in annotations)
    valid = ("runtime/default", "docker/default")
    noted = sorted(
        {f"{key}={quote(value)}" for key, value in values if value not in valid and value[:10] != "localhost/"}
    )
    detail = f"forbidden {plural('annotation', noted)} {', '.join(noted)}"
    return Finding("seccompProfile", detail) if noted else None


def seccomp_profile(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors seccompProfileBaseline_1_19."""
    bad = set[str]()
    who = setters(*_set_profiles(spec, "seccompProfile", bad))
    detail = f"{' and '.join(who)} must not set securityContext.seccompProfile.type to {quoted(sorted(bad))}"
    return Finding("seccompProfile", detail) if who else None


def _sysctl_check(allowed: tuple[str, ...]) -> Callable[[Mapping[str, str], Obj], Finding | None]:
    """The check with the sysctls that it allows. Mirrors sysctls."""

    def check(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
        names = [sysctl["name"] for sysctl in security(spec).get("sysctls") or () if sysctl["name"] not in allowed]
        return Finding("forbidden sysctls", ", ".join(names)) if names else None

    return check


sysctls = _sysctl_check(_SYSCTLS)
sysctls_1_27 = _sysctl_check(_SYSCTLS_1_27)
sysctls_1_29 = _sysctl_check(_SYSCTLS_1_29)
sysctls_1_32 = _sysctl_check(_SYSCTLS_1_32)


def windows_host_process(_annotations: Mapping[str, str], spec: Obj) -> Finding | None:
    """Mirrors windowsHostProcess_1_0."""

    def is_bad(of: Obj) -> bool:
        return bool(dig(security(of), "windowsOptions", "hostProcess"))

    who = setters(is_bad(spec), names_of(spec, is_bad))
    detail = f"{' and '.join(who)} must not set securityContext.windowsOptions.hostProcess=true"
    return Finding("hostProcess", detail) if who else None
