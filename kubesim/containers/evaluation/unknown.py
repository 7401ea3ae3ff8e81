"""Programs of which nothing is known."""

from __future__ import annotations

from kubesim.containers import plausible
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.tools.call import run_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


def run_unknown(machine: Machine, argv: list[Value], *, is_last: bool) -> Status:
    """Run a program of which nothing is known. NotSimulated where it is really run."""
    setting = machine.shared.setting
    if machine.shared.outside is not None:
        raise NotSimulated(f"kubesim does not know what {argv[0] or 'this program'} does")
    machine.write(None)
    if machine.files.opaque_since is None:
        machine.files.opaque_since = machine.clock
    if not is_last or setting.purpose == plausible.ASKS:
        return None
    if plausible.runs_on(setting.purpose, argv):
        return run_on(machine)
    machine.advance(plausible.MOMENT)
    return None
