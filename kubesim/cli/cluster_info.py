"""``kubesim cluster-info``. Mirrors kubectl pkg/cmd/clusterinfo/clusterinfo.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.config.contexts import SERVER

TEXT = f"""Kubernetes control plane is running at {SERVER}

To further debug and diagnose cluster problems, use 'kubesim cluster-info dump'.
"""


def run(inv: Invocation) -> None:
    inv.out.write(TEXT)


COMMAND = Command(
    name="cluster-info",
    use="cluster-info",
    short="Display cluster information",
    long="Tell where the control plane would be, were there one: the address answers to nobody.",
    examples=(("Where the cluster is", "cluster-info"),),
    run=run,
)
