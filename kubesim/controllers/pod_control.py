"""What controllers do to pods: make them from a template, delete them, and choose which to delete first.

Mirrors pkg/controller/controller_utils.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, controller_of, controller_reference, copy_of, is_terminating, parse_time
from kubesim.cluster import CONTROLLER, Client, admission
from kubesim.cluster.quota import charges
from kubesim.cluster.request_context import of_controller
from kubesim.controllers import event_recorder
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Cluster

# Stands in a prototype for what differs from pod to pod.
PLACEHOLDER = "?????"
TOKEN_VOLUME = f"kube-api-access-{PLACEHOLDER}"


# The ServiceAccounts of controllers that record events under another name.
_PROTOTYPES = 200  # that are kept at once
_ACCOUNTS = {"daemonset-controller": "daemon-set-controller"}


# making pods


class Prototype(NamedTuple):
    """A pod of one template, completed once; what does not differ from pod to pod is shared by all of them.

    ``volume`` is the index of the service account's token volume in ``spec.volumes``, None without one; ``refusal`` is
    why such pods are not let in.
    """

    pod: Obj
    volume: int | None
    refusal: errors.StatusError | None = None

    def make(self, meta: Obj, suffix: str) -> Obj:
        """A new pod with that metadata; ``suffix`` ends the name of its token volume. StatusError if it is refused."""
        if self.refusal is not None:
            raise self.refusal
        spec = self.pod["spec"] if self.volume is None else _with_volume(self.pod["spec"], self.volume, suffix)
        return {**self.pod, "metadata": meta, "spec": spec}


class _Prototyping(Client):
    """The client under which a prototype is admitted: a placeholder ends the name of its token volume."""

    __slots__ = ()

    def random_suffix(self, length: int = 5) -> str:
        return PLACEHOLDER[:length]


def prototype_of(cluster: Cluster, template: Obj, namespace: str, generate_name: str = "") -> Prototype:
    """The prototype of a (defaulted) pod template; ``generate_name`` is what a refusal calls it.

    Mirrors GetPodFromTemplate and what admission adds to the pod.
    """
    given = template.get("metadata") or {}
    kept = {name: copy_of(given[name]) for name in ("annotations", "finalizers", "labels") if given.get(name)}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**kept, "namespace": namespace, "generateName": generate_name},
        "spec": copy_of(template["spec"]),
    }
    kind, client = cluster.kinds.load("Pod"), _Prototyping(cluster, CONTROLLER)
    kind.prepare_for_create(pod)
    kind.default(pod)
    refusal = None
    try:
        admission.mutate(admission.Attributes(admission.CREATE, kind.names, namespace, "", pod), client)
        kind.admit(pod, client)
    except errors.StatusError as error:
        refusal = error
    del pod["metadata"]["generateName"]  # by which a refusal calls the pod
    volumes = pod["spec"].get("volumes") or ()
    index = next((i for i, volume in enumerate(volumes) if volume["name"] == TOKEN_VOLUME), None)
    return Prototype(pod, index, refusal)


def _with_volume(spec: Obj, index: int, suffix: str) -> Obj:
    """The spec with the token volume's name ended by ``suffix``; all else is shared."""
    name = f"kube-api-access-{suffix}"
    volumes = list(spec["volumes"])
    volumes[index] = {**volumes[index], "name": name}
    changed: Obj = {"volumes": volumes}
    for field in ("containers", "initContainers"):
        if field in spec:
            changed[field] = [_with_mount(container, name) for container in spec[field]]
    return {**spec, **changed}


def _with_mount(container: Obj, name: str) -> Obj:
    mounts = container.get("volumeMounts")
    if not mounts:
        return container
    renamed = [{**mount, "name": name} if mount["name"] == TOKEN_VOLUME else mount for mount in mounts]
    return {**container, "volumeMounts": renamed}


def shared_prototype(cluster: Cluster, owner: Obj, generate_name: str | None = None) -> Prototype:
    """The prototype of ``owner.spec.template``, kept while that template is the same object."""
    template = owner["spec"]["template"]
    meta = owner["metadata"]
    prototypes: dict[str, tuple[Obj, Prototype]] = cluster.caches.setdefault("prototypes", {})
    kept = prototypes.get(meta["uid"])
    if kept is None or kept[0] is not template or kept[1].refusal is not None:
        if len(prototypes) >= _PROTOTYPES:
            prototypes.clear()
        made = prototype_of(cluster, template, meta.get("namespace", ""), generate_name or f"{meta['name']}-")
        kept = prototypes[meta["uid"]] = (template, made)
    return kept[1]


def create_pod(
    cluster: Cluster,
    owner: Obj,
    component: str,
    *,
    prototype: Prototype | None = None,
    name: str | None = None,
    generate_name: str | None = None,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    change_spec: Callable[[Obj], Obj] | None = None,
    records_event: bool = True,
) -> Obj:
    """A new pod of ``owner``'s template, with an event (SuccessfulCreate, FailedCreate) of ``component``.

    ``name`` instead of a generated one, or ``generate_name`` as its beginning instead of the owner's name; ``labels``
    and ``annotations`` besides the template's; ``change_spec`` gives the pod's spec from the prototype's, which it must
    not change in place.  StatusError where the pod is refused.
    Mirrors RealPodControl.createPods.
    """
    try:
        made = prototype or shared_prototype(cluster, owner, generate_name)
        meta = _metadata_of(cluster, owner, made.pod["metadata"], name, generate_name)
        for field, extra in (("labels", labels), ("annotations", annotations)):
            if extra:
                meta[field] = {**meta.get(field, {}), **extra}
        pod = _gated(cluster, made.make(meta, cluster.random_suffix()))
        if change_spec is not None:
            pod["spec"] = change_spec(pod["spec"])
        _admit(cluster, pod, component)
        created = cluster.create(pod)
    except errors.StatusError as error:
        if records_event and not _is_leaving(cluster, owner["metadata"]["namespace"]):
            event_recorder.record(cluster, owner, "Warning", "FailedCreate", f"Error creating: {error}", component)
        raise
    if records_event:
        message = f"Created pod: {created['metadata']['name']}"
        event_recorder.record(cluster, owner, "Normal", "SuccessfulCreate", message, component)
    return created


