"""What is wrong with the spec of a pod, or with the template of one, as a whole.

Mirrors ValidatePodSpec and ValidatePodTemplateSpec of pkg/apis/core/validation, in their order.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    Struct,
    duplicate,
    forbidden,
    invalid,
    invalid_for_each,
    not_found,
    not_supported,
    required,
    too_long,
)
from kubesim.api.metadata_validation import validate_annotations, validate_labels
from kubesim.kinds.pod_spec.containers import (
    Surroundings,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from kubesim.kinds.pod_spec.parts import containers_of
from kubesim.kinds.pod_spec.resources import validate_container_resources, validate_pod_resources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.api.meta import Obj

SEARCHES_LIMIT = 2048
INT32_MAX = 2**31 - 1

# Errors list these unsorted.
_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")

# Names that a spec may hold, each with what is asked of it.
_NAMES: dict[str, Callable[[str], list[str]]] = {
    "serviceAccountName": names.is_dns_1123_subdomain,
    "nodeName": names.is_dns_1123_subdomain,
}
_HOST_NAMES = ("hostname", "subdomain")


def validate_pod_template_spec(template: Obj, path: str) -> list[FieldError]:
    """The template in another kind's spec. Mirrors ValidatePodTemplateSpec."""
    meta, spec = template["metadata"], template["spec"]
    annotations = meta.get("annotations") or {}
    wrong = validate_labels(meta.get("labels") or {}, f"{path}.labels")
    wrong += validate_annotations(annotations, f"{path}.annotations")
    if annotations:
        from kubesim.kinds.pod_spec.pod_annotations import validate_pod_annotations

        wrong += validate_pod_annotations(annotations, spec, f"{path}.annotations")
    wrong += validate_pod_spec(spec, f"{path}.spec")
    if annotations:
        from kubesim.kinds.pod_spec.pod_annotations import validate_profiles_match

        wrong += validate_profiles_match(annotations, spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        why = "ephemeral containers not allowed in pod template"
        wrong.append(forbidden(f"{path}.spec.ephemeralContainers", why))
    return wrong


def validate_pod_spec(spec: Obj, path: str, pod_name: str = "", *, is_pod: bool = False) -> list[FieldError]:
    """``pod_name`` and ``is_pod`` are given for pods, not for templates."""
    volumes, wrong = _validate_volumes(spec.get("volumes"), f"{path}.volumes", pod_name)
    pod = Surroundings(spec, volumes)
    wrong += _validate_resource_claims(spec.get("resourceClaims") or (), f"{path}.resourceClaims")
    wrong += validate_containers(pod, f"{path}.containers")
    wrong += validate_init_containers(pod, f"{path}.initContainers")
    wrong += validate_ephemeral_containers(pod, f"{path}.ephemeralContainers")
    wrong += validate_pod_resources(spec, f"{path}.resources", pod.claims)
    wrong += _validate_host_network_ports(spec, path, is_pod=is_pod)
    wrong += _validate_choice(spec, "restartPolicy", _RESTART_POLICIES, path)
    wrong += _validate_choice(spec, "dnsPolicy", _DNS_POLICIES, path)
    wrong += validate_labels(spec.get("nodeSelector") or {}, f"{path}.nodeSelector")
    wrong += _validate_security(spec, f"{path}.securityContext")
    wrong += _validate_affinity(spec.get("affinity"), f"{path}.affinity")
    wrong += _validate_dns_config(spec, f"{path}.dnsConfig")
    wrong += _validate_gates(spec, path)
    wrong += _validate_topology_spread(spec.get("topologySpreadConstraints"), f"{path}.topologySpreadConstraints")
    wrong += _validate_host_process(spec, path)
    wrong += _validate_host_users(spec, path)
    wrong += _validate_hostname_override(spec, f"{path}.hostnameOverride")
    wrong += _validate_names(spec, path)
    wrong += _validate_tolerations(spec.get("tolerations"), f"{path}.tolerations")
    if spec.get("hostAliases"):
        wrong += _validate_host_aliases(spec["hostAliases"], f"{path}.hostAliases")
    wrong += _validate_classes(spec, path)
    return wrong + _validate_file_keys(spec, path)


# What most pods do not have is not even imported.


def _validate_volumes(
    volumes: Iterable[Obj] | None, path: str, pod_name: str
) -> tuple[dict[str, Obj], list[FieldError]]:
    if not volumes:
        return {}, []
    from kubesim.kinds.pod_spec.volumes import validate_volumes

    return validate_volumes(volumes, path, pod_name)


def _validate_security(spec: Obj, path: str) -> list[FieldError]:
    if not spec.get("securityContext") and not spec.get("shareProcessNamespace"):
        return []
    from kubesim.kinds.pod_spec.security import validate_pod_security

    return validate_pod_security(spec, path)


def _validate_affinity(affinity: Obj | None, path: str) -> list[FieldError]:
    if not affinity:
        return []
    from kubesim.kinds.pod_spec.scheduling import validate_affinity

    return validate_affinity(affinity, path)


def _validate_topology_spread(constraints: Sequence[Obj] | None, path: str) -> list[FieldError]:
    if not constraints:
        return []
    from kubesim.kinds.pod_spec.scheduling import validate_topology_spread

    return validate_topology_spread(constraints, path)


def _validate_tolerations(tolerations: Iterable[Obj] | None, path: str) -> list[FieldError]:
    if not tolerations:
        return []
    from kubesim.kinds.pod_spec.scheduling import validate_tolerations

    return validate_tolerations(tolerations, path)


def _validate_choice(spec: Obj, name: str, choice: tuple[str, ...], path: str) -> list[FieldError]:
    value = spec.get(name, "")
    if not value:
        return [required(f"{path}.{name}")]
    return [] if value in choice else [not_supported(f"{path}.{name}", value, choice)]


def _validate_resource_claims(claims: Iterable[Obj], path: str) -> list[FieldError]:
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, claim in enumerate(claims):
        at, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            wrong.append(required(f"{at}.name"))
        elif name in seen:
            wrong.append(duplicate(f"{at}.name", name))
        else:
            wrong += invalid_for_each(f"{at}.name", name, names.is_dns_1123_label(name))
        seen.add(name)
        wrong += _validate_claim_source(claim, at)
    return wrong


def _validate_claim_source(claim: Obj, path: str) -> list[FieldError]:
    fields = {"ResourceClaimName": "resourceClaimName", "ResourceClaimTemplateName": "resourceClaimTemplateName"}
    given = [field for field in fields.values() if claim.get(field) is not None]
    shown = Struct(Name=claim.get("name", ""), **{go_name: claim.get(field) for go_name, field in fields.items()})
    wrong: list[FieldError] = []
    if len(given) > 1:
        why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        wrong.append(invalid(path, shown, why))
    if not given:
        wrong.append(invalid(path, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"))
    for field in given:
        wrong += invalid_for_each(f"{path}.{field}", claim[field], names.is_dns_1123_subdomain(claim[field]))
    return wrong


def _validate_host_network_ports(spec: Obj, path: str, *, is_pod: bool) -> list[FieldError]:
    """On the node's network a port is the node's port. Mirrors validatePodHostNetworkDeps."""
    if not spec.get("hostNetwork"):
        return []
    why = "must match `containerPort` when `hostNetwork` is true"
    wrong: list[FieldError] = []
    for index, container in enumerate(spec.get("containers") or ()):
        for port_index, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort", 0)
            if (is_pod or host) and host != port.get("containerPort", 0):
                wrong.append(invalid(f"{path}.containers[{index}].ports[{port_index}].hostPort", host, why))
    return wrong


def _validate_dns_config(spec: Obj, path: str) -> list[FieldError]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not config.get("nameservers"):
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [required(f"{path}.nameservers", why)]
    if config is None:
        return []
    from kubesim.kinds.validation.addresses import validate_ip

    servers = config.get("nameservers") or []
    wrong: list[FieldError] = []
    if len(servers) > 3:
        wrong.append(invalid(f"{path}.nameservers", servers, "must not have more than 3 nameservers"))
    for index, server in enumerate(servers):
        wrong += validate_ip(server, f"{path}.nameservers[{index}]")
    wrong += _validate_searches(config.get("searches") or [], f"{path}.searches")
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            wrong.append(required(f"{path}.options[{index}]", "must not be empty"))
    return wrong


def _validate_searches(searches: list[str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if len(searches) > 32:
        wrong.append(invalid(path, searches, "must not have more than 32 search paths"))
    if len(" ".join(searches)) > SEARCHES_LIMIT:
        why = f"must not have more than {SEARCHES_LIMIT} characters (including spaces) in the search list"
        wrong.append(invalid(path, searches, why))
    for index, search in enumerate(searches):
        domain = search[:-1] if search.endswith(".") else search
        if search != ".":
            wrong += invalid_for_each(f"{path}[{index}]", domain, names.is_underscored_subdomain(domain))
    return wrong


def _validate_gates(spec: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        kind = gate.get("conditionType", "")
        at = f"{path}.readinessGates[{index}].conditionType"
        wrong += invalid_for_each(at, kind, names.is_qualified_name(kind))
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        at, name = f"{path}.schedulingGates[{index}]", gate.get("name", "")
        wrong += invalid_for_each(at, name, names.is_qualified_name(name))
        wrong += [duplicate(at, name)] if name in seen else []
        seen.add(name)
    return wrong


def _validate_host_process(spec: Obj, path: str) -> list[FieldError]:
    """On Windows all containers are processes of the host, or none is. Mirrors validateWindowsHostProcessPod."""
    of_pod = _is_host_process(spec)
    wrong: list[FieldError] = []
    found: list[bool] = []
    for at, container in containers_of(spec, path):
        own = _is_host_process(container)
        if of_pod is not None and own is not None and of_pod != own:
            why = f"pod hostProcess value must be identical if both are specified, was {str(of_pod).lower()}"
            wrong.append(invalid(f"{at}.securityContext.windowsOptions.hostProcess", own, why))
        found.append(bool(of_pod if own is None else own))
    if any(found) and not all(found):
        why = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        wrong.append(invalid(path, "", why))
    if any(found) and not spec.get("hostNetwork"):
        why = "hostNetwork must be true if pod contains any hostProcess containers"
        wrong.append(invalid(f"{path}.hostNetwork", False, why))
    return wrong


def _is_host_process(part: Obj) -> bool | None:
    options = (part.get("securityContext") or {}).get("windowsOptions") or {}
    asked: bool | None = options.get("hostProcess")
    return asked


def _validate_host_users(spec: Obj, path: str) -> list[FieldError]:
    if spec.get("hostUsers") is not False:
        return []
    shared = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    places = [f"{path}.{called}" for name, called in shared if spec.get(name)]
    places += [f"{at}.volumeDevices" for at, container in containers_of(spec, path) if container.get("volumeDevices")]
    return [forbidden(place, "when `hostUsers` is false") for place in places]


def _validate_hostname_override(spec: Obj, path: str) -> list[FieldError]:
    name = spec.get("hostnameOverride")
    if name is None:
        return []
    wrong: list[FieldError] = []
    if spec.get("setHostnameAsFQDN"):
        wrong.append(forbidden(path, "may not be specified when setHostnameAsFQDN is true"))
    if spec.get("hostNetwork"):
        wrong.append(forbidden(path, "may not be specified when hostNetwork is true"))
    if len(name) > 64:
        wrong.append(too_long(path, 64))
    return wrong + invalid_for_each(path, name, names.is_dns_1123_subdomain(name))


def _validate_names(spec: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name, rule in _NAMES.items():
        if spec.get(name):
            wrong += invalid_for_each(f"{path}.{name}", spec[name], rule(spec[name]))
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None:
        wrong += invalid_for_each(f"{path}.activeDeadlineSeconds", deadline, names.in_range(deadline, 1, INT32_MAX))
    for name in _HOST_NAMES:
        if spec.get(name):
            wrong += invalid_for_each(f"{path}.{name}", spec[name], names.is_dns_1123_label(spec[name]))
    return wrong


def _validate_host_aliases(aliases: Iterable[Obj], path: str) -> list[FieldError]:
    from kubesim.kinds.validation.addresses import validate_ip

    wrong: list[FieldError] = []
    for index, alias in enumerate(aliases):
        wrong += validate_ip(alias.get("ip", ""), f"{path}[{index}].ip")
        for name_index, name in enumerate(alias.get("hostnames") or ()):
            at = f"{path}[{index}].hostnames[{name_index}]"
            wrong += invalid_for_each(at, name, names.is_dns_1123_subdomain(name))
    return wrong


def _validate_classes(spec: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name in ("priorityClassName", "runtimeClassName"):
        if spec.get(name):
            wrong += invalid_for_each(f"{path}.{name}", spec[name], names.is_dns_1123_subdomain(spec[name]))
    if "preemptionPolicy" in spec:
        wrong += _validate_choice(spec, "preemptionPolicy", _PREEMPTION_POLICIES, path)
    if spec.get("overhead"):
        wrong += validate_container_resources({"limits": spec["overhead"]}, f"{path}.overhead")
    system = (spec.get("os") or {}).get("name")
    if "os" in spec and system not in ("linux", "windows"):
        at = f"{path}.os"
        wrong.append(not_supported(at, system, ("linux", "windows")) if system else required(f"{at}.name"))
    return wrong


def _validate_file_keys(spec: Obj, path: str) -> list[FieldError]:
    """Variables are read from files in emptyDir volumes alone. Mirrors validateFileKeyRefVolumes."""
    volumes = {volume.get("name", ""): volume for volume in spec.get("volumes") or ()}
    wrong: list[FieldError] = []
    for at, reference in _file_key_refs(spec, path):
        name = reference.get("volumeName", "")
        if name not in volumes:
            wrong.append(not_found(f"{at}.volumeName", name))
        elif "emptyDir" not in volumes[name]:
            wrong.append(invalid(f"{at}.volumeName", name, "referenced volume must be of type emptyDir"))
    return wrong


def _file_key_refs(spec: Obj, path: str) -> list[tuple[str, Obj]]:
    return [
        (f"{path}.{kind}[{index}].env[{env_index}].valueFrom.fileKeyRef", variable["valueFrom"]["fileKeyRef"])
        for kind in ("initContainers", "containers", "ephemeralContainers")
        for index, container in enumerate(spec.get(kind) or ())
        for env_index, variable in enumerate(container.get("env") or ())
        if "fileKeyRef" in (variable.get("valueFrom") or {})
    ]
