"""``kubesim apply set-last-applied``. Mirrors kubectl pkg/cmd/apply/apply_set_last_applied.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.support.resources import Info, Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Cluster

NO_ANNOTATION = (
    "no last-applied-configuration annotation found on resource: {name}, to create the annotation, run the command "
    "with --create-annotation"
)


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv, inv.flag("dry-run"))
    session = Session.of(inv)
    reporter = Reporter(inv, inv.group(PrintFlags), dry_run)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        infos = Request(files=session.files(cluster)).resolve(cluster).infos()
        for live, text in _changes(inv, cluster, infos):
            changed = with_metadata(live, annotations={**annotations_of(live), LAST_APPLIED_CONFIG_ANNOTATION: text})
            reporter.tell(live if dry_run == CLIENT else cluster.update(changed), "configured")


def _changes(inv: Invocation, cluster: Cluster, infos: list[Info]) -> list[tuple[Obj, str]]:
    """The objects to change, with their new annotations; UserError before any is changed."""
    changes = []
    for info in infos:
        live = info.live(cluster)
        text = configuration_text(info.obj or {})
        before = annotations_of(live).get(LAST_APPLIED_CONFIG_ANNOTATION)
        if before is None and not inv.flag("create-annotation"):
            raise UserError(NO_ANNOTATION.format(name=info.name))
        if before is not None and _as_data(before) == _as_data(text):
            inv.out.write(f"set-last-applied {info.name}: no changes required.\n")
        else:
            changes.append((live, text))
    return changes


def _as_data(text: str) -> Any:
    """The data of a JSON text; a text that is none stands for itself."""
    from kubesim.golang.json import loads

    try:
        return loads(text)
    except ValueError:
        return text


def configuration_text(obj: Obj) -> str:
    """The object as the annotation is to keep it. Mirrors editor.GetApplyPatch."""
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
    flags=(
        options.FILES,
        *options.PRINT,
        options.DRY_RUN,
        Flag("create-annotation", type=bool, help="Make the annotation where there is none."),
    ),
    run=run,
)
