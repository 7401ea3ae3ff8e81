"""What a pod takes from ConfigMaps, Secrets and claims, and what of it is missing.

Mirrors makeEnvironmentVariables (pkg/kubelet/kubelet_pods.go), verifyRunAsNonRoot (kuberuntime/security_context.go) and
the payloads of pkg/volume/configmap, secret, projected and hostpath.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig
from kubesim.errors import aggregated
from kubesim.kinds.pod_spec.parts import sources_of
from kubesim.sim.images.behaviour import ROOT
from kubesim.sim.profiles import BARE
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.pod_work import PodWork

CONFIG_ERROR = "CreateContainerConfigError"
SOURCES = ("ConfigMap", "PersistentVolumeClaim", "Secret")

ROOT_CA = "kube-root-ca.crt"  # every namespace has it before a pod of it can start


class Reference(NamedTuple):
    """What is referred to: some keys of an object, and whether it may be missing."""

    kind: str
    name: str
    keys: tuple[str, ...] = ()
    is_optional: bool = False


class Missing(NamedTuple):
    """A reference that leads nowhere: the object is not there, or does not have the ``key``."""

    kind: str
    name: str
    key: str = ""


# containers


def container_problem(work: PodWork, container: Obj) -> str | None:
    """Why a container cannot be configured, in the kubelet's words."""
    for reference in references_of(container):
        problem = _missing(work, reference, "couldn't find key {key} in {kind} {namespace}/{name}")
        if problem is not None:
            return problem
    return _file_problem(work, container) or _part_problem(work, container) or _root_problem(work, container)


def has_file_keys(container: Obj) -> bool:
    """Whether a container has variables that come from files."""
    return any("fileKeyRef" in (variable.get("valueFrom") or ()) for variable in container.get("env") or ())


def _file_problem(work: PodWork, container: Obj) -> str | None:
    if not has_file_keys(container):
        return None
    from kubesim.controllers.kubelet.env_files import problem_of

    return problem_of(work, container)


def _part_problem(work: PodWork, container: Obj) -> str | None:
    """Why a part of a volume cannot be mounted. Mirrors makeMounts."""
    for mount in container.get("volumeMounts") or ():
        if not mount.get("subPathExpr"):
            continue
        from kubesim.sim.environment import sub_path_of

        path, lacks = sub_path_of(work.cluster, work.pod, container, mount)
        if lacks:
            return f"missing value for {', '.join(lacks)}"
        if path.startswith("/"):
            return f"error SubPath `{path}` must not be an absolute path"
        if ".." in path.split("/"):
            return f"unable to provision SubPath `{path}`: must not contain '..'"
    return None


def references_of(container: Obj) -> list[Reference]:
    """The ConfigMaps and Secrets that a container's variables come from, in the order in which they are read."""
    return [*_from_sources(container), *_from_keys(container)]


def _from_sources(container: Obj) -> Iterator[Reference]:
    for source in container.get("envFrom") or ():
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if field in source:
                reference = source[field]
                yield Reference(kind, reference.get("name", ""), (), bool(reference.get("optional")))


def _from_keys(container: Obj) -> Iterator[Reference]:
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if field in source:
                reference = source[field]
                yield Reference(kind, reference.get("name", ""), (reference["key"],), bool(reference.get("optional")))


def missing(cluster: Cluster, namespace: str, reference: Reference) -> Missing | None:
    """What is not there of what is referred to, though it has to be."""
    kind, name, keys, is_optional = reference
    found = cluster.find(kind, namespace, name)
    if is_optional or (found is None and name == ROOT_CA):
        return None
    if found is None:
        return Missing(kind, name)
    known = {**(found.get("data") or {}), **(found.get("binaryData") or {})}
    key = next((key for key in keys if key not in known), None)
    return None if key is None else Missing(kind, name, key)


def _missing(work: PodWork, reference: Reference, no_key: str) -> str | None:
    """Why a reference leads nowhere; ``no_key`` words it for a key that the object does not have."""
    namespace = work.pod["metadata"]["namespace"]
    found = missing(work.cluster, namespace, reference)
    if found is None:
        return None
    if not found.key:
        return f'{found.kind.lower()} "{found.name}" not found'
    return no_key.format(key=found.key, kind=found.kind, namespace=namespace, name=found.name)


def _root_problem(work: PodWork, container: Obj) -> str | None:
    pods = work.spec.get("securityContext") or {}
    own = container.get("securityContext") or {}
    if not own.get("runAsNonRoot", pods.get("runAsNonRoot")):
        return None
    about = f'(pod: "{work.title}", container: {container["name"]})'
    user = own.get("runAsUser", pods.get("runAsUser"))
    if user == 0:
        return f"container's runAsUser breaks non-root policy {about}"
    return _image_problem(work.behaviour(container).user, about) if user is None else None


def _image_problem(user: str, about: str) -> str | None:
    """Why an image cannot run as another than root; where its user is not known, the pod's author is believed."""
    if user == ROOT:
        return f"container has runAsNonRoot and image will run as root {about}"
    if user and not user.isdigit():
        return (
            f"container has runAsNonRoot and image has non-numeric user ({user}), "
            f"cannot verify user is non-root {about}"
        )
    return None


# volumes


