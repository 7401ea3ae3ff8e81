"""agnhost's ``webhook``: what it answers to reviews of the API server. Mirrors test/images/agnhost/webhook."""

from __future__ import annotations

from kubesim.api.meta import SECOND, dig
from kubesim.golang.json import dumps, loads
from kubesim.network.http import NEVER, Request, Response
from kubesim.network.sites.site import go_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Obj
    from kubesim.network.sites.site import Site

    Handler = Callable[[Site, Obj], Obj]

_LABEL, _DISALLOWED = "webhook-e2e-test", "webhook-disallow"
_ADDED_LABEL = "added-label"
_SLOW = 5 * SECOND


def answer(site: Site, request: Request) -> Response | None:
    """Its answer to a review, ``ok`` to a probe; what else it is asked is not known."""
    path = request.bare_path
    if path == "/readyz":
        return go_text(site, "ok")
    handler = _HANDLERS.get(path)
    if handler is None:
        return go_text(site, "404 page not found\n", 404)
    if request.header("Content-Type") != "application/json":
        return go_text(site, "")
    try:
        review = loads(request.body)
    except ValueError:
        return None
    asked = review["request"]
    response = handler(site, asked)
    found = {**review, "response": {"uid": asked["uid"], **response}}
    del found["request"]
    after = NEVER if response is _NEVER else _SLOW if path == _DELAYED else 0
    return go_text(site, dumps(found), kind="application/json")._replace(after=after)


_ALLOWED: Obj = {"allowed": True}
_NEVER: Obj = {"allowed": False}  # it sleeps for ever


def _denied(**status: object) -> Obj:
    return {"allowed": False, "status": {"metadata": {}, **status}}


def _patch(operation: Obj) -> Obj:
    from base64 import b64encode

    patch = b64encode(dumps([operation]).encode()).decode()
    return {"allowed": True, "patch": patch, "patchType": "JSONPatch"}


def _judged(asked: Obj) -> Obj:
    """The object that is judged: the old one where one is deleted."""
    found: Obj | None = asked.get("oldObject" if asked["operation"] == "DELETE" else "object")
    return found or {}


def _pods(_site: Site, asked: Obj) -> Obj:
    pod, wrong = _judged(asked), []
    label = (dig(pod, "metadata", "labels") or {}).get(_LABEL)
    if label == "wait-forever":
        return _NEVER
    if label == _DISALLOWED:
        wrong.append("the pod contains unwanted label; ")
    names = _names(dig(pod, "spec", "containers"))
    wrong += ["the pod contains unwanted container name; " for name in names if _DISALLOWED in name]
    return _denied(message="".join(wrong).strip()) if wrong else _ALLOWED


def _names(containers: Iterable[Obj] | None) -> list[str]:
    return [container.get("name", "") for container in containers or ()]


def _attached_pods(_site: Site, asked: Obj) -> Obj:
    options = asked.get("object") or {}
    if asked.get("name") != "to-be-attached-pod" or not options.get("stdin"):
        return _ALLOWED
    if options.get("container") != "container1":
        return _ALLOWED
    return _denied(message="attaching to pod 'to-be-attached-pod' is not allowed")


def _mutated_pods(_site: Site, asked: Obj) -> Obj:
    pod, added = _judged(asked), "webhook-added-init-container"
    if dig(pod, "metadata", "name") != "webhook-to-be-mutated" or added in _names(dig(pod, "spec", "initContainers")):
        return _ALLOWED
    container = {"image": "webhook-added-image", "name": added, "resources": {}}
    return _patch({"op": "add", "path": "/spec/initContainers", "value": [container]})


def _with_sidecar(site: Site, asked: Obj) -> Obj:
    from kubesim.network.sites.greetings import option

    image, added = option(site, "sidecar-image"), "webhook-added-sidecar"
    if not image:
        why = "No image specified by the sidecar-image parameter"
        return _denied(status="Failure", message=why, code=500)
    if added in _names(dig(_judged(asked), "spec", "containers")):
        return _ALLOWED
    container = {"image": image, "name": added, "resources": {}}
    return _patch({"op": "add", "path": "/spec/containers/-", "value": container})


def _data(what: str, undeletable: str) -> Handler:
    """The judge of objects with ``data``; ``undeletable`` are the words for one that may not be deleted."""

    def judge(_site: Site, asked: Obj) -> Obj:
        value, is_deleted = (_judged(asked).get("data") or {}).get(_LABEL), asked["operation"] == "DELETE"
        if value == _DISALLOWED and not is_deleted:
            return _denied(reason=f"the {what}")
        if value == "webhook-nondeletable" and is_deleted:
            return _denied(reason=undeletable)
        return _ALLOWED

    return judge


def _mutated_data(_site: Site, asked: Obj) -> Obj:
    data, stage = _judged(asked).get("data") or {}, 0
    if data.get("mutation-start") == "yes":
        stage = 1
    if data.get("mutation-stage-1") == "yes":
        stage = 2
    added = {"op": "add", "path": f"/data/mutation-stage-{stage}", "value": "yes"}
    return _patch(added) if stage else _ALLOWED


def _definitions(_site: Site, asked: Obj) -> Obj:
    label = (dig(_judged(asked), "metadata", "labels") or {}).get(_LABEL)
    return _denied(message="the crd contains unwanted label") if label == _DISALLOWED else _ALLOWED


def _labelled(_site: Site, asked: Obj) -> Obj:
    labels = dig(asked.get("object") or {}, "metadata", "labels") or {}
    path = "/metadata/labels"
    if not labels:
        return _patch({"op": "add", "path": path, "value": {_ADDED_LABEL: "yes"}})
    if _ADDED_LABEL not in labels:
        return _patch({"op": "add", "path": f"{path}/{_ADDED_LABEL}", "value": "yes"})
    if labels[_ADDED_LABEL] != "yes":
        return _patch({"op": "replace", "path": f"{path}/{_ADDED_LABEL}", "value": "yes"})
    return _ALLOWED


_DELAYED = "/always-allow-delay-5s"
_HANDLERS: dict[str, Handler] = {
    _DELAYED: lambda _site, _asked: {**_ALLOWED, "status": {"message": "this webhook allows all requests"}},
    "/always-deny": lambda _site, _asked: _denied(message="this webhook denies all requests"),
    "/add-label": _labelled,
    "/pods": _pods,
    "/pods/attach": _attached_pods,
    "/mutating-pods": _mutated_pods,
    "/mutating-pods-sidecar": _with_sidecar,
    "/configmaps": _data(
        "configmap contains unwanted key and value",
        "the configmap cannot be deleted because it contains unwanted key and value",
    ),
    "/mutating-configmaps": _mutated_data,
    "/custom-resource": _data(
        "custom resource contains unwanted data",
        "the custom resource cannot be deleted because it contains unwanted key and value",
    ),
    "/mutating-custom-resource": _mutated_data,
    "/crd": _definitions,
}
