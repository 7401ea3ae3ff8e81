"""``kubesim top node``: there are no metrics. Mirrors kubectl pkg/cmd/top/top_node.go without a metrics server."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.top import NO_METRICS, validate
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    validate(inv, "node")
    raise UserError(NO_METRICS)


COMMAND = Command(
    name="node",
    use="top node [NAME | -l label]",
    short="Display resource (CPU/memory) usage of nodes",
    long="Show what nodes use. The simulated cluster has no metrics server: the answer is an error, with status 1.",
    examples=(("There are no metrics", "top node"),),
    flags=(
        options.SELECTOR,
        Flag("no-headers", type=bool, help="Leave the headers out."),
        Flag("show-capacity", type=bool, help="Compare with the capacity, not with what can be allocated."),
        Flag("show-swap", type=bool, help="Show swap as well."),
        Flag("sort-by", help="Sort by cpu or memory.", choices=("cpu", "memory")),
        Flag("use-protocol-buffers", type=bool, default=True, help="Ask for protocol buffers."),
    ),
    run=run,
)
