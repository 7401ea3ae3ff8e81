"""``kubesim top node``: there are no metrics. Mirrors kubectl pkg/cmd/top/top_node.go without a metrics server."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.top import NO_METRICS, TopOptions, validate
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: TopOptions,
    _show_capacity: Annotated[bool, Option(help="Compare with the capacity, not with what can be allocated.")] = False,
) -> None:
    validate(inv, options, "node")
    raise UserError(NO_METRICS)


COMMAND = Command(
    name="node",
    use="top node [NAME | -l label]",
    short="Display resource (CPU/memory) usage of nodes",
    long="Show what nodes use. The simulated cluster has no metrics server: the answer is an error, with status 1.",
    examples=(("There are no metrics", "top node"),),
    run=run,
)
