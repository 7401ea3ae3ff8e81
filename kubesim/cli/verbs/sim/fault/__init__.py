"""``kubesim sim fault``: what goes wrong in a cluster, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="fault",
    use="sim fault SUBCOMMAND",
    short="Let something go wrong: nodes, images, probes, starts, the API server",
    long=(
        "Each of these commands lets something go wrong that goes wrong in real clusters, and the cluster lives with "
        "it as a real one does. A fault lasts until it is cleared, or for as long as --for says. It is chance only "
        "where a share is asked for, and then the seed's: the same commands fail alike."
    ),
    examples=(
        ("A node dies: its pods are replaced after 6 minutes", "sim fault node-down node01"),
        ("And comes back", "sim fault node-up node01"),
        ("A pod's processes are killed", "sim fault kill web-5d8c7f9b6-x2x4z"),
        ("Readiness probes fail for half a minute", "sim fault readiness deployment/web --for 30s"),
        ("What is wrong now", "sim fault list"),
        ("Nothing more", "sim fault clear --all"),
    ),
    help_stream="stdout",
)
