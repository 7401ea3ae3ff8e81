"""A command that is really run in a container, on its files as they are at an instant, with its surroundings.

Nothing is guessed: where something that cannot be known would reach the terminal, a file or a condition,
NotSimulated is raised.
"""

from __future__ import annotations

import sys

from kubesim.containers.evaluation.course import EVALUATOR, KILLED
from kubesim.containers.evaluation.endings import Exited, LoopLeft, OutOfMemory, OutOfTime, RunsOn, Status, TooLong
from kubesim.containers.evaluation.finding import is_there
from kubesim.containers.evaluation.machine import MOST_FRAMES, Machine, Shared
from kubesim.containers.evaluation.outside import NotSimulated as NotSimulated
from kubesim.containers.evaluation.outside import Outside as Outside
from kubesim.containers.evaluation.outside import Session
from kubesim.containers.evaluation.programs import run_program
from kubesim.containers.evaluation.setting import Setting
from kubesim.containers.evaluation.streams import Terminal, Typed
from kubesim.containers.plausible import Choices
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.files import Files

NOT_STARTED = 127
BROKEN_OFF = 1  # the status of a command that the simulation does not follow to its end


class Ended(NamedTuple):
    """How a command ended. ``missing``: the program that is not there, so that nothing was started."""

    status: int
    missing: str | None = None


def run_live(argv: Sequence[str], setting: Setting, files: Files, outside: Outside, at: int) -> Ended:
    """Run a command at an instant (ms) of the container's life.

    Its output is written as it comes, what it changes is changed in ``files``. NotSimulated; KeyboardInterrupt
    as ``outside`` raises it.
    """
    session = Session(outside, at)
    machine = _machine(setting, files, session)
    if not argv or not is_there(machine, argv[0]):
        return Ended(NOT_STARTED, argv[0] if argv else "")
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, MOST_FRAMES))
    try:
        status = _status_of(machine, argv)
        session.live_out()
    finally:
        sys.setrecursionlimit(depth)
    if status is None:
        raise session.not_simulated()
    return Ended(status)


def _machine(setting: Setting, files: Files, session: Session) -> Machine:
    shared = Shared(EVALUATOR, setting._replace(reads_input=False, horizon=None), Choices(), files)
    shared.session = session
    host = None if session.outside is None else session.outside.host
    if host is not None:
        latest = max((process.number for process in host.processes or ()), default=0)
        shared.processes = 0 if host.is_first else max(shared.processes, latest)
    machine = Machine(shared)
    machine.shell_pid = 1 if host is None or host.is_first else 0
    machine.clock = session.lived
    machine.input = Typed(session)
    machine.streams = {1: Terminal(session, 1), 2: Terminal(session, 2)}
    return machine


def _status_of(machine: Machine, argv: Sequence[str]) -> Status:
    try:
        return run_program(machine, list(argv), is_last=True)
    except Exited as exited:
        return exited.status
    except LoopLeft:
        return 0
    except (TooLong, RecursionError) as stopped:
        reason = str(stopped) if isinstance(stopped, TooLong) else "a command that is nested too deep"
        machine.complain(f"kubesim does not simulate {reason}")
        return BROKEN_OFF
    except OutOfMemory:
        return KILLED
    except (RunsOn, OutOfTime):
        machine.shared.session.wait_for_ever()
        return KILLED
