"""The pods of an object that has pods, and the container of a pod that is meant where none is named.

Mirrors kubectl's pkg/polymorphichelpers (GetFirstPod, AttachablePodForObject) and pkg/cmd/util/podcmd.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, condition_of, dig
from kubesim.api.well_known import DEFAULT_CONTAINER_ANNOTATION_NAME
from kubesim.cli.support.resource_builder import Request, select
from kubesim.cluster import Client
from kubesim.errors import UserError
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.life.follower import Follower

WITH_PODS = ("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Deployment", "Job", "Service")

Rank = tuple[object, ...]


def selected_pods(follower: Follower, obj: Obj, timeout: int, rank: Callable[[Obj], Rank], purpose: str) -> list[Obj]:
    """The pods that an object selects, the lowest ``rank`` first; waits up to ``timeout`` ms until there is one.

    UserError for an object that selects none, about the ``purpose``: "get the logs from".
    """
    from kubesim.api.selectors import from_label_selector

    if obj["kind"] not in WITH_PODS:
        go_type = f"*v1.{obj['kind']}"
        raise UserError(f"cannot {purpose} {go_type}: selector for {go_type} not implemented")
    selector = dig(obj, "spec", "selector", default={})
    if obj["kind"] == "Service" and not selector:
        why = f"invalid service '{obj['metadata']['name']}': Service is defined without a selector"
        raise UserError(f"cannot {purpose} *v1.Service: {why}")
    if obj["kind"] in ("Service", "ReplicationController"):
        selector = {"matchLabels": selector}
    names = Request(args=["pods/x"]).resolve(Client(follower.cluster)).infos()[0].names
    until = follower.cluster.now + timeout
    matcher = from_label_selector(selector)
    while True:
        found = select(Client(follower.cluster), names, obj["metadata"]["namespace"], matcher)
        if found:
            return sorted(found, key=rank)
        if not follower.step(until):
            raise UserError("timed out waiting for the condition")


def by_logging(pod: Obj) -> Rank:
    """Assigned pods before others, running before pending, ready before others, and so on. Mirrors ByLogging."""
    phase = {"Running": 0, "Unknown": 1, "Pending": 2}.get(dig(pod, "status", "phase", default=""), 0)
    ready = condition_of(pod, "Ready") or {}
    is_ready = ready.get("status") == "True"
    restarts = max((s.get("restartCount", 0) for s in dig(pod, "status", "containerStatuses", default=())), default=0)
    since = ready.get("lastTransitionTime", "") if is_ready else ""
    made = pod["metadata"].get("creationTimestamp", "")
    return (not pod["spec"].get("nodeName"), phase, not is_ready, since, -restarts, made)


def by_activity(pod: Obj) -> Rank:
    """As ``by_logging``, but fewer restarts come first. Mirrors the reverse of ActivePods."""
    assigned, phase, unready, since, restarts, made = by_logging(pod)
    assert isinstance(restarts, int)
    return (assigned, phase, unready, since, -restarts, made)


def container_of(inv: Invocation, pod: Obj, name: str, *, silent: bool) -> str:
    """The container of that name; without one that which an annotation prefers, else the first. UserError.

    Standard error has a line where there are others, unless ``silent``. Mirrors FindOrDefaultContainerByName.
    """
    name = name or annotations_of(pod).get(DEFAULT_CONTAINER_ANNOTATION_NAME, "")
    if not name:
        return first_container(inv, pod, silent=silent)
    if find_container(pod, name) is None:
        pod_name = pod["metadata"]["name"]
        raise UserError(f"container {name} is not valid for pod {pod_name} out of: {container_names(pod)}")
    return name


def find_container(pod: Obj, name: str) -> Obj | None:
    """The container of that name, of whatever sort. Mirrors FindContainerByName."""
    sorts = ("containers", "initContainers", "ephemeralContainers")
    every = (container for sort in sorts for container in pod["spec"].get(sort) or ())
    return next((container for container in every if container["name"] == name), None)


def default_container(inv: Invocation, pod: Obj, *, silent: bool) -> str:
    """The container whose log is shown: that which an annotation prefers, else the first.

    Standard error has a line where there are others, unless ``silent``. Mirrors logsForObjectWithClient.
    """
    preferred = annotations_of(pod).get(DEFAULT_CONTAINER_ANNOTATION_NAME)
    if preferred:
        if find_container(pod, preferred) is not None:
            return preferred
        inv.err.write(f"Default container name {quote(preferred)} not found in pod {pod['metadata']['name']}\n")
    return first_container(inv, pod, silent=silent)


def first_container(inv: Invocation, pod: Obj, *, silent: bool) -> str:
    """The first container; standard error has a line where there are others, unless ``silent``."""
    spec = pod["spec"]
    first = str(spec["containers"][0]["name"])
    is_alone = len(spec["containers"]) == 1 and not spec.get("initContainers") and not spec.get("ephemeralContainers")
    if not is_alone and not silent:
        inv.err.write(f"Defaulted container {quote(first)} out of: {container_names(pod)}\n")
    return first


def container_names(pod: Obj) -> str:
    """The names of all containers of a pod, as kubectl lists them. Mirrors AllContainerNames."""
    spec = pod["spec"]
    names = [container["name"] for container in spec["containers"]]
    names += [f"{container['name']} (ephem)" for container in spec.get("ephemeralContainers") or ()]
    return ", ".join([*names, *(f"{container['name']} (init)" for container in spec.get("initContainers") or ())])
