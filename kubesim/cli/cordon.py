"""``kubesim cordon``. Mirrors kubectl pkg/cmd/drain/drain.go."""

from __future__ import annotations

from kubesim.cli import cordoning, flags
from kubesim.cli.command import Command, Invocation


def run(inv: Invocation) -> None:
    cordoning.run(inv, cordoning.CORDON)


COMMAND = Command(
    name="cordon",
    use="cordon NODE",
    short="Mark node as unschedulable",
    long="Close nodes to new pods: the scheduler passes them over. Pods that are there stay.",
    examples=(("One node", "cordon node01"), ("Every node with a label", "cordon -l disk=ssd")),
    flags=(flags.SELECTOR, flags.DRY_RUN),
    run=run,
)
