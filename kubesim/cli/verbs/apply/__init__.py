"""``kubesim apply`` makes objects what files say. Its sub-commands are a file each."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.apply.apply_options import ApplyFlags, to_options, validate


def run(inv: Invocation, *, flags: ApplyFlags) -> None:
    options = to_options(inv, flags)
    validate(options)
    if flags.server_side:
        from kubesim.cli.verbs.apply.server_side import ServerSideApply

        ServerSideApply(inv, options).run()
    else:
        from kubesim.cli.verbs.apply.client_side import ClientSideApply

        ClientSideApply(inv, options).run()


COMMAND = Command(
    name="apply",
    use="apply (-f FILENAME | -k DIRECTORY)",
    short="Apply a configuration to a resource by file name or stdin",
    long=(
        "Make objects what files say: an object that is not there is created; in one that is, the fields that the file "
        "has are set, and those that left the file since it was last applied are removed. Fields that the file never "
        "had stay as they are."
    ),
    examples=(
        ("Create a Deployment, or change it after an edit of its file", "apply -f deployment-definition.yml"),
        ("What would that be", "apply -f deployment-definition.yml --dry-run=server -o yaml"),
        ("From standard input", "apply -f - < deployment-definition.yml"),
        ("Let the server merge, by the owners of fields", "apply --server-side -f deployment-definition.yml"),
        (
            "And delete what was applied with that label and is in no file now",
            "apply --prune -f deployment-definition.yml -l app=myapp",
        ),
    ),
    run=run,
)
