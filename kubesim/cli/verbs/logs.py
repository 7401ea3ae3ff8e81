"""``kubesim logs``: what containers said.

Mirrors kubectl pkg/cmd/logs/logs.go and polymorphichelpers/logsforobject.go.
"""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND, Obj, annotations_of, condition_of, dig, key_of, parse_time, rfc3339_micro
from kubesim.api.well_known import DEFAULT_CONTAINER_ANNOTATION_NAME
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.container_logs import ContainerLog
from kubesim.cli.support.pod_timeout import check_pod_running_timeout
from kubesim.cli.support.resources import Request, fetch, select
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.golang.quoting import quote
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.life.following import Follower

USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
NOTHING_NAMED = f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command"
SELECTOR_TAIL = 10  # lines of each pod that a selector picks
TOO_MANY = (
    "you are attempting to follow {count} log streams, but maximum allowed concurrency is {most}, use "
    "--max-log-requests to increase the limit"
)
WITH_PODS = ("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Deployment", "Job", "Service")


RFC_3339 = (
    ("2006", "[0-9]{4}"), ("-", "-"), ("01", "[0-9]{2}"), ("-", "-"), ("02", "[0-9]{2}"), ("T", "T"),
    ("15", "[0-9]{2}"), (":", ":"), ("04", "[0-9]{2}"), (":", ":"), ("05", r"[0-9]{2}(\.[0-9]+)?"),
    ("Z07:00", r"(Z|[+-][0-9]{2}:[0-9]{2})$"),
)  # fmt: skip


class Stream(NamedTuple):
    """One container whose log is asked for."""

    pod: Obj
    container: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other streams."""
        return self.pod["metadata"]["uid"], self.container

    @property
    def prefix(self) -> str:
        return f"[pod/{self.pod['metadata']['name']}/{self.container}] "


def run(inv: Invocation) -> None:
    _count_arguments(inv)
    check_pod_running_timeout(inv.flag("pod-running-timeout"))
    _since_time(inv)
    session = Session.of(inv)
    with session.follow("Pod") as follower:
        obj = _named(inv, session, follower.cluster)
        _validate(inv)
        streams = _streams(inv, follower, obj)
        most = int(inv.flag("max-log-requests"))
        if inv.flag("follow") and len(streams) > max(most, 1):
            raise UserError(TOO_MANY.format(count=len(streams), most=most))
        Reading(inv, session, follower).read(streams)


def _since_time(inv: Invocation) -> int:
    """The instant (ms) of --since-time, 0 without it; UserError in the words of Go's time package."""
    text = str(inv.flag("since-time"))
    try:
        return parse_time(text) if text else 0
    except ValueError as error:
        at, element = next(
            (at, element) for at, element, pattern in _rfc3339_steps(text) if not re.compile(pattern).match(text, at)
        )
        what = f'{quote(text)} as "2006-01-02T15:04:05Z07:00"'
        raise UserError(f'parsing time {what}: cannot parse {quote(text[at:])} as "{element}"') from error


def _rfc3339_steps(text: str) -> Iterator[tuple[int, str, str]]:
    """The elements of the layout, each with where it is to be and what it has to look like."""
    at = 0
    for element, pattern in RFC_3339:
        yield at, element, pattern
        match = re.compile(pattern).match(text, at)
        at = match.end() if match else at


def _count_arguments(inv: Invocation) -> None:
    count = len(inv.args)
    if count > 2 or (count == 0 and not inv.flag("selector")):
        raise inv.usage_error(NOTHING_NAMED)
    if count == 1 and inv.flag("selector"):
        raise inv.usage_error("only a selector (-l) or a POD name is allowed")


