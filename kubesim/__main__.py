"""``python -m kubesim``, and the console script."""

from __future__ import annotations

import os
from typing import NoReturn

from kubesim.cli import main as cli


def main() -> NoReturn:
    """Run the process's command line and leave.

    What was printed is flushed by then and every file is closed: the interpreter is not taken down piece by piece,
    which would cost as much as the smaller commands do.
    """
    os._exit(cli.main())


if __name__ == "__main__":
    main()
