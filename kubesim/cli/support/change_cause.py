"""``--record``: the command line itself as change cause. Mirrors cli-runtime's RecordFlags."""

from __future__ import annotations

from kubesim.api.meta import annotations_of, with_metadata
from kubesim.api.well_known import CHANGE_CAUSE_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation


def recorded(inv: Invocation, obj: Obj, *, record: bool) -> Obj:
    """The object with the command line in its change-cause annotation, if ``--record`` asks for that.

    An object that has a change cause keeps it up to date unless ``--record=false`` was given.
    """
    if not record:
        return obj
    return with_metadata(obj, annotations={**annotations_of(obj), CHANGE_CAUSE_ANNOTATION: command_line(inv)})


def command_line(inv: Invocation) -> str:
    """The command, the program under its upstream's name: its words, then its flags as they were read.

    Mirrors parseCommandArguments.
    """
    flags = (f"--{name}={text}" for name, text in inv.parsed.typed)
    return " ".join(["kubectl", *inv.words, *inv.args, *flags])
