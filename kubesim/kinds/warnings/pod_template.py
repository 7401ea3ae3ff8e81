"""What the API server warns of in pods and their templates. Mirrors pkg/api/pod/warnings.go, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.meta import annotations_of, dig
from kubesim.api.well_known import (
    DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX,
    SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX,
    SECCOMP_POD_ANNOTATION_KEY,
)
from kubesim.golang.quoting import quote
from kubesim.kinds.pod_spec import app_armor
from kubesim.kinds.pod_spec.parts import containers_of
from kubesim.kinds.warnings.labels import DEPRECATED_LABELS, warnings_for_node_term, warnings_for_node_terms
from kubesim.kinds.warnings.overlaps import warnings_for_overlaps
from kubesim.kinds.warnings.ports import warnings_for_ports
from kubesim.kinds.warnings.storage import warnings_for_claim_spec, warnings_for_fractions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Kind

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
NO_SELECTOR = "a null labelSelector results in matching no pod"

DEPRECATED_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
SECCOMP_WARNING = 'non-functional in v1.27+; use the "seccompProfile" field instead'

DEPRECATED_VOLUMES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11, and disabled by default in v1.33+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
# What a path calls a volume's source where that is not its name.
_CALLED = {"storageos": "storageOS"}


def warnings_for_name(name: str, used_in: str) -> list[str]:
    """A name that pods or their hosts get, and that is too much for a host's."""
    wrong = names.is_dns_1123_label(name)
    if not wrong:
        return []
    surprise = "which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: this is used in {used_in}, {surprise}: [{' '.join(wrong)}]"]


def warnings_for_pod(pod: Obj) -> list[str]:
    """A new pod."""
    named = warnings_for_name(pod["metadata"].get("name", ""), "the Pod's hostname")
    return [*named, *_warnings(pod, "", is_template=False)]


def warnings_for_template(template: Obj, path: str) -> list[str]:
    """The template of another kind's object."""
    return _warnings(template, f"{path}.", is_template=True)


def warnings_for_workload(
    kind: Kind, new: Obj, old: Obj | None, *, path: str = "spec.template", names_pods: bool = True
) -> list[str]:
    """What runs pods of a template: whenever a new generation of it comes. ``names_pods`` if its name is its pods'."""
    if old is not None and not kind.changes_generation(new, old):
        return []
    template = dig(new, *path.split("."))
    named: list[str] = []
    if old is None and names_pods:
        named = warnings_for_name(new["metadata"].get("name", ""), "Pod names and hostnames")
    return [*named, *warnings_for_template(template, path)] if template else named


def _warnings(pod: Obj, prefix: str, *, is_template: bool) -> list[str]:
    spec, annotations = pod["spec"], annotations_of(pod)
    at = f"{prefix}spec"
    found = _of_nodes(spec, at)
    noted = f"{prefix}metadata.annotations"
    found += [f"{noted}[{key}]: {warning}" for key, warning in DEPRECATED_ANNOTATIONS.items() if key in annotations]
    found += _of_volumes(spec.get("volumes") or (), f"{at}.volumes")
    found += _of_names(spec, at)
    found += warnings_for_fractions(spec.get("overhead") or {}, f"{at}.overhead")
    if SECCOMP_POD_ANNOTATION_KEY in annotations and not dig(spec, "securityContext", "seccompProfile"):
        found.append(f"{noted}[{SECCOMP_POD_ANNOTATION_KEY}]: {SECCOMP_WARNING}")
    for path, container in containers_of(spec, at):
        found += _of_seccomp(container, annotations, noted)
        found += _of_app_armor(container, spec, annotations, noted) if is_template else []
        found += _of_container(container, path)
    found += warnings_for_ports(list(containers_of(spec, at)))
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        why = "must be >= 0; negative values are invalid and will be treated as 1"
        found.append(f"{at}.terminationGracePeriodSeconds: {why}")
    for name in ("podAffinity", "podAntiAffinity"):
        found += _of_pod_affinity(dig(spec, "affinity", name, default={}), f"{at}.affinity.{name}")
    return found + _of_addresses(spec, at)


def _of_addresses(spec: Obj, at: str) -> list[str]:
    servers = dig(spec, "dnsConfig", "nameservers", default=())
    aliases = spec.get("hostAliases") or ()
    if not servers and not aliases:
        return []
    from kubesim.kinds.warnings.addresses import warnings_for_ip

    found: list[str] = []
    for index, server in enumerate(servers):
        found += warnings_for_ip(server, f"{at}.dnsConfig.nameservers[{index}]")
    for index, alias in enumerate(aliases):
        found += warnings_for_ip(alias.get("ip", ""), f"{at}.hostAliases[{index}].ip")
    return found


