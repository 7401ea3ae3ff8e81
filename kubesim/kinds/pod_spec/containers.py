"""What is wrong with a pod's containers.

Mirrors validateContainers, validateInitContainers and validateContainerCommon of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    forbidden,
    invalid,
    invalid_for_each,
    not_found,
    not_supported,
    one_of,
    required,
    too_many,
)
from kubesim.kinds.pod_spec.resources import validate_container_resources
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubesim.api.meta import Obj

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
RESTART_POLICIES = ("Always", "Never", "OnFailure")

_ONLY_SIDECARS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)


class Surroundings(NamedTuple):
    """What a container's validation asks of its pod: ``volumes`` are the valid ones, by name."""

    spec: Obj
    volumes: Mapping[str, Obj]

    @property
    def grace_period(self) -> int:
        return int(self.spec.get("terminationGracePeriodSeconds", 0))

    @property
    def system(self) -> str:
        return str((self.spec.get("os") or {}).get("name", ""))

    @property
    def claims(self) -> list[str]:
        return [claim.get("name", "") for claim in self.spec.get("resourceClaims") or ()]

    @property
    def shares_users(self) -> bool:
        return self.spec.get("hostUsers") is not False


def validate_containers(pod: Surroundings, path: str) -> list[FieldError]:
    containers = pod.spec.get("containers") or ()
    if not containers:
        return [required(path)]
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, container in enumerate(containers):
        at = f"{path}[{index}]"
        wrong += _validate_common(container, pod, at)
        wrong += _validate_unique_name(container, seen, at)
        wrong += _validate_handlers(container, pod, at)
        wrong += _validate_restart_policy(container, at)
    return wrong + _validate_host_ports(containers, path)


def validate_init_containers(pod: Surroundings, path: str) -> list[FieldError]:
    """Containers with ``restartPolicy: Always`` are sidecars, and may be probed."""
    wrong: list[FieldError] = []
    regular = {container.get("name", "") for container in pod.spec.get("containers") or ()}
    seen = set(regular)
    for index, container in enumerate(pod.spec.get("initContainers") or ()):
        at = f"{path}[{index}]"
        wrong += _validate_common(container, pod, at)
        wrong += _validate_restart_policy(container, at)
        wrong += _validate_unique_name(container, seen, at)
        if not container.get("name") and "" not in regular:
            seen.discard("")
        wrong += _validate_host_ports([container], path)
        if container.get("restartPolicy") == "Always":
            wrong += _validate_handlers(container, pod, at)
        else:
            why = "may not be set for init containers without restartPolicy=Always"
            wrong += [forbidden(f"{at}.{name}", why) for name in _ONLY_SIDECARS if name in container]
            wrong += _validate_resize_of_init(container, at)
    return wrong


def _validate_resize_of_init(container: Obj, path: str) -> list[FieldError]:
    why = "must not be set to 'RestartContainer' for non-sidecar initContainers"
    return [
        invalid(f"{path}.resizePolicy[{index}].restartPolicy", "RestartContainer", why)
        for index, policy in enumerate(container.get("resizePolicy") or ())
        if policy.get("restartPolicy") == "RestartContainer"
    ]


def validate_ephemeral_containers(pod: Surroundings, path: str) -> list[FieldError]:
    spec = pod.spec
    regular = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    others = {container.get("name", "") for container in regular}
    seen = set(others)
    wrong: list[FieldError] = []
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        at = f"{path}[{index}]"
        wrong += _validate_common(container, pod, at)
        wrong += validate_image_spaces([container], path)
        wrong += _validate_unique_name(container, seen, at)
        target = container.get("targetContainerName")
        if target and target not in others:
            wrong.append(not_found(f"{at}.targetContainerName", target))
        wrong += _validate_only_debugs(container, at)
    return wrong


def _validate_only_debugs(container: Obj, path: str) -> list[FieldError]:
    """Nothing of what a service needs is an ephemeral container's. Mirrors validateFieldAllowList."""
    places = [f"{path}.{name}" for name in _NOT_EPHEMERAL if container.get(name)]
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        places += [f"{path}.volumeMounts[{index}].{name}" for name in ("subPath", "subPathExpr") if mount.get(name)]
    return [forbidden(place, "cannot be set for an Ephemeral Container") for place in places]


def validate_image_spaces(containers: Iterable[Obj], path: str) -> list[FieldError]:
    """Asked of pods alone, not of templates. Mirrors validateContainerOnlyForPod."""
    why = "must not have leading or trailing whitespace"
    return [
        invalid(f"{path}[{index}].image", container.get("image", ""), why)
        for index, container in enumerate(containers)
        if container.get("image", "") != container.get("image", "").strip()
    ]


def _validate_unique_name(container: Obj, seen: set[str], path: str) -> list[FieldError]:
    name = container.get("name", "")
    if name in seen:
        return [duplicate(f"{path}.name", name)]
    seen.add(name)
    return []


def _validate_common(container: Obj, pod: Surroundings, path: str) -> list[FieldError]:
    """What is asked of every kind of container, in upstream's order."""
    name, at = container.get("name", ""), f"{path}.name"
    wrong = invalid_for_each(at, name, names.is_dns_1123_label(name)) if name else [required(at)]
    wrong += [] if container.get("image") else [required(f"{path}.image")]
    policy = container.get("terminationMessagePolicy", "")
    if policy not in ("File", "FallbackToLogsOnError"):
        at = f"{path}.terminationMessagePolicy"
        wrong.append(not_supported(at, policy, ("File", "FallbackToLogsOnError")))
    wrong += _validate_ports(container.get("ports") or (), f"{path}.ports")
    wrong += _validate_environment(container, path)
    wrong += _validate_mounts(container, pod, path)
    wrong += one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy", ""), PULL_POLICIES)
    wrong += validate_container_resources(container.get("resources") or {}, f"{path}.resources", pod.claims)
    wrong += _validate_resize_policies(container.get("resizePolicy") or (), pod, f"{path}.resizePolicy")
    return wrong + _validate_security(container.get("securityContext"), pod, f"{path}.securityContext")


