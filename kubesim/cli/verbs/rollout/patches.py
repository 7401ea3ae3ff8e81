"""``rollout pause``, ``resume`` and ``restart``: a small change of each object that is named."""

from __future__ import annotations

from kubesim.cli.options import FilenameOptions, PrintFlags
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.rollout.targets import visit_live
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resources import Info


def change_each(inv: Invocation, change: Callable[[Obj, int], Obj], operation: str, *, unchanged: str = "") -> None:
    """Write each object as ``change(obj, now)`` makes it; ``unchanged`` is the error where nothing differs."""
    session = Session.of(inv)
    reporter = Reporter(inv, inv.group(PrintFlags), typed=True, apart=True)
    with session.write() as cluster:

        def act(info: Info) -> None:
            assert info.obj is not None
            try:
                new = change(info.obj, cluster.now)
            except UserError as error:  # says so by itself, also among several
                raise UserError(f"error: {error.message}") from error
            if new == info.obj and unchanged:
                raise UserError(unchanged.format(name=info.name))
            try:
                reporter.tell(cluster.update(new), operation)
            except StatusError as error:
                raise UserError(f"failed to patch: {error.message}") from error

        visit_live(inv, inv.group(FilenameOptions), inv.flag("selector"), session, cluster, act, tell_none=True)
