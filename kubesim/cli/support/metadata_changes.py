"""What ``label`` and ``annotate`` have in common: objects are picked, keys are set and dropped, or listed."""

from __future__ import annotations

from kubesim.api.meta import Obj, with_metadata
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resources import Request, Result, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kinds.versions import in_version, stored
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.cli.support.pairs import Pairs
    from kubesim.cli.support.resources import Info
    from kubesim.cluster import Cluster

LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"


class Change(NamedTuple):
    """What is to become of the ``field`` ("labels") of each object that is picked.

    ``check`` refuses what may not be overwritten; ``operation`` says in a word what came of it.
    ``is_label`` decides what differs besides: keys that are not there are told of, and it is not what the cluster
    made of an object that is printed but the object that was sent, by a printer of its own.
    """

    field: str
    resources: list[str]
    pairs: Pairs
    check: Callable[[dict[str, str], dict[str, str]], None]
    operation: Callable[[dict[str, str], Pairs], str]
    is_label: bool = False


def validate(inv: Invocation, change: Change, what: str) -> None:
    """Which flags and arguments go together; UserError."""
    file = "pod" if change.is_label else "rsrc"
    for other in ("selector", "field-selector"):
        if inv.flag("all") and inv.flag(other):
            raise UserError(f"cannot set --all and --{other} at the same time")
    if inv.flag("list") and inv.flag("output"):
        raise UserError("--list and --output may not be specified together")
    files = bool(inv.flag("filename") or inv.flag("kustomize"))
    if inv.flag("local"):
        if dry_run_of(inv) == SERVER:
            raise UserError(LOCAL_SERVER)
        if change.resources:
            raise UserError(
                f"can only use local files by -f {file}.yaml or --filename={file}.json when --local=true is set"
            )
        if not files:
            raise UserError(f"one or more files must be specified as -f {file}.yaml or --filename={file}.json")
    elif not change.resources and not files:
        raise UserError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not change.pairs.new and not change.pairs.removed and not inv.flag("list"):
        raise UserError(f"at least one {what} update is required")


def run(inv: Invocation, change: Change) -> None:
    """Change each object, or list what it has."""
    dry_run = dry_run_of(inv)
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run, apart=change.is_label)
    local = bool(inv.flag("local"))
    with session.acting(dry_run=dry_run != NONE or bool(inv.flag("list")), local=local) as cluster:
        result = _request(inv, session, cluster, change).resolve(cluster)
        if inv.flag("resource-version") and not result.single:
            raise UserError("--resource-version may only be used with a single resource")

        def act(info: Info) -> None:
            obj = info.obj if local else fetch(cluster, info.names, info.namespace, info.name)
            assert obj is not None
            obj = in_version(obj, info.names.api_version)
            is_sent = dry_run != CLIENT and not local and not inv.flag("list")
            if is_sent and change.is_label:
                _tell_missing(inv, obj, change)
            new = _changed(inv, obj, change)
            if is_sent:
                new = recorded(inv, new)
                sent = _sent(cluster, obj, new, change)
                new = new if change.is_label else sent
            if inv.flag("list"):
                _list(inv, info, new, result, change.field)
                return
            reporter.tell(new, change.operation(_values(obj, change.field), change.pairs))

        result.visit(act)


def _request(inv: Invocation, session: Session, cluster: Cluster, change: Change) -> Request:
    return Request(
        args=change.resources,
        files=session.files(inv, cluster),
        namespace=session.namespace(cluster),
        all_namespaces=bool(inv.flag("all-namespaces")),
        selector=str(inv.flag("selector")),
        field_selector=str(inv.flag("field-selector")),
        everything=bool(inv.flag("all")),
    )


def _values(obj: Obj, field: str) -> dict[str, str]:
    values: dict[str, str] = (obj.get("metadata") or {}).get(field) or {}
    return values


def _tell_missing(inv: Invocation, obj: Obj, change: Change) -> None:
    for key in change.pairs.removed:
        if key not in _values(obj, change.field):
            inv.out.write(f'label "{key}" not found.\n')


def _changed(inv: Invocation, obj: Obj, change: Change) -> Obj:
    """The object as it is sent; a map that is empty now is there."""
    old = _values(obj, change.field)
    if not inv.flag("overwrite"):
        change.check(old, change.pairs.new)
    values = {key: value for key, value in {**old, **change.pairs.new}.items() if key not in change.pairs.removed}
    new = with_metadata(obj, **{change.field: values})
    version = str(inv.flag("resource-version"))
    return with_metadata(new, resourceVersion=version) if version else new


def _sent(cluster: Cluster, old: Obj, new: Obj, change: Change) -> Obj:
    """The object as it was stored; labels that stay as they were are not sent."""
    values = _values(new, change.field)
    if change.is_label and values == _values(old, change.field):
        return old
    changed = stored(with_metadata(new, **{change.field: values or None}))
    return in_version(cluster.update(changed, version=new["apiVersion"]), new["apiVersion"])


def _list(inv: Invocation, info: Info, obj: Obj, result: Result, field: str) -> None:
    indent = ""
    if not result.single:
        indent = " "
        inv.out.write(f"Listing {field} for {info.names.kind}.{info.names.group}/{info.name}:\n")
    for key, value in _values(obj, field).items():
        inv.out.write(f"{indent}{key}={value}\n")
