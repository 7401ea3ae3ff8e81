"""``kubesim top``: the answers of a cluster without a metrics server. Its sub-commands are a file each."""

from __future__ import annotations

from kubesim.cli.command import Group, Invocation
from kubesim.cli.options import Selector
from kubesim.cli.signature import Annotated, Option, OptionGroup
from kubesim.errors import UserError

NO_METRICS = "Metrics API not available"


class TopOptions(OptionGroup):
    """The flags that both sub-commands have. Mirrors TopNodeOptions and TopPodOptions."""

    selector: Selector = ""
    _no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False
    _show_swap: Annotated[bool, Option(help="Show swap as well.")] = False
    sort_by: Annotated[str, Option(help="Sort by cpu or memory.", choices=("cpu", "memory"))] = ""
    _use_protocol_buffers: Annotated[bool, Option(help="Ask for protocol buffers.")] = True


def validate(inv: Invocation, options: TopOptions, what: str) -> None:
    """UserError for a wrong command line of ``top node`` or ``top pod``. Mirrors their Complete and Validate."""
    if len(inv.args) > 1:
        raise inv.usage_error(f"{what} [NAME | -l label]")
    if options.sort_by not in ("", "cpu", "memory"):
        raise UserError("--sort-by accepts only cpu or memory")
    if inv.args and options.selector:
        selector = "--selector" if what == "node" else "selector"
        raise UserError(f"only one of NAME or {selector} can be provided")


COMMAND = Group(
    name="top",
    use="top [flags]",
    short="Display resource (CPU/memory) usage",
    long="Show what nodes and pods use. Simulated containers use nothing, and the cluster has no metrics server.",
    examples=(("What there is to see: nothing", "top pods"),),
)
