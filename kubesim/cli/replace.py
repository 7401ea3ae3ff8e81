"""``kubesim replace``: a whole object in the place of the one that is there. Mirrors kubectl pkg/cmd/replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli import flags
from kubesim.cli.apply_annotation import with_last_applied_if_kept
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.from_file import create_one
from kubesim.cli.record import recorded
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.resources import Request
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.cli.resources import Info
    from kubesim.cluster import Cluster

FORCE_AND_DRY_RUN = "--dry-run can not be used when --force is set"


def run(inv: Invocation) -> None:
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise inv.usage_error("Must specify --filename to replace")
    if inv.flag("force"):
        if dry_run_of(inv) != NONE:
            raise UserError(FORCE_AND_DRY_RUN)
        _force(inv)
        return
    dry_run, validation = dry_run_of(inv), validation_of(inv)
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run)
    with session.acting(dry_run=dry_run != NONE) as cluster:

        def act(info: Info) -> None:
            from kubesim.cluster import requests

            assert info.obj is not None
            obj = with_last_applied_if_kept(recorded(inv, info.obj), save_config=bool(inv.flag("save-config")))
            if dry_run != CLIENT:
                try:
                    cluster.get(info.names.kind, info.namespace, info.name)
                    obj = requests.replace(cluster, obj, validation=validation, warn=reporter.warn)
                except StatusError as error:
                    raise with_source("replacing", info.source, error) from error
            reporter.tell(obj, "replaced")

        if not _request(inv, session, cluster).resolve(cluster).visit(act):
            raise UserError("no objects passed to replace")


def _request(inv: Invocation, session: Session, cluster: Cluster) -> Request:
    return Request(files=session.files(inv, cluster, validate=validation_of(inv) != "Ignore"))


def _force(inv: Invocation) -> None:
    """Delete what is there, wait until it is gone, and create it anew. Mirrors forceReplace."""
    from kubesim.cli.delete import WEEK, wait_until_gone

    session = Session.of(inv)
    gone: dict[Key, str] = {}
    with session.write() as cluster:
        _request(inv, session, cluster).resolve(cluster).visit(lambda info: _delete(inv, cluster, info, gone))
    if gone:
        wait_until_gone(session, gone, int(inv.flag("timeout")) or WEEK)
    reporter = Reporter(inv)
    with session.write() as cluster:

        def create(info: Info) -> None:
            assert info.obj is not None
            obj = with_last_applied_if_kept(info.obj, save_config=bool(inv.flag("save-config")))
            reporter.tell(create_one(cluster, obj, info.source, validation_of(inv), reporter), "replaced")

        _request(inv, session, cluster).resolve(cluster).visit(create)


def _delete(inv: Invocation, cluster: Cluster, info: Info, gone: dict[Key, str]) -> None:
    from kubesim.api.meta import key_of
    from kubesim.cli.delete import PROPAGATION

    old = cluster.find(info.names.kind, info.namespace, info.name)
    if old is None:
        return
    key = key_of(old)
    grace = int(inv.flag("grace-period"))
    cluster.delete(*key, propagation=PROPAGATION[str(inv.flag("cascade"))], grace=None if grace < 0 else grace)
    gone[key] = old["metadata"]["uid"]
    names = info.names
    kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
    place = f" from {info.namespace} namespace" if names.namespaced else ""
    inv.out.write(f'{kind} "{info.name}" deleted{place}\n')


COMMAND = Command(
    name="replace",
    use="replace -f FILENAME",
    short="Replace a resource by file name or stdin",
    long="Put the objects of a file in the place of those that are there; fields that the file does not have are gone.",
    examples=(
        ("Replace a Deployment", "replace -f deployment-definition.yml"),
        ("Delete it and create it anew", "replace --force -f deployment-definition.yml"),
    ),
    flags=(
        *flags.FILENAME,
        *flags.PRINT,
        flags.CASCADE,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RAW,
        flags.RECORD,
        flags.SAVE_CONFIG,
        flags.SUBRESOURCE,
        flags.VALIDATE,
        Flag("force", type=bool, help="Delete the objects and create them anew."),
        Flag("grace-period", type=int, default=-1, help="With --force, seconds given to end."),
        Flag("timeout", type="duration", help="With --force, how long to wait for the old object to go."),
        Flag("wait", type=bool, help="With --force, wait until the old object is gone; it is always so."),
    ),
    run=run,
)
