"""How a command that changes things says so: ``deployment.apps/web created``, or the object under ``-o``.

Mirrors cli-runtime's PrintFlags.ToPrinter with its operation, and kubectl's dry-run and validation flags.
"""

from __future__ import annotations

from kubesim.errors import StatusError, UserError
from kubesim.kubectl.printers.objects import NamePrinter
from kubesim.kubectl.printers.output import OBJECT_FORMATS, OutputOptions, for_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.options import PrintFlags

NONE, CLIENT, SERVER = "none", "client", "server"
_SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}

#: What --dry-run without a value is read as; it means the client's.
_WITHOUT_VALUE = "unchanged"


def dry_run_of(inv: Invocation, asked: str) -> str:
    """What --dry-run asks for: none, client or server; UserError for anything else.

    Mirrors cmdutil.GetDryRunStrategy.

    No value at all and booleans are what the flag took once: they still do, with a warning.
    """
    if asked in _SUFFIXES:
        return asked
    from kubesim.cli.support import klog

    if asked == _WITHOUT_VALUE:
        klog.warning(inv.err, "helpers.go:719", "--dry-run is deprecated and can be replaced with --dry-run=client.")
        return CLIENT
    meant = _boolean(asked)
    if meant is None:
        raise UserError(f'Invalid dry-run value ({asked}). Must be "none", "server", or "client".')
    strategy, line = (CLIENT, 733) if meant else (NONE, 736)
    instead = f"is deprecated (boolean value) and can be replaced with --dry-run={strategy}."
    klog.warning(inv.err, f"helpers.go:{line}", f"--dry-run={asked} {instead}")
    return strategy


def validation_of(asked: str) -> str:
    """What --validate asks for: Strict, Warn or Ignore. Mirrors cmdutil.GetValidationDirective."""
    if asked in ("strict", "warn", "ignore"):
        return asked.title()
    meant = _boolean(asked)
    if meant is None:
        options = "strict (or true), warn, ignore (or false)"
        raise UserError(f'invalid - validate option "{asked}"; must be one of: {options}')
    return "Strict" if meant else "Ignore"


def _boolean(text: str) -> bool | None:
    """What Go takes for true or false; None for anything else."""
    from kubesim.golang.numbers import parse_bool

    try:
        return parse_bool(text)
    except ValueError:
        return None


class Reporter:
    """Prints of one object after another what was done to it. ``typed`` objects were made by the client itself.

    Some verbs have a printer for each object: between ``apart`` objects in YAML there is no ``---``.
    """

    def __init__(
        self, inv: Invocation, printing: PrintFlags, dry_run: str = NONE, *, typed: bool = False, apart: bool = False
    ) -> None:
        self._inv = inv
        self._dry_run = dry_run
        self._options = output_options(inv, printing, typed=typed)
        self._printer = for_output(self._options)
        self._apart = apart

    @property
    def shows_objects(self) -> bool:
        """Whether ``-o`` asked for the objects themselves."""
        return self._options.output not in (None, "name") or bool(self._options.template)

    def report(self, obj: Obj, operation: str) -> None:
        """Say that ``operation`` ("created") was done to the object, or print it."""
        printer = self._printer
        if self._options.output is None and not self._options.template:
            printer = NamePrinter(f"{operation}{_SUFFIXES[self._dry_run]}")
        elif self._apart and self._options.output in OBJECT_FORMATS:
            printer = for_output(self._options)
        text = printer.print(obj)
        self._inv.out.write_data(text) if self.shows_objects else self._inv.out.write(text)

    def warn(self, text: str) -> None:
        """A warning of the API server's."""
        self._inv.err.write(f"Warning: {text}\n")


def output_options(inv: Invocation, printing: PrintFlags, *, typed: bool = False) -> OutputOptions:
    """What the print flags of a command line ask for."""
    return OutputOptions(
        output=printing.output if inv.changed("output") else None,
        template=printing.template,
        allow_missing_template_keys=printing.allow_missing_template_keys,
        show_managed_fields=printing.show_managed_fields,
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
