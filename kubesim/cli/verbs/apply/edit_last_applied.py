"""``kubesim apply edit-last-applied``. Mirrors EditOptions' apply mode, kubectl pkg/cmd/util/editor."""

from __future__ import annotations

from kubesim.api.meta import annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import FieldManager, FilenameOptions, PrintFlags, Record, Validate
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.editor import LAST_APPLIED_HEADER, Editing, WindowsLineEndings
from kubesim.cli.support.last_applied import last_applied
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.resource_builder import Info
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.apply.set_last_applied import configuration_text
from kubesim.cli.verbs.edit import live_infos
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.editor import Results

NOTHING_APPLIED = (
    "no last-applied-configuration annotation found on resources, to create the annotation, use command "
    f"`{PROGRAM} apply set-last-applied --create-annotation`"
)


class EditLastAppliedOptions(FilenameOptions, PrintFlags):
    """The flags. Mirrors EditOptions."""

    field_manager: FieldManager = "kubectl-client-side-apply"
    record: Record = False
    _validate: Validate = "strict"
    windows_line_endings: WindowsLineEndings = False


def run(inv: Invocation, *, options: EditLastAppliedOptions) -> None:
    session = Session.of(inv, options, options.field_manager)
    infos = [
        _applied(info)
        for info in live_infos(inv, session)
        if LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(info.obj or {})
    ]
    if not infos:
        raise UserError(NOTHING_APPLIED)
    originals = {info.object_name: info.obj for info in infos}
    reporter = Reporter(inv, options)

    def save(updated: list[Info], _results: Results) -> None:
        for info in updated:
            assert info.obj is not None
            edited = recorded(inv, info.obj, record=options.record)
            if edited == originals.get(info.object_name):
                reporter.report(edited, "skipped")
                continue
            with session.write() as cluster:
                live = info.live(cluster)
                annotations = {**annotations_of(live), LAST_APPLIED_CONFIG_ANNOTATION: configuration_text(edited)}
                cluster.update(with_metadata(live, annotations=annotations))
                reporter.report(edited, "edited")

    cluster = session.read()
    Editing(
        inv,
        cluster.kinds,
        session.namespace(cluster),
        save,
        LAST_APPLIED_HEADER,
        output=options.output,
        windows_line_endings=options.windows_line_endings,
    ).edit(infos)


def _applied(info: Info) -> Info:
    """The object that was applied last, instead of the live one."""
    return Info(info.names, info.namespace, info.name, last_applied(info.obj or {}))


COMMAND = Command(
    name="edit-last-applied",
    use="apply edit-last-applied (RESOURCE/NAME | -f FILENAME)",
    short="Edit latest last-applied-configuration annotations of a resource/object",
    long=(
        "Open what was last applied in your editor (KUBE_EDITOR, EDITOR or vi), and keep what you saved in the "
        "annotation. Nothing else of the object changes."
    ),
    examples=(
        ("What was last applied to a Deployment", "apply edit-last-applied deployment/myapp-deployment"),
        ("By its file, as JSON", "apply edit-last-applied -f deployment-definition.yml -o json"),
    ),
    run=run,
)
