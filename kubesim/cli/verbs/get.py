"""``kubesim get``: tables, objects, and what templates make of them. Mirrors kubectl pkg/cmd/get/get.go."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.cli import options
from kubesim.cli.command import PROGRAM, Command, Flag, Invocation
from kubesim.cli.support.resources import Info, Request, Result
from kubesim.cli.support.session import Session
from kubesim.errors import Aggregate, FatalError, StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.kubectl.printers.objects import Printer
    from kubesim.kubectl.printers.tables import TablePrinter

#: A table as a client without types for it sees it; it has no name, nor most of what objects are sorted by.
TABLE = {"apiVersion": "meta.k8s.io/v1", "kind": "Table", "metadata": {"resourceVersion": ""}}

NOTHING_ASKED = f"""You must specify the type of resource to get. Use "{PROGRAM} api-resources" for a complete list of \
supported resources.

"""
NOT_SPECIFIED = f"""Required resource not specified.
Use "{PROGRAM} explain <resource>" for a detailed description of that resource (e.g. {PROGRAM} explain pods).
See '{PROGRAM} get -h' for help and examples"""


def run(inv: Invocation) -> None:
    _refuse_odd_flags(inv)
    session = Session.of(inv)
    if inv.flag("watch") or inv.flag("watch-only"):
        from kubesim.cli.support.watch_output import watch

        watch(inv, session)
        return
    if not inv.args and not inv.flag("filename"):
        inv.err.write(NOTHING_ASKED)
        raise UserError(NOT_SPECIFIED)
    cluster = session.read()
    result = request_of(inv, session, cluster).resolve(cluster)
    subresource, ignore_missing = str(inv.flag("subresource")), bool(inv.flag("ignore-not-found"))
    if subresource and not result.single_items:
        raise UserError("subresource cannot be used when bulk resources are specified")
    found, wrong = fetched(cluster, result, subresource, ignore_missing=ignore_missing)
    if is_table(inv):
        _print_tables(inv, session, cluster, result, found, silent=bool(wrong))
        raise_all(unprefixed(result, wrong))
    else:
        _print_objects(inv, result, found, wrong)
        raise_all(wrong)


def _refuse_odd_flags(inv: Invocation) -> None:
    output = str(inv.flag("output"))
    if inv.flag("raw"):
        raise UserError("--raw asks an API server, and kubesim has none: use get TYPE -o json")
    if inv.flag("show-labels") and output not in ("", "wide"):
        raise UserError(f"--show-labels option cannot be used with {output} printer")
    if inv.flag("output-watch-events") and not (inv.flag("watch") or inv.flag("watch-only")):
        raise UserError("--output-watch-events option can only be used with --watch or --watch-only")


def request_of(inv: Invocation, session: Session, cluster: Cluster) -> Request:
    """What the command line of ``get``, ``describe`` and their like names."""
    namespace = session.namespace(cluster)
    return Request(
        args=inv.args,
        files=session.files(inv, cluster),
        namespace=namespace,
        all_namespaces=bool(inv.flag("all-namespaces")),
        selector=str(inv.flag("selector")),
        field_selector=str(inv.flag("field-selector")) if inv.has("field-selector") else "",
        everything=True,
    )


def fetched(
    cluster: Cluster, result: Result, subresource: str = "", *, ignore_missing: bool = False
) -> tuple[list[Info], list[Exception]]:
    """The live objects of what was named, or their ``subresource``, and what went wrong with the rest."""
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


def _live(cluster: Cluster, info: Info, subresource: str) -> Obj:
    obj = info.live(cluster)
    if not subresource:
        return obj
    from kubesim.cluster import subresources

    return subresources.read(cluster, info.names, info.namespace, info.name, subresource)


def is_table(inv: Invocation) -> bool:
    """Whether the answer is a table for people."""
    return str(inv.flag("output")) in ("", "wide") and not inv.flag("template")


def table_printer(inv: Invocation, *, with_kind: bool, in_watch: bool = False) -> TablePrinter:
    """The printer of a command line's tables; a watch shows the namespace of what has none, too."""
    from kubesim.kubectl.printers.tables import TableOptions, TablePrinter

    options = TableOptions(
        wide=inv.flag("output") == "wide",
        no_headers=bool(inv.flag("no-headers")),
        with_namespace=bool(inv.flag("all-namespaces")),
        with_empty_namespace=in_watch,
        with_kind=with_kind or bool(inv.flag("show-kind")),
        show_labels=bool(inv.flag("show-labels")),
        label_columns=tuple(inv.flag("label-columns")),
    )
    return TablePrinter(options)


def object_printer(inv: Invocation) -> Printer | None:
    """The printer of whole objects, names or templates, None where tables are asked for."""
    from kubesim.kubectl.printers.output import OutputOptions, for_get

    options = OutputOptions(
        output=str(inv.flag("output")),
        template=str(inv.flag("template")),
        allow_missing_template_keys=bool(inv.flag("allow-missing-template-keys")),
        no_headers=bool(inv.flag("no-headers")),
        show_managed_fields=bool(inv.flag("show-managed-fields")),
    )
    return for_get(options)


def _print_tables(
    inv: Invocation, session: Session, cluster: Cluster, result: Result, found: list[Info], *, silent: bool
) -> None:
    tables = _tables(result, found)
    field = str(inv.flag("sort-by"))
    if field:
        tables = [_sorted_table(rows, field) for rows in _in_order(tables, field)]
    with_kind = len({info.names.kind for info in found} | {names.kind for names in result.types}) > 1
    text = table_printer(inv, with_kind=with_kind).print([obj for rows in tables for obj in rows], cluster.now)
    inv.out.write_data(text)
    if not text and not silent and not inv.flag("ignore-not-found"):
        inv.err.write(no_resources(inv, session.namespace(cluster), result))


