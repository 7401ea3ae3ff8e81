"""What ``label`` and ``annotate`` have in common: objects are picked, keys are set and dropped, or listed."""

from __future__ import annotations

from kubesim.api.meta import Obj, with_metadata
from kubesim.cli.options import (
    AllNamespaces,
    DryRun,
    FieldManager,
    FieldSelector,
    FilenameOptions,
    PrintFlags,
    Record,
    Selector,
)
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Request, Result, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.cli.support.pairs import Pairs
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client

LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"


class MetadataOptions(FilenameOptions, PrintFlags):
    """The flags that both verbs have; each says in its own words what they do."""

    selector: Selector = ""
    field_selector: FieldSelector = ""
    all_namespaces: AllNamespaces = False
    dry_run: DryRun = NONE
    field_manager: FieldManager
    record: Record = False
    all_: bool = False
    list_: bool = False
    local: bool = False
    overwrite: bool = False
    resource_version: str = ""


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


def validate(inv: Invocation, options: MetadataOptions, change: Change, what: str) -> None:
    """Which flags and arguments go together; UserError."""
    file = "pod" if change.is_label else "rsrc"
    for given, other in ((options.selector, "selector"), (options.field_selector, "field-selector")):
        if options.all_ and given:
            raise UserError(f"cannot set --all and --{other} at the same time")
    if options.list_ and options.output:
        raise UserError("--list and --output may not be specified together")
    if options.local:
        if dry_run_of(inv, options.dry_run) == SERVER:
            raise UserError(LOCAL_SERVER)
        if change.resources:
            raise UserError(
                f"can only use local files by -f {file}.yaml or --filename={file}.json when --local=true is set"
            )
        if not options.are_given:
            raise UserError(f"one or more files must be specified as -f {file}.yaml or --filename={file}.json")
    elif not change.resources and not options.are_given:
        raise UserError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not change.pairs.new and not change.pairs.removed and not options.list_:
        raise UserError(f"at least one {what} update is required")


def run(inv: Invocation, options: MetadataOptions, change: Change) -> None:
    """Change each object, or list what it has."""
    dry_run = dry_run_of(inv, options.dry_run)
    session = Session.of(inv, options, options.field_manager)
    reporter = Reporter(inv, options, dry_run, apart=change.is_label)
    with session.acting(dry_run=dry_run != NONE or options.list_, local=options.local) as cluster:
        result = _request(options, session, cluster, change).resolve(cluster)
        if options.resource_version and not result.single:
            raise UserError("--resource-version may only be used with a single resource")

        def act(info: Info) -> None:
            obj = info.obj if options.local else fetch(cluster, info.names, info.namespace, info.name)
            assert obj is not None
            obj = cluster.kinds.in_version(obj, info.names.api_version)
            is_sent = dry_run != CLIENT and not options.local and not options.list_
            if is_sent and change.is_label:
                _tell_missing(inv, obj, change)
            new = _changed(options, obj, change)
            if is_sent:
                new = recorded(inv, new, record=options.record)
                sent = _sent(cluster, obj, new, change)
                new = new if change.is_label else sent
            if options.list_:
                _list(inv, info, new, result, change.field)
                return
            reporter.report(new, change.operation(_values(obj, change.field), change.pairs))

        result.visit(act)


def _request(options: MetadataOptions, session: Session, cluster: Client, change: Change) -> Request:
    return Request(
        args=change.resources,
        files=session.files(cluster, local=options.local),
        namespace=session.namespace(cluster),
        all_namespaces=options.all_namespaces,
        selector=options.selector,
        field_selector=options.field_selector,
        everything=options.all_,
    )


def _values(obj: Obj, field: str) -> dict[str, str]:
    values: dict[str, str] = (obj.get("metadata") or {}).get(field) or {}
    return values


def _tell_missing(inv: Invocation, obj: Obj, change: Change) -> None:
    for key in change.pairs.removed:
        if key not in _values(obj, change.field):
            inv.out.write(f'label "{key}" not found.\n')


def _changed(options: MetadataOptions, obj: Obj, change: Change) -> Obj:
    """The object as it is sent; a map that is empty now is there."""
    old = _values(obj, change.field)
    if not options.overwrite:
        change.check(old, change.pairs.new)
    values = {key: value for key, value in {**old, **change.pairs.new}.items() if key not in change.pairs.removed}
    new = with_metadata(obj, **{change.field: values})
    version = options.resource_version
    return with_metadata(new, resourceVersion=version) if version else new


def _sent(cluster: Client, old: Obj, new: Obj, change: Change) -> Obj:
    """The object as it was stored; labels that stay as they were are not sent."""
    values = _values(new, change.field)
    if change.is_label and values == _values(old, change.field):
        return old
    changed = cluster.kinds.stored(with_metadata(new, **{change.field: values or None}))
    return cluster.kinds.in_version(cluster.update(changed, version=new["apiVersion"]), new["apiVersion"])


def _list(inv: Invocation, info: Info, obj: Obj, result: Result, field: str) -> None:
    indent = ""
    if not result.single:
        indent = " "
        inv.out.write(f"Listing {field} for {info.names.kind}.{info.names.group}/{info.name}:\n")
    for key, value in _values(obj, field).items():
        inv.out.write(f"{indent}{key}={value}\n")
