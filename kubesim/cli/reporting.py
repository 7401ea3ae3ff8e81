"""How a command that changes things says so: ``deployment.apps/web created``, or the object under ``-o``.

Mirrors cli-runtime's PrintFlags.ToPrinter with its operation, and kubectl's dry-run and validation flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim import kinds
from kubesim.api.meta import Obj
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.printers.objects import Printer

NONE, CLIENT, SERVER = "none", "client", "server"
_SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}

NO_DRY_RUN_VALUE = (
    '--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".'
)


def dry_run_of(inv: Invocation) -> str:
    """none, client or server; UserError for anything else. Mirrors cmdutil.GetDryRunStrategy."""
    asked = str(inv.flag("dry-run"))
    if asked == "unchanged":
        raise UserError(NO_DRY_RUN_VALUE)
    if asked not in _SUFFIXES:
        raise UserError(f'Invalid dry-run value ({asked}). Must be "none", "server", or "client".')
    return asked


def validation_of(inv: Invocation) -> str:
    """Strict, Warn or Ignore. Mirrors cmdutil.GetValidationDirective."""
    asked = str(inv.flag("validate")).lower()
    directives = {"true": "Strict", "strict": "Strict", "warn": "Warn", "ignore": "Ignore", "false": "Ignore"}
    if asked not in directives:
        raise UserError(f'invalid argument "{asked}" for "--validate" flag: must be "strict", "warn", or "ignore"')
    return directives[asked]


class Reporter:
    """Tells of one object after another what was done to it."""

    def __init__(self, inv: Invocation, dry_run: str = NONE, *, client_made: bool = False) -> None:
        from kubesim.printers.output import for_change

        self._inv = inv
        self._dry_run = dry_run
        self._printer: Printer | None = for_change(
            str(inv.flag("output")),
            template=str(inv.flag("template")),
            client_made=client_made and dry_run == CLIENT,
            show_managed_fields=bool(inv.flag("show-managed-fields")),
        )

    @property
    def shows_objects(self) -> bool:
        """Whether ``-o`` asked for the objects themselves."""
        return self._printer is not None

    def tell(self, obj: Obj, operation: str) -> None:
        """Say that ``operation`` ("created") was done to the object, or print it."""
        if self._printer is not None:
            self._inv.out.write(self._printer.print(obj))
            return
        names = kinds.names_of(obj["kind"])
        kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
        self._inv.out.write(f"{kind}/{obj['metadata'].get('name', '')} {operation}{_SUFFIXES[self._dry_run]}\n")

    def warn(self, text: str) -> None:
        """A warning of the API server's."""
        self._inv.err.write(f"Warning: {text}\n")


def with_source(verb: str, source: str, error: Exception) -> Exception:
    """The error with what was being done to which file. Mirrors cmdutil.AddSourceToErr."""
    if not source:
        return error
    if isinstance(error, StatusError):
        message = f'error when {verb} "{source}": {error.message}'
        return StatusError(error.reason, message, error.code, error.kind, error.group, error.name, error.causes)
    return UserError(f'error when {verb} "{source}": {error}')
