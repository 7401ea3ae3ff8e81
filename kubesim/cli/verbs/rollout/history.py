"""``kubesim rollout history``: the revisions, and what each one was. Mirrors kubectl's rollout_history.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.resources import said
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.rollout.targets import visit_live
from kubesim.errors import UserError
from kubesim.kubectl.rollout_history import Revision, find_revision, history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resources import Info
    from kubesim.kubectl.printers.objects import Printer


def run(inv: Invocation) -> None:
    number = int(inv.flag("revision"))
    if number < 0:
        raise UserError(f"revision must be a positive integer: {number}")
    session = Session.of(inv)
    cluster = session.read()

    def act(info: Info) -> None:
        assert info.obj is not None
        revisions = history(info.obj, cluster)
        shown = [find_revision(revisions, number)] if number and revisions else revisions
        if inv.flag("output"):
            _print_objects(inv, shown)
            return
        if inv.flag("template"):  # without -o it is the object's own
            inv.out.write_data(_printer(inv).print(info.obj))
            return
        title = f" with revision #{number}" if number else " "
        inv.out.write(f"{said(info.names, info.name)}{title}\n{_text(shown, number)}\n")

    visit_live(inv, inv.group(FilenameOptions), inv.flag("selector"), session, cluster, act)


def _printer(inv: Invocation) -> Printer:
    from kubesim.cli.support.reporter import output_options
    from kubesim.kubectl.printers.output import for_output

    return for_output(output_options(inv, inv.group(PrintFlags), typed=True))


def _print_objects(inv: Invocation, revisions: list[Revision]) -> None:
    printer = _printer(inv)
    for revision in revisions:
        inv.out.write_data(printer.print(revision.shown))


def _text(revisions: list[Revision], number: int) -> str:
    if not revisions:  # a Deployment made paused has none
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
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        *options.PRINT,
        Flag("revision", type=int, default=0, help="Show this revision, with its pod template."),
    ),
    run=run,
)
