"""``kubesim replace``: a whole object in the place of the one that is there. Mirrors kubectl pkg/cmd/replace."""

from __future__ import annotations

from kubesim.api.meta import MINUTE, key_of
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support import raw
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.last_applied import with_last_applied_if_kept
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.support.resources import NAMELESS, Info, Request, Result, find
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster

PATIENCE = 5 * MINUTE  # of --force without --timeout


def run(inv: Invocation) -> None:
    _validate(inv)
    if inv.flag("force"):
        _force(inv)
    else:
        _replace(inv)


def _validate(inv: Invocation) -> None:
    dry_run = dry_run_of(inv, inv.flag("dry-run"))
    force = bool(inv.flag("force"))
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("must specify one of -f and -k")
    if int(inv.flag("grace-period")) >= 0 and not force:
        raise UserError("--grace-period must have --force specified")
    if inv.flag("timeout") and not force:
        raise UserError("--timeout must have --force specified")
    if force and dry_run != NONE:
        raise UserError("--dry-run can not be used when --force is set")
    raw.refuse(inv.flag("raw"), inv.group(FilenameOptions), output=inv.flag("output"))


def _replace(inv: Invocation) -> None:
    from kubesim.cluster import requests

    dry_run, validation = dry_run_of(inv, inv.flag("dry-run")), validation_of(inv.flag("validate"))
    session = Session.of(inv)
    reporter = Reporter(inv, inv.group(PrintFlags), dry_run)
    subresource = str(inv.flag("subresource"))
    with session.acting(dry_run=dry_run != NONE) as cluster:

        def act(info: Info) -> None:
            obj = _as_sent(inv, info)
            if dry_run != CLIENT:
                try:
                    find(cluster, info.names, info.namespace, info.name)
                    obj = requests.replace(cluster, obj, validation=validation, subresource=subresource)
                except (StatusError, UserError) as error:
                    raise with_source("replacing", info.source, error) from error
            reporter.tell(obj, "replaced")

        _request(inv, session, cluster).resolve(cluster).visit(act)


def _request(inv: Invocation, session: Session, cluster: Cluster) -> Request:
    return Request(files=session.files(cluster, validate=validation_of(inv.flag("validate")) != "Ignore"))


def _as_sent(inv: Invocation, info: Info) -> Obj:
    assert info.obj is not None
    return with_last_applied_if_kept(
        recorded(inv, info.obj, record=inv.flag("record")), save_config=bool(inv.flag("save-config"))
    )


def _force(inv: Invocation) -> None:
    """Delete what is there, wait until it is gone, and create it anew. Mirrors forceReplace."""
    propagation = propagation_of(inv, inv.flag("cascade"))
    session = Session.of(inv)
    gone: dict[Key, str] = {}
    with session.write() as cluster:
        result = _request(inv, session, cluster).resolve(cluster)
        result.visit(lambda info: _delete(inv, cluster, info, gone, propagation))
    if gone:
        from kubesim.cli.verbs.delete import wait_until_gone

        wait_until_gone(session, gone, int(inv.flag("timeout")) or PATIENCE)
    _create(inv, session, result)


def _delete(inv: Invocation, cluster: Cluster, info: Info, gone: dict[Key, str], propagation: str) -> None:
    if not info.name:
        raise with_source("deleting", info.source, UserError(NAMELESS))
    old = cluster.find(info.names.kind, info.namespace, info.name)
    if old is None:
        return
    key = key_of(old)
    asked = int(inv.flag("grace-period"))
    grace = None if asked < 0 else max(asked, 1)
    cluster.delete(*key, propagation=propagation, grace=grace)
    gone[key] = old["metadata"]["uid"]
    names = info.names
    kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
    if str(inv.flag("output")) == "name":
        inv.out.write(f"{kind}/{info.name}\n")
        return
    place = f" from {info.namespace} namespace" if names.namespaced else ""
    inv.out.write(f'{kind} "{info.name}" deleted{place}\n')


def _create(inv: Invocation, session: Session, result: Result) -> None:
    from kubesim.cluster import requests

    reporter = Reporter(inv, inv.group(PrintFlags))
    with session.write() as cluster:

        def act(info: Info) -> None:
            obj = _as_sent(inv, info)
            obj = requests.create(cluster, obj, validation=validation_of(inv.flag("validate")))
            reporter.tell(obj, "replaced")

        if not result.visit(act):
            raise UserError("no objects passed to replace")


COMMAND = Command(
    name="replace",
    use="replace -f FILENAME",
    short="Replace a resource by file name or stdin",
    long=(
        "Put the objects of a file in the place of those that are there; what the file does not have is gone.\n\n"
        "With --force the objects are deleted and made anew, which is what it takes to change what may not be changed."
    ),
    examples=(
        ("Replace a Deployment", "replace -f deployment-definition.yml"),
        ("From standard input", "replace -f - < deployment-definition.yml"),
        ("Delete it and create it anew", "replace --force -f deployment-definition.yml"),
    ),
    flags=(
        *options.FILENAME,
        *options.PRINT,
        options.CASCADE,
        options.DRY_RUN,
        options.field_manager("kubectl-replace"),
        options.RAW,
        options.RECORD,
        options.SAVE_CONFIG,
        options.SUBRESOURCE,
        options.VALIDATE,
        Flag("force", type=bool, help="Delete the objects and create them anew."),
        Flag("grace-period", type=int, default=-1, help="With --force, seconds given to end."),
        Flag("timeout", type="duration", help="With --force, how long to wait for the old object to go."),
        Flag("wait", type=bool, help="With --force, wait until the old object is gone; it is always so."),
    ),
    run=run,
)
