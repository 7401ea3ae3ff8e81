"""``kubesim rollout history``: the revisions of a rollout and their templates. Mirrors kubectl's rollout_history.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, PrintFlags, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import object_name
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.rollout.targets import visit_live
from kubesim.errors import UserError
from kubesim.kubectl.rollout_history import Revision, find_revision, history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info
    from kubesim.kubectl.printers.objects import Printer


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    printing: PrintFlags,
    selector: Selector = "",
    revision: Annotated[int, Option(help="Show this revision, with its pod template.")] = 0,
) -> None:
    if revision < 0:
        raise UserError(f"revision must be a positive integer: {revision}")
    session = Session.of(inv, files)
    cluster = session.read()

    def act(info: Info) -> None:
        assert info.obj is not None
        revisions = history(info.obj, cluster)
        shown = [find_revision(revisions, revision)] if revision and revisions else revisions
        if printing.output:
            printer = _printer(inv, printing)
            for each in shown:
                inv.out.write_data(printer.print(each.shown))
            return
        if printing.template:  # without -o it is the object's own
            inv.out.write_data(_printer(inv, printing).print(info.obj))
            return
        title = f" with revision #{revision}" if revision else " "
        inv.out.write(f"{object_name(info.names, info.name)}{title}\n{_text(shown, revision)}\n")

    visit_live(inv, files, selector, session, cluster, act)


def _printer(inv: Invocation, printing: PrintFlags) -> Printer:
    from kubesim.cli.support.reporter import output_options
    from kubesim.kubectl.printers.output import for_output

    return for_output(output_options(inv, printing, typed=True))


def _text(revisions: list[Revision], number: int) -> str:
    if not revisions:  # as of a Deployment that was created paused
        return "No rollout history found."
    return _template(revisions[0]) if number else _table(revisions)


def _table(revisions: list[Revision]) -> str:
    from kubesim.golang.tabwriter import TabWriter

    rows = [["REVISION", "CHANGE-CAUSE"]]
    rows += [[str(revision.number), revision.change_cause or "<none>"] for revision in revisions]
    return "".join(f"{line}\n" for line in TabWriter(0, 2).layout(rows))


def _template(revision: Revision) -> str:
    from kubesim.kubectl.describe.pod_template import describe_pod_template_raw

    return describe_pod_template_raw(revision.annotated_template)


COMMAND = Command(
    name="history",
    use="rollout history (TYPE NAME | TYPE/NAME) [flags]",
    short="View rollout history",
    long="List the revisions of a rollout with their change causes, or show the pod template of one.",
    examples=(
        ("The revisions of a Deployment", "rollout history deployment/myapp-deployment"),
        ("What revision 3 was", "rollout history deployment/myapp-deployment --revision=3"),
    ),
    run=run,
)
