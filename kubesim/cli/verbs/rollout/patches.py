"""What ``rollout pause``, ``resume`` and ``restart`` share: they change a field or two of each object."""

from __future__ import annotations

from kubesim.cli.options import FieldManager, FilenameOptions, PrintFlags, Selector
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.rollout.targets import visit_live
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resource_builder import Info

    Change = Callable[[Obj, str, int], Obj]


class PatchOptions(FilenameOptions, PrintFlags):
    """The flags of the three. Mirrors PauseOptions, ResumeOptions and RestartOptions."""

    selector: Selector = ""
    field_manager: FieldManager = "kubectl-rollout"


def change_each(inv: Invocation, options: PatchOptions, change: Change, operation: str, *, unchanged: str = "") -> None:
    """Store each object as ``change(obj, resource, now)`` returns it.

    ``unchanged`` is the error where nothing differs.
    """
    session = Session.of(inv, options, options.field_manager)
    reporter = Reporter(inv, options, typed=True, apart=True)
    with session.write() as cluster:

        def act(info: Info) -> None:
            assert info.obj is not None
            try:
                new = change(info.obj, info.names.qualified, cluster.now)
            except UserError as error:  # it has its prefix even among several
                raise UserError(f"error: {error.message}") from error
            if new == info.obj and unchanged:
                raise UserError(unchanged.format(name=info.name))
            try:
                reporter.report(cluster.update(new), operation)
            except StatusError as error:
                raise UserError(f"failed to patch: {error.message}") from error

        visit_live(inv, options, options.selector, session, cluster, act, reports_none=True)
