"""``kubesim delete``: objects by name, selector or file, and the wait until they are gone.

Mirrors kubectl pkg/cmd/delete/delete.go.
"""

from __future__ import annotations

from kubesim.api.meta import HOUR, key_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import AllNamespaces, DryRun, FieldSelector, FilenameOptions, Raw, Selector
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, dry_run_of, with_source
from kubesim.cli.support.resource_builder import Info, Request, Result, find
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, TimedOutError, UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Client
    from kubesim.life.follower import Follower

IMMEDIATE = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may "
    "continue to run on the cluster indefinitely."
)
CLUSTER_SCOPED = "deleting cluster-scoped resources, not scoped to the provided namespace"
_SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}


class Deletion(NamedTuple):
    """How to delete: ``grace`` in seconds or None for each object's own."""

    propagation: str
    grace: int | None
    dry_run: str
    ignore_missing: bool
    name_only: bool
    warn_cluster_scope: bool


class DeleteOptions(FilenameOptions):
    """What the flags say. Mirrors DeleteOptions."""

    selector: Selector = ""
    field_selector: FieldSelector = ""
    all_: Annotated[bool, Option(help="Delete every object of the named types.")] = False
    all_namespaces: AllNamespaces = False
    cascade: Annotated[
        str,
        Option(help="What becomes of dependents: background, foreground or orphan.", no_option_default="background"),
    ] = "background"
    dry_run: DryRun = NONE
    force: Annotated[bool, Option(help="Remove objects at once, without their grace period.")] = False
    grace_period: Annotated[int, Option(help="Seconds given to end; -1 means each object's own.")] = -1
    ignore_not_found: Annotated[bool, Option(help="An object that is not there counts as deleted.")] = False
    interactive: Annotated[bool, Option("i", help="Ask before anything is deleted.")] = False
    now: Annotated[bool, Option(help="As --grace-period=1.")] = False
    output: Annotated[str, Option("o", help="'name' prints names alone.")] = ""
    raw: Raw = ""
    timeout: Annotated[Duration, Option(help="How long to wait for each object to go; 0 means for ever.")] = 0
    wait: Annotated[bool, Option(help="Wait until the objects are gone.")] = True


def run(inv: Invocation, *, options: DeleteOptions) -> None:
    if options.raw:
        from kubesim.cli.support import raw

        _check_raw(options)
        raw.send(inv, Session.of(inv), "DELETE", options.raw, options.filename)
        return
    deletion = _deletion(inv, options)
    session = Session.of(inv, options)
    gone = delete(inv, options, session, deletion)
    if gone and options.wait and deletion.dry_run == NONE:
        wait_until_gone(session, gone, options.timeout)


def _check_raw(options: DeleteOptions) -> None:
    """UserError: the first thing that is wrong with a command line that has --raw."""
    from kubesim.cli.support import raw

    if options.interactive:
        raise UserError("--interactive can not be used with --raw")
    if len(options.filename) > 1:
        raise UserError("--raw can only use a single local file or stdin")
    raw.check_file(options.filename)
    if options.output:
        raise UserError("--raw and --output are mutually exclusive")
    raw.check_path(options.raw)


def _deletion(inv: Invocation, options: DeleteOptions) -> Deletion:
    picks = bool(options.all_ or options.selector or options.field_selector)
    if options.output not in ("", "name"):
        raise UserError(f"unexpected -o output mode: {options.output}. We only support '-o name'")
    return Deletion(
        propagation=propagation_of(inv, options.cascade),
        grace=_grace(inv, options),
        dry_run=dry_run_of(inv, options.dry_run),
        ignore_missing=options.ignore_not_found or (picks and not inv.changed("ignore-not-found")),
        name_only=options.output == "name",
        warn_cluster_scope=bool(inv.globals.namespace) and not options.all_namespaces,
    )


def _grace(inv: Invocation, options: DeleteOptions) -> int | None:
    """The grace period that the flags ask for; 0 only with --force."""
    grace, force = options.grace_period, options.force
    if options.now:
        if grace != -1:
            raise UserError("--now and --grace-period cannot be specified together")
        grace = 1
    if grace == 0 and not force:
        grace = 1
    if force and grace < 0:
        grace = 0
    if force and grace > 0:
        raise UserError("--force and --grace-period greater than 0 cannot be specified together")
    if force:
        inv.err.write(f"Warning: {IMMEDIATE}\n")
    return None if grace < 0 else grace


def delete(inv: Invocation, options: DeleteOptions, session: Session, deletion: Deletion) -> dict[Key, str]:
    """Delete what the command line names; the uids of what is going, by key."""
    gone: dict[Key, str] = {}
    agreed = _agreed(inv, options, session) if options.interactive else None
    if agreed is not None and not agreed:
        return gone
    with session.acting(dry_run=deletion.dry_run != NONE) as cluster:
        result = _request(inv, options, session, cluster).resolve(cluster)
        if agreed is not None:
            result.items = [item for item in result.items if isinstance(item, Exception) or _place(item) in agreed]
        found = _delete_each(inv, cluster, result, deletion, gone)
        if not found:
            inv.out.write("No resources found\n")
    return gone


