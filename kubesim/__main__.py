"""``python -m kubesim``, and the console script."""

from __future__ import annotations

import gc
import os
from typing import NoReturn

# Objects by the ten thousand come into being and hardly any is garbage: to look for some is seldom worth it.
GARBAGE = 100_000


def main() -> NoReturn:
    """Run the process's command line and leave.

    What was printed is flushed by then and every file is closed: the interpreter is not taken down piece by piece,
    which would cost as much as the smaller commands do.
    """
    gc.set_threshold(GARBAGE)
    from kubesim.cli import main as cli

    os._exit(cli.main())


if __name__ == "__main__":
    main()
