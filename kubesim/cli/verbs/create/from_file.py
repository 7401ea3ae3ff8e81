"""``kubesim create -f``: new objects from files. Mirrors kubectl pkg/cmd/create/create.go."""

from __future__ import annotations

from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.last_applied import with_last_applied_if_kept
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of, validation_of
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.create.creation import create_one
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.editor import Results
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cli.verbs.create.creation import CreateFromFileOptions


def create_from_files(inv: Invocation, options: CreateFromFileOptions) -> None:
    """Create the objects of the files and report each."""
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    if not options.are_given:
        raise UserError("must specify one of -f and -k")
    if options.raw:
        from kubesim.cli.support import raw

        raw.check(options.raw, options, edit=options.edit, selector=options.selector, output=options.output)
        raw.send(inv, Session.of(inv), "POST", options.raw, options.filename)
        return
    dry_run, validation = dry_run_of(inv, options.dry_run), validation_of(options.validate)
    session = Session.of(inv, options, options.field_manager)
    if options.edit:
        _edit_first(inv, options, session, validation)
        return
    reporter = Reporter(inv, options, dry_run)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        files = session.files(cluster, validation=validation)

        def act(info: Info) -> None:
            obj = _annotated(inv, options, info)
            if dry_run != CLIENT:
                obj = create_one(cluster, obj, info.source, validation)
            reporter.report(obj, "created")

        if not Request(files=files, selector=options.selector).resolve(cluster).visit(act):
            raise UserError("no objects passed to create")


def _edit_first(inv: Invocation, options: CreateFromFileOptions, session: Session, validation: str) -> None:
    """Create each object as the user edited it. Mirrors RunEditOnCreate."""
    from kubesim.cli.support.editor import Editing

    before = session.read()
    request = Request(files=session.files(before), selector=options.selector)
    reporter = Reporter(inv, options)

    def save(updated: list[Info], _results: Results) -> None:
        for info in updated:
            obj = _annotated(inv, options, info)
            with session.write() as cluster:
                reporter.report(create_one(cluster, obj, "", validation), "created")

    editing = Editing(
        inv,
        before.kinds,
        session.namespace(before),
        save,
        output=options.output,
        windows_line_endings=options.windows_line_endings,
    )
    request.resolve(before).visit(lambda info: editing.edit([info]))


def _annotated(inv: Invocation, options: CreateFromFileOptions, info: Info) -> Obj:
    """The object with the annotations that --save-config and --record ask for."""
    assert info.obj is not None
    obj = with_last_applied_if_kept(info.obj, save_config=options.save_config)
    return recorded(inv, obj, record=options.record)
