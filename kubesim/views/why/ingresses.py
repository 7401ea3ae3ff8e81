"""An Ingress leads nowhere: a backend or a certificate is not there, or nobody takes care of it."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, dig, key_of
from kubesim.controllers.pod_control import is_ready
from kubesim.golang.json import dumps
from kubesim.sim.images.slips import nearest
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.why.ending import ending_cause, is_ending
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.words import listed, title_of, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry

CLASS = "IngressClass"
IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
OLD_CLASS = "kubernetes.io/ingress.class"
_ISSUERS = ("cert-manager.io/", "kubernetes.io/tls-acme")  # annotations for those who make a certificate by themselves
_ANY_CONTROLLER = "ingress-controller"


class Backend(NamedTuple):
    """A Service to which an Ingress leads, and the path of that within it, as a JSON pointer."""

    path: str
    name: str
    port: Obj


def ingress_causes(inquiry: Inquiry, ingress: Obj) -> list[Cause]:
    """Why an Ingress does not answer: what is wrong with itself first, then what the cluster lacks."""
    if is_ending(ingress):
        return [ending_cause(inquiry, ingress)]
    cluster = inquiry.cluster
    wrong = [cause for backend in backends(ingress) for cause in _of_backend(inquiry, ingress, backend)]
    alike = {(cause.code, cause.text): cause for cause in wrong}
    return [*alike.values(), *_certificates(cluster, ingress), *filter(None, [_unserved(cluster, ingress)])]


# backends


def backends(ingress: Obj) -> Iterator[Backend]:
    """The Services to which an Ingress leads."""
    default = dig(ingress, "spec", "defaultBackend", "service")
    if default is not None:
        yield Backend("/spec/defaultBackend/service", default["name"], default.get("port") or {})
    for at, rule in enumerate(ingress["spec"].get("rules") or ()):
        for number, path in enumerate(dig(rule, "http", "paths", default=())):
            service = dig(path, "backend", "service")
            if service is not None:
                where = f"/spec/rules/{at}/http/paths/{number}/backend/service"
                yield Backend(where, service["name"], service.get("port") or {})


def _of_backend(inquiry: Inquiry, ingress: Obj, backend: Backend) -> list[Cause]:
    cluster, namespace = inquiry.cluster, ingress["metadata"]["namespace"]
    service = cluster.find("Service", namespace, backend.name)
    title = title_of("Service", backend.name)
    if service is None:
        text = f"its backend {title} is not there"
        repairs = tuple(_for_missing(cluster, ingress, backend))
        return [Cause("BackendMissing", Key("Service", namespace, backend.name), text, repairs)]
    if service["spec"].get("type") == "ExternalName":
        return []
    ports = service["spec"].get("ports") or []
    if not any(_is_meant(port, backend.port) for port in ports):
        return [_port_missing(ingress, backend, ports)]
    causes = [cause for cause in inquiry.causes_of(service) if cause.code != "NoLoadBalancer"]
    return [cause._replace(text=f"its backend {title} does not answer: {cause.text}") for cause in causes]


def _is_meant(port: Obj, wanted: Obj) -> bool:
    return bool(port.get("name") == wanted["name"] if wanted.get("name") else port["port"] == wanted.get("number"))


def _for_missing(cluster: Cluster, ingress: Obj, backend: Backend) -> Iterator[Repair]:
    """The Service that was meant, if one is near; else one of a workload of that name."""
    namespace, number = ingress["metadata"]["namespace"], backend.port.get("number")
    near = nearest(backend.name, [one["metadata"]["name"] for one in cluster.list("Service", namespace)])
    if near is not None:
        yield _replaced(ingress, f"{backend.path}/name", near)
    for kind in ("Deployment", "StatefulSet"):
        workload = cluster.find(kind, namespace, backend.name)
        if workload is not None and number:
            containers = workload["spec"]["template"]["spec"]["containers"]
            declared = [port["containerPort"] for one in containers for port in one.get("ports") or ()]
            target = [f"--target-port={declared[0]}"] if declared and number not in declared else []
            yield command("expose", titled(workload), f"--port={number}", *target)


def _replaced(ingress: Obj, path: str, value: object) -> Repair:
    body = dumps([{"op": "replace", "path": path, "value": value}], sort_keys=False)
    return command("patch", titled(ingress), "--type=json", "-p", body)


def _port_missing(ingress: Obj, backend: Backend, ports: list[Obj]) -> Cause:
    wanted = backend.port.get("name") or backend.port.get("number")
    known = [f"{port['port']} ({port['name']})" if port.get("name") else str(port["port"]) for port in ports]
    title = title_of("Service", backend.name)
    text = f"its backend {title} has no port {wanted}; it has {listed(known) or 'none'}"
    repairs = (_replaced(ingress, f"{backend.path}/port", {"number": ports[0]["port"]}),) if ports else ()
    return Cause("BackendPortMissing", key_of(ingress), text, repairs)


# certificates


def _certificates(cluster: Cluster, ingress: Obj) -> Iterator[Cause]:
    """Secrets with certificates that are not there, unless somebody makes them."""
    if any(name.startswith(_ISSUERS) for name in annotations_of(ingress)):
        return
    namespace = ingress["metadata"]["namespace"]
    for at, entry in enumerate(ingress["spec"].get("tls") or ()):
        name = entry.get("secretName")
        if not name or cluster.find("Secret", namespace, name) is not None:
            continue
        secrets = [s["metadata"]["name"] for s in cluster.list("Secret", namespace) if s["type"] == "kubernetes.io/tls"]
        near = nearest(name, secrets)
        made = command("create", "secret", "tls", name, "--cert=CERT", "--key=KEY", is_whole=False)
        repairs = (_replaced(ingress, f"/spec/tls/{at}/secretName", near),) if near else (made,)
        text = f"secret/{name} with its certificate is not there"
        yield Cause("CertificateMissing", Key("Secret", namespace, name), text, repairs)


# who takes care of it


def _unserved(cluster: Cluster, ingress: Obj) -> Cause | None:
    """It has no class, or one that is not there, or whose controller does not run."""
    if OLD_CLASS in annotations_of(ingress):
        return None
    classes = cluster.list(CLASS)
    name = ingress["spec"].get("ingressClassName")
    if not name:
        text = f"it names no ingressClassName, and no class is the default ({_there(classes)})"
        return Cause("NoIngressClass", key_of(ingress), text, _classified(ingress, classes, None))
    found = cluster.find(CLASS, "", name)
    if found is None:
        text = f"ingressclass {name} is not there ({_there(classes)}), so that no controller takes care of it"
        repairs = _classified(ingress, classes, nearest(name, [one["metadata"]["name"] for one in classes]))
        return Cause("IngressClassMissing", Key(CLASS, "", name), text, repairs)
    controller = str(dig(found, "spec", "controller", default=""))
    if _runs(cluster, controller):
        return None
    text = f"its class {name} leaves the work to {controller or 'nobody'}, of which no pod is ready here"
    return Cause("NoIngressController", key_of(found), text, look=command("describe", titled(ingress)))


def _there(classes: list[Obj]) -> str:
    names = [one["metadata"]["name"] for one in classes]
    return f"there is {listed(names)}" if names else "there is none at all"


def _classified(ingress: Obj, classes: list[Obj], near: str | None) -> tuple[Repair, ...]:
    """The Ingress with a class that is there: one that is near, else the default, else the only one."""
    defaults = [one for one in classes if annotations_of(one).get(IS_DEFAULT) == "true"]
    names = [one["metadata"]["name"] for one in defaults or classes]
    chosen = near or (names[0] if len(names) == 1 else None)
    if chosen is None:
        return ()
    return (command("patch", titled(ingress), "-p", dumps({"spec": {"ingressClassName": chosen}})),)


def _runs(cluster: Cluster, controller: str) -> bool:
    """Whether a pod that is ready looks like the controller's: by its image, or by an argument that names it."""
    domain, _, last = controller.partition("/")
    word = domain.partition(".")[0] if last in ("", _ANY_CONTROLLER) else last
    for pod in cluster.list("Pod"):
        for container in pod["spec"]["containers"] if is_ready(pod) else ():
            arguments = [*(container.get("command") or ()), *(container.get("args") or ())]
            if word in container["image"] or any(controller in str(argument) for argument in arguments):
                return True
    return False