def _named(inv: Invocation, session: Session, cluster: Cluster) -> Obj | list[Obj]:
    """The object that is named, or the pods that the selector picks."""
    namespace = session.namespace(cluster)
    if inv.flag("selector"):
        found = [info.live(cluster) for info in _pods_selected(inv, namespace).resolve(cluster)]
        if not found:
            inv.err.write(f"No resources found in {namespace} namespace.\n")
        return found
    name = str(inv.args[0])
    request = Request(args=[name if "/" in name else f"pods/{name}"], namespace=namespace)
    infos = request.resolve(cluster).infos()
    try:
        return fetch(cluster, infos[0].names, infos[0].namespace, infos[0].name)
    except StatusError as error:
        raise UserError(f"error from server (NotFound): {error} in namespace {quote(namespace)}") from error


def _pods_selected(inv: Invocation, namespace: str) -> Request:
    return Request(args=["pods"], namespace=namespace, selector=str(inv.flag("selector")))


def _validate(inv: Invocation) -> None:
    container = _container_asked(inv)
    if inv.flag("since-time") and inv.flag("since"):
        raise UserError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if inv.flag("all-containers") and container:
        raise UserError(f"--all-containers=true should not be specified with container name {container}")
    if inv.changed("container") and len(inv.args) == 2:
        raise UserError("only one of -c or an inline [CONTAINER] arg is allowed")
    if int(inv.flag("limit-bytes")) < 0:
        raise UserError("--limit-bytes must be greater than 0")
    if int(inv.flag("since")) < 0:
        raise UserError("--since must be greater than 0")
    if int(inv.flag("tail")) < -1:
        raise UserError("--tail must be greater than or equal to -1")


def _container_asked(inv: Invocation) -> str:
    return str(inv.args[1]) if len(inv.args) > 1 else str(inv.flag("container"))


