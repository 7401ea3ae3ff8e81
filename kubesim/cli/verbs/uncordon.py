"""``kubesim uncordon``. Mirrors kubectl pkg/cmd/drain/drain.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, Selector
from kubesim.cli.support import cordon_helper


def run(inv: Invocation, *, selector: Selector = "", dry_run: DryRun = "none") -> None:
    cordon_helper.run(inv, selector, dry_run, unschedulable=False)


COMMAND = Command(
    name="uncordon",
    use="uncordon NODE",
    short="Mark node as schedulable",
    long="Open nodes that were cordoned or drained to new pods again.",
    examples=(("One node", "uncordon node01"), ("Every node with a label", "uncordon -l disk=ssd")),
    run=run,
)
