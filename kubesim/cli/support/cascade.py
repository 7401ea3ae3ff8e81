"""--cascade: what becomes of the dependents of what is deleted. Mirrors kubectl pkg/cmd/delete/delete_flags.go."""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang.numbers import parse_bool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation

_PROPAGATION = {"background": "Background", "orphan": "Orphan", "foreground": "Foreground"}


def propagation_of(inv: Invocation, asked: str) -> str:
    """The deletion propagation that --cascade asks for; UserError. Mirrors parseCascadingFlag.

    Booleans are what the flag took once: they still do, with a warning.
    """
    if asked in _PROPAGATION:
        return _PROPAGATION[asked]
    try:
        instead = "background" if parse_bool(asked) else "orphan"
    except ValueError:
        raise UserError(f'invalid cascade value ({asked}). Must be "background", "foreground", or "orphan"') from None
    inv.err.write(
        f"warning: --cascade={asked} is deprecated (boolean value) and can be replaced with --cascade={instead}.\n"
    )
    return _PROPAGATION[instead]
