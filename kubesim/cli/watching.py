"""``get --watch``: a row for every change, as it happens. Mirrors kubectl's GetOptions.watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Key, Obj, key_of
from kubesim.cli.resources import Request, Result
from kubesim.errors import UserError
from kubesim.sim.clock import MAX
from kubesim.sim.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cli.command import Invocation
    from kubesim.cli.following import Follower
    from kubesim.cli.session import Session
    from kubesim.cluster import Change

ONE_OBJECT = "you may only watch a single resource or type of resource at a time"
ONE_IN_FILES = "watch is only supported on individual resources and resource collections - {count} resources were found"


def watch(inv: Invocation, session: Session) -> None:
    """Show what is there, unless ``--watch-only``, and then each change until nothing happens any more."""
    from kubesim.cli.get import fetched, is_table, request_of

    cluster = session.read()
    request = request_of(inv, session, cluster)._replace(single_type=True)
    result = request.resolve(cluster)
    kinds = {info.names.kind for info in result.infos()} | {names.kind for names in result.types}
    found, wrong = fetched(cluster, result)
    if wrong:
        raise wrong[0]
    show = _table(inv) if is_table(inv) else _objects(inv)
    if not inv.flag("watch-only"):
        for info in found:
            assert info.obj is not None
            show(info.obj, "ADDED", cluster.now)
    if result.single_items and len(found) > 1:
        raise UserError(ONE_OBJECT if request.files is None else ONE_IN_FILES.format(count=len(found)))
    if not kinds:
        return
    with session.follow(*kinds) as follower:
        ends_quiet = session.speed(follower.cluster.head) == MAX
        for change in changes(follower, ends_quiet=ends_quiet):
            if _is_watched(request, result, change):
                _show_change(show, change, follower.cluster.now)


def _table(inv: Invocation) -> Callable[[Obj, str, int], None]:
    from kubesim.cli.get import table_printer

    printer = table_printer(inv, with_kind=False)
    tells_events = bool(inv.flag("output-watch-events"))

    def show(obj: Obj, event: str, now: int) -> None:
        inv.out.write(printer.print([obj], now, event if tells_events else ""))
        inv.out.flush()

    return show


def _objects(inv: Invocation) -> Callable[[Obj, str, int], None]:
    from kubesim.printers.output import OutputOptions, for_get

    printer = for_get(OutputOptions(output=str(inv.flag("output")), template=str(inv.flag("template"))))
    tells_events = bool(inv.flag("output-watch-events"))

    def show(obj: Obj, event: str, _now: int) -> None:
        assert printer is not None
        inv.out.write(printer.print({"type": event, "object": obj} if tells_events else obj))
        inv.out.flush()

    return show


def changes(follower: Follower, *, ends_quiet: bool) -> Iterator[Change]:
    """Each change as it happens; under max the cluster's rest is the end."""
    quiet = Quiet(follower.cluster)
    while follower.step(quiet.due if ends_quiet else None):
        yield from follower.changes()
    yield from follower.changes()


def _is_watched(request: Request, result: Result, change: Change) -> bool:
    obj = change.new or change.old
    assert obj is not None
    if result.single_items:
        key = key_of(obj)
        return any(Key(info.names.kind, info.namespace, info.name) == key for info in result.infos())
    namespace = obj["metadata"].get("namespace", "")
    if namespace and not request.all_namespaces and namespace != request.namespace:
        return False
    return request.matches(obj)


def _show_change(show: Callable[[Obj, str, int], None], change: Change, now: int) -> None:
    if change.new is None:
        assert change.old is not None
        show(change.old, "DELETED", now)
    else:
        show(change.new, "MODIFIED" if change.old else "ADDED", now)
