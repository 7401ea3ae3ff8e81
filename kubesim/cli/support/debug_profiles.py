"""The profiles of ``debug``: what the container that it adds may do, and what a copy of a pod is left with.

Mirrors kubectl pkg/cmd/debug/profiles.go.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

#: The ways to debug.
NODE, COPY, EPHEMERAL = "node", "copy", "ephemeral"

PROFILES = ("legacy", "general", "baseline", "netadmin", "restricted", "sysadmin")


class Keep(NamedTuple):
    """What a copy of a pod keeps of it."""

    labels: bool = False
    annotations: bool = False
    liveness: bool = False
    readiness: bool = False
    startup: bool = False
    init_containers: bool = True


def apply_profile(profile: str, style: str, pod: Obj, name: str, keep: Keep) -> None:
    """Change, in place, a pod that is to be created or changed, and its container ``name``."""
    for container in _all_containers(pod):
        if container["name"] == name:
            _let(container, profile, style)
    if profile == "legacy":
        if style == COPY:
            pod["metadata"].pop("labels", None)
        elif style == NODE:
            _open_node(pod, name)
        return
    if style == COPY:
        _strip(pod, keep)
        pod["spec"].setdefault("shareProcessNamespace", True)
    elif style == NODE and profile in ("general", "sysadmin"):
        _open_node(pod, name)
    elif style == NODE and profile == "netadmin":
        _use_host_namespaces(pod)


def _all_containers(pod: Obj) -> list[Obj]:
    sorts = ("initContainers", "containers", "ephemeralContainers")
    return [container for sort in sorts for container in pod["spec"].get(sort) or ()]


def _let(container: Obj, profile: str, style: str) -> None:
    """What the container may do."""
    if profile in ("baseline", "restricted") or (profile == "general" and style == NODE):
        container.pop("securityContext", None)
    if profile == "restricted":
        container["securityContext"] = {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
    elif profile == "sysadmin":
        container["securityContext"] = {**(container.get("securityContext") or {}), "privileged": True}
    elif profile == "netadmin":
        _add_capabilities(container, "NET_ADMIN", "NET_RAW")
    elif profile == "general" and style != NODE:
        _add_capabilities(container, "SYS_PTRACE")


def _add_capabilities(container: Obj, *names: str) -> None:
    context = container.get("securityContext") or {}
    capabilities = context.get("capabilities") or {}
    added = [*(capabilities.get("add") or ()), *names]
    container["securityContext"] = {**context, "capabilities": {**capabilities, "add": added}}


def _open_node(pod: Obj, name: str) -> None:
    """Mount the node's root folder at /host, and use the node's namespaces."""
    spec, volume = pod["spec"], "host-root"
    spec["volumes"] = [*(spec.get("volumes") or ()), {"name": volume, "hostPath": {"path": "/"}}]
    for container in spec["containers"]:
        if container["name"] == name:
            mounts = container.get("volumeMounts") or ()
            container["volumeMounts"] = [*mounts, {"mountPath": "/host", "name": volume}]
    _use_host_namespaces(pod)


def _use_host_namespaces(pod: Obj) -> None:
    pod["spec"].update(hostNetwork=True, hostPID=True, hostIPC=True)


def _strip(pod: Obj, keep: Keep) -> None:
    """Take from a copy what it does not keep."""
    for field, is_kept in (("labels", keep.labels), ("annotations", keep.annotations)):
        if not is_kept:
            pod["metadata"].pop(field, None)
    kept = {"livenessProbe": keep.liveness, "readinessProbe": keep.readiness, "startupProbe": keep.startup}
    for container in pod["spec"]["containers"]:
        for probe, is_kept in kept.items():
            if not is_kept:
                container.pop(probe, None)
    if not keep.init_containers:
        pod["spec"].pop("initContainers", None)
