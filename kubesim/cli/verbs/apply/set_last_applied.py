"""``kubesim apply set-last-applied``. Mirrors kubectl pkg/cmd/apply/apply_set_last_applied.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FileOptions, Files, PrintFlags
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Info, Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Client

NO_ANNOTATION = (
    "no last-applied-configuration annotation found on resource: {name}, to create the annotation, run the command "
    "with --create-annotation"
)


def run(
    inv: Invocation,
    *,
    filename: Files,
    printing: PrintFlags,
    dry_run: DryRun = NONE,
    create_annotation: Annotated[bool, Option(help="Make the annotation where there is none.")] = False,
) -> None:
    strategy = dry_run_of(inv, dry_run)
    session = Session.of(inv, FileOptions(filename=filename))
    reporter = Reporter(inv, printing, strategy)
    with session.acting(dry_run=strategy != NONE) as cluster:
        infos = Request(files=session.files(cluster)).resolve(cluster).infos()
        for live, text in _changes(inv, cluster, infos, create_annotation=create_annotation):
            changed = with_metadata(live, annotations={**annotations_of(live), LAST_APPLIED_CONFIG_ANNOTATION: text})
            reporter.report(live if strategy == CLIENT else cluster.update(changed), "configured")


def _changes(inv: Invocation, cluster: Client, infos: list[Info], *, create_annotation: bool) -> list[tuple[Obj, str]]:
    """The objects to change, with their new annotations; UserError before any of them is changed."""
    changes = []
    for info in infos:
        live = info.live(cluster)
        text = configuration_text(info.obj or {})
        before = annotations_of(live).get(LAST_APPLIED_CONFIG_ANNOTATION)
        if before is None and not create_annotation:
            raise UserError(NO_ANNOTATION.format(name=info.name))
        if before is not None and _as_data(before) == _as_data(text):
            inv.out.write(f"set-last-applied {info.name}: no changes required.\n")
        else:
            changes.append((live, text))
    return changes


def _as_data(text: str) -> Any:
    """The data of a JSON text; any other text stands for itself."""
    from kubesim.golang.json import loads

    try:
        return loads(text)
    except ValueError:
        return text


def configuration_text(obj: Obj) -> str:
    """The text of the object for the annotation. Mirrors editor.GetApplyPatch."""
    from kubesim.golang.json import dumps

    return f"{dumps(obj)}\n"


COMMAND = Command(
    name="set-last-applied",
    use="apply set-last-applied -f FILENAME",
    short="Set the last-applied-configuration annotation to match the contents of a file",
    long=(
        "Make the annotation that apply reads say what a file says, without a change to anything else: as if the file "
        "had been applied last."
    ),
    examples=(
        ("As if this file had been applied", "apply set-last-applied -f deployment-definition.yml"),
        (
            "Also where nothing was ever applied",
            "apply set-last-applied -f deployment-definition.yml --create-annotation",
        ),
    ),
    run=run,
)
