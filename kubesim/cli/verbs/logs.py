"""``kubesim logs``: prints the logs of containers.

Mirrors kubectl pkg/cmd/logs/logs.go and polymorphichelpers/logsforobject.go.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, key_of, parse_time, rfc3339_micro
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container, PodRunningTimeout, Selector
from kubesim.cli.signature import Annotated, Duration, Option, OptionGroup
from kubesim.cli.support.pod_timeout import check_pod_running_timeout
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.selected_pods import by_logging, container_of, default_container, selected_pods
from kubesim.cli.support.session import Session
from kubesim.cluster import Client
from kubesim.controllers.kubelet.container_logs import ContainerLog
from kubesim.errors import StatusError, UserError
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.life.follower import Follower

USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
NOTHING_NAMED = f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command"
SELECTOR_TAIL = 10  # lines of each pod that a selector picks
TOO_MANY = (
    "you are attempting to follow {count} log streams, but maximum allowed concurrency is {most}, use "
    "--max-log-requests to increase the limit"
)


RFC_3339 = (
    ("2006", "[0-9]{4}"), ("-", "-"), ("01", "[0-9]{2}"), ("-", "-"), ("02", "[0-9]{2}"), ("T", "T"),
    ("15", "[0-9]{2}"), (":", ":"), ("04", "[0-9]{2}"), (":", ":"), ("05", r"[0-9]{2}(\.[0-9]+)?"),
    ("Z07:00", r"(Z|[+-][0-9]{2}:[0-9]{2})$"),
)  # fmt: skip


class LogsOptions(OptionGroup):
    """The flags of ``logs``. Mirrors LogsOptions."""

    selector: Selector = ""
    container: Container = ""
    pod_running_timeout: PodRunningTimeout = 20_000
    all_containers: Annotated[bool, Option(help="All containers of each pod.")] = False
    all_pods: Annotated[bool, Option(help="All pods of an object, each line with its pod.")] = False
    follow: Annotated[bool, Option("f", help="Go on as the containers say more.")] = False
    ignore_errors: Annotated[bool, Option(help="A container without a log is no error.")] = False
    _insecure_skip_tls_verify_backend: Annotated[bool, Option(help="Do not check the kubelet's certificate.")] = False
    limit_bytes: Annotated[int, Option(help="The most bytes of each log; 0 means all.")] = 0
    max_log_requests: Annotated[int, Option(help="How many logs --follow may follow at once.")] = 5
    prefix: Annotated[bool, Option(help="Begin each line with its pod and container.")] = False
    previous: Annotated[bool, Option("p", help="The log of the container's life before this one.")] = False
    since: Annotated[Duration, Option(help="Only lines that are not older than this: 5s, 2m, 3h.")] = 0
    since_time: Annotated[str, Option(help="Only lines from this instant on (RFC 3339).")] = ""
    tail: Annotated[int, Option(help="The last lines; -1 means all, or 10 with a selector.")] = -1
    timestamps: Annotated[bool, Option(help="Begin each line with its instant.")] = False


class Stream(NamedTuple):
    """A pod's container; its log is printed."""

    pod: Obj
    container: str

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the stream: the pod's uid and the container's name."""
        return self.pod["metadata"]["uid"], self.container

    @property
    def prefix(self) -> str:
        """The beginning of each line under ``--prefix``."""
        return f"[pod/{self.pod['metadata']['name']}/{self.container}] "


def run(inv: Invocation, *, options: LogsOptions) -> None:
    _count_arguments(inv, options.selector)
    check_pod_running_timeout(options.pod_running_timeout)
    since_time = _parse_since_time(options.since_time)
    session = Session.of(inv)
    with session.follow() as follower:
        obj = _named(inv, options, session, session.client(follower.cluster))
        _validate(inv, options)
        client = session.client(follower.cluster)
        if isinstance(obj, dict) and obj["kind"] != "Pod":
            client.authorize("list", "Pod", obj["metadata"]["namespace"])
        streams = _streams(inv, options, follower, obj)
        for stream in streams:
            meta = stream.pod["metadata"]
            client.authorize("get", "Pod", meta["namespace"], meta["name"], "log")
        most = options.max_log_requests
        if options.follow and len(streams) > max(most, 1):
            raise UserError(TOO_MANY.format(count=len(streams), most=most))
        LogWriter(inv, options, follower, since_time).write(streams)


def _parse_since_time(text: str) -> int:
    """The instant (ms) of --since-time, 0 without it; UserError in the words of Go's time package."""
    try:
        return parse_time(text) if text else 0
    except ValueError as error:
        import re

        at, element = next(
            (at, element) for at, element, pattern in _rfc3339_steps(text) if not re.compile(pattern).match(text, at)
        )
        what = f'{quote(text)} as "2006-01-02T15:04:05Z07:00"'
        raise UserError(f'parsing time {what}: cannot parse {quote(text[at:])} as "{element}"') from error


