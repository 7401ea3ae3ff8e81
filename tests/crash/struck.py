"""Runs one command line again and again, each time struck at a later step, and tells what came of it.

struck.py BLOW STRIDE WORDS    a JSON line for every STRIDE-th step: how the command ended, and what it printed

BLOW is a signal, which comes at a line of what saves and reports, or a bug at a call of anything but the bookkeeping
of reports itself. {step} in WORDS is the step's number. After each line it waits for one on standard input; it ends
when the command is over before its step.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

sys.path.insert(0, str(Path(__file__).parents[2]))

from kubesim import __main__ as program
from kubesim.cli import main as imported_once_for_all_children

if TYPE_CHECKING:
    from types import FrameType

KUBESIM = str(Path(program.__file__).parent)
BOOKKEEPING = [f"{KUBESIM}/cli/support/{name}.py" for name in ("output_queue", "signals")]
SAVING = [
    *BOOKKEEPING,
    *(f"{KUBESIM}/life/{name}.py" for name in ("origin", "restoration", "saved_cluster")),
    *(f"{KUBESIM}/store/{name}.py" for name in ("file", "journal", "lock", "state")),
]
assert all(map(os.path.exists, SAVING))
BUG = "bug"


class Struck:
    """Counts steps as the interpreter takes them, and deals the blow at one of them."""

    def __init__(self, step: int, blow: str, done: int) -> None:
        self._left = step
        self._blow = blow
        self._done = done

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if self._blow == BUG:
            path = frame.f_code.co_filename
            if event == "call" and path.startswith(KUBESIM) and path not in BOOKKEEPING:
                self._count()
            return None
        if event == "line":
            self._count()
        return self.trace if frame.f_code.co_filename in SAVING else None

    def _count(self) -> None:
        self._left -= 1
        if self._left:
            return
        os.write(self._done, b"!")
        if self._blow == BUG:
            raise RuntimeError("a bug at this step")
        os.kill(os.getpid(), getattr(signal, self._blow))


def child(step: int, blow: str, words: list[str], out: int, err: int, done: int) -> NoReturn:
    assert imported_once_for_all_children
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.argv = ["kubesim", *(word.format(step=step) for word in words)]
    with open(os.devnull) as sys.stdin, open(1, "w") as sys.stdout, open(2, "w") as sys.stderr:
        sys.settrace(Struck(step, blow, done).trace)
        program.main()


def strike(step: int, blow: str, words: list[str]) -> dict[str, Any] | None:
    """What came of the command; None if it was over before."""
    pipes = [os.pipe() for _ in range(3)]
    pid = os.fork()
    if not pid:
        child(step, blow, words, *(write for _, write in pipes))
    for _, write in pipes:
        os.close(write)
    out, err, done = (os.fdopen(read).read() for read, _ in pipes)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"step": step, "status": status, "out": out, "err": err} if done else None


def main(blow: str, stride: str, *words: str) -> None:
    step = int(stride)
    while answer := strike(step, blow, list(words)):
        print(json.dumps(answer), flush=True)
        sys.stdin.readline()
        step += int(stride)


if __name__ == "__main__":
    main(*sys.argv[1:])
