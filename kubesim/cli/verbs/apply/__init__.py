"""``kubesim apply``: what files say is made so. Its sub-commands are a file each."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag


def run(inv: Invocation) -> None:
    from kubesim.cli.verbs.apply.options import validate

    validate(inv)
    if inv.flag("server-side"):
        from kubesim.cli.verbs.apply.server_side import run as apply_on_the_server

        apply_on_the_server(inv)
    else:
        from kubesim.cli.verbs.apply.client_side import run as apply_by_the_client

        apply_by_the_client(inv)


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
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        *options.PRINT,
        options.CASCADE,
        options.DRY_RUN,
        Flag("field-manager", default="kubectl-client-side-apply", help="Who owns the changed fields."),
        options.RECORD,
        options.SUBRESOURCE,
        options.VALIDATE,
        Flag("all", type=bool, help="With --prune, all objects of the namespace are looked at."),
        Flag("force", type=bool, help="Delete and create anew what cannot be changed."),
        Flag("force-conflicts", type=bool, help="With --server-side, take over fields that others own."),
        Flag("grace-period", type=int, default=-1, help="With --force, seconds given to end."),
        Flag(
            "openapi-patch", type=bool, default=True, help="Work out patches by the API's own schema; it is always so."
        ),
        Flag("overwrite", type=bool, default=True, help="Resolve conflicts in favour of the file."),
        Flag("prune", type=bool, help="Delete objects that were applied once and are in no file now."),
        Flag("prune-allowlist", type="array", help="With --prune, the kinds to look at: group/version/kind."),
        Flag("server-side", type=bool, help="Let the server merge, by the owners of fields."),
        Flag("timeout", type="duration", help="With --force, how long to wait for the old object to go."),
        Flag("wait", type=bool, help="With --force, wait until the old object is gone."),
    ),
    run=run,
)
