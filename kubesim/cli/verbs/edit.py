"""``kubesim edit``: live objects in an editor. Mirrors kubectl pkg/cmd/edit and EditOptions' normal mode."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FieldManager, FilenameOptions, PrintFlags, Record, SaveConfig, Subresource, Validate
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.editor import Editing, WindowsLineEndings
from kubesim.cli.support.last_applied import with_last_applied
from kubesim.cli.support.reporter import Reporter, validation_of
from kubesim.cli.support.resource_builder import Info, Request
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.editor import Results

CHANGED_IDENTITY = "At least one of apiVersion, kind and name was changed"


class EditOptions(FilenameOptions, PrintFlags):
    """What the flags say. Mirrors EditOptions."""

    field_manager: FieldManager = "kubectl-edit"
    record: Record = False
    save_config: SaveConfig = False
    subresource: Subresource = ""
    validate: Validate = "strict"
    output_patch: Annotated[bool, Option(help="Print the patch that is sent.")] = False
    windows_line_endings: WindowsLineEndings = False


def run(inv: Invocation, *, options: EditOptions) -> None:
    session = Session.of(inv, options, options.field_manager)
    infos = live_infos(inv, session, options.subresource)
    if not infos:
        raise UserError("edit cancelled, no objects found")
    originals = {dig(info.obj, "metadata", "uid"): info.obj for info in infos if info.obj is not None}
    reporter = Reporter(inv, options, apart=True)

    def save(updated: list[Info], results: Results) -> None:
        for info in updated:
            assert info.obj is not None
            original = originals.get(dig(info.obj, "metadata", "uid"))
            if original is None:
                raise UserError(f"no original object found for {info.object_name}")
            edited = with_last_applied(info.obj) if options.save_config else info.obj
            edited = recorded(inv, edited, record=options.record)
            _save_one(inv, options, session, info, original, edited, results, reporter)

    cluster = session.read()
    Editing(
        inv,
        cluster.kinds,
        session.namespace(cluster),
        save,
        output=options.output,
        windows_line_endings=options.windows_line_endings,
    ).edit(infos)


def live_infos(inv: Invocation, session: Session, subresource: str = "") -> list[Info]:
    """The objects that the command line names, as the cluster has them, without the owners of their fields."""
    from kubesim.api.meta import with_metadata
    from kubesim.cluster import subresources

    cluster = session.read()
    files = session.files(cluster)
    request = Request(args=inv.args, files=files, namespace=session.namespace(cluster), everything=True)
    infos = []
    for info in request.resolve(cluster):
        info.live(cluster)
        obj = subresources.read(cluster, info.names, info.namespace, info.name, subresource)
        obj = cluster.kinds.in_version(obj, info.names.api_version)
        infos.append(Info(info.names, info.namespace, info.name, with_metadata(obj, managedFields=None)))
    return infos


def _save_one(
    inv: Invocation,
    options: EditOptions,
    session: Session,
    info: Info,
    original: Obj,
    edited: Obj,
    results: Results,
    reporter: Reporter,
) -> None:
    """Send the difference as a patch. Mirrors visitToPatch."""
    from kubesim.cluster import requests
    from kubesim.golang.json import dumps

    if edited == original:
        reporter.report(edited, "skipped")
        return
    kind, patch = _difference(original, edited)
    if options.output_patch:
        inv.out.write(f"Patch: {dumps(patch)}\n")
    try:
        with session.write() as cluster:
            patched = requests.patch(
                cluster, info.names, info.namespace, info.name, kind, patch,
                validation=validation_of(options.validate), subresource=options.subresource,
            )  # fmt: skip
            reporter.report(patched, "edited")
    except StatusError as error:
        inv.err.write(f"{results.add(error, info)}\n")


def _difference(original: Obj, edited: Obj) -> tuple[str, Obj]:
    """The kind of patch, and the patch; UserError if it would make another object of it."""
    from kubesim.api.patch.difference import difference
    from kubesim.api.patch.merge import difference as merge_difference
    from kubesim.api.schema import type_in_client
    from kubesim.cluster import requests

    type_ = type_in_client(original["apiVersion"], original["kind"])
    patch = merge_difference(original, edited) if type_ is None else difference(original, edited, type_)
    if "apiVersion" in patch or "kind" in patch or "name" in (patch.get("metadata") or {}):
        raise UserError(CHANGED_IDENTITY)
    return (requests.MERGE if type_ is None else requests.STRATEGIC), patch


COMMAND = Command(
    name="edit",
    use="edit (RESOURCE/NAME | -f FILENAME)",
    short="Edit a resource on the server",
    long=(
        "Open objects in your editor, and write what you saved.\n\n"
        "The editor is KUBE_EDITOR, EDITOR or vi. What the cluster refuses comes up again with the reasons on top; "
        "where that does not help, a copy of your changes stays in a file that is named."
    ),
    examples=(
        ("A Deployment", "edit deployment/myapp-deployment"),
        ("As JSON", "edit deployment/myapp-deployment -o json"),
        ("See what is sent", "edit deployment/myapp-deployment --output-patch"),
    ),
    run=run,
)
