"""``kubesim uncordon``. Mirrors kubectl pkg/cmd/drain/drain.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support import cordon_helper


def run(inv: Invocation) -> None:
    cordon_helper.run(inv, cordon_helper.UNCORDON)


COMMAND = Command(
    name="uncordon",
    use="uncordon NODE",
    short="Mark node as schedulable",
    long="Open nodes that were cordoned or drained to new pods again.",
    examples=(("One node", "uncordon node01"), ("Every node with a label", "uncordon -l disk=ssd")),
    flags=(options.SELECTOR, options.DRY_RUN),
    run=run,
)
