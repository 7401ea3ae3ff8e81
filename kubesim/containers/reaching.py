"""Whether a program's targets can be reached: Services by name with their endpoints, and other objects."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.api.selector_parser import parse_selector
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.containers.evaluation.targets import Aim, Target, Wish
from kubesim.containers.evaluation.waiting import ROLLED_OUT
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


_ADDRESS = re.compile(r"\d+(?:\.\d+){3}|localhost|.*:.*")
# The last labels of names outside of any cluster.
_DOMAINS = (
    "com org net io dev gov edu info app cloud ai co uk de fr eu us cn jp in ru nl se ch internal local localdomain"
)
_OUTSIDE = frozenset(_DOMAINS.split())


class ServiceName(NamedTuple):
    """A Service, and the one pod of it that was named, if one was."""

    namespace: str
    name: str
    pod: str = ""


def services_of(cluster: Cluster, namespace: str, host: str) -> list[ServiceName]:
    """The Services that a host's name may mean to a pod of that namespace; none: it is no Service's.

    ``a.b`` may be Service ``a`` of namespace ``b``, or pod ``a`` of Service ``b``.
    """
    name = host.rstrip(".").lower()
    if _ADDRESS.fullmatch(name):
        return []
    labels = name.removesuffix(".cluster.local").split(".")
    if len(labels) > 1 and labels[-1] == "svc":
        return [_of_labels(labels[:-1], namespace)]
    if len(labels) == 1:
        return [ServiceName(namespace, labels[0])]
    found = [_of_labels(labels, namespace)]
    if len(labels) == 2:
        found.append(ServiceName(namespace, labels[1], labels[0]))
    is_inside = any(_is_there(cluster, service) for service in found)
    return found if is_inside or (labels[-1] not in _OUTSIDE and len(labels) <= 3) else []


def _of_labels(labels: list[str], namespace: str) -> ServiceName:
    """``name``, ``name.namespace`` or ``pod.name.namespace``."""
    if len(labels) == 1:
        return ServiceName(namespace, labels[0])
    return ServiceName(labels[-1], labels[-2], ".".join(labels[:-2]))


def _is_there(cluster: Cluster, service: ServiceName) -> bool:
    """Whether the Service exists, or at least the namespace."""
    if cluster.find("Service", service.namespace, service.name) is not None:
        return True
    return not service.pod and cluster.find("Namespace", "", service.namespace) is not None


def can_reach(cluster: Cluster, namespace: str, aim: Aim) -> bool:
    """Whether a pod of a namespace reaches an aim now: all that is outside of the cluster, and itself, it does."""
    if isinstance(aim, Wish):
        return _is_fulfilled(cluster, aim._replace(namespace=aim.namespace or namespace))
    services = services_of(cluster, namespace, aim.host)
    return not services or any(_reaches(cluster, service, aim) for service in services)


def depends_on(cluster: Cluster, namespace: str, aim: Aim) -> list[str]:
    """On what that depends: Services, as ``Service/namespace/name``, or all objects of ``kind/namespace``."""
    if isinstance(aim, Wish):
        return [f"{aim.kind}/{aim.namespace or namespace}"]
    services = services_of(cluster, namespace, aim.host)
    return [f"Service/{service.namespace}/{service.name}" for service in services]


def _is_fulfilled(cluster: Cluster, wish: Wish) -> bool:
    """Whether such objects exist, and the condition holds for each."""
    matches = parse_selector(wish.selector).matches
    found = [
        obj
        for obj in cluster.list(wish.kind, wish.namespace)
        if wish.name in ("", obj["metadata"]["name"]) and matches(labels_of(obj))
    ]
    return bool(found) and all(_holds(obj, wish.condition) for obj in found)


def _holds(obj: Obj, condition: str) -> bool:
    if condition == ROLLED_OUT:
        wanted = obj["spec"].get("replicas", dig(obj, "status", "desiredNumberScheduled", default=1))
        ready = dig(obj, "status", "availableReplicas", default=dig(obj, "status", "numberAvailable", default=0))
        return bool(ready >= wanted)
    conditions = dig(obj, "status", "conditions", default=())
    return any(one["type"].lower() == condition and one["status"] == "True" for one in conditions)


def _reaches(cluster: Cluster, wanted: ServiceName, target: Target) -> bool:
    service = cluster.find("Service", wanted.namespace, wanted.name)
    if service is None:
        return False
    if service["spec"].get("type") == "ExternalName":
        return True
    is_headless = service["spec"].get("clusterIP") == "None"
    if not target.connects and not is_headless:
        return not wanted.pod
    ports = [port.get("port") for port in service["spec"].get("ports") or ()]
    if target.connects and target.port and not is_headless and target.port not in ports:
        return False
    return any(_serves(endpoint, wanted, service) for endpoint in endpoints_of(cluster, wanted))


def endpoints_of(cluster: Cluster, wanted: ServiceName) -> list[Obj]:
    """The endpoints of a Service, as its EndpointSlices have them."""
    slices = cluster.list("EndpointSlice", wanted.namespace)
    mine = [piece for piece in slices if labels_of(piece).get(LABEL_SERVICE_NAME) == wanted.name]
    return [endpoint for piece in mine for endpoint in piece.get("endpoints") or ()]


def _serves(endpoint: Obj, wanted: ServiceName, service: Obj) -> bool:
    if wanted.pod and wanted.pod not in (endpoint.get("hostname"), dig(endpoint, "targetRef", "name")):
        return False
    return bool(dig(endpoint, "conditions", "ready", default=True) or service["spec"].get("publishNotReadyAddresses"))
