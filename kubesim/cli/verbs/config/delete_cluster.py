"""``kubesim config delete-cluster``. Mirrors kubectl pkg/cmd/config/delete_cluster.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.deletion import delete


def run(inv: Invocation) -> None:
    delete(inv, "clusters", "cluster")


COMMAND = Command(
    name="delete-cluster",
    use="config delete-cluster NAME",
    short="Delete the specified cluster",
    long="Delete a cluster from the configuration in the state file; the simulated cluster itself stays as it is.",
    examples=(("A cluster", "config delete-cluster kubernetes"),),
    run=run,
)
