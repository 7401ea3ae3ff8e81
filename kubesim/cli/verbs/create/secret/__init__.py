"""``kubesim create secret``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="secret",
    use="create secret (docker-registry | generic | tls)",
    short="Create a secret using a specified subcommand",
    long=(
        "Create a secret, whose values describe does not show: credentials of a registry (docker-registry), whatever "
        "you like (generic), a certificate with its key (tls)."
    ),
    examples=(("A password", "create secret generic database --from-literal=password=secret"),),
)
