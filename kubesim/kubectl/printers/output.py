"""Which printer ``-o`` means.

Mirrors cli-runtime pkg/genericclioptions (print_flags.go, json_yaml_flags.go, template_flags.go, jsonpath_flags.go,
name_flags.go) and kubectl pkg/cmd/get (get_flags.go, customcolumn_flags.go).
"""

from __future__ import annotations

from kubesim.errors import UserError, reason_of
from kubesim.kubectl.printers.objects import (
    AllManagedFields,
    JsonPrinter,
    KyamlPrinter,
    NamePrinter,
    OmitManagedFields,
    TypedJsonPrinter,
    YamlPrinter,
)
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Protocol

    from kubesim.api.meta import Obj
    from kubesim.kubectl.printers.objects import Printer

    class Template(Protocol):
        """A parsed jsonpath or Go template."""

        def render(self, obj: Obj) -> str: ...


OBJECT_FORMATS = ("json", "yaml", "kyaml")
GO_TEMPLATE_FORMATS = ("go-template", "go-template-file", "template", "templatefile")
JSONPATH_FORMATS = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
COLUMN_FORMATS = ("custom-columns", "custom-columns-file")
FILE_FORMATS = ("go-template-file", "templatefile", "jsonpath-file")

#: What commands that change objects allow (create, apply, set, ...).
ALLOWED = ("name", *OBJECT_FORMATS, *GO_TEMPLATE_FORMATS, *JSONPATH_FORMATS)
#: What ``get`` allows.
ALLOWED_BY_GET = (*ALLOWED, *COLUMN_FORMATS, "wide")


class OutputOptions(NamedTuple):
    """The flags that choose a printer.

    ``output`` is None where -o is not given.  ``operation`` is what the plain output reports as done (``created``).
    ``typed`` objects were made by the client, not read from the API server: their fields come in Go's order.
    """

    output: str | None = None
    template: str = ""
    allow_missing_template_keys: bool = True
    show_managed_fields: bool = False
    no_headers: bool = False
    operation: str = ""
    typed: bool = False


class TemplatePrinter:
    """Prints what a template makes of an object."""

    def __init__(self, template: Template) -> None:
        self.template = template

    def print(self, obj: Obj) -> str:
        return self.template.render(obj)


def for_output(options: OutputOptions) -> Printer:
    """The printer of a command that changes objects; UserError where -o means none. Mirrors PrintFlags.ToPrinter."""
    output = options.output or ""
    if options.template and options.output is None:
        output = "go-template"
    if output == "":
        return NamePrinter(options.operation)
    if output.lower() == "name":
        return NamePrinter()
    return _object_printer(output, options) or _template_printer(output, options) or _refuse(output, ALLOWED)


def for_get(options: OutputOptions) -> Printer | None:
    """The printer of ``get``, None for its tables; UserError where -o means none. Mirrors get's ToPrinter."""
    output = options.output or ""
    if options.template and output == "":
        output = "go-template"
    if output in ("", "wide"):
        return None
    if output.lower() == "name":
        return NamePrinter()
    return (
        _template_printer(output, options)
        or _object_printer(output, options)
        or _column_printer(output, options)
        or _refuse(output, ALLOWED_BY_GET)
    )


def _refuse(output: str, allowed: tuple[str, ...]) -> NoReturn:
    from kubesim.golang.quoting import quote

    problem = f"unable to match a printer suitable for the output format {quote(output)}"
    raise UserError(f"{problem}, allowed formats are: {','.join(sorted(allowed))}")


def _object_printer(output: str, options: OutputOptions) -> Printer | None:
    printer: Printer
    match output.lower():
        case "json":
            printer = TypedJsonPrinter() if options.typed else JsonPrinter()
        case "yaml":
            printer = YamlPrinter()
        case "kyaml":
            printer = KyamlPrinter(typed=options.typed)
        case _:
            return None
    return AllManagedFields(printer) if options.show_managed_fields else OmitManagedFields(printer)


def _split(output: str, template: str, formats: tuple[str, ...]) -> tuple[str, str] | None:
    """The format and its template, from ``-o format=template`` or --template; None where it is no such format."""
    name, text = (output, template) if template else output.partition("=")[::2]
    return (name, text) if name in formats else None


def _template_printer(output: str, options: OutputOptions) -> Printer | None:
    found = _split(output, options.template, (*JSONPATH_FORMATS, *GO_TEMPLATE_FORMATS))
    if found is None:
        return None
    name, text = found
    if not text:
        raise UserError("template format specified but no template given")
    if name in FILE_FORMATS:
        text = _read_file(text, "error reading --template")
    if name in JSONPATH_FORMATS:
        from kubesim.kubectl.printers import jsonpath

        as_json = name == "jsonpath-as-json"
        template: Template = jsonpath.parse(
            text, options.allow_missing_template_keys, as_json=as_json, typed=options.typed
        )
    else:
        from kubesim.kubectl.printers.go_template import parse

        template = parse(text, options.allow_missing_template_keys, typed=options.typed)
    return AllManagedFields(TemplatePrinter(template))


def _column_printer(output: str, options: OutputOptions) -> Printer | None:
    found = _split(output, options.template, COLUMN_FORMATS)
    if found is None:
        return None
    name, text = found
    if not text:
        raise UserError("custom-columns format specified but no custom columns given")
    from kubesim.kubectl.printers.custom_columns import CustomColumnsPrinter

    if name == "custom-columns-file":
        template = _read_file(text, "error reading template", end="\n")
        return AllManagedFields(CustomColumnsPrinter.from_template(template))
    return AllManagedFields(CustomColumnsPrinter.from_spec(text, no_headers=options.no_headers))


def _read_file(path: str, failure: str, end: str = "") -> str:
    """The text of a template file; UserError in the words of Go's os package."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        act = "read" if isinstance(error, IsADirectoryError) else "open"
        raise UserError(f"{failure} {path}, {act} {path}: {reason_of(error)}{end}") from error
