"""A container cannot be configured: a ConfigMap or a Secret that it refers to is not there, or it may not be root."""

from __future__ import annotations

from kubesim.api.meta import Key, dig
from kubesim.controllers.kubelet.configuration import (
    CONFIG_ERROR,
    Missing,
    missing,
    references_in,
    references_of,
)
from kubesim.golang.json import dumps
from kubesim.sim.images.behaviour import ROOT
from kubesim.sim.images.nginx_user import WRITTEN
from kubesim.sim.images.slips import nearest
from kubesim.sim.runtime import behaviour_of
from kubesim.views.why.model import command
from kubesim.views.words import title_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.controllers.kubelet.configuration import Reference
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase, PodCase

VALUES = {"ConfigMap": "value", "Secret": "change-me"}


def missing_for_variables(case: ContainerCase) -> Cause | None:
    """A ConfigMap or a Secret that variables come from is not there, or lacks a key: seen before the start fails."""
    if case.is_running or case.last_end:
        return None
    return _first_missing(case.pod, references_of(case.spec), f"variables of {case.title} come from it")


def missing_for_volumes(case: PodCase) -> Cause | None:
    """A ConfigMap or a Secret that a volume is made of is not there, or lacks a key."""
    if case.work is not None and "mounts" not in case.work.record:
        return None
    for volume in case.spec.get("volumes") or ():
        found = _first_missing(case, references_in(volume), f"volume {volume['name']} is made of it", retry="mount")
        if found is not None:
            return found
    return None


def _first_missing(case: PodCase, references: list[Reference], use: str, retry: str = "") -> Cause | None:
    """``use`` is what it is needed for."""
    namespace = case.key.namespace
    found = next(filter(None, (missing(case.cluster, namespace, one) for one in references)), None)
    if found is None:
        return None
    title = title_of(found.kind, found.name)
    if found.key:
        text, code = f"{title} has no key {found.key}, and {use}", f"{found.kind}KeyMissing"
    else:
        text, code = f"{title} is not there, and {use}", f"{found.kind}Missing"
    cause = case.cause(code, text, *_repairs(case, found), retry=retry)
    return cause._replace(about=Key(found.kind, namespace, found.name))


def _repairs(case: PodCase, found: Missing) -> Iterator[Repair]:
    """The one that was meant, if one is near; else what is missing, made with values that the user is to put right."""
    if found.key:
        obj = case.cluster.get(found.kind, case.key.namespace, found.name)
        near = nearest(found.key, [*(obj.get("data") or {}), *(obj.get("binaryData") or {})])
        meant = found._replace(key=near) if near else None
    else:
        near = nearest(found.name, [o["metadata"]["name"] for o in case.cluster.list(found.kind, case.key.namespace)])
        meant = found._replace(name=near) if near else None
    if meant is not None:
        yield case.target.patch(_meaning(case.spec, found, meant))
    if not found.key:
        yield _creation(case, found)
    elif not obj.get("immutable"):
        yield _addition(found)


def _creation(case: PodCase, found: Missing) -> Repair:
    """Create the object with all the keys that the pod takes from it."""
    verb = ("configmap",) if found.kind == "ConfigMap" else ("secret", "generic")
    used = [one for one in _all_references(case.spec) if (one.kind, one.name) == (found.kind, found.name)]
    keys = dict.fromkeys(key for one in used if not one.is_optional for key in one.keys)
    literals = [f"--from-literal={key}={VALUES[found.kind]}" for key in keys]
    note = "with values of your own" if literals else ""
    return command("create", *verb, found.name, *literals, note=note)


def _addition(found: Missing) -> Repair:
    field = "data" if found.kind == "ConfigMap" else "stringData"
    body = dumps({field: {found.key: VALUES[found.kind]}})
    return command("patch", title_of(found.kind, found.name), "-p", body, note="with a value of your own")


def _all_references(spec: Obj) -> list[Reference]:
    containers = (*(spec.get("initContainers") or ()), *spec["containers"])
    found = [one for container in containers for one in references_of(container)]
    return found + [one for volume in spec.get("volumes") or () for one in references_in(volume)]


