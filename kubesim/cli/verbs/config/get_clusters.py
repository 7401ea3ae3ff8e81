"""``kubesim config get-clusters``. Mirrors kubectl pkg/cmd/config/get_clusters.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import read


def run(inv: Invocation) -> None:
    inv.out.write("".join(f"{line}\n" for line in ["NAME", *sorted(read(inv).clusters)]))


COMMAND = Command(
    name="get-clusters",
    use="config get-clusters [flags]",
    short="Display clusters that contexts use",
    long="List the names of the clusters in the configuration.",
    examples=(("All clusters", "config get-clusters"),),
    run=run,
)
