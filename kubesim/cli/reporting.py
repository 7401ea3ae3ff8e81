"""How a command that changes things says so: ``deployment.apps/web created``, or the object under ``-o``.

Mirrors cli-runtime's PrintFlags.ToPrinter with its operation, and kubectl's dry-run and validation flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.errors import StatusError, UserError
from kubesim.printers.objects import NamePrinter
from kubesim.printers.output import OutputOptions, for_output

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation

NONE, CLIENT, SERVER = "none", "client", "server"
_SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}

NO_DRY_RUN_VALUE = '--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".'


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
    """Tells of one object after another what was done to it. ``typed`` objects were made by the client itself."""

    def __init__(self, inv: Invocation, dry_run: str = NONE, *, typed: bool = False) -> None:
        self._inv = inv
        self._dry_run = dry_run
        self._options = output_options(inv, typed=typed and dry_run == CLIENT)
        self._printer = for_output(self._options)

    @property
    def shows_objects(self) -> bool:
        """Whether ``-o`` asked for the objects themselves."""
        return self._options.output not in (None, "name") or bool(self._options.template)

    def tell(self, obj: Obj, operation: str) -> None:
        """Say that ``operation`` ("created") was done to the object, or print it."""
        printer = self._printer
        if self._options.output is None and not self._options.template:
            printer = NamePrinter(f"{operation}{_SUFFIXES[self._dry_run]}")
        self._inv.out.write(printer.print(obj))

    def warn(self, text: str) -> None:
        """A warning of the API server's."""
        self._inv.err.write(f"Warning: {text}\n")


def output_options(inv: Invocation, *, typed: bool = False) -> OutputOptions:
    """What the print flags of a command line ask for."""
    return OutputOptions(
        output=str(inv.flag("output")) if inv.changed("output") else None,
        template=str(inv.flag("template")),
        allow_missing_template_keys=bool(inv.flag("allow-missing-template-keys")),
        show_managed_fields=bool(inv.flag("show-managed-fields")),
        typed=typed,
    )


def with_source(verb: str, source: str, error: Exception) -> Exception:
    """The error with what was being done to which file. Mirrors cmdutil.AddSourceToErr."""
    if not source:
        return error
    if isinstance(error, StatusError):
        message = f'error when {verb} "{source}": {error.message}'
        return StatusError(error.reason, message, error.code, error.kind, error.group, error.name, error.causes)
    return UserError(f'error when {verb} "{source}": {error}')