def _gated(cluster: Cluster, pod: Obj) -> Obj:
    """The pod; one that scheduling gates hold is held from now on, not from when its prototype was made."""
    if not pod["spec"].get("schedulingGates"):
        return pod
    from kubesim.kinds.pod import gated_since

    return gated_since(pod, cluster.now)


def _metadata_of(cluster: Cluster, owner: Obj, given: Obj, name: str | None, generate_name: str | None) -> Obj:
    meta = {**given, "ownerReferences": [controller_reference(owner)]}
    if name is not None:
        meta["name"] = name
    else:
        prefix = generate_name or f"{owner['metadata']['name']}-"
        meta.update(generateName=prefix, name=_free_name(cluster, meta["namespace"], prefix))
    return meta


def _free_name(cluster: Cluster, namespace: str, prefix: str) -> str:
    """A generated name that no pod has: of thousands, two may get the same letters. Mirrors RetryGenerateName."""
    while True:
        name = prefix + cluster.random_suffix()
        if cluster.find("Pod", namespace, name) is None:
            return name


def _admit(cluster: Cluster, pod: Obj, component: str) -> None:
    """Refuse a pod in a namespace that goes, or beyond its limits and quotas. Mirrors the admission plugins."""
    meta = pod["metadata"]
    namespace = meta["namespace"]
    if _is_leaving(cluster, namespace):
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise errors.forbidden("pods", "", meta.get("generateName") or meta["name"], why)
    names = cluster.kinds.load("Pod").names
    request = admission.Attributes(admission.CREATE, names, namespace, meta["name"], pod)
    account = _ACCOUNTS.get(component, component)
    admission.validate(request, Client(cluster, of_controller(account)))
    for quota, status in charges(cluster, names, pod):
        cluster.update_status(quota, status)


def _is_leaving(cluster: Cluster, namespace: str) -> bool:
    home = cluster.find("Namespace", "", namespace)
    return home is not None and is_terminating(home)


def delete_pod(cluster: Cluster, owner: Obj, pod: Obj, component: str, *, records_event: bool = True) -> None:
    """Delete one of ``owner``'s pods, with an event of ``component``. Mirrors RealPodControl.DeletePod."""
    meta = pod["metadata"]
    cluster.delete("Pod", meta["namespace"], meta["name"])
    if records_event:
        event_recorder.record(cluster, owner, "Normal", "SuccessfulDelete", f"Deleted pod: {meta['name']}", component)


def slow_start(count: int, create: Callable[[], object]) -> int:
    """Call ``create`` up to ``count`` times in batches of 1, 2, 4, ...; none after a batch in which one was refused.

    Raises the first refusal.  Mirrors slowStartBatch.
    """
    remaining, done, batch = count, 0, min(count, 1)
    while batch > 0:
        refused: errors.StatusError | None = None
        for _ in range(batch):
            try:
                create()
                done += 1
            except errors.StatusError as error:
                refused = refused or error
        if refused is not None:
            raise refused
        remaining -= batch
        batch = min(2 * batch, remaining)
    return done


# what state a pod is in: asked of thousands at each change of one, so straight to the point

TERMINAL_PHASES = ("Succeeded", "Failed")


def is_ready(pod: Obj) -> bool:
    """Mirrors podutil.IsPodReady."""
    return _ready_condition(pod) is not None


def _ready_condition(pod: Obj) -> Obj | None:
    for condition in pod["status"].get("conditions", ()):
        if condition["type"] == "Ready":
            return condition if condition["status"] == "True" else None
    return None


def ready_time(pod: Obj) -> int | None:
    """When the pod turned ready (ms), None if it is not."""
    ready = _ready_condition(pod)
    return None if ready is None else parse_time(ready["lastTransitionTime"])


def available_at(pod: Obj, min_ready_seconds: int) -> int | None:
    """The instant (ms) at which the pod is available if it stays ready; None if it is not ready.

    Mirrors podutil.IsPodAvailable, and FindMinNextPodAvailabilityCheck for one pod.
    """
    since = ready_time(pod)
    return None if since is None else since + min_ready_seconds * 1000


def is_terminal(pod: Obj) -> bool:
    """Mirrors podutil.IsPodTerminal."""
    return pod["status"].get("phase") in TERMINAL_PHASES


def is_active(pod: Obj) -> bool:
    """Mirrors IsPodActive."""
    return "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in TERMINAL_PHASES


def siblings(cluster: Cluster, owner: Obj) -> list[Obj]:
    """The objects of ``owner``'s kind with its controller, itself too. Mirrors getReplicaSetsWithSameController."""
    reference = controller_of(owner)
    if reference is None:
        return [owner]
    namespace = owner["metadata"]["namespace"]
    parent = {"metadata": {"uid": reference["uid"], "name": reference["name"], "namespace": namespace}}
    return cluster.owned(parent, owner["kind"])