def volume_problems(work: PodWork) -> list[str]:
    """Why volumes of the pod cannot be set up, each recorded as an event, in the order of the volumes."""
    unbound = _claim_problem(work)
    if unbound is not None:
        return [unbound]
    problems = []
    for volume in work.spec.get("volumes") or ():
        missing = [problem for problem in _volume_problems(work, volume) if problem is not None]
        if missing:
            problems.append(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {aggregated(missing)}')
    return problems


def _claim_problem(work: PodWork) -> str | None:
    """Why claims of the pod keep all of its volumes from it: a scheduler would have waited for them.

    Mirrors getPVCExtractPV and WaitForAttachAndMount.
    """
    wrong = []
    for volume in work.spec.get("volumes") or ():
        why = _unbound(work, volume)
        if why is not None:
            wrong.append((volume["name"], why))
    if not wrong:
        return None
    names = " ".join(name for name, _ in wrong)
    return (
        f"Unable to attach or mount volumes: unmounted volumes=[{names}], unattached volumes=[], "
        f"failed to process volumes=[{names}]: {'; '.join(why for _, why in wrong)}"
    )


def _unbound(work: PodWork, volume: Obj) -> str | None:
    source, namespace = volume.get("persistentVolumeClaim"), work.pod["metadata"]["namespace"]
    if source is None:
        return None
    name = source["claimName"]
    claim = work.cluster.find("PersistentVolumeClaim", namespace, name)
    if claim is None:
        why = f'failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found'
    elif dig(claim, "status", "phase") != "Bound":
        why = "PVC is not bound"
    else:
        return None
    return f"error processing PVC {namespace}/{name}: {why}"


_NO_KEY = {
    "ConfigMap": "configmap references non-existent config key: {key}",
    "Secret": "references non-existent secret key: {key}",
}


def _volume_problems(work: PodWork, volume: Obj) -> Iterator[str | None]:
    for source in sources_of(volume):
        for reference in _of_source(source):
            yield _missing(work, reference, _NO_KEY[reference.kind])
        if "hostPath" in source and work.cluster.profile != BARE:
            yield _host_path_problem(work, source["hostPath"])


def references_in(volume: Obj) -> list[Reference]:
    """The ConfigMaps and Secrets that a volume is made of."""
    return [reference for source in sources_of(volume) for reference in _of_source(source)]


def all_references(pod: Obj) -> Iterator[Reference]:
    """The ConfigMaps and Secrets that a pod's volumes and its containers' variables come from."""
    spec = pod["spec"]
    for volume in spec.get("volumes") or ():
        yield from references_in(volume)
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        yield from references_of(container)


def _of_source(source: Obj) -> Iterator[Reference]:
    if "configMap" in source:
        given = source["configMap"]
        yield Reference("ConfigMap", given.get("name", ""), _keys(given), bool(given.get("optional")))
    if "secret" in source:
        given = source["secret"]
        name = given.get("secretName", given.get("name", ""))
        yield Reference("Secret", name, _keys(given), bool(given.get("optional")))


_TYPE_WORDS = {
    "Directory": "directory",
    "File": "file",
    "Socket": "socket file",
    "CharDevice": "character device",
    "BlockDevice": "block device",
}


def _host_path_problem(work: PodWork, source: Obj) -> str | None:
    """What is wrong with the type that a path must have; where the node's is not known, the pod's author is believed.

    Mirrors checkTypeInternal (pkg/volume/hostpath).
    """
    from kubesim.sim.node_files import ABSENT

    path, asked = source["path"], source.get("type") or ""
    found = _type_on_node(work, path, asked) if asked else None
    wanted = asked.removesuffix("OrCreate")
    if found in (None, wanted) or (found == ABSENT and wanted != asked):
        return None
    return f"hostPath type check failed: {path} is not a {_TYPE_WORDS[wanted]}"


def _type_on_node(work: PodWork, path: str, asked: str) -> str | None:
    """What is at a path of the node, as a hostPath's type names it: as it was from the beginning, or was left there."""
    from kubesim.sim.node_files import ABSENT, type_of

    known, record = type_of(path), work.cluster.recall(Key("Node", "", work.node)) or {}
    place = "/" + path.strip("/")
    for _, where, what in reversed(record.get("volumes", {}).get("", ())):
        if where == place:
            return ABSENT if what is None else _TYPES.get(what.get("kind", "file"))
        if where.startswith(f"{place}/") and what is not None:
            return "Directory"
    if known is not None or asked.endswith("OrCreate"):
        return known
    return ABSENT if _is_in_new_folder(work, place) else None


_TYPES = {"file": "File", "folder": "Directory"}


def _is_in_new_folder(work: PodWork, place: str) -> bool:
    """Whether a path lies in a folder of the node that was made for another pod: all is known that is in it."""
    pods = (pod for pod in work.cluster.list("Pod") if pod["spec"].get("nodeName") == work.node)
    volumes = (volume for pod in pods if pod is not work.pod for volume in pod["spec"].get("volumes") or ())
    paths = {"/" + volume["hostPath"]["path"].strip("/") for volume in volumes if "hostPath" in volume}
    above = [path for path in paths if place.startswith(f"{path}/")]
    if not above:
        return False
    from kubesim.containers.image_files.node import files_of_node

    return any(files_of_node().find(path).exists is False for path in above)


def _keys(source: Obj) -> tuple[str, ...]:
    return tuple(item["key"] for item in source.get("items") or ())


# what waits


def note_waiting(cluster: Cluster, namespace: str, name: str, *, waits: bool) -> None:
    """Note whether a pod waits for a ConfigMap, a Secret or a claim, so that a change of these has it synced."""
    notes = cluster.notes("kubelet")
    waiting: list[list[str]] = notes.get("waiting", [])
    if not waiting and not waits:
        return
    pod = [namespace, name]
    if waits == (pod in waiting):
        return
    notes["waiting"] = [*waiting, pod] if waits else [other for other in waiting if other != pod]
    if not notes["waiting"]:
        del notes["waiting"]


def waiting_pods(cluster: Cluster, namespace: str) -> Iterable[str]:
    """The names of the pods of a namespace that wait."""
    return [name for place, name in cluster.notes("kubelet").get("waiting", ()) if place == namespace]
