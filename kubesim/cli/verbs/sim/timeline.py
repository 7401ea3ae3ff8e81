"""``kubesim sim timeline``: a rollout as a picture, led again from the journal."""

from __future__ import annotations

from kubesim.api.meta import Key
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.cli.support.timeline_output import FORMATS, Output, is_file
from kubesim.errors import UserError, not_found
from kubesim.views.timeline.past import Past, recorded_past
from kubesim.views.timeline.workloads import workload_of
from kubesim.views.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.support.resource_builder import Info
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.timeline.past import Window

NO_SERVICE = "none"
MOST = 1_000_000  # requests a second


class Choice:
    """Which stretch of a workload's life the flags ask for."""

    def __init__(self, last: bool, since: int, revision: int) -> None:
        if last + bool(since) + bool(revision) > 1:
            raise UserError("only one of --last, --since and --revision can be specified")
        if since < 0 or revision < 0:
            raise UserError("--since and --revision must be positive")
        self.since, self.revision = since, revision
        self.is_last = not (since or revision)

    def window(self, past: Past, workload: Key) -> Window:
        """The stretch; UserError where the journal does not know of it."""
        if self.since:
            return past.since(past.end - self.since)
        try:
            return past.rollout(workload, self.revision)
        except UserError as error:
            raise UserError(f"{error}; --since 10m shows what it knows of") from None


class AskedRequests:
    """Which requests the flags ask for."""

    def __init__(self, traffic: str, rate: int) -> None:
        if rate and not 1 <= rate <= MOST:
            raise UserError(f"invalid --rate: it must be between 1 and {MOST}")
        kind, _, name = traffic.rpartition("/")
        if kind not in ("", "service", "services", "svc"):
            raise UserError(f"{traffic} is no Service; requests are sent to one")
        self._name, self._rate = name, rate
        self._are_wanted = traffic != NO_SERVICE

    def on(self, past: Past, timelines: Sequence[Timeline]) -> list[Timeline]:
        """The timelines, those with requests that have a Service; UserError where one is named that none has."""
        if not self._are_wanted:
            return list(timelines)
        from kubesim.network.model import Rules
        from kubesim.views.timeline.requests import LONGEST, with_requests

        rules = Rules(rate=self._rate) if self._rate else Rules()
        found = [with_requests(past, timeline, self._name, rules) for timeline in timelines]
        if (self._name or self._rate) and not any(timeline.traffic for timeline in found):
            if all(timeline.end - timeline.begin > LONGEST for timeline in timelines):
                raise UserError("requests are counted over six hours at most; --since 10m shows less")
            which = f"service/{self._name} does not select" if self._name else "no Service selects"
            titles = listed([timeline.title for timeline in timelines])
            raise UserError(f"{which} the pods of {titles}, or its requests do not go through kube-proxy to pods")
        return found


def run(
    inv: Invocation,
    *,
    beside: Annotated[
        bool, Option(help="Show Deployments that were not named side by side, as those that were.")
    ] = False,
    last: Annotated[bool, Option(help="Show the last rollout, to its end or to now: the default.")] = False,
    output: Annotated[str, Option("o", help=f"One of: {', '.join(FORMATS)}.", choices=tuple(FORMATS))] = "",
    revision: Annotated[int, Option(help="Show the rollout that made this revision.")] = 0,
    rate: Annotated[int, Option(help="How many requests a second are sent to the Service; 50 if left out.")] = 0,
    since: Annotated[Duration, Option(help="Show the last so many seconds, minutes or hours, up to now.")] = 0,
    traffic: Annotated[
        str, Option(help="The Service that is sent requests, else one that selects the pods; with none, none is.")
    ] = "",
) -> None:
    choice = Choice(last, since, revision)
    asked = AskedRequests(traffic, rate)
    words = list(inv.args)
    file = words.pop() if words and is_file(words[-1], output) else ""
    out = Output(inv, output, file)
    session = Session.of(inv)
    client = session.read()
    namespace = session.namespace(client)
    named = Request(args=words, namespace=namespace).resolve(client).infos() if words else []
    workloads = [_key(info) for info in named]
    past = recorded_past(session.simulation, namespace, PROGRAM, [] if since or revision else workloads)
    for info in named:
        _require_known(past, info)
    workloads = workloads or past.changed("Deployment")
    if not workloads:
        inv.err.write(f"No Deployment of namespace {namespace} was rolled out since the journal began.\n")
        return
    windows = [choice.window(past, workload) for workload in workloads]
    if choice.is_last and (beside or named):
        windows = past.aligned(windows)
    timelines = [past.timeline(workload, window) for workload, window in zip(workloads, windows, strict=True)]
    timelines = asked.on(past, timelines)
    out.show(timelines, beside=beside or bool(named))


def _key(info: Info) -> Key:
    """UserError for what has no timeline."""
    return workload_of(Key(info.names.key, info.namespace, info.name)).key


def _require_known(past: Past, info: Info) -> None:
    """StatusError NotFound for a workload that never was there."""
    if not past.has(_key(info)):
        raise not_found(info.names.plural, info.names.group, info.name)


COMMAND = Command(
    name="timeline",
    use="sim timeline [TYPE/NAME ...] [--last | --since DURATION | --revision N] [-o FORMAT [FILE]]",
    short="Draw a rollout: how many pods were ready at each instant",
    long=(
        "Draw how a rollout went: ready pods of the older and the newest template over simulated time, the fewest "
        "that there must be (the floor: replicas less maxUnavailable), the most that there may be (the ceiling: "
        "replicas plus maxSurge), the commands, and a lane for each pod; with the verdict in one sentence. Where pods "
        "are too few, the picture is red.\n\n"
        "Without a name, it shows the namespace's Deployments that were rolled out. Several names are drawn side by "
        "side. The rollout is led again from the journal, so nothing has to be recorded beforehand.\n\n"
        "Where a Service selects the pods, it also shows what would have become of 50 requests a second to it: which "
        'revision answered them, and which were refused or cut, by the model of "sim traffic" with its defaults. Of '
        "several Services it is the one of the workload's name, else the first by name; --traffic names another. Over "
        "more than six hours no requests are counted.\n\n"
        "With -o, it writes a FILE: svg and png for a slide or a page (png needs the extra kubesim[png]), json and csv "
        "as data, trace for https://ui.perfetto.dev. FILE ends in .svg, .png, .json or .csv; - is standard output."
    ),
    examples=(
        ("The last rollout of a Deployment", "sim timeline deployment/web"),
        ("Two strategies side by side", "sim timeline deployment/recreate deployment/rolling"),
        (
            "What happened in the last ten minutes, as a picture",
            "sim timeline deployment/web --since 10m -o svg web.svg",
        ),
        ("What 200 requests a second would have met", "sim timeline deployment/web --traffic service/web --rate 200"),
        ("How revision 2 was rolled out, for Perfetto", "sim timeline deployment/web --revision 2 -o trace web.json"),
    ),
    run=run,
)