def _streams(inv: Invocation, follower: Follower, obj: Obj | list[Obj]) -> list[Stream]:
    """The containers whose logs are meant. Mirrors logsForObjectWithClient."""
    if isinstance(obj, list):
        return [stream for pod in obj for stream in _of_pod(inv, pod)]
    if obj["kind"] == "Pod":
        return _of_pod(inv, obj)
    pods = _pods_of(inv, follower, obj)
    if inv.flag("all-pods"):
        return [stream for pod in pods for stream in _of_pod(inv, pod)]
    if len(pods) > 1:
        inv.err.write(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return _of_pod(inv, pods[0])


def _pods_of(inv: Invocation, follower: Follower, obj: Obj) -> list[Obj]:
    """The pods that an object selects, the best to read first; waits until there is one."""
    from kubesim.api.selectors import from_label_selector

    if obj["kind"] not in WITH_PODS:
        go_type = f"*v1.{obj['kind']}"
        raise UserError(f"cannot get the logs from {go_type}: selector for {go_type} not implemented")
    selector = dig(obj, "spec", "selector", default={})
    if obj["kind"] == "Service" and not selector:
        why = f"invalid service '{obj['metadata']['name']}': Service is defined without a selector"
        raise UserError(f"cannot get the logs from *v1.Service: {why}")
    if obj["kind"] in ("Service", "ReplicationController"):
        selector = {"matchLabels": selector}
    names = Request(args=["pods/x"]).resolve(follower.cluster).infos()[0].names
    until = follower.cluster.now + int(inv.flag("pod-running-timeout"))
    while True:
        matcher = from_label_selector(selector)
        found = select(follower.cluster, names, obj["metadata"]["namespace"], matcher)
        if found:
            return sorted(found, key=_by_logging)
        if not follower.step(until):
            raise UserError("timed out waiting for the condition")


def _by_logging(pod: Obj) -> tuple[object, ...]:
    """Assigned pods before others, running before pending, ready before others, and so on. Mirrors ByLogging."""
    phase = {"Running": 0, "Unknown": 1, "Pending": 2}.get(dig(pod, "status", "phase", default=""), 0)
    ready = condition_of(pod, "Ready") or {}
    is_ready = ready.get("status") == "True"
    restarts = max((s.get("restartCount", 0) for s in dig(pod, "status", "containerStatuses", default=())), default=0)
    since = ready.get("lastTransitionTime", "") if is_ready else ""
    made = pod["metadata"].get("creationTimestamp", "")
    return (not pod["spec"].get("nodeName"), phase, not is_ready, since, -restarts, made)


def _of_pod(inv: Invocation, pod: Obj) -> list[Stream]:
    spec = pod["spec"]
    if inv.flag("all-containers"):
        every = [*(spec.get("initContainers") or ()), *spec["containers"], *(spec.get("ephemeralContainers") or ())]
        return [Stream(pod, container["name"]) for container in every]
    name = _container_asked(inv) or _default_container(inv, pod)
    known = {container["name"] for sort in ("containers", "initContainers") for container in spec.get(sort) or ()}
    if name not in known:
        pod_name = pod["metadata"]["name"]
        raise UserError(f"container {name} is not valid for pod {pod_name} out of: {_all_names(pod)}")
    return [Stream(pod, name)]


def _default_container(inv: Invocation, pod: Obj) -> str:
    """The container that an annotation prefers, else the first, which is told where there are others."""
    spec = pod["spec"]
    preferred = annotations_of(pod).get(DEFAULT_CONTAINER_ANNOTATION_NAME)
    if preferred:
        if any(container["name"] == preferred for container in spec["containers"]):
            return preferred
        inv.err.write(f"Default container name {quote(preferred)} not found in pod {pod['metadata']['name']}\n")
    first = str(spec["containers"][0]["name"])
    if (len(spec["containers"]) > 1 or spec.get("initContainers")) and not inv.flag("all-pods"):
        inv.err.write(f"Defaulted container {quote(first)} out of: {_all_names(pod)}\n")
    return first


def _all_names(pod: Obj) -> str:
    spec = pod["spec"]
    names = [container["name"] for container in spec["containers"]]
    return ", ".join([*names, *(f"{container['name']} (init)" for container in spec.get("initContainers") or ())])


class Reading:
    """Writes logs out, one container after the other, and goes on with them under ``--follow``."""

    def __init__(self, inv: Invocation, session: Session, follower: Follower) -> None:
        self._inv = inv
        self._session = session
        self._follower = follower
        self._prefixed = bool(inv.flag("prefix") or inv.flag("all-pods"))
        self._written: dict[tuple[str, str], int] = {}
        self._tail = int(inv.flag("tail"))
        if inv.flag("selector") and not inv.changed("tail"):
            self._tail = SELECTOR_TAIL

    def read(self, streams: list[Stream]) -> None:
        """Write what there is; StatusError for a container without a log, unless errors are to be ignored."""
        for stream in streams:
            try:
                self._write(stream, self._log_of(stream))
            except StatusError as error:
                if not self._inv.flag("ignore-errors"):
                    raise
                self._inv.out.write(f"error: {error}\n")
        if self._inv.flag("follow"):
            self._follow(streams)

    def _log_of(self, stream: Stream) -> ContainerLog:
        """The container's log; under --follow, once there is one: what is in the way is told every second."""
        previous = bool(self._inv.flag("previous"))
        until = self._follower.cluster.now + int(self._inv.flag("pod-running-timeout"))
        while True:
            cluster = self._follower.cluster
            pod = cluster.find(*key_of(stream.pod)) or stream.pod
            try:
                return ContainerLog(cluster, pod, stream.container, previous=previous)
            except StatusError as error:
                if not self._inv.flag("follow"):
                    raise
                self._inv.err.write(f"{error}\n")
            self._wait_until(cluster.now + SECOND)
            if self._follower.cluster.now > until:
                raise UserError("context deadline exceeded")

    def _wait_until(self, instant: int) -> None:
        while self._follower.step(instant):
            pass

    def _follow(self, streams: list[Stream]) -> None:
        """Write what is said until all containers have ended, or, under max, until the cluster is at rest."""
        from kubesim.sim.clock import MAX
        from kubesim.sim.quiet import Quiet

        quiet = Quiet(self._follower.cluster)
        ends_quiet = self._session.speed(self._follower.cluster.head) == MAX
        going = list(streams)
        while going:
            now = self._follower.cluster.now
            if ends_quiet and now >= quiet.due:
                return
            self._wait_until(now + SECOND)
            going = [stream for stream in going if self._goes_on(stream)]

    def _goes_on(self, stream: Stream) -> bool:
        """Write what a container has said since; whether it can say more."""
        pod = self._follower.cluster.find(*key_of(stream.pod))
        if pod is None:
            return False
        log = ContainerLog(self._follower.cluster, pod, stream.container)
        self._write(stream, log)
        return not log.is_over

    def _write(self, stream: Stream, log: ContainerLog) -> None:
        """Write the lines that were not written yet, as the flags pick and show them."""
        is_first = stream.key not in self._written
        written = self._written.get(stream.key, -1)
        self._written[stream.key] = self._follower.cluster.now
        shown = [line for line in log.lines() if line.instant > written and line.instant >= self._since()]
        if is_first and 0 <= self._tail < len(shown):
            shown = shown[len(shown) - self._tail :]
        prefix = stream.prefix if self._prefixed else ""
        stamped = bool(self._inv.flag("timestamps"))
        stamps = [f"{rfc3339_micro(line.instant)[:-1]}000Z " if stamped else "" for line in shown]
        text = "".join(f"{prefix}{stamp}{line.text}\n" for stamp, line in zip(stamps, shown, strict=True))
        limit = int(self._inv.flag("limit-bytes"))
        self._inv.out.write_data(
            text.encode(errors="surrogateescape")[:limit].decode(errors="ignore") if limit else text
        )
        self._inv.out.flush()

    def _since(self) -> int:
        """The instant (ms) before which lines are left out."""
        if self._inv.flag("since-time"):
            return _since_time(self._inv)
        since = int(self._inv.flag("since"))
        return self._follower.cluster.now - since if since else 0


COMMAND = Command(
    name="logs",
    use=USAGE,
    short="Print the logs for a container in a pod",
    long=(
        "Print what a container said, or, of a Deployment or another object that selects pods, a container of one of "
        "them.\n\n"
        "Containers are simulated: images that everybody knows print what they print as they start, and a command in a "
        "shell prints what can be known of it. A line of which a part cannot be known is left out."
    ),
    examples=(
        ("A pod of a Deployment", "logs deployment/myapp-deployment"),
        ("All pods with a label, each line with its pod", "logs -l app=myapp --prefix"),
        ("The last line of each pod of it", "logs deployment/myapp-deployment --all-pods --tail=1"),
    ),
    flags=(
        options.SELECTOR,
        options.CONTAINER,
        options.POD_RUNNING_TIMEOUT._replace(default=20_000),
        Flag("all-containers", type=bool, help="All containers of each pod."),
        Flag("all-pods", type=bool, help="All pods of an object, each line with its pod."),
        Flag("follow", "f", type=bool, help="Go on as the containers say more."),
        Flag("ignore-errors", type=bool, help="A container without a log is no error."),
        Flag("insecure-skip-tls-verify-backend", type=bool, help="Do not check the kubelet's certificate."),
        Flag("limit-bytes", type=int, help="The most bytes of each log; 0 means all."),
        Flag("max-log-requests", type=int, default=5, help="How many logs --follow may follow at once."),
        Flag("prefix", type=bool, help="Begin each line with its pod and container."),
        Flag("previous", "p", type=bool, help="The log of the container's life before this one."),
        Flag("since", type="duration", help="Only lines that are not older than this: 5s, 2m, 3h."),
        Flag("since-time", help="Only lines from this instant on (RFC 3339)."),
        Flag("tail", type=int, default=-1, help="The last lines; -1 means all, or 10 with a selector."),
        Flag("timestamps", type=bool, help="Begin each line with its instant."),
    ),
    run=run,
)
