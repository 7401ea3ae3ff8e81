"""``kubesim config delete-context``. Mirrors kubectl pkg/cmd/config/delete_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.deletion import delete


def run(inv: Invocation) -> None:
    delete(inv, "contexts", "context")


COMMAND = Command(
    name="delete-context",
    use="config delete-context NAME",
    short="Delete the specified context",
    long="Delete a context from the configuration in the state file; the simulated cluster itself stays as it is.",
    examples=(("A context", "config delete-context kubernetes-admin@kubernetes"),),
    run=run,
)
