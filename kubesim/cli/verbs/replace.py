"""``kubesim replace``: stores whole objects in the place of old ones. Mirrors kubectl pkg/cmd/replace."""

from __future__ import annotations

from kubesim.api.meta import MINUTE, key_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import (
    Cascade,
    DryRun,
    FieldManager,
    FilenameOptions,
    PrintFlags,
    Raw,
    Record,
    SaveConfig,
    Subresource,
    Validate,
)
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.last_applied import with_last_applied_if_kept
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.support.resource_builder import NAMELESS, Info, Request, find
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Client

PATIENCE = 5 * MINUTE  # of --force without --timeout


class ReplaceOptions(FilenameOptions, PrintFlags):
    """The flags of ``replace``. Mirrors ReplaceOptions."""

    cascade: Cascade = "background"
    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-replace"
    raw: Raw = ""
    record: Record = False
    save_config: SaveConfig = False
    subresource: Subresource = ""
    validate: Validate = "strict"
    force: Annotated[bool, Option(help="Delete the objects and create them anew.")] = False
    grace_period: Annotated[int, Option(help="With --force, seconds given to end.")] = -1
    timeout: Annotated[Duration, Option(help="With --force, how long to wait for the old object to go.")] = 0
    _wait: Annotated[bool, Option(help="With --force, wait until the old object is gone; it is always so.")] = False


def run(inv: Invocation, *, options: ReplaceOptions) -> None:
    validation = validation_of(options.validate)
    dry_run = dry_run_of(inv, options.dry_run)
    reporter = Reporter(inv, options, dry_run)
    propagation = propagation_of(inv, options.cascade)
    _validate(options, dry_run)
    if options.raw:
        from kubesim.cli.support import raw

        raw.send(inv, Session.of(inv), "PUT", options.raw, options.filename)
        return
    session = Session.of(inv, options, options.field_manager)
    if options.force:
        _force(inv, options, session, reporter, validation, propagation)
    else:
        _replace(inv, options, session, reporter, validation, dry_run)


def _validate(options: ReplaceOptions, dry_run: str) -> None:
    if not options.are_given:
        raise UserError("must specify one of -f and -k")
    if options.grace_period >= 0 and not options.force:
        raise UserError("--grace-period must have --force specified")
    if options.timeout and not options.force:
        raise UserError("--timeout must have --force specified")
    if options.force and dry_run != NONE:
        raise UserError("--dry-run can not be used when --force is set")
    if options.raw:
        from kubesim.cli.support import raw

        raw.check(options.raw, options, output=options.output)


def _replace(
    inv: Invocation, options: ReplaceOptions, session: Session, reporter: Reporter, validation: str, dry_run: str
) -> None:
    from kubesim.cluster import requests

    with session.acting(dry_run=dry_run != NONE) as cluster:

        def act(info: Info) -> None:
            obj = _as_sent(inv, options, info)
            if dry_run != CLIENT:
                try:
                    find(cluster, info.names, info.namespace, info.name, "update")
                    obj = requests.replace(cluster, obj, validation=validation, subresource=options.subresource)
                except (StatusError, UserError) as error:
                    raise with_source("replacing", info.source, error) from error
            reporter.report(obj, "replaced")

        _request(session, cluster, validation).resolve(cluster).visit(act)


def _request(session: Session, cluster: Client, validation: str) -> Request:
    return Request(files=session.files(cluster, validation=validation))


def _as_sent(inv: Invocation, options: ReplaceOptions, info: Info) -> Obj:
    """The file's object with the annotations that the flags ask for."""
    assert info.obj is not None
    return with_last_applied_if_kept(recorded(inv, info.obj, record=options.record), save_config=options.save_config)


def _force(
    inv: Invocation,
    options: ReplaceOptions,
    session: Session,
    reporter: Reporter,
    validation: str,
    propagation: str,
) -> None:
    """Delete the old objects, wait until they are gone, and create the new ones. Mirrors forceReplace."""
    from kubesim.cluster import requests

    gone: dict[Key, str] = {}
    with session.write() as cluster:
        result = _request(session, cluster, validation).resolve(cluster)
        result.visit(lambda info: _delete(inv, options, cluster, info, gone, propagation))
    if gone:
        from kubesim.cli.verbs.delete import wait_until_gone

        wait_until_gone(session, gone, options.timeout or PATIENCE)
    with session.write() as cluster:

        def create(info: Info) -> None:
            obj = requests.create(cluster, _as_sent(inv, options, info), validation=validation)
            reporter.report(obj, "replaced")

        if not result.visit(create):
            raise UserError("no objects passed to replace")


def _delete(
    inv: Invocation, options: ReplaceOptions, cluster: Client, info: Info, gone: dict[Key, str], propagation: str
) -> None:
    """Delete an object, if it is there, and add its key and uid to ``gone``."""
    if not info.name:
        raise with_source("deleting", info.source, UserError(NAMELESS))
    old = cluster.find(info.names.key, info.namespace, info.name)
    if old is None:
        return
    key = key_of(old)
    grace = None if options.grace_period < 0 else max(options.grace_period, 1)
    cluster.delete(*key, propagation=propagation, grace=grace)
    gone[key] = old["metadata"]["uid"]
    names = info.names
    kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
    if options.output == "name":
        inv.out.write(f"{kind}/{info.name}\n")
        return
    place = f" from {info.namespace} namespace" if names.namespaced else ""
    inv.out.write(f'{kind} "{info.name}" deleted{place}\n')


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
    run=run,
)
