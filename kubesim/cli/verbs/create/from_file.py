"""``kubesim create -f``: new objects from files. Mirrors kubectl pkg/cmd/create/create.go."""

from __future__ import annotations

from kubesim.cli.options import FilenameOptions, PrintFlags
from kubesim.cli.support import raw
from kubesim.cli.support.last_applied import with_last_applied_if_kept
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.support.resources import Request
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.editor import Results
    from kubesim.cli.support.resources import Info
    from kubesim.cluster import Cluster


def run(inv: Invocation) -> None:
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("must specify one of -f and -k")
    raw.refuse(
        inv.flag("raw"),
        inv.group(FilenameOptions),
        edit=inv.flag("edit"),
        selector=inv.flag("selector"),
        output=inv.flag("output"),
    )
    dry_run, validation = dry_run_of(inv, inv.flag("dry-run")), validation_of(inv.flag("validate"))
    session = Session.of(inv)
    if inv.flag("edit"):
        _edit_first(inv, session, validation)
        return
    reporter = Reporter(inv, inv.group(PrintFlags), dry_run)
    save_config = bool(inv.flag("save-config"))
    with session.acting(dry_run=dry_run != NONE) as cluster:
        files = session.files(cluster, validate=validation != "Ignore")
        request = Request(files=files, selector=str(inv.flag("selector")))

        def act(info: Info) -> None:
            assert info.obj is not None
            obj = with_last_applied_if_kept(info.obj, save_config=save_config)
            if dry_run != CLIENT:
                obj = create_one(cluster, obj, info.source, validation)
            reporter.tell(obj, "created")

        if not request.resolve(cluster).visit(act):
            raise UserError("no objects passed to create")


def _edit_first(inv: Invocation, session: Session, validation: str) -> None:
    """Each object in the editor before it is created. Mirrors RunEditOnCreate."""
    from kubesim.cli.support.editor import Editing

    before = session.read()
    request = Request(files=session.files(before), selector=str(inv.flag("selector")))
    reporter = Reporter(inv, inv.group(PrintFlags))

    def save(updated: list[Info], _results: Results) -> None:
        for info in updated:
            assert info.obj is not None
            obj = with_last_applied_if_kept(info.obj, save_config=bool(inv.flag("save-config")))
            with session.write() as cluster:
                reporter.tell(create_one(cluster, obj, "", validation), "created")

    editing = Editing(
        inv,
        session.namespace(before),
        save,
        output=inv.flag("output"),
        windows_line_endings=inv.flag("windows-line-endings"),
    )
    request.resolve(before).visit(lambda info: editing.edit([info]))


def create_one(cluster: Cluster, obj: dict[str, object], source: str, validation: str) -> dict[str, object]:
    """Create one object; errors tell its file."""
    from kubesim.cluster import requests

    try:
        return requests.create(cluster, obj, validation=validation)
    except StatusError as error:
        raise with_source("creating", source, error) from error