def _tables(result: Result, found: list[Info]) -> list[list[Obj]]:
    """The rows of the server's answers: a table for each type that was listed, else for each object."""
    objs = [info.obj for info in found if info.obj is not None]
    if result.single_items:
        return [[obj] for obj in objs]
    return [[obj for obj in objs if obj["kind"] == names.kind] for names in result.types]


def _in_order(tables: list[list[Obj]], field: str) -> list[list[Obj]]:
    """Several answers are sorted as the tables that they are, which hardly any field is found in.

    Mirrors RuntimeSorter, which takes one answer for sorted.
    """
    if len(tables) < 2:
        return tables
    from kubesim.kubectl.printers.sorting import sort_objects

    answers = [{**TABLE, "rows": [{"object": obj} for obj in rows]} for rows in tables]
    return [[row["object"] for row in answer["rows"]] for answer in sort_objects(answers, field)]


def _sorted_table(rows: list[Obj], field: str) -> list[Obj]:
    """A table's rows in order; kubectl shows nothing of a table that it cannot sort, and does not say why."""
    from kubesim.kubectl.printers.sorting import sort_rows

    try:
        return sort_rows(rows, field) if len(rows) > 1 else rows
    except FatalError:
        raise
    except UserError:
        return []


def no_resources(inv: Invocation, namespace: str, result: Result) -> str:
    """What is said where there is nothing to show."""
    if inv.flag("all-namespaces") or any(not names.namespaced for names in result.types):
        return "No resources found\n"
    return f"No resources found in {namespace} namespace.\n"


def _print_objects(inv: Invocation, result: Result, found: list[Info], wrong: list[Exception]) -> None:
    """Print one object, or all in a list; what goes wrong is added to what is wrong already."""
    from kubesim.kinds.versions import in_version
    from kubesim.kubectl.printers.objects import list_of
    from kubesim.kubectl.printers.partial import PartlyPrintedError

    if wrong and result.single:
        return
    if not found and inv.flag("ignore-not-found"):
        return
    printer = object_printer(inv)
    assert printer is not None
    objs = [in_version(info.obj, info.names.api_version) for info in found if info.obj is not None]
    try:
        single = result.single and len(objs) == 1
        inv.out.write_data(printer.print(objs[0] if single else list_of(_sorted(inv, objs))))
    except PartlyPrintedError as error:
        inv.out.write_data(error.output)
        wrong.append(UserError(error.message))
    except FatalError:
        raise
    except UserError as error:
        wrong.append(error)


def _sorted(inv: Invocation, objs: list[Obj]) -> list[Obj]:
    field = str(inv.flag("sort-by"))
    if not field:
        return objs
    from kubesim.kubectl.printers.sorting import sort_objects

    return sort_objects(objs, field)


def unprefixed(result: Result, wrong: list[Exception]) -> list[Exception]:
    """The same, without ``error: `` before what could not be read: it is gathered twice, and loses it on the way."""
    return [
        UserError(error.message, bare=True) if isinstance(error, UserError) and error in result.items else error
        for error in wrong
    ]


def raise_all(wrong: list[Exception]) -> None:
    """Raise what went wrong, in order. Mirrors utilerrors.NewAggregate and MultipleErrors."""
    if len(wrong) > 1:
        raise Aggregate(wrong)
    if wrong:
        raise wrong[0]


COMMAND = Command(
    name="get",
    use=(
        f"get [(-o|--output=){'|'.join((*options.OUTPUT_FORMATS, 'custom-columns', 'custom-columns-file', 'wide'))}] "
        "(TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]"
    ),
    short="Display one or many resources",
    long=(
        "Show objects: a table by default, whole objects as YAML or JSON, or what a template picks out of them.\n\n"
        "Types have plural, singular and short names: deployments, deployment, deploy."
    ),
    examples=(
        ("All Deployments of the namespace", "get deployments"),
        ("Deployments and their ReplicaSets", "get deploy,rs"),
        ("Pods, with their addresses and nodes", "get pods -o wide"),
        ("One Deployment, whole", "get deployment myapp-deployment -o yaml"),
        ("One field of it", "get deployment myapp-deployment -o jsonpath='{.spec.replicas}'"),
        ("Follow the ReplicaSets through a rollout", "get rs --watch"),
        ("What belongs to the category all, in every namespace", "get all --all-namespaces"),
    ),
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        options.FIELD_SELECTOR,
        options.ALL_NAMESPACES,
        options.CHUNK_SIZE,
        *options.PRINT,
        Flag("no-headers", type=bool, help="Leave the headers out."),
        options.RAW,
        options.SUBRESOURCE,
        Flag("ignore-not-found", type=bool, help="An object that is not there is no error."),
        Flag("label-columns", "L", type="strings", help="Labels to show in a column of their own."),
        Flag("output-watch-events", type=bool, help="With --watch, show what happened to each object."),
        Flag("server-print", type=bool, default=True, help="Let the server make the table; it is always so."),
        Flag("show-kind", type=bool, help="Show each object's type before its name."),
        Flag("show-labels", type=bool, help="Show all labels in the last column."),
        Flag("sort-by", help="Sort by a field: .metadata.creationTimestamp or any JSONPath."),
        Flag("watch", "w", type=bool, help="Show what is there, and then every change."),
        Flag("watch-only", type=bool, help="Show every change from now on."),
    ),
    run=run,
)
