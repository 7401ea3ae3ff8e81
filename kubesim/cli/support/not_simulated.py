"""Verbs that need what a simulator does not have, such as an API behind a port: it says so in one line.

Mistakes in the command line are reported first, as kubectl reports them.
"""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation


def refuse(inv: Invocation, why: str) -> UserError:
    """The error of a verb that a simulator cannot do."""
    return UserError(f"kubesim cannot {inv.path}: {why}")