def _rfc3339_steps(text: str) -> Iterator[tuple[int, str, str]]:
    """Each element of the layout, with its position in the text before it and its pattern after it."""
    import re

    at = 0
    for element, pattern in RFC_3339:
        yield at, element, pattern
        match = re.compile(pattern).match(text, at)
        at = match.end() if match else at


def _count_arguments(inv: Invocation, selector: str) -> None:
    count = len(inv.args)
    if count > 2 or (count == 0 and not selector):
        raise inv.usage_error(NOTHING_NAMED)
    if count == 1 and selector:
        raise inv.usage_error("only a selector (-l) or a POD name is allowed")


def _named(inv: Invocation, options: LogsOptions, session: Session, cluster: Client) -> Obj | list[Obj]:
    """The object that is named, or the pods that the selector picks."""
    namespace = session.namespace(cluster)
    if options.selector:
        request = Request(args=["pods"], namespace=namespace, selector=options.selector)
        found = [info.live(cluster) for info in request.resolve(cluster)]
        if not found:
            inv.err.write(f"No resources found in {namespace} namespace.\n")
        return found
    name = str(inv.args[0])
    request = Request(args=[name if "/" in name else f"pods/{name}"], namespace=namespace)
    infos = request.resolve(cluster).infos()
    try:
        return fetch(cluster, infos[0].names, infos[0].namespace, infos[0].name)
    except StatusError as error:
        if error.reason != "NotFound":
            raise
        raise UserError(f"error from server (NotFound): {error} in namespace {quote(namespace)}") from error


def _validate(inv: Invocation, options: LogsOptions) -> None:
    """UserError for flags that are wrong, or do not go together. Mirrors LogsOptions.Validate."""
    container = _container_asked(inv, options)
    if options.since_time and options.since:
        raise UserError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if options.all_containers and container:
        raise UserError(f"--all-containers=true should not be specified with container name {container}")
    if inv.changed("container") and len(inv.args) == 2:
        raise UserError("only one of -c or an inline [CONTAINER] arg is allowed")
    if options.limit_bytes < 0:
        raise UserError("--limit-bytes must be greater than 0")
    if options.since < 0:
        raise UserError("--since must be greater than 0")
    if options.tail < -1:
        raise UserError("--tail must be greater than or equal to -1")


def _container_asked(inv: Invocation, options: LogsOptions) -> str:
    """The container that the argument or the flag names, empty if neither does."""
    return str(inv.args[1]) if len(inv.args) > 1 else options.container


