"""``kubesim events``: what happened, oldest first. Mirrors kubectl pkg/cmd/events/events.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.resources import mapping
from kubesim.cli.session import Session
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster

TYPES = ("Normal", "Warning")


def run(inv: Invocation) -> None:
    wanted = [_checked(kind) for kind in inv.flag("types")]
    session = Session.of(inv)
    cluster = session.read()
    namespace = None if inv.flag("all-namespaces") else session.namespace(cluster)
    events = cluster.list("Event", namespace)
    if inv.flag("for"):
        kind, name = _about(str(inv.flag("for")))
        events = [e for e in events if (e["involvedObject"]["kind"], e["involvedObject"]["name"]) == (kind, name)]
    if wanted:
        events = [event for event in events if event["type"] in wanted]
    if not events:
        inv.err.write("No events found.\n" if namespace is None else f"No events found in {namespace} namespace.\n")
        return
    _print(inv, cluster, sorted(events, key=lambda event: str(event.get("lastTimestamp") or "")))


def _checked(kind: str) -> str:
    for known in TYPES:
        if known.lower() == kind.lower():
            return known
    raise UserError("valid --types are Normal or Warning")


def _about(text: str) -> tuple[str, str]:
    """The kind and name that ``--for TYPE/NAME`` means."""
    word, found, name = text.partition("/")
    if not found or not name:
        raise UserError("--for must be in resource/name form")
    return mapping(word).kind, name


def _print(inv: Invocation, cluster: Cluster, events: list[Obj]) -> None:
    if inv.flag("output"):
        from kubesim.cli.reporting import output_options
        from kubesim.printers.objects import list_of
        from kubesim.printers.output import for_output

        inv.out.write(for_output(output_options(inv)).print(list_of(events)))
        return
    from kubesim import kinds
    from kubesim.api.tabwriter import TabWriter

    everywhere = bool(inv.flag("all-namespaces"))
    kind = kinds.load("Event")
    rows = [] if inv.flag("no-headers") else [["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]]
    for event in events:
        about = event["involvedObject"]
        seen = kind.row(event, cluster.now)[0]
        rows.append(
            [seen, event["type"], event["reason"], f"{about['kind']}/{about['name']}", event["message"].strip()]
        )
    if everywhere:
        spaces = [event["metadata"]["namespace"] for event in events]
        spaces = spaces if inv.flag("no-headers") else ["NAMESPACE", *spaces]
        rows = [[space, *row] for space, row in zip(spaces, rows, strict=True)]
    inv.out.write("".join(f"{line}\n" for line in TabWriter(6, 3).layout(rows)))


COMMAND = Command(
    name="events",
    use="events [(-o|--output=)json|yaml] [--for TYPE/NAME] [--types=Normal,Warning]",
    short="List events",
    long="Show what happened in a namespace, or to one object, oldest first.",
    examples=(
        ("What happened to a Deployment", "events --for deployment/myapp-deployment"),
        ("What went wrong", "events --types=Warning"),
    ),
    flags=(
        *flags.PRINT,
        flags.ALL_NAMESPACES,
        flags.CHUNK_SIZE,
        Flag("for", help="The object: TYPE/NAME."),
        Flag("no-headers", type=bool, help="Leave the headers out."),
        Flag("types", type="strings", help="Normal, Warning or both."),
    ),
    run=run,
)
