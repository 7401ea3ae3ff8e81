"""A command that is run beside a server: it finds that by its KUBECONFIG, and the server ends with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from threading import Thread

from kubesim.cli.support.temporary_files import new_file
from kubesim.errors import UserError, reason_of
from kubesim.golang.yaml.emitter import dump
from kubesim.server.kubeconfig import kubeconfig_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.server.serving import Place

NOT_FOUND = 127  # as shells have it
PATIENCE = 10  # seconds that a command has to end once the server was told to


class GuestCommand:
    """One command; UserError, with a shell's exit status, where there is no such program."""

    def __init__(self, argv: Sequence[str]) -> None:
        if shutil.which(argv[0]) is None:
            raise UserError(f"{argv[0]}: command not found", status=NOT_FOUND)
        self._argv = list(argv)
        self._config = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, place: Place, stop: Callable[[], None]) -> None:
        """Run it with a kubeconfig for the server at a place, and call ``stop`` when it ends."""
        self._config = new_file("kubesim-", ".yaml", dump(kubeconfig_of(place.server, place.authority, place.token)))
        try:
            process = subprocess.Popen(self._argv, env={**os.environ, "KUBECONFIG": self._config})
        except OSError as error:
            raise UserError(f"{self._argv[0]}: {reason_of(error)}", status=NOT_FOUND - 1) from error
        self._process = process

        def wait() -> None:
            process.wait()
            stop()

        Thread(target=wait, daemon=True).start()

    def end(self) -> int:
        """Its exit status, as a shell has it. Who stopped the server stops the command, too."""
        if self._config:
            os.unlink(self._config)
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        return status if status >= 0 else 128 - status
