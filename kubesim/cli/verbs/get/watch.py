"""``get --watch``: a row for every change, as it happens. Mirrors kubectl's GetOptions.watch."""

from __future__ import annotations

from collections.abc import Callable

from kubesim.api.meta import Key, Obj, key_of
from kubesim.cli.support.resource_builder import Request, Result
from kubesim.cli.verbs.get.retrieval import fetched, object_printer, request_of, table_printer
from kubesim.errors import FatalError, UserError
from kubesim.kubectl.printers.partial import PartlyPrintedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.session import Session
    from kubesim.cli.verbs.get.retrieval import GetOptions
    from kubesim.cluster import Change, Kinds
    from kubesim.life.follower import Follower

ONE_OBJECT = "you may only watch a single resource or type of resource at a time"
ONE_IN_FILES = "watch is only supported on individual resources and resource collections - {count} resources were found"


def watch(inv: Invocation, options: GetOptions, session: Session) -> None:
    """Show what is there, unless ``--watch-only``, and then each change until nothing happens any more."""
    _warn_of_sorting(inv, options)
    with session.follow() as follower:
        _watch(inv, options, session, follower)


def _watch(inv: Invocation, options: GetOptions, session: Session, follower: Follower) -> None:
    cluster = session.client(follower.cluster)
    request = request_of(inv, options, session, cluster)._replace(single_type=True)
    result = request.resolve(cluster)
    kinds = {info.names.key for info in result.infos()} | {names.key for names in result.types}
    found, wrong = fetched(cluster, result, ignore_missing=options.ignore_not_found)
    if wrong:
        raise wrong[0]
    show = _table(inv, options, cluster.kinds) if options.asks_for_table else _objects(inv, options)
    if not options.watch_only:
        _show_present(options, show, [info.obj for info in found if info.obj is not None], cluster.now)
    if result.single_items and len(found) > 1:
        raise UserError(ONE_OBJECT if request.files is None else ONE_IN_FILES.format(count=len(found)))
    for kind in kinds:
        cluster.authorize("watch", kind, _watched_namespace(request, result))
    if not kinds or (result.single_items and not found):
        return
    follower.watch(*kinds)
    for change in follower.changes_until_rest(session.request_timeout):
        if event := _event_of(request, result, change, cluster.kinds):
            try:
                show([change.old or {} if event == "DELETED" else change.new or {}], event, change.instant)
            except UserError:
                return  # kubectl drops the error of an event that it cannot print, and ends


def _show_present(options: GetOptions, show: Show, objs: list[Obj], now: int) -> None:
    try:
        show(objs, "ADDED", now)
    except FatalError:
        raise
    except UserError as error:
        message = f"unable to output the provided object: {error.message}"
        if isinstance(error, PartlyPrintedError) and not options.output.startswith("custom-columns"):
            raise PartlyPrintedError(message, error.output) from error
        raise UserError(message) from error  # the writer that aligns columns is not flushed


def _warn_of_sorting(inv: Invocation, options: GetOptions) -> None:
    if not options.sort_by:
        return
    if options.watch:
        inv.err.write("warning: --watch requested, --sort-by will be ignored for watch events received\n")
    else:
        inv.err.write("warning: --watch-only requested, --sort-by will be ignored\n")


Show = Callable[[list[Obj], str, int], None]


def _table(inv: Invocation, options: GetOptions, kinds: Kinds) -> Show:
    """Shows rows, with an event's type if that is asked for; only a table of several is sorted."""
    printer = table_printer(options, kinds, with_kind=False, in_watch=True)
    tells_events = options.output_watch_events
    field = options.sort_by

    def show(objs: list[Obj], event: str, now: int) -> None:
        if field and len(objs) > 1:
            from kubesim.kubectl.printers.sorting import sort_rows

            objs = sort_rows(objs, field)
        inv.out.write_data(printer.print(objs, now, event if tells_events else ""))
        inv.out.flush()

    return show


def _objects(inv: Invocation, options: GetOptions) -> Show:
    printer = object_printer(options)
    tells_events = options.output_watch_events

    def show(objs: list[Obj], event: str, _now: int) -> None:
        assert printer is not None
        for obj in objs:
            inv.out.write_data(printer.print({"type": event, "object": obj} if tells_events else obj))
            inv.out.flush()

    return show


def _watched_namespace(request: Request, result: Result) -> str | None:
    if result.single_items:
        return next((info.namespace for info in result.infos()), "")
    return None if request.all_namespaces else request.namespace


def _event_of(request: Request, result: Result, change: Change, kinds: Kinds) -> str:
    """What a watch of the request calls a change, empty if it does not hear of it.

    An object that is no more what was asked for is deleted to it. Mirrors the watch cache's convertToWatchEvent.
    """
    before, after = (_is_watched(request, result, obj, kinds) for obj in (change.old, change.new))
    if before and after:
        return "MODIFIED"
    if after:
        return "ADDED"
    return "DELETED" if before else ""


def _is_watched(request: Request, result: Result, obj: Obj | None, kinds: Kinds) -> bool:
    if obj is None:
        return False
    if result.single_items:
        key = key_of(obj)
        return any(Key(info.names.key, info.namespace, info.name) == key for info in result.infos())
    namespace = obj["metadata"].get("namespace", "")
    if namespace and not request.all_namespaces and namespace != request.namespace:
        return False
    return request.matches(kinds, obj)
