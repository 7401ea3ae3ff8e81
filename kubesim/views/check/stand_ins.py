"""What the old side names and neither side has is taken to be there: the old side runs, so it has what it needs.

What the new side alone names is not: that it is missing is what a check is to find.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig
from kubesim.cluster import CONTROLLER, Client
from kubesim.cluster.requests import create
from kubesim.controllers.kubelet.configuration import references_in, references_of
from kubesim.views.check.node_labels import label_nodes
from kubesim.views.check.provisioner import ANY
from kubesim.views.words import listed, title_of_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubesim.cluster import Cluster

#: Where the kinds that make pods have those pods' spec.
_POD_SPECS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_USUAL = ("spec", "template", "spec")
_GIVEN_TO_ALL = {"ServiceAccount": "default", "ConfigMap": "kube-root-ca.crt"}  # every namespace has them

#: The fields of a pod that name classes, and what such a class has.
_CLASSES: tuple[tuple[str, str, str, Obj], ...] = (
    ("priorityClassName", "PriorityClass", "scheduling.k8s.io/v1", {"value": 1000}),
    ("runtimeClassName", "RuntimeClass", "node.k8s.io/v1", {"handler": "runc"}),
)


def assume_namespaces(cluster: Cluster, keys: Sequence[Key]) -> list[str]:
    """Make the namespaces of these objects that are not among them; gives what they are called."""
    names = dict.fromkeys(key.namespace for key in keys if key.namespace)
    return _made(cluster, (_named("Namespace", "", name) for name in names), keys)


def assume(cluster: Cluster, objects: Sequence[Obj], refused: Sequence[Obj], there: Sequence[Key]) -> list[str]:
    """Make what the old side names; gives what that is, in words.

    ``objects`` are its objects as they are stored, ``refused`` those that are not, of which less is known, ``there``
    the keys of all that either side has.
    """
    specs = [(obj["metadata"].get("namespace", ""), spec) for obj in objects if (spec := pod_spec_of(obj))]
    stand_ins = [
        *_configurations(specs),
        *(one for namespace, spec in specs for one in _claims(namespace, spec)),
        *(one for obj in (*objects, *refused) for one in _surroundings(obj)),
        *_storage_classes(objects),
    ]
    return _made(cluster, stand_ins, there) + label_nodes(cluster, [spec for _, spec in specs])


def _made(cluster: Cluster, stand_ins: Iterable[Obj], there: Sequence[Key]) -> list[str]:
    """Make the stand-ins for what is not there; gives what they are, in words."""
    client = Client(cluster, CONTROLLER)
    made = []
    for obj in stand_ins:
        meta = obj["metadata"]
        key = Key(obj["kind"], meta.get("namespace", ""), meta["name"])
        if key not in there and cluster.find(*key) is None:
            create(client, obj, validation="Ignore")
            made.append(_words(obj, key))
    return made


def _words(obj: Obj, key: Key) -> str:
    keys = sorted(obj.get("data") or {})
    return title_of_key(key) + (f" with {listed(keys)}" if keys else "")


def pod_spec_of(obj: Obj) -> Obj | None:
    """The spec of the pods that an object makes, or of itself; None for what makes none."""
    found: Obj | None = dig(obj, *_POD_SPECS.get(obj["kind"], _USUAL))
    return found if isinstance(found, dict) and "containers" in found else None


def _named(kind: str, namespace: str, name: str, version: str = "v1", **fields: object) -> Obj:
    meta = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": version, "kind": kind, "metadata": meta, **fields}


def _configurations(specs: Iterable[tuple[str, Obj]]) -> Iterator[Obj]:
    """ConfigMaps and Secrets, with all the keys that are taken from them."""
    keys: dict[Key, dict[str, None]] = {}
    for namespace, spec in specs:
        containers = (*(spec.get("initContainers") or ()), *spec["containers"])
        found = [one for container in containers for one in references_of(container)]
        for one in [*found, *(one for volume in spec.get("volumes") or () for one in references_in(volume))]:
            if one.name and not one.is_optional and _GIVEN_TO_ALL.get(one.kind) != one.name:
                keys.setdefault(Key(one.kind, namespace, one.name), {}).update(dict.fromkeys(one.keys))
    for key, names in keys.items():
        value = "" if key.kind == "ConfigMap" else "c3RhbmQtaW4="
        yield _named(*key, data=dict.fromkeys(names, value))


def _surroundings(obj: Obj) -> Iterator[Obj]:
    """The account and the classes that pods name."""
    spec, namespace = pod_spec_of(obj) or {}, obj["metadata"].get("namespace", "")
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if isinstance(account, str) and account != _GIVEN_TO_ALL["ServiceAccount"]:
        yield _named("ServiceAccount", namespace, account)
    for field, kind, version, fields in _CLASSES:
        name = spec.get(field)
        if isinstance(name, str) and name:
            yield _named(kind, "", name, version, **fields)


def _claims(namespace: str, spec: Obj) -> Iterator[Obj]:
    """The claims that volumes are made of."""
    for volume in spec.get("volumes") or ():
        claim = dig(volume, "persistentVolumeClaim", "claimName")
        if claim:
            resources = {"requests": {"storage": "1Gi"}}
            fields = {"accessModes": ["ReadWriteOnce"], "resources": resources}
            yield _named("PersistentVolumeClaim", namespace, claim, spec=fields)


def _storage_classes(objects: Iterable[Obj]) -> Iterator[Obj]:
    """The classes of claims: what is claimed is provisioned."""
    for obj in objects:
        claims = [obj] if obj["kind"] == "PersistentVolumeClaim" else []
        claims += dig(obj, "spec", "volumeClaimTemplates", default=()) if obj["kind"] == "StatefulSet" else ()
        for claim in claims:
            name = dig(claim, "spec", "storageClassName")
            if name:
                fields = {"provisioner": ANY, "volumeBindingMode": "WaitForFirstConsumer"}
                yield _named("StorageClass", "", name, "storage.k8s.io/v1", **fields)
