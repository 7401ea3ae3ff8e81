"""``kubesim top pod``: there are no metrics. Mirrors kubectl pkg/cmd/top/top_pod.go without a metrics server."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.top import NO_METRICS, validate
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    validate(inv, "pod")
    raise UserError(NO_METRICS)


COMMAND = Command(
    name="pod",
    use="top pod [NAME | -l label]",
    short="Display resource (CPU/memory) usage of pods",
    long="Show what pods use. The simulated cluster has no metrics server: the answer is an error, with status 1.",
    examples=(("There are no metrics", "top pod"),),
    flags=(
        options.ALL_NAMESPACES,
        options.FIELD_SELECTOR,
        options.SELECTOR,
        Flag("containers", type=bool, help="Show each container."),
        Flag("no-headers", type=bool, help="Leave the headers out."),
        Flag("show-swap", type=bool, help="Show swap as well."),
        Flag("sort-by", help="Sort by cpu or memory.", choices=("cpu", "memory")),
        Flag("sum", type=bool, help="Add up."),
        Flag("use-protocol-buffers", type=bool, default=True, help="Ask for protocol buffers."),
    ),
    run=run,
)