def _of_nodes(spec: Obj, path: str) -> list[str]:
    """Labels of nodes that are asked for, and pods that are spread by no selector."""
    found = [
        f"{path}.nodeSelector[{key}]: {DEPRECATED_LABELS[key]}"
        for key in spec.get("nodeSelector") or ()
        if key in DEPRECATED_LABELS
    ]
    affinity = dig(spec, "affinity", "nodeAffinity", default={})
    at = f"{path}.affinity.nodeAffinity"
    terms = dig(affinity, REQUIRED, "nodeSelectorTerms", default=())
    found += warnings_for_node_terms(terms, f"{at}.{REQUIRED}.nodeSelectorTerms")
    for index, term in enumerate(affinity.get(PREFERRED) or ()):
        preference = term.get("preference") or {}
        found += warnings_for_node_term(preference, f"{at}.{PREFERRED}[{index}].preference", check_values=True)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        at, key = f"{path}.topologySpreadConstraints[{index}]", constraint.get("topologyKey", "")
        if key in DEPRECATED_LABELS:
            found.append(f"{at}.topologyKey: {key} is {DEPRECATED_LABELS[key]}")
        if constraint.get("labelSelector") is None:
            found.append(f"{at}.labelSelector: {NO_SELECTOR}")
    return found


def _of_volumes(volumes: Iterable[Obj], path: str) -> list[str]:
    found: list[str] = []
    volumes = list(volumes)
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        for kind, warning in DEPRECATED_VOLUMES.items():
            if kind == "cephfs":  # where upstream checks claims
                claim = dig(volume, "ephemeral", "volumeClaimTemplate", "spec")
                found += warnings_for_claim_spec(claim, f"{at}.ephemeral.volumeClaimTemplate.spec") if claim else []
            if kind in volume:
                found.append(f"{at}.{_CALLED.get(kind, kind)}: {warning}")
    return found + warnings_for_overlaps(volumes)


def _of_names(spec: Obj, path: str) -> list[str]:
    """Addresses of aliases and secrets that are there twice."""
    found = _repeated(spec.get("hostAliases") or (), "ip", f"{path}.hostAliases")
    secrets = spec.get("imagePullSecrets") or ()
    at = f"{path}.imagePullSecrets"
    found += _repeated(secrets, "name", at)
    empty = [index for index, secret in enumerate(secrets) if not secret.get("name")]
    return found + [f'{at}[{index}].name: invalid empty name ""' for index in empty]


def _repeated(items: Iterable[Obj], key: str, path: str) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for index, item in enumerate(items):
        value = item.get(key, "")
        if value in seen:
            found.append(f"{path}[{index}].{key}: duplicate {key} {quote(value)}")
        seen.add(value)
    return found


def _of_seccomp(container: Obj, annotations: dict[str, str], path: str) -> list[str]:
    key = f"{SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX}{container.get('name', '')}"
    has_field = dig(container, "securityContext", "seccompProfile")
    return [f"{path}[{key}]: {SECCOMP_WARNING}"] if key in annotations and not has_field else []


def _of_app_armor(container: Obj, spec: Obj, annotations: dict[str, str], path: str) -> list[str]:
    """Of templates alone: a pod takes the annotations over, and warns of that."""
    key = f"{DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX}{container.get('name', '')}"
    if key not in annotations or dig(container, "securityContext", "appArmorProfile"):
        return []
    common = dig(spec, "securityContext", "appArmorProfile")
    if common is not None and common == app_armor.profile_of(annotations[key]):
        return []
    return [f"{path}[{key}]: {app_armor.DEPRECATED}"]


def _of_container(container: Obj, path: str) -> list[str]:
    resources = container.get("resources") or {}
    found: list[str] = []
    for name in ("memory", "ephemeral-storage"):
        for of in ("limits", "requests"):
            amount = (resources.get(of) or {}).get(name)
            found += warnings_for_fractions({name: amount}, f"{path}.resources.{of}") if amount else []
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name = variable.get("name", "")
        if name in seen and _hides(variable):
            why = f"hides previous definition of {quote(name)}, which may be dropped when using apply"
            found.append(f"{path}.env[{index}]: {why}")
        seen.add(name)
    return found


def _hides(variable: Obj) -> bool:
    """Whether a variable that is there twice makes nothing of its earlier value."""
    reference, value = f"$({variable.get('name', '')})", variable.get("value", "")
    return "valueFrom" in variable or value == reference or reference not in value


def _of_pod_affinity(affinity: Obj, path: str) -> list[str]:
    found = [
        f"{path}.{REQUIRED}[{index}].labelSelector: {NO_SELECTOR}"
        for index, term in enumerate(affinity.get(REQUIRED) or ())
        if term.get("labelSelector") is None
    ]
    return found + [
        f"{path}.{PREFERRED}[{index}].podAffinityTerm.labelSelector: {NO_SELECTOR}"
        for index, term in enumerate(affinity.get(PREFERRED) or ())
        if dig(term, "podAffinityTerm", "labelSelector") is None
    ]