# What most containers do not have is not even imported.


def _validate_handlers(container: Obj, pod: Surroundings, path: str) -> list[FieldError]:
    """The container's hooks and probes."""
    if not any(name in container for name in _ONLY_SIDECARS):
        return []
    from kubesim.kinds.pod_spec.probes import validate_lifecycle, validate_probes

    wrong: list[FieldError] = []
    if "lifecycle" in container:
        wrong += validate_lifecycle(container["lifecycle"], pod.grace_period, f"{path}.lifecycle")
    return wrong + validate_probes(container, pod.grace_period, path)


def _validate_environment(container: Obj, path: str) -> list[FieldError]:
    if not container.get("env") and not container.get("envFrom"):
        return []
    from kubesim.kinds.pod_spec.environment import validate_env, validate_env_from

    wrong = validate_env(container.get("env") or (), f"{path}.env")
    return wrong + validate_env_from(container.get("envFrom") or (), f"{path}.envFrom")


def _validate_mounts(container: Obj, pod: Surroundings, path: str) -> list[FieldError]:
    if not container.get("volumeMounts") and not container.get("volumeDevices"):
        return []
    from kubesim.kinds.pod_spec.volumes import validate_devices, validate_mounts

    wrong = validate_mounts(container, pod.volumes, f"{path}.volumeMounts")
    return wrong + validate_devices(container, pod.volumes, f"{path}.volumeDevices")


def _validate_security(context: Obj | None, pod: Surroundings, path: str) -> list[FieldError]:
    if context is None:
        return []
    from kubesim.kinds.pod_spec.security import validate_container_security

    return validate_container_security(context, path, host_users=pod.shares_users)


def _validate_ports(ports: Iterable[Obj], path: str) -> list[FieldError]:
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, port in enumerate(ports):
        at = f"{path}[{index}]"
        wrong += _validate_port_name(port.get("name", ""), seen, f"{at}.name")
        number, host = port.get("containerPort", 0), port.get("hostPort", 0)
        if number:
            wrong += invalid_for_each(f"{at}.containerPort", number, names.is_port_number(number))
        else:
            wrong.append(required(f"{at}.containerPort"))
        if host:
            wrong += invalid_for_each(f"{at}.hostPort", host, names.is_port_number(host))
        wrong += one_of(f"{at}.protocol", port.get("protocol", ""), PROTOCOLS)
    return wrong


def _validate_port_name(name: str, seen: set[str], path: str) -> list[FieldError]:
    if not name:
        return []
    if messages := names.is_port_name(name):
        return invalid_for_each(path, name, messages)
    if name in seen:
        return [duplicate(path, name)]
    seen.add(name)
    return []


def _validate_host_ports(containers: Iterable[Obj], path: str) -> list[FieldError]:
    """No two containers have the same port of the node. Mirrors AccumulateUniqueHostPorts."""
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, container in enumerate(containers):
        for port_index, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            called = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if called in seen:
                wrong.append(duplicate(f"{path}[{index}].ports[{port_index}].hostPort", called))
            seen.add(called)
    return wrong


def _validate_resize_policies(policies: Sequence[Obj], pod: Surroundings, path: str) -> list[FieldError]:
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, policy in enumerate(policies):
        resource, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if resource in seen:
            wrong.append(duplicate(f"{path}[{index}]", resource))
        seen.add(resource)
        wrong += one_of(path, resource, ("cpu", "memory")) if resource else [required(path)]
        wrong += one_of(path, restart, ("NotRequired", "RestartContainer")) if restart else [required(path)]
        if pod.spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            wrong.append(invalid(path, restart, why))
    return wrong


def _validate_restart_policy(container: Obj, path: str) -> list[FieldError]:
    """A container's own restart policy and its rules. Mirrors validateContainerRestartPolicy."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or ()
    wrong: list[FieldError] = []
    if policy is None:
        if not rules:
            return []
        wrong.append(required(f"{path}.restartPolicy", "must specify restartPolicy when restart rules are used"))
    else:
        wrong += one_of(f"{path}.restartPolicy", policy, RESTART_POLICIES)
    if len(rules) > 20:
        wrong.append(too_many(f"{path}.restartPolicyRules", len(rules), 20))
    for index, rule in enumerate(rules):
        wrong += _validate_restart_rule(rule, f"{path}.restartPolicyRules[{index}]")
    return wrong


def _validate_restart_rule(rule: Obj, path: str) -> list[FieldError]:
    wrong = one_of(f"{path}.action", rule.get("action", ""), ("Restart", "RestartAllContainers"))
    codes = rule.get("exitCodes")
    if codes is None:
        return [*wrong, required(f"{path}.exitCodes", "must be specified")]
    wrong += one_of(f"{path}.exitCodes.operator", codes.get("operator", ""), ("In", "NotIn"))
    values = codes.get("values") or ()
    return [*wrong, too_many(f"{path}.exitCodes.values", len(values), 255)] if len(values) > 255 else wrong
