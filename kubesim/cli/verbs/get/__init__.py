"""``kubesim get``: prints objects as tables, whole, or through a template. Mirrors kubectl pkg/cmd/get/get.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, kind_of
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import OUTPUT_FORMATS
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.get.retrieval import GetOptions, fetched, object_printer, request_of, table_printer, unprefixed
from kubesim.errors import FatalError, UserError, raise_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info, Result
    from kubesim.cluster import Client, Kinds

#: A table as a client without its type reads it: without a name, and without most fields that --sort-by takes.
TABLE = {"apiVersion": "meta.k8s.io/v1", "kind": "Table", "metadata": {"resourceVersion": ""}}

NOTHING_ASKED = f"""You must specify the type of resource to get. Use "{PROGRAM} api-resources" for a complete list of \
supported resources.

"""
NOT_SPECIFIED = f"""Required resource not specified.
Use "{PROGRAM} explain <resource>" for a detailed description of that resource (e.g. {PROGRAM} explain pods).
See '{PROGRAM} get -h' for help and examples"""


def run(inv: Invocation, *, options: GetOptions) -> None:
    if options.raw:
        from kubesim.cli.support import raw

        _check_raw(inv, options)
        raw.send(inv, Session.of(inv), "GET", options.raw)
        return
    _refuse_odd_flags(options)
    session = Session.of(inv, options)
    if options.watch or options.watch_only:
        from kubesim.cli.verbs.get.watch import watch

        watch(inv, options, session)
        return
    if not inv.args and not options.are_given:
        inv.err.write(NOTHING_ASKED)
        raise UserError(NOT_SPECIFIED)
    cluster = session.read()
    result = request_of(inv, options, session, cluster).resolve(cluster)
    if options.subresource and not result.single_items:
        raise UserError("subresource cannot be used when bulk resources are specified")
    found, wrong = fetched(cluster, result, options.subresource, ignore_missing=options.ignore_not_found)
    if options.asks_for_table:
        _print_tables(inv, options, session, cluster, result, found, silent=bool(wrong))
        raise_all(unprefixed(result, wrong))
    else:
        _print_objects(inv, options, cluster.kinds, result, found, wrong)
        raise_all(wrong)


def _check_raw(inv: Invocation, options: GetOptions) -> None:
    """UserError: the first thing that is wrong with a command line that has --raw."""
    from kubesim.cli.support import raw

    if inv.args:
        raise UserError("arguments may not be passed when --raw is specified")
    if options.watch or options.watch_only or options.selector:
        alters = "other flags that filter the server request or alter the output"
        raise UserError(f"--raw may not be specified with {alters}")
    if options.output:
        raise UserError("--raw and --output are mutually exclusive")
    raw.check_path(options.raw)


def _refuse_odd_flags(options: GetOptions) -> None:
    if options.show_labels and options.output not in ("", "wide"):
        raise UserError(f"--show-labels option cannot be used with {options.output} printer")
    if options.output_watch_events and not (options.watch or options.watch_only):
        raise UserError("--output-watch-events option can only be used with --watch or --watch-only")


def _print_tables(
    inv: Invocation,
    options: GetOptions,
    session: Session,
    cluster: Client,
    result: Result,
    found: list[Info],
    *,
    silent: bool,
) -> None:
    tables = _tables(cluster, result, found)
    if options.sort_by:
        tables = [_sorted_table(rows, options.sort_by) for rows in _in_order(tables, options.sort_by)]
    with_kind = len({info.names.key for info in found} | {names.key for names in result.types}) > 1
    printer = table_printer(options, cluster.kinds, with_kind=with_kind)
    text = printer.print([obj for rows in tables for obj in rows], cluster.now)
    inv.out.write_data(text)
    if not text and not silent and not options.ignore_not_found:
        inv.err.write(no_resources(options, session.namespace(cluster), result))


def _tables(cluster: Client, result: Result, found: list[Info]) -> list[list[Obj]]:
    """The rows of the server's answers: one table for each listed type, or for each named object."""
    objs = [info.obj for info in found if info.obj is not None]
    if result.single_items:
        return [[obj] for obj in objs]
    by_type = ((names.key, [obj for obj in objs if kind_of(obj) == names.key]) for names in result.types)
    return [cluster.kinds.load(key).in_table_order(rows) if rows else [] for key, rows in by_type]


def _in_order(tables: list[list[Obj]], field: str) -> list[list[Obj]]:
    """The answers sorted by a field of the tables themselves, which hardly ever have it.

    Mirrors RuntimeSorter, which takes a single answer for sorted.
    """
    if len(tables) < 2:
        return tables
    from kubesim.kubectl.printers.sorting import sort_objects

    answers = [{**TABLE, "rows": [{"object": obj} for obj in rows]} for rows in tables]
    return [[row["object"] for row in answer["rows"]] for answer in sort_objects(answers, field)]


def _sorted_table(rows: list[Obj], field: str) -> list[Obj]:
    """A table's rows in order; none, without an error, of a table that cannot be sorted, as kubectl has it."""
    from kubesim.kubectl.printers.sorting import sort_rows

    try:
        return sort_rows(rows, field) if len(rows) > 1 else rows
    except FatalError:
        raise
    except UserError:
        return []


def no_resources(options: GetOptions, namespace: str, result: Result) -> str:
    """The line for an answer without rows."""
    if options.all_namespaces or any(not names.namespaced for names in result.types):
        return "No resources found\n"
    return f"No resources found in {namespace} namespace.\n"


def _print_objects(
    inv: Invocation, options: GetOptions, kinds: Kinds, result: Result, found: list[Info], wrong: list[Exception]
) -> None:
    """Print one object, or all in a list; errors are added to ``wrong``."""
    from kubesim.kubectl.printers.objects import list_of
    from kubesim.kubectl.printers.partial import PartlyPrintedError

    if wrong and result.single:
        return
    if not found and options.ignore_not_found:
        return
    printer = object_printer(options)
    assert printer is not None
    objs = [kinds.in_version(info.obj, info.names.api_version) for info in found if info.obj is not None]
    try:
        single = result.single and len(objs) == 1
        inv.out.write_data(printer.print(objs[0] if single else list_of(_sorted(objs, options.sort_by))))
    except PartlyPrintedError as error:
        inv.out.write_data(error.output)
        wrong.append(UserError(error.message))
    except FatalError:
        raise
    except UserError as error:
        wrong.append(error)


def _sorted(objs: list[Obj], field: str) -> list[Obj]:
    if not field:
        return objs
    from kubesim.kubectl.printers.sorting import sort_objects

    return sort_objects(objs, field)


COMMAND = Command(
    name="get",
    use=(
        f"get [(-o|--output=){'|'.join((*OUTPUT_FORMATS, 'custom-columns', 'custom-columns-file', 'wide'))}] "
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
    run=run,
)
