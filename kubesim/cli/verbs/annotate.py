"""``kubesim annotate``. Mirrors kubectl pkg/cmd/annotate/annotate.go."""

from __future__ import annotations

from kubesim.api.well_known import CHANGE_CAUSE_ANNOTATION
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FieldManager
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support import metadata_changes, pairs
from kubesim.errors import UserError


class AnnotateOptions(metadata_changes.MetadataOptions):
    """What the flags say. Mirrors AnnotateOptions."""

    field_manager: FieldManager = "kubectl-annotate"
    all_: Annotated[bool, Option(help="Annotate every object of the named types.")] = False
    list_: Annotated[bool, Option(help="List the annotations of each object.")] = False
    local: Annotated[bool, Option(help="Annotate what is in the files and print it, without asking the cluster.")] = (
        False
    )
    overwrite: Annotated[bool, Option(help="Change annotations that have another value.")] = False
    resource_version: Annotated[str, Option(help="Annotate only if this is the object's version.")] = ""


def run(inv: Invocation, *, options: AnnotateOptions) -> None:
    resources, arguments = pairs.split(inv.args, "annotation")
    parsed = pairs.parse(arguments, "annotation", removes=True)
    change = metadata_changes.Change("annotations", resources, parsed, _check_overwrites, lambda old, new: "annotated")
    metadata_changes.validate(inv, options, change, "annotation")
    both = [key for key in parsed.removed if key in parsed.new]
    if both:
        which = ", ".join(both)
        raise UserError(f"can not both modify and remove the following annotation(s) in the same command: {which}")
    metadata_changes.run(inv, options, change)


def _check_overwrites(old: dict[str, str], new: dict[str, str]) -> None:
    """UserError for annotations that have another value already; a change cause may always be replaced."""
    wrong = [
        f"'{key}' already has a value ({old[key]})"
        for key, value in new.items()
        if key != CHANGE_CAUSE_ANNOTATION and old.get(key, value) != value
    ]
    if wrong:
        raise UserError(f"--overwrite is false but found the following declared annotation(s): {'; '.join(wrong)}")


COMMAND = Command(
    name="annotate",
    short="Update the annotations on a resource",
    use="annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    long=(
        "Set and remove annotations. KEY=VALUE sets one, KEY- removes one; an annotation that has another value "
        "already is only changed with --overwrite.\n\n"
        "The annotation kubernetes.io/change-cause is what rollout history shows as the cause of a revision."
    ),
    examples=(
        (
            "Say why a revision came to be",
            "annotate deployment/myapp-deployment kubernetes.io/change-cause='image updated to 1.9.1'",
        ),
        ("Remove an annotation", "annotate deployment/myapp-deployment note-"),
    ),
    run=run,
)
