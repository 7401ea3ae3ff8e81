"""``python -m kubesim``, and the console script."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what signal wraps in enums, half a millisecond of each command
import gc
import os

TYPE_CHECKING = False  # typing itself takes three times as long to import as all of this
if TYPE_CHECKING:
    from typing import NoReturn

# Ten thousand objects are made and hardly any is garbage: collecting it often is not worth the time.
GARBAGE = 100_000
INTERRUPTED = 130  # what a shell says of a process that SIGINT ended


def main() -> NoReturn:
    """Run the process's command line and leave.

    What was printed is flushed by then and every file is closed: the interpreter is not taken down piece by piece,
    which would cost as much as the smaller commands do.
    """
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _leave)
    gc.set_threshold(GARBAGE)
    from kubesim.cli import main as cli

    os._exit(cli.main())


def _leave(*_: object) -> NoReturn:
    """End an interrupted command at once: an exception would come out of the midst of an import as a traceback.

    Nothing is to be cleared up. What is not saved by now was not reported; while a change is saved and reported,
    ``cli.signals`` keeps signals off.
    """
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
