"""``kubesim certificate``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="certificate",
    use="certificate SUBCOMMAND",
    short="Modify certificate resources",
    long="Approve and deny requests for certificates. What is approved is signed by the cluster's authority.",
    examples=(("Approve a request", "certificate approve csr-anna"),),
    help_stream="stdout",
    help_status=0,
)
