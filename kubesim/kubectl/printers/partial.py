"""Errors that come after something has been printed."""

from __future__ import annotations

from kubesim.errors import UserError


class PartlyPrintedError(UserError):
    """A mistake that is noticed while printing; ``output`` is what belongs on standard output before the message."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output
