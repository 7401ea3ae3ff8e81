"""``kubesim events``: what happened, oldest first. Mirrors kubectl pkg/cmd/events/events.go."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import dig, parse_time
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import OUTPUT_FORMATS, AllNamespaces, ChunkSize, PrintFlags
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.resource_types import resource_for
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.cluster import Kinds

    Print = Callable[[list[Obj], int], str]

TYPES = ("normal", "warning")
HEADERS = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
SLASHES = "arguments in resource/name form may not have more than one slash"


class EventsOptions(PrintFlags):
    """What the flags say. Mirrors EventsOptions."""

    all_namespaces: AllNamespaces = False
    _chunk_size: ChunkSize = 500
    for_: Annotated[str, Option(help="The object: TYPE/NAME.")] = ""
    no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False
    types: Annotated[StringSlice, Option(help="Normal, Warning or both.")]
    watch: Annotated[bool, Option("w", help="Show what there is, and then each event as it happens.")] = False


def run(inv: Invocation, *, options: EventsOptions) -> None:
    session = Session.of(inv)
    about = _about(session.kinds(), options.for_) if options.for_ else None
    show = _objects(inv, options) if options.output or options.template else _table(options)
    wanted = {kind.lower() for kind in options.types}
    if not wanted.issubset(TYPES):
        raise UserError("valid --types are Normal or Warning")
    cluster = session.read()
    namespace = None if options.all_namespaces else session.namespace(cluster)

    def is_wanted(event: Obj) -> bool:
        here = namespace in (None, event["metadata"]["namespace"])
        return here and (not wanted or event["type"].lower() in wanted) and about in (None, _subject(event))

    cluster.authorize("watch" if options.watch else "list", "Event", namespace)
    if options.watch:
        _watch(inv, session, is_wanted, show)
        return
    events = [event for event in cluster.list("Event", namespace) if is_wanted(event)]
    if events:
        inv.out.write_data(show(_by_time(events), cluster.now))
    else:
        inv.err.write("No events found.\n" if namespace is None else f"No events found in {namespace} namespace.\n")


def _watch(inv: Invocation, session: Session, is_wanted: Callable[[Obj], bool], show: Print) -> None:
    """The events that are there, and then each as it comes or counts again."""
    with session.follow("Event") as follower:
        for event in follower.cluster.list("Event"):
            if is_wanted(event):
                inv.out.write_data(show([event], follower.cluster.now))
        for change in follower.changes_until_rest(session.request_timeout):
            if change.new is not None and is_wanted(change.new):
                inv.out.write_data(show([change.new], change.instant))
                inv.out.flush()


def _about(kinds: Kinds, text: str) -> tuple[str, str, str]:
    """The version, kind and name that ``--for TYPE/NAME`` means; UserError. Mirrors decodeResourceTypeName."""
    word, *rest = text.split("/")
    if not rest:
        raise UserError("--for must be in resource/name form")
    if len(rest) > 1:
        raise UserError(SLASHES)
    names = resource_for(kinds, word)
    return names.api_version, names.kind, rest[0]


def _subject(event: Obj) -> tuple[str, str, str]:
    about = event["involvedObject"]
    return about.get("apiVersion", ""), about.get("kind", ""), about.get("name", "")


def _by_time(events: list[Obj]) -> list[Obj]:
    from kubesim.golang.pdqsort import go_sorted

    return go_sorted(events, lambda one, other: _last_seen(one) < _last_seen(other))


def _last_seen(event: Obj) -> int:
    """When the event was seen last (ms). Mirrors eventTime."""
    text = dig(event, "series", "lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return parse_time(text) if text else 0


def _table(options: EventsOptions) -> Print:
    """Rows for people; the headers come once. Mirrors EventPrinter."""
    from kubesim.golang.tabwriter import escape_terminal
    from kubesim.kubectl.printers.tables import table_writer

    everywhere = options.all_namespaces
    writer = table_writer()
    waiting = [] if options.no_headers else [["NAMESPACE", *HEADERS] if everywhere else HEADERS]

    def show(events: list[Obj], now: int) -> str:
        rows = list(waiting)
        waiting.clear()
        for event in events:
            about = event["involvedObject"]
            subject = f"{about.get('kind', '')}/{about.get('name', '')}"
            row = [event.get("type", ""), event.get("reason", ""), subject, event.get("message", "").strip()]
            place = [event["metadata"]["namespace"]] if everywhere else []
            rows.append([*place, _interval(event, now), *map(escape_terminal, row)])
        return "".join(f"{line}\n" for line in writer.layout(rows))

    return show


def _objects(inv: Invocation, options: EventsOptions) -> Print:
    """The events themselves, as the API server's list of them."""
    from kubesim.api.declared_order import in_declared_order
    from kubesim.cli.support.reporter import output_options
    from kubesim.kubectl.printers.output import for_output

    printer = for_output(output_options(inv, options)._replace(typed=True))
    single = options.watch

    def show(events: list[Obj], _now: int) -> str:
        if options.output == "name" and not single:
            return ""  # kubectl's printer of names refuses a list, and nobody looks at the refusal
        items = [in_declared_order(event) for event in events]
        whole: Obj = {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": items}
        return printer.print(items[0] if single else whole)

    return show


def _interval(event: Obj, now: int) -> str:
    """``5s``, or ``5s (x3 over 1m)`` of what happened again. Mirrors getInterval."""
    first = _since(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if series:
        return f"{_since(series.get('lastObservedTime'), now)} (x{series['count']} over {first})"
    count = event.get("count") or 0
    return f"{_since(event.get('lastTimestamp'), now)} (x{count} over {first})" if count > 1 else first


def _since(instant: str | None, now: int) -> str:
    return human_duration(now - parse_time(instant)) if instant else "<unknown>"


COMMAND = Command(
    name="events",
    use=(f"events [(-o|--output=){'|'.join(OUTPUT_FORMATS)}] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]"),
    short="List events",
    long=(
        "Show what happened in a namespace, or to one object, oldest first. What happened again and again is one line: "
        "how often, and over how long."
    ),
    examples=(
        ("What happened to a Deployment", "events --for deployment/myapp-deployment"),
        ("What went wrong", "events --types=Warning"),
        ("Everywhere, as it happens", "events --all-namespaces --watch"),
    ),
    run=run,
)
