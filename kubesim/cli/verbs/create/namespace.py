"""``kubesim create namespace``. Mirrors kubectl pkg/cmd/create/create_namespace.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name


def run(inv: Invocation, *, options: CreateOptions) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options)
    require_name(name)
    creation.create(new_object("Namespace", name))


COMMAND = Command(
    name="namespace",
    use="create namespace NAME [--dry-run=server|client|none]",
    short="Create a namespace with the specified name",
    long="Create a namespace: a place for objects of its own, that goes with all that is in it.",
    examples=(("A namespace", "create namespace staging"),),
    run=run,
)
