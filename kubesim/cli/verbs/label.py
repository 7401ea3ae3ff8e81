"""``kubesim label``. Mirrors kubectl pkg/cmd/label/label.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FieldManager
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support import metadata_changes, pairs
from kubesim.errors import UserError, raise_all


class LabelOptions(metadata_changes.MetadataOptions):
    """The flags of ``label``. Mirrors LabelOptions."""

    field_manager: FieldManager = "kubectl-label"
    all_: Annotated[bool, Option(help="Label every object of the named types.")] = False
    list_: Annotated[bool, Option(help="List the labels of each object.")] = False
    local: Annotated[bool, Option(help="Label what is in the files and print it, without asking the cluster.")] = False
    overwrite: Annotated[bool, Option(help="Change labels that have another value.")] = False
    resource_version: Annotated[str, Option(help="Label only if this is the object's version.")] = ""


def run(inv: Invocation, *, options: LabelOptions) -> None:
    resources, arguments = pairs.split(inv.args, "label")
    change = metadata_changes.Change(
        "labels", resources, _parse(arguments), _check_overwrites, _operation, is_label=True
    )
    metadata_changes.validate(inv, options, change, "label")
    metadata_changes.run(inv, options, change)


def _parse(arguments: list[str]) -> pairs.Pairs:
    """KEY=VALUE and KEY- arguments; UserError for a value that no label can have. Mirrors parseLabels."""
    from kubesim.api.names import is_label_value

    found = pairs.Pairs({}, [])
    for argument in arguments:
        if "=" not in argument:
            found.removed.append(argument[:-1])
            continue
        key, *values = argument.split("=")
        if len(values) != 1:
            raise UserError(f"invalid label spec: {argument}")
        wrong = is_label_value(values[0])
        if wrong:
            raise UserError(f'invalid label value: "{argument}": {";".join(wrong)}')
        found.new[key] = values[0]
    if any(key in found.new for key in found.removed):
        raise UserError("can not both modify and remove a label in the same command")
    return found


def _check_overwrites(old: dict[str, str], new: dict[str, str]) -> None:
    """UserError for labels that have another value already. Mirrors validateNoOverwrites."""
    wrong = [
        UserError(f"'{key}' already has a value ({old[key]}), and --overwrite is false")
        for key, value in new.items()
        if old.get(key, value) != value
    ]
    raise_all(wrong)


def _operation(old: dict[str, str], change: pairs.Pairs) -> str:
    added = any(old.get(key) != value for key, value in change.new.items())
    removed = any(key in old for key in change.removed)
    if added and removed:
        return "modified"
    if added:
        return "labeled"
    return "unlabeled" if removed else "not labeled"


COMMAND = Command(
    name="label",
    short="Update the labels on a resource",
    use="label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    long=(
        "Set and remove labels. KEY=VALUE sets one, KEY- removes one; a label that has another value already is only "
        "changed with --overwrite."
    ),
    examples=(
        ("Label a Deployment", "label deployment/myapp-deployment tier=front"),
        ("Give the label another value", "label deployment/myapp-deployment tier=back --overwrite"),
        ("Remove the label", "label deployment/myapp-deployment tier-"),
    ),
    run=run,
)