def _streams(inv: Invocation, options: LogsOptions, follower: Follower, obj: Obj | list[Obj]) -> list[Stream]:
    """The containers that the command line means. Mirrors logsForObjectWithClient."""
    if isinstance(obj, list):
        return [stream for pod in obj for stream in _of_pod(inv, options, pod)]
    if obj["kind"] == "Pod":
        return _of_pod(inv, options, obj)
    pods = selected_pods(follower, obj, options.pod_running_timeout, by_logging, "get the logs from")
    if options.all_pods:
        return [stream for pod in pods for stream in _of_pod(inv, options, pod)]
    if len(pods) > 1:
        inv.err.write(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return _of_pod(inv, options, pods[0])


def _of_pod(inv: Invocation, options: LogsOptions, pod: Obj) -> list[Stream]:
    """The containers of a pod that the command line means; UserError for a name that none of them has."""
    spec = pod["spec"]
    if options.all_containers:
        every = [*(spec.get("initContainers") or ()), *spec["containers"], *(spec.get("ephemeralContainers") or ())]
        return [Stream(pod, container["name"]) for container in every]
    name = _container_asked(inv, options) or default_container(inv, pod, silent=options.all_pods)
    return [Stream(pod, container_of(inv, pod, name, silent=True))]


class LogWriter:
    """Writes the logs of containers, one after the other, and follows them under ``--follow``.

    ``since_time`` is the instant (ms) of --since-time, 0 without it.
    """

    def __init__(self, inv: Invocation, options: LogsOptions, follower: Follower, since_time: int) -> None:
        self._inv = inv
        self._options = options
        self._follower = follower
        self._since_time = since_time
        self._prefixed = options.prefix or options.all_pods
        self._written: dict[tuple[str, str], int] = {}
        self._tail = SELECTOR_TAIL if options.selector and not inv.changed("tail") else options.tail

    def write(self, streams: list[Stream]) -> None:
        """Write the logs; StatusError for a container without a log, unless errors are ignored."""
        for stream in streams:
            try:
                self._write(stream, self._log_of(stream))
            except StatusError as error:
                if not self._options.ignore_errors:
                    raise
                self._inv.out.write(f"error: {error}\n")
        if self._options.follow:
            self._follow(streams)

    def _log_of(self, stream: Stream) -> ContainerLog:
        """The container's log. --follow waits until there is one, and reports every second why there is none yet."""
        until = self._follower.cluster.now + self._options.pod_running_timeout
        while True:
            cluster = self._follower.cluster
            pod = cluster.find(*key_of(stream.pod)) or stream.pod
            try:
                return ContainerLog(cluster, pod, stream.container, previous=self._options.previous)
            except StatusError as error:
                if not self._options.follow:
                    raise
                self._inv.err.write(f"{error}\n")
            self._wait_until(cluster.now + SECOND)
            if self._follower.cluster.now > until:
                raise UserError("context deadline exceeded")

    def _wait_until(self, instant: int) -> None:
        while self._follower.step(instant):
            pass

    def _follow(self, streams: list[Stream]) -> None:
        """Write new lines until all containers have ended; under max, until those have whose end is foreseen, and the
        cluster is at rest.
        """
        going = list(streams)
        while going:
            now, rest = self._follower.cluster.now, self._follower.rest()
            if rest is not None and now >= rest and not any(self._ends(stream) for stream in going):
                return
            self._wait_until(now + SECOND)
            going = [stream for stream in going if self._goes_on(stream)]

    def _ends(self, stream: Stream) -> bool:
        """Whether the end of a container's running instance is foreseen."""
        record = self._follower.cluster.recall(key_of(stream.pod)) or {}
        return "ends" in record.get("containers", {}).get(stream.container, {})

    def _goes_on(self, stream: Stream) -> bool:
        """Write a container's new lines; whether there can be more."""
        pod = self._follower.cluster.find(*key_of(stream.pod))
        if pod is None:
            return False
        log = ContainerLog(self._follower.cluster, pod, stream.container)
        self._write(stream, log)
        return not log.is_over

    def _write(self, stream: Stream, log: ContainerLog) -> None:
        """Write the new lines of a log that the flags pick, in the form that they ask for."""
        is_first = stream.key not in self._written
        written = self._written.get(stream.key, -1)
        self._written[stream.key] = self._follower.cluster.now
        shown = [line for line in log.lines() if line.instant > written and line.instant >= self._since()]
        if is_first and 0 <= self._tail < len(shown):
            shown = shown[len(shown) - self._tail :]
        prefix = stream.prefix if self._prefixed else ""
        stamped = self._options.timestamps
        stamps = [f"{rfc3339_micro(line.instant)[:-1]}000Z " if stamped else "" for line in shown]
        text = "".join(f"{prefix}{stamp}{line.text}\n" for stamp, line in zip(stamps, shown, strict=True))
        if limit := self._options.limit_bytes:
            text = text.encode(errors="surrogateescape")[:limit].decode(errors="ignore")
        self._inv.out.write_data(text)
        self._inv.out.flush()

    def _since(self) -> int:
        """The instant (ms) before which lines are left out."""
        since = self._options.since
        return self._follower.cluster.now - since if since else self._since_time


COMMAND = Command(
    name="logs",
    use=USAGE,
    short="Print the logs for a container in a pod",
    long=(
        "Print the log of a container, or, of a Deployment or another object that selects pods, a container of one of "
        "them.\n\n"
        "Containers are simulated: images that everybody knows print what they print as they start, and a command in a "
        "shell prints what can be known of it. A line of which a part cannot be known is left out."
    ),
    examples=(
        ("A pod of a Deployment", "logs deployment/myapp-deployment"),
        ("All pods with a label, each line with its pod", "logs -l app=myapp --prefix"),
        ("The last line of each pod of it", "logs deployment/myapp-deployment --all-pods --tail=1"),
    ),
    run=run,
)
