"""``kubesim config unset``. Mirrors kubectl pkg/cmd/config/unset.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import changing, unexpected_args
from kubesim.cli.verbs.config.properties import unset_property
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise unexpected_args(inv)
    path = inv.args[0]
    if not path:
        raise UserError("you must specify a property")
    with changing(inv) as config:
        unset_property(config, path)
        inv.out.write(f'Property "{path}" unset.\n')


COMMAND = Command(
    name="unset",
    use="config unset PROPERTY_NAME",
    short="Unset an individual value of the configuration",
    long="Take away one value, or an entry with all its values.",
    examples=(
        ("The namespace of a context", "config unset contexts.kubernetes-admin@kubernetes.namespace"),
        ("The choice of a context", "config unset current-context"),
    ),
    run=run,
)
