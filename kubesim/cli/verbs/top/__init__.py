"""``kubesim top``: what nodes and pods use. Its sub-commands are a file each. Mirrors kubectl pkg/cmd/top."""

from __future__ import annotations

from kubesim.cli.command import Group, Invocation
from kubesim.cli.options import Selector
from kubesim.cli.signature import Annotated, Option, OptionGroup
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.kubectl.printers.top import TopPrinter

NO_METRICS = "Metrics API not available"
NOT_YET = "metrics not available yet"


class TopOptions(OptionGroup):
    """The flags that both sub-commands have. Mirrors TopNodeOptions and TopPodOptions."""

    selector: Selector = ""
    no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False
    show_swap: Annotated[bool, Option(help="Show swap as well.")] = False
    sort_by: Annotated[str, Option(help="Sort by cpu or memory.", choices=("cpu", "memory"))] = ""
    _use_protocol_buffers: Annotated[bool, Option(help="Ask for protocol buffers.")] = True

    def printer(self) -> TopPrinter:
        """The printer that they ask for."""
        from kubesim.kubectl.printers.top import TopPrinter

        return TopPrinter(self.sort_by, headers=not self.no_headers, show_swap=self.show_swap)


def validate(inv: Invocation, options: TopOptions, what: str, *, selects: bool) -> None:
    """UserError for a wrong command line of ``top node`` or ``top pod``. Mirrors their Complete and Validate."""
    if len(inv.args) > 1:
        raise inv.usage_error(f"{what} [NAME | -l label]")
    if options.sort_by not in ("", "cpu", "memory"):
        raise UserError("--sort-by accepts only cpu or memory")
    if inv.args and selects:
        selector = "--selector" if what == "node" else "selector"
        raise UserError(f"only one of NAME or {selector} can be provided")


def metrics_of(client: Client, kind: str, namespace: str | None, name: str) -> list[Obj]:
    """The metrics of that kind, or those of that name; UserError without their API, StatusError NotFound, Forbidden."""
    from kubesim.cluster.aggregated import is_served

    if not is_served(client.kinds):
        raise UserError(NO_METRICS)
    client.authorize("get" if name else "list", kind, namespace, name)
    return [client.get(kind, namespace or "", name)] if name else client.list(kind, namespace)


COMMAND = Group(
    name="top",
    use="top [flags]",
    short="Display resource (CPU/memory) usage",
    long=(
        "Show what nodes and pods use of cpu and memory, as metrics-server measured it last. No cluster has one from "
        'the start: "sim addon metrics-server on" installs it. What containers use follows from their images and '
        'programs, and from the load that "sim load" puts on them.'
    ),
    examples=(
        ("What the pods use", "top pods"),
        ("And the nodes", "top nodes"),
    ),
)
