"""``kubesim create serviceaccount``. Mirrors kubectl pkg/cmd/create/create_serviceaccount.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name


def run(inv: Invocation, *, options: CreateOptions) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create serviceaccount:")
    require_name(name)
    creation.create(new_object("ServiceAccount", name))


COMMAND = Command(
    name="serviceaccount",
    use="create serviceaccount NAME [--dry-run=server|client|none]",
    short="Create a service account with the specified name",
    long="Create a service account for pods to run under.",
    examples=(("A service account", "create serviceaccount robot"),),
    run=run,
)
