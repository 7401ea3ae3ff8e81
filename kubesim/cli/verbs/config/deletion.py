"""The deletion of an entry, for ``config delete-context``, ``delete-cluster`` and ``delete-user``."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM
from kubesim.cli.verbs.config.config_access import changing, place
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation

REMOVED_CURRENT = (
    'warning: this removed your active {what}, use "{program} config use-context" to select a different one\n'
)


def delete(inv: Invocation, sort: str, what: str) -> None:
    """Delete an entry by name: ``sort`` is clusters, users or contexts, ``what`` its word for one of them.

    Without a name it prints help, and that is no error.
    """
    if len(inv.args) != 1:
        from kubesim.cli.help import print_help

        print_help(inv)
        return
    name = inv.args[0]
    with changing(inv) as config:
        if name not in config.entries(sort):
            raise UserError(f"cannot delete {what} {name}, not in {place(inv)}")
        if sort == "contexts" and config.current == name:
            inv.err.write(REMOVED_CURRENT.format(what="context", program=PROGRAM))
        del config.entries(sort)[name]
        inv.out.write(f"deleted {what} {name} from {place(inv)}\n")
