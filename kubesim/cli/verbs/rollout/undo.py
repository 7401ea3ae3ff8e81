"""``kubesim rollout undo``: back to an earlier revision. Mirrors kubectl's rollout_undo.go and rollback.go."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FilenameOptions, PrintFlags, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.rollout.targets import APPLIED_BEFORE, visit_live
from kubesim.kubectl.rollout_undo import preview, rollback, rollback_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    printing: PrintFlags,
    selector: Selector = "",
    dry_run: DryRun = NONE,
    to_revision: Annotated[int, Option(help="The revision to go back to; 0 means the one before.")] = 0,
) -> None:
    dry_run = dry_run_of(inv, dry_run)
    session = Session.of(inv, files)
    reporter = Reporter(inv, printing, dry_run, typed=True, apart=True)
    with session.acting(dry_run=dry_run != NONE) as cluster:

        def act(info: Info) -> None:
            obj = info.obj
            assert obj is not None
            if LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(obj):
                reporter.warn(APPLIED_BEFORE.format(plural=info.names.plural, name=info.name))
            target = rollback_target(obj, cluster, to_revision)
            if dry_run == CLIENT:
                from kubesim.kubectl.describe.pod_template import describe_pod_template_raw

                reporter.report(obj, preview(obj, describe_pod_template_raw(target.template)))
                return
            result = rollback(obj, target, to_revision)
            if result.obj is not None:
                cluster.update(result.obj)
            reporter.report(obj, result.message)

        visit_live(inv, files, selector, session, cluster, act)


COMMAND = Command(
    name="undo",
    use="rollout undo (TYPE NAME | TYPE/NAME) [flags]",
    short="Undo a previous rollout",
    long=(
        "Go back to an earlier revision: the one before the last, or the one named. Its ReplicaSet is filled again, "
        "and its revision becomes the newest."
    ),
    examples=(
        ("Back to the revision before", "rollout undo deployment/myapp-deployment"),
        ("Back to revision 1", "rollout undo deployment/myapp-deployment --to-revision=1"),
        ("See what that would be", "rollout undo deployment/myapp-deployment --dry-run=client"),
    ),
    run=run,
)
