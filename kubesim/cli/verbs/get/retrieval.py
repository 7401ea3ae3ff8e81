"""What ``get`` reads: its flags, the request that they make, the live objects, and their printers.

Mirrors kubectl pkg/cmd/get/get.go and get_flags.go. ``describe`` reads its objects by the same functions.
"""

from __future__ import annotations

from kubesim.cli.options import (
    AllNamespaces,
    ChunkSize,
    FieldSelector,
    FilenameOptions,
    PrintFlags,
    Raw,
    Selector,
    Subresource,
)
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.resource_builder import Info, Request, Result
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Client, Kinds
    from kubesim.kubectl.printers.objects import Printer
    from kubesim.kubectl.printers.tables import TablePrinter


class GetOptions(FilenameOptions, PrintFlags):
    """The flags of ``get``. Mirrors GetOptions, and PrintFlags of get."""

    selector: Selector = ""
    field_selector: FieldSelector = ""
    all_namespaces: AllNamespaces = False
    _chunk_size: ChunkSize = 500
    no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False
    raw: Raw = ""
    subresource: Subresource = ""
    ignore_not_found: Annotated[bool, Option(help="An object that is not there is no error.")] = False
    label_columns: Annotated[StringSlice, Option("L", help="Labels to show in a column of their own.")]
    output_watch_events: Annotated[bool, Option(help="With --watch, show what happened to each object.")] = False
    server_print: Annotated[bool, Option(help="Let the server make the table, with the columns of each kind.")] = True
    show_kind: Annotated[bool, Option(help="Show each object's type before its name.")] = False
    show_labels: Annotated[bool, Option(help="Show all labels in the last column.")] = False
    sort_by: Annotated[str, Option(help="Sort by a field: .metadata.creationTimestamp or any JSONPath.")] = ""
    watch: Annotated[bool, Option("w", help="Show what is there, and then every change.")] = False
    watch_only: Annotated[bool, Option(help="Show every change from now on.")] = False

    @property
    def asks_for_table(self) -> bool:
        """Whether the answer is a table for people."""
        return self.output in ("", "wide") and not self.template


def request_of(inv: Invocation, options: GetOptions, session: Session, cluster: Client) -> Request:
    """The request for the objects that the command line names."""
    return Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        all_namespaces=options.all_namespaces,
        selector=options.selector,
        field_selector=options.field_selector,
        everything=True,
    )


def fetched(
    cluster: Client, result: Result, subresource: str = "", *, ignore_missing: bool = False
) -> tuple[list[Info], list[Exception]]:
    """The live objects that were named, or their ``subresource``; and the errors for the others."""
    found: list[Info] = []
    wrong: list[Exception] = []
    for item in result.items:
        try:
            if isinstance(item, Exception):
                raise item
            obj = item.obj if not result.single_items else _live(cluster, item, subresource)
            found.append(Info(item.names, item.namespace, item.name, obj, item.source))
        except (UserError, StatusError) as error:
            if not (ignore_missing and isinstance(error, StatusError) and error.reason == "NotFound"):
                wrong.append(error)
    return found, wrong


def _live(cluster: Client, info: Info, subresource: str) -> Obj:
    obj = info.live(cluster)
    if not subresource:
        return obj
    from kubesim.cluster import subresources

    return subresources.read(cluster, info.names, info.namespace, info.name, subresource)


def unprefixed(result: Result, wrong: list[Exception]) -> list[Exception]:
    """The same errors; those for unreadable items lose their ``error: ``, since kubectl gathers them twice."""
    return [
        UserError(error.message, bare=True) if isinstance(error, UserError) and error in result.items else error
        for error in wrong
    ]


def table_printer(options: GetOptions, kinds: Kinds, *, with_kind: bool, in_watch: bool = False) -> TablePrinter:
    """The printer of a command line's tables; a watch's has a namespace column for cluster-scoped objects, too."""
    from kubesim.kubectl.printers.tables import TableOptions, TablePrinter

    return TablePrinter(
        kinds,
        TableOptions(
            wide=options.output == "wide",
            no_headers=options.no_headers,
            with_namespace=options.all_namespaces,
            with_empty_namespace=in_watch,
            with_kind=with_kind or options.show_kind,
            show_labels=options.show_labels,
            label_columns=tuple(options.label_columns),
            server_print=options.server_print,
        ),
    )


def object_printer(options: GetOptions) -> Printer | None:
    """The printer of whole objects, names or templates; None where the answer is a table."""
    from kubesim.kubectl.printers.output import OutputOptions, for_get

    return for_get(
        OutputOptions(
            output=options.output,
            template=options.template,
            allow_missing_template_keys=options.allow_missing_template_keys,
            no_headers=options.no_headers,
            show_managed_fields=options.show_managed_fields,
        )
    )
