"""``kubesim create``: from files here, from words in the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag


def run(inv: Invocation) -> None:
    from kubesim.cli.verbs.create.from_file import run as create_from_files

    create_from_files(inv)


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
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        *options.PRINT,
        options.DRY_RUN,
        options.field_manager("kubectl-create"),
        options.RAW,
        options.RECORD,
        options.SAVE_CONFIG,
        options.VALIDATE,
        Flag("edit", type=bool, help="Edit the objects before they are created."),
        Flag("windows-line-endings", type=bool, help="With --edit, use Windows' line endings."),
    ),
    run=run,
)