def _request(inv: Invocation, options: DeleteOptions, session: Session, cluster: Client) -> Request:
    return Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        all_namespaces=options.all_namespaces,
        selector=options.selector,
        field_selector=options.field_selector,
        all=options.all_,
    )


def _place(info: Info) -> tuple[str, str, str]:
    return info.names.key, info.namespace, info.name


def _delete_each(inv: Invocation, cluster: Client, result: Result, deletion: Deletion, gone: dict[Key, str]) -> int:
    warned = not deletion.warn_cluster_scope
    found = 0

    def act(info: Info) -> None:
        nonlocal warned, found
        try:
            found += 1
            if not info.names.namespaced and not warned:
                warned = True
                inv.err.write(f"Warning: {CLUSTER_SCOPED}\n")
            if deletion.dry_run != CLIENT:
                gone.update(_delete_one(cluster, info, deletion))
        except (StatusError, UserError) as error:
            if deletion.ignore_missing and isinstance(error, StatusError) and error.reason == "NotFound":
                return
            raise with_source("deleting", info.source, error) from error
        inv.out.write(_sentence(info, deletion))

    result.visit(act)
    return found


def _delete_one(cluster: Client, info: Info, deletion: Deletion) -> dict[Key, str]:
    old: Obj = find(cluster, info.names, info.namespace, info.name, verb="delete")
    key = key_of(old)
    cluster.delete(*key, propagation=deletion.propagation, grace=deletion.grace)
    return {key: old["metadata"]["uid"]}


def _sentence(info: Info, deletion: Deletion) -> str:
    names = info.names
    kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
    if deletion.name_only:
        return f"{kind}/{info.name}\n"
    operation = "force deleted" if deletion.grace == 0 else "deleted"
    place = f" from {info.namespace} namespace" if names.namespaced else ""
    return f'{kind} "{info.name}" {operation}{place}{_SUFFIXES[deletion.dry_run]}\n'


def _agreed(inv: Invocation, options: DeleteOptions, session: Session) -> set[tuple[str, str, str]]:
    """Ask before anything is deleted: the places of what the user saw and wants to go, none where the answer is no.

    Nobody is kept waiting meanwhile: what was made since is not deleted. Mirrors the preview of RunDelete.
    """
    cluster = session.read()
    result = _request(inv, options, session, cluster).resolve(cluster)
    if not result.items:
        inv.out.write("No resources found\n")
        return set()
    inv.out.write(f"You are about to delete the following {len(result.items)} resource(s):\n")
    for info in result.infos():
        inv.out.write(f"{info.object_name}\n")
    inv.out.write("Do you want to continue? (y/N): ")
    inv.out.flush()
    if inv.stdin.readline().strip().lower() in ("y", "yes"):
        return {_place(info) for info in result}
    inv.out.write("deletion is cancelled\n")
    return set()


def wait_until_gone(session: Session, gone: dict[Key, str], timeout: int) -> None:
    """Wait until no object of those keys has the uid it had; UserError after ``timeout`` ms, never where that is 0.

    Without a time-out no wait jumps far: what the cluster does not do within an hour, another process must.
    """
    with session.follow() as follower:
        until = follower.cluster.now + (timeout or HOUR)
        for key, uid in gone.items():
            while not _goes(follower, key, uid, until, is_patient=not timeout):
                if timeout:
                    names = follower.cluster.kinds.names_of(key.kind)
                    raise TimedOutError(f"timed out waiting for the condition on {names.plural}/{key.name}")
                follower.wait_for_others()


def _goes(follower: Follower, key: Key, uid: str, until: int, *, is_patient: bool) -> bool:
    """Whether the object goes by ``until`` (ms); a patient wait leaves what others hold to them."""
    for obj in follower.versions(key, until):
        if obj is None or obj["metadata"]["uid"] != uid:
            return True
        if is_patient and (follower.cluster.now >= until or _is_held_by_others(obj)):
            return False
    return False


def _is_held_by_others(obj: Obj) -> bool:
    """Whether all that keeps a deleted object is a finalizer that no part of the cluster knows."""
    meta = obj["metadata"]
    if meta.get("deletionGracePeriodSeconds"):  # a kubelet has to end it first
        return False
    domains = [name.rpartition("/")[0] for name in meta.get("finalizers") or ()]
    return any(domain and not domain.endswith("kubernetes.io") for domain in domains)


COMMAND = Command(
    name="delete",
    use="delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    short="Delete resources by file names, stdin, resources and names, or by resources and label selector",
    long=(
        "Delete objects that files name, or by type and name, or by type and selector.\n\n"
        "What belongs to a deleted object goes with it (--cascade=background), after it (--cascade=foreground), or "
        "stays behind (--cascade=orphan). Pods get their grace period to end; the command waits until all is gone "
        "unless --wait=false."
    ),
    examples=(
        ("A Deployment, its ReplicaSets and its pods", "delete deployment myapp-deployment"),
        ("What a file names", "delete -f deployment-definition.yml"),
        ("The Deployment alone: its ReplicaSet goes on", "delete deployment myapp-deployment --cascade=orphan"),
        ("Every pod with a label, at once", "delete pods -l app=myapp --now"),
    ),
    run=run,
)