# what was meant


def _meaning(spec: Obj, found: Missing, meant: Missing) -> Obj:
    """The strategic patch that puts another name or key in each place of the one that is not there."""
    change: Obj = {}
    for field in ("initContainers", "containers"):
        patches = [
            {"name": c["name"], **patch} for c in spec.get(field) or () if (patch := _variables(c, found, meant))
        ]
        if patches:
            change[field] = patches
    volumes = [{"name": v["name"], **patch} for v in spec.get("volumes") or () if (patch := _sources(v, found, meant))]
    return {**change, "volumes": volumes} if volumes else change


def _variables(container: Obj, found: Missing, meant: Missing) -> Obj:
    """What is to be another in a container; ``envFrom`` is replaced as a whole, since it has no names."""
    change: Obj = {}
    sources = container.get("envFrom") or []
    renamed = _renamed(sources, found, meant)
    if renamed != sources:
        change["envFrom"] = renamed
    variables = [one for one in container.get("env") or () if _renamed(one, found, meant) != one]
    if variables:
        change["env"] = [_renamed(one, found, meant) for one in variables]
    return change


def _sources(volume: Obj, found: Missing, meant: Missing) -> Obj:
    changed = _renamed(volume, found, meant)
    return {} if changed == volume else {name: value for name, value in changed.items() if name != "name"}


_FIELDS = {
    "ConfigMap": ("configMapRef", "configMapKeyRef", "configMap"),
    "Secret": ("secretRef", "secretKeyRef", "secret"),
}


def _renamed(value: Any, found: Missing, meant: Missing) -> Any:
    """A value in which every reference to what is not there means what was meant."""
    if isinstance(value, list):
        return [_renamed(item, found, meant) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _reference(item, found, meant) if name in _FIELDS[found.kind] else _renamed(item, found, meant)
        for name, item in value.items()
    }


def _reference(source: Obj, found: Missing, meant: Missing) -> Obj:
    field = "secretName" if "secretName" in source else "name"
    if source.get(field) != found.name:
        return source
    changed = {**source, field: meant.name}
    if found.key and changed.get("key") == found.key:
        changed["key"] = meant.key
    items = changed.get("items")
    if found.key and items:
        changed["items"] = [{**item, "key": meant.key} if item["key"] == found.key else item for item in items]
    return changed


# who it runs as


def root(case: ContainerCase) -> Cause | None:
    """The container may not run as root, and would."""
    if case.waits_for != CONFIG_ERROR or "oot" not in case.message:
        return None
    user = case.behaviour.user
    given = dig(case.spec, "securityContext", "runAsUser", default=dig(case.pod.spec, "securityContext", "runAsUser"))
    if given == 0:
        who = "runAsUser is 0, which is root"
    elif user == ROOT:
        who = f"image {case.image} runs as root"
    else:
        who = f"image {case.image} runs as {user}, which may be root"
    text = f"runAsNonRoot forbids {case.title} to be root, and {who}"
    return case.pod.cause("RunsAsRoot", text, _run_as_user(case))


def _run_as_user(case: ContainerCase) -> Repair:
    """Another user for the container; nginx's image needs folders, too, in which that one may write."""
    change: Obj = {"securityContext": {"runAsUser": 1000}}
    context = {**(case.spec.get("securityContext") or {}), **change["securityContext"]}
    then = behaviour_of(case.pod.cluster, case.pod.pod, {**case.spec, "securityContext": context})
    if then.needs != "nginx" or then.exit_code == case.behaviour.exit_code:
        return case.patch(change)
    mounts = [{"name": f"nginx-{index}", "mountPath": path} for index, path in enumerate(WRITTEN)]
    volumes = [{"name": mount["name"], "emptyDir": {}} for mount in mounts]
    container = {"name": case.name, **change, "volumeMounts": mounts}
    containers = "initContainers" if case.is_init else "containers"
    return case.pod.target.patch({containers: [container], "volumes": volumes})
