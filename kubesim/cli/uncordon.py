"""``kubesim uncordon``. Mirrors kubectl pkg/cmd/drain/drain.go."""

from __future__ import annotations

from kubesim.cli import cordoning, flags
from kubesim.cli.command import Command, Invocation


def run(inv: Invocation) -> None:
    cordoning.run(inv, cordoning.UNCORDON)


COMMAND = Command(
    name="uncordon",
    use="uncordon NODE",
    short="Mark node as schedulable",
    long="Open nodes that were cordoned or drained to new pods again.",
    examples=(("One node", "uncordon node01"), ("Every node with a label", "uncordon -l disk=ssd")),
    flags=(flags.SELECTOR, flags.DRY_RUN),
    run=run,
)
