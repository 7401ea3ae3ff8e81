"""What the API server fills in in pods and pod templates, in place.

Mirrors pkg/apis/core/v1/defaults.go, zz_generated.defaults.go and the conversion of PodSpec.
"""

from __future__ import annotations

from kubesim.kinds.pod_spec.image_name import tag_of
from kubesim.kinds.pod_spec.volume_defaults import default_volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def default_pod_template(template: Obj) -> None:
    """The defaults of a template inside another kind; what only pods have stays away."""
    template.setdefault("metadata", {})
    default_pod_spec(template.setdefault("spec", {}))


def default_pod(pod: Obj) -> None:
    """The defaults of a pod itself: its requests, service links and host ports besides its spec."""
    spec = pod.setdefault("spec", {})
    for container in _containers(spec, "initContainers", "containers"):
        _default_requests(container.setdefault("resources", {}))
    _default_pod_requests(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        _default_host_ports(spec)
    default_pod_spec(spec)


def default_pod_spec(spec: Obj) -> None:
    """Mirrors SetDefaults_PodSpec and what the generator adds for its volumes and containers.

    The gates GenericWorkload and ContainerStopSignals are closed.
    """
    spec.pop("schedulingGroup", None)
    _set(spec, "dnsPolicy", "ClusterFirst")
    _set(spec, "restartPolicy", "Always")
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    _set(spec, "schedulerName", "default-scheduler")
    _mirror_service_account(spec)
    for volume in spec.get("volumes") or ():
        default_volume(volume)
    for container in _containers(spec, *CONTAINER_LISTS):
        default_container(container)


def _containers(spec: Obj, *lists: str) -> list[Obj]:
    return [container for name in lists for container in spec.get(name) or ()]


def _set(obj: Obj, name: str, value: object) -> None:
    """Fill in a field that is not a pointer upstream: empty is the same as missing."""
    if not obj.get(name):
        obj[name] = value


def _mirror_service_account(spec: Obj) -> None:
    """The deprecated name and the name are one field inside the API server, which prints both."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name


def _default_requests(resources: Obj) -> None:
    """A limit without a request is the request too."""
    limits = resources.get("limits")
    if limits:
        resources["requests"] = {**limits, **(resources.get("requests") or {})}


def _default_pod_requests(spec: Obj) -> None:
    """A pod's own limits stand for its requests where no container has any. Mirrors defaultPodRequests."""
    resources = spec.get("resources")
    if not resources or not resources.get("limits"):
        return
    from kubesim.kinds.pod_spec.resources import pod_level_requests

    requests = pod_level_requests(spec)
    if requests:
        resources["requests"] = requests


def _default_host_ports(spec: Obj) -> None:
    for container in _containers(spec, "containers", "initContainers"):
        for port in container.get("ports") or ():
            _set(port, "hostPort", port.get("containerPort", 0))


def default_container(container: Obj) -> None:
    """Mirrors SetDefaults_Container and what the generator adds for its parts."""
    if not container.get("imagePullPolicy"):
        latest = tag_of(container.get("image", "")) == "latest"
        container["imagePullPolicy"] = "Always" if latest else "IfNotPresent"
    _set(container, "terminationMessagePath", "/dev/termination-log")
    _set(container, "terminationMessagePolicy", "File")
    container.setdefault("resources", {})
    for port in container.get("ports") or ():
        _set(port, "protocol", "TCP")
    for variable in container.get("env") or ():
        _default_env_source(variable.get("valueFrom") or {})
    for name in PROBES:
        if name in container:
            _default_probe(container[name])
    if (container.get("lifecycle") or {}).pop("stopSignal", None) and not container["lifecycle"]:
        del container["lifecycle"]
    for handler in (container.get("lifecycle") or {}).values():
        if isinstance(handler, dict):
            _default_http_get(handler)


def _default_env_source(source: Obj) -> None:
    if "fieldRef" in source:
        _set(source["fieldRef"], "apiVersion", "v1")
    if "fileKeyRef" in source:
        source["fileKeyRef"].setdefault("optional", False)


def _default_probe(probe: Obj) -> None:
    _set(probe, "timeoutSeconds", 1)
    _set(probe, "periodSeconds", 10)
    _set(probe, "successThreshold", 1)
    _set(probe, "failureThreshold", 3)
    _default_http_get(probe)
    if "grpc" in probe:
        probe["grpc"]["service"] = probe["grpc"].get("service") or ""


def _default_http_get(handler: Obj) -> None:
    if "httpGet" in handler:
        _set(handler["httpGet"], "path", "/")
        _set(handler["httpGet"], "scheme", "HTTP")
