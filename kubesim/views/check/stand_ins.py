"""What the old side names and neither side has is taken to be there: the old side runs, so it has what it needs.

What the new side alone names is not: that it is missing is what a check is to find.
"""

from __future__ import annotations

from contextlib import suppress

from kubesim.api.meta import Key, Obj, dig, labels_of
from kubesim.cluster import CONTROLLER, Client
from kubesim.cluster.requests import create
from kubesim.controllers.kubelet.configuration import references_in, references_of
from kubesim.errors import StatusError
from kubesim.views.check.nodes import Pods, fit_nodes
from kubesim.views.check.provisioner import ANY
from kubesim.views.why.ingresses import backends
from kubesim.views.words import listed, title_of_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubesim.cluster import Cluster
    from kubesim.views.why.model import Cause

#: Where the kinds that make pods have those pods' spec.
_POD_SPECS = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_USUAL = ("spec", "template", "spec")
_BESIDE = ("affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_ANSWERING = {"type": "ExternalName", "externalName": "any.kubesim.dev"}  # at any port
_PAUSE = {"name": "pause", "image": "registry.k8s.io/pause:3.10"}
_GIVEN_TO_ALL = {"ServiceAccount": "default", "ConfigMap": "kube-root-ca.crt"}  # every namespace has them

#: The class of claims that are taken to be there: pods on any node reach them.
ANY_CLASS = "any.kubesim.dev"

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
        *_companions(specs, objects),
        *(one for obj in objects if obj["kind"] == "Ingress" for one in _behind(obj)),
        *(one for obj in (*objects, *refused) for one in _surroundings(obj)),
        *_storage_classes(objects, specs),
    ]
    return _made(cluster, stand_ins, there) + fit_nodes(cluster, _pods(objects))


def _made(cluster: Cluster, stand_ins: Iterable[Obj], there: Sequence[Key]) -> list[str]:
    """Make the stand-ins for what is not there; gives what they are, in words."""
    client = Client(cluster, CONTROLLER)
    made = []
    for obj in stand_ins:
        meta = obj["metadata"]
        key = Key(obj["kind"], meta.get("namespace", ""), meta["name"])
        if key in there or cluster.find(*key) is not None:
            continue
        with suppress(StatusError):  # of a name that no object may have
            create(client, obj, validation="Ignore")
            made.append(_words(obj, key))
    return [words for words in made if ANY_CLASS not in words]


def assume_services(cluster: Cluster, causes: Iterable[Cause], there: Sequence[Key]) -> list[str]:
    """Make the Services for which old pods wait, such that they answer at any port; gives what they are called."""
    missing = dict.fromkeys(cause.about for cause in causes if cause.code == "ServiceMissing")
    return _made(cluster, (_named(*key, spec=_ANSWERING) for key in missing), there)


def _words(obj: Obj, key: Key) -> str:
    if key.kind == "Pod":
        return f"a pod with {','.join(f'{name}={value}' for name, value in obj['metadata']['labels'].items())}"
    keys = sorted(obj.get("data") or {})
    return title_of_key(key) + (f" with {listed(keys)}" if keys else "")


def _pods(objects: Iterable[Obj]) -> Iterator[Pods]:
    for obj in objects:
        spec = pod_spec_of(obj)
        if spec is not None:
            count = dig(obj, "spec", "replicas", default=dig(obj, "spec", "parallelism", default=1))
            yield Pods(spec, count, obj["kind"] == "DaemonSet")


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
            fields = {"storageClassName": ANY_CLASS, "accessModes": ["ReadWriteMany"], "resources": resources}
            yield _storage_class(ANY_CLASS)
            yield _named("PersistentVolumeClaim", namespace, claim, spec=fields)


def _behind(ingress: Obj) -> Iterator[Obj]:
    """The Services to which an Ingress leads, and the Secrets with its certificates."""
    namespace = ingress["metadata"]["namespace"]
    for name in dict.fromkeys(backend.name for backend in backends(ingress)):
        yield _named("Service", namespace, name, spec=_ANSWERING)
    for entry in ingress["spec"].get("tls") or ():
        if entry.get("secretName"):
            yield _named("Secret", namespace, entry["secretName"])


def _companions(specs: Iterable[tuple[str, Obj]], objects: Sequence[Obj]) -> Iterator[Obj]:
    """Pods beside which pods are to run, where none of these objects makes such."""
    labels = [labels_of(dig(obj, "spec", "template", default=obj)) for obj in objects]
    terms = [(namespace, term) for namespace, spec in specs for term in dig(spec, *_BESIDE, default=())]
    for number, (namespace, term) in enumerate(terms, 1):
        wanted = dict(dig(term, "labelSelector", "matchLabels", default={}))
        for expression in dig(term, "labelSelector", "matchExpressions", default=()):
            if expression["operator"] == "In":
                wanted[expression["key"]] = expression["values"][0]
        if wanted and not any(wanted.items() <= one.items() for one in labels):
            where = (term.get("namespaces") or [namespace])[0]
            pod = _named("Pod", where, f"companion-{number}", spec={"containers": [_PAUSE]})
            yield {**pod, "metadata": {**pod["metadata"], "labels": wanted}}


def _storage_classes(objects: Iterable[Obj], specs: Iterable[tuple[str, Obj]]) -> Iterator[Obj]:
    """The classes of claims: what is claimed is provisioned."""
    claims = [obj for obj in objects if obj["kind"] == "PersistentVolumeClaim"]
    claims += [one for obj in objects for one in dig(obj, "spec", "volumeClaimTemplates", default=())]
    volumes = [volume for _, spec in specs for volume in spec.get("volumes") or ()]
    claims += [dig(volume, "ephemeral", "volumeClaimTemplate", default={}) for volume in volumes]
    for name in dict.fromkeys(dig(claim, "spec", "storageClassName") for claim in claims):
        if name:
            yield _storage_class(name)


def _storage_class(name: str) -> Obj:
    fields = {"provisioner": ANY, "volumeBindingMode": "WaitForFirstConsumer"}
    return _named("StorageClass", "", name, "storage.k8s.io/v1", **fields)
