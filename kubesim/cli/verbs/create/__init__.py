"""``kubesim create``. The objects come from files here, from words in the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create.creation import CreateFromFileOptions


def run(inv: Invocation, *, options: CreateFromFileOptions) -> None:
    from kubesim.cli.verbs.create.from_file import create_from_files

    create_from_files(inv, options)


COMMAND = Command(
    name="create",
    use="create -f FILENAME",
    short="Create a resource from a file or from stdin",
    long="Create the objects that files describe; an object that is there already is an error.",
    examples=(
        ("The objects of a file", "create -f deployment-definition.yml"),
        ("The objects of every file in a folder", "create -f manifests/"),
        ("A Deployment without a file", "create deployment web --image=nginx:1.25 --replicas=3"),
    ),
    run=run,
)
