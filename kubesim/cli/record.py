"""``--record``: the command line itself as change cause. Mirrors cli-runtime's RecordFlags."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kubesim.api.meta import annotations_of, with_metadata
from kubesim.api.revisions import CHANGE_CAUSE

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation


def recorded(inv: Invocation, obj: Obj) -> Obj:
    """The object with the command line in its change-cause annotation, if ``--record`` asks for that.

    An object that has a change cause keeps it up to date unless ``--record=false`` was given.
    """
    if not inv.flag("record"):
        return obj
    return with_metadata(obj, annotations={**annotations_of(obj), CHANGE_CAUSE: command_line()})


def command_line() -> str:
    """The command as it was typed, the program under its upstream's name."""
    return " ".join(["kubectl", *sys.argv[1:]])
