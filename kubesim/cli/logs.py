"""``kubesim logs``: a few plausible lines of a simulated container. Mirrors kubectl pkg/cmd/logs/logs.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, dig
from kubesim.api.selectors import from_label_selector
from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.resources import Request, fetch, mapping
from kubesim.cli.session import Session
from kubesim.errors import UserError, bad_request

if TYPE_CHECKING:
    from kubesim.cluster import Cluster

NOTHING_NAMED = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command"
)

# What images that people know say when they start.
LINES = {
    "nginx": (
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        '[notice] 1#1: using the "epoll" event method',
        "[notice] 1#1: start worker processes",
    ),
    "httpd": ("AH00094: Command line: 'httpd -D FOREGROUND'",),
    "redis": ("* Ready to accept connections tcp",),
}


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    cluster = session.read()
    for pod in _pods(inv, cluster, session.namespace(cluster)):
        for container in _containers(inv, pod):
            inv.out.write("".join(f"{line}\n" for line in _lines(inv, pod, container)))


def _pods(inv: Invocation, cluster: Cluster, namespace: str) -> list[Obj]:
    if inv.flag("selector"):
        request = Request(args=["pods"], namespace=namespace, selector=str(inv.flag("selector")))
        return [info.live(cluster) for info in request.resolve(cluster)]
    if not inv.args:
        raise inv.usage_error(NOTHING_NAMED)
    word, found, name = str(inv.args[0]).partition("/")
    names = mapping(word) if found else mapping("pod")
    obj = fetch(cluster, names, namespace, name if found else word)
    return [obj] if obj["kind"] == "Pod" else [_first_pod(inv, cluster, obj)]


def _first_pod(inv: Invocation, cluster: Cluster, obj: Obj) -> Obj:
    """One of the pods that an object selects."""
    selector = from_label_selector(dig(obj, "spec", "selector", default={}))
    namespace = obj["metadata"]["namespace"]
    pods = [pod for pod in cluster.list("Pod", namespace) if selector.matches(pod["metadata"].get("labels") or {})]
    if not pods:
        raise UserError(f"no pods found for {obj['kind'].lower()}/{obj['metadata']['name']}")
    if len(pods) > 1:
        inv.err.write(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return pods[0]


def _containers(inv: Invocation, pod: Obj) -> list[Obj]:
    containers: list[Obj] = pod["spec"]["containers"]
    asked = str(inv.flag("container")) or (str(inv.args[1]) if len(inv.args) > 1 else "")
    if inv.flag("all-containers"):
        return containers
    if not asked:
        if len(containers) > 1:
            others = ", ".join(container["name"] for container in containers)
            name = containers[0]["name"]
            inv.err.write(f'Defaulted container "{name}" out of: {others}\n')
        return containers[:1]
    every = [*containers, *(pod["spec"].get("initContainers") or ())]
    chosen = [container for container in every if container["name"] == asked]
    if not chosen:
        raise UserError(f"container {asked} is not valid for pod {pod['metadata']['name']}")
    return chosen


def _lines(inv: Invocation, pod: Obj, container: Obj) -> list[str]:
    """The container's lines; StatusError BadRequest for one that has not started."""
    name, pod_name = container["name"], pod["metadata"]["name"]
    statuses = dig(pod, "status", "containerStatuses", default=())
    state: Obj = next((status["state"] for status in statuses if status["name"] == name), {"waiting": {}})
    if "waiting" in state:
        why = state["waiting"].get("reason", "ContainerCreating")
        told = "trying and failing to pull image" if "Pull" in why else why
        raise bad_request(f'container "{name}" in pod "{pod_name}" is waiting to start: {told}')
    image = container["image"].rpartition("/")[2].partition(":")[0]
    lines = list(LINES.get(image, ()))
    tail = int(inv.flag("tail"))
    return lines[len(lines) - tail :] if 0 <= tail < len(lines) else lines


COMMAND = Command(
    name="logs",
    use="logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
    short="Print the logs for a container in a pod",
    long="Print what a simulated container would say: a few lines where its image is known, else nothing.",
    examples=(("A Deployment's pod", "logs deployment/web"), ("The last line", "logs web --tail=1")),
    flags=(
        flags.SELECTOR,
        flags.CONTAINER,
        Flag("all-containers", type=bool, help="Every container."),
        Flag("all-pods", type=bool, help="Every pod."),
        Flag("follow", "f", type=bool, help="Go on; a simulated container says no more."),
        Flag("ignore-errors", type=bool, help="Go on after an error."),
        Flag("insecure-skip-tls-verify-backend", type=bool, help="It makes no difference here."),
        Flag("limit-bytes", type=int, help="The most bytes."),
        Flag("max-log-requests", type=int, default=5, help="How many to follow at once."),
        flags.POD_RUNNING_TIMEOUT,
        Flag("prefix", type=bool, help="Tell of each line whose it is."),
        Flag("previous", "p", type=bool, help="The container's life before."),
        Flag("since", type="duration", help="Not older than this."),
        Flag("since-time", help="Not older than this time."),
        Flag("tail", type=int, default=-1, help="The last lines; -1 means all."),
        Flag("timestamps", type=bool, help="Tell of each line when it was."),
    ),
    run=run,
)
