"""``kubesim cordon``. Mirrors kubectl pkg/cmd/drain/drain.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, Selector
from kubesim.cli.support import cordon_helper


def run(inv: Invocation, *, selector: Selector = "", dry_run: DryRun = "none") -> None:
    cordon_helper.run(inv, selector, dry_run, unschedulable=True)


COMMAND = Command(
    name="cordon",
    use="cordon NODE",
    short="Mark node as unschedulable",
    long="Close nodes to new pods: the scheduler passes them over. Pods that are there stay.",
    examples=(("One node", "cordon node01"), ("Every node with a label", "cordon -l disk=ssd")),
    run=run,
)
