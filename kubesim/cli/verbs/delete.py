"""``kubesim delete``: objects by name, selector or file, and the wait until they are gone.

Mirrors kubectl pkg/cmd/delete/delete.go.
"""

from __future__ import annotations

from kubesim import kinds
from kubesim.api.meta import HOUR, key_of
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.raw import NO_SERVER
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, dry_run_of, with_source
from kubesim.cli.support.resources import Info, Request, Result, find
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster

IMMEDIATE = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may "
    "continue to run on the cluster indefinitely."
)
CLUSTER_SCOPED = "deleting cluster-scoped resources, not scoped to the provided namespace"
_SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}


class Options(NamedTuple):
    """How to delete: ``grace`` in seconds or None for each object's own; ``timeout`` in ms, 0 for ever."""

    propagation: str
    grace: int | None
    dry_run: str
    ignore_missing: bool
    wait: bool
    timeout: int
    name_only: bool
    warn_cluster_scope: bool


def run(inv: Invocation) -> None:
    options = _options(inv)
    session = Session.of(inv)
    gone = delete(inv, session, options)
    if gone and options.wait and options.dry_run == NONE:
        wait_until_gone(session, gone, options.timeout)


def _options(inv: Invocation) -> Options:
    picks = bool(inv.flag("all") or inv.flag("selector") or inv.flag("field-selector"))
    if inv.flag("raw"):
        raise UserError(NO_SERVER)
    output = str(inv.flag("output"))
    if output not in ("", "name"):
        raise UserError(f"unexpected -o output mode: {output}. We only support '-o name'")
    ignore = bool(inv.flag("ignore-not-found"))
    return Options(
        propagation=propagation_of(inv, inv.flag("cascade")),
        grace=_grace(inv),
        dry_run=dry_run_of(inv, inv.flag("dry-run")),
        ignore_missing=ignore or (picks and not inv.changed("ignore-not-found")),
        wait=bool(inv.flag("wait")),
        timeout=int(inv.flag("timeout")),
        name_only=output == "name",
        warn_cluster_scope=bool(inv.flag("namespace")) and not inv.flag("all-namespaces"),
    )


def _grace(inv: Invocation) -> int | None:
    """The grace period that the flags ask for; 0 only with --force."""
    grace = int(inv.flag("grace-period"))
    force = bool(inv.flag("force"))
    if inv.flag("now"):
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


def delete(inv: Invocation, session: Session, options: Options) -> dict[Key, str]:
    """Delete what the command line names; the uids of what is going, by key."""
    gone: dict[Key, str] = {}
    agreed = _agreed(inv, session) if inv.flag("interactive") else None
    if agreed is not None and not agreed:
        return gone
    with session.acting(dry_run=options.dry_run != NONE) as cluster:
        result = _request(inv, session, cluster).resolve(cluster)
        if agreed is not None:
            result.items = [item for item in result.items if isinstance(item, Exception) or _place(item) in agreed]
        found = _delete_each(inv, cluster, result, options, gone)
        if not found:
            inv.out.write("No resources found\n")
    return gone


def _request(inv: Invocation, session: Session, cluster: Cluster) -> Request:
    return Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        all_namespaces=bool(inv.flag("all-namespaces")),
        selector=str(inv.flag("selector")),
        field_selector=str(inv.flag("field-selector")),
        all=bool(inv.flag("all")),
    )


def _place(info: Info) -> tuple[str, str, str]:
    return info.names.kind, info.namespace, info.name


def _delete_each(inv: Invocation, cluster: Cluster, result: Result, options: Options, gone: dict[Key, str]) -> int:
    warned = not options.warn_cluster_scope
    found = 0

    def act(info: Info) -> None:
        nonlocal warned, found
        try:
            found += 1
            if not info.names.namespaced and not warned:
                warned = True
                inv.err.write(f"Warning: {CLUSTER_SCOPED}\n")
            if options.dry_run != CLIENT:
                gone.update(_delete_one(cluster, info, options))
        except (StatusError, UserError) as error:
            if options.ignore_missing and isinstance(error, StatusError) and error.reason == "NotFound":
                return
            raise with_source("deleting", info.source, error) from error
        inv.out.write(_sentence(info, options))

    result.visit(act)
    return found


def _delete_one(cluster: Cluster, info: Info, options: Options) -> dict[Key, str]:
    old: Obj = find(cluster, info.names, info.namespace, info.name, verb="delete")
    key = key_of(old)
    cluster.delete(*key, propagation=options.propagation, grace=options.grace)
    return {key: old["metadata"]["uid"]}


def _sentence(info: Info, options: Options) -> str:
    names = info.names
    kind = f"{names.kind.lower()}.{names.group}" if names.group else names.kind.lower()
    if options.name_only:
        return f"{kind}/{info.name}\n"
    operation = "force deleted" if options.grace == 0 else "deleted"
    place = f" from {info.namespace} namespace" if names.namespaced else ""
    return f'{kind} "{info.name}" {operation}{place}{_SUFFIXES[options.dry_run]}\n'


def _agreed(inv: Invocation, session: Session) -> set[tuple[str, str, str]]:
    """Ask before anything is deleted: the places of what the user saw and wants to go, none where the answer is no.

    Nobody is kept waiting meanwhile: what was made since is not deleted. Mirrors the preview of RunDelete.
    """
    cluster = session.read()
    result = _request(inv, session, cluster).resolve(cluster)
    if not result.items:
        inv.out.write("No resources found\n")
        return set()
    inv.out.write(f"You are about to delete the following {len(result.items)} resource(s):\n")
    for info in result.infos():
        inv.out.write(f"{info.said}\n")
    inv.out.write("Do you want to continue? (y/N): ")
    inv.out.flush()
    if inv.stdin.readline().strip().lower() in ("y", "yes"):
        return {_place(info) for info in result}
    inv.out.write("deletion is cancelled\n")
    return set()


def wait_until_gone(session: Session, gone: dict[Key, str], timeout: int) -> None:
    """Wait until no object of those keys has the uid it had; UserError after ``timeout`` ms, never where that is 0.

    Without a time-out nobody jumps far: what the cluster does not do within an hour, somebody else must.
    """
    with session.follow(*{key.kind for key in gone}) as follower:
        until = follower.cluster.now + (timeout or HOUR)
        for key, uid in gone.items():
            while (obj := follower.cluster.find(*key)) is not None and obj["metadata"]["uid"] == uid:
                if not timeout and (follower.cluster.now >= until or _is_held_by_others(obj)):
                    follower.wait_for_others()
                elif not follower.step(until) and timeout:
                    names = kinds.names_of(key.kind)
                    raise UserError(f"timed out waiting for the condition on {names.plural}/{key.name}")


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
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        options.FIELD_SELECTOR,
        Flag("all", type=bool, help="Delete every object of the named types."),
        options.ALL_NAMESPACES,
        Flag(
            "cascade",
            default="background",
            no_option_default="background",
            help="What becomes of dependents: background, foreground or orphan.",
        ),
        options.DRY_RUN,
        Flag("force", type=bool, help="Remove objects at once, without their grace period."),
        Flag("grace-period", type=int, default=-1, help="Seconds given to end; -1 means each object's own."),
        Flag("ignore-not-found", type=bool, help="An object that is not there counts as deleted."),
        Flag("interactive", "i", type=bool, help="Ask before anything is deleted."),
        Flag("now", type=bool, help="As --grace-period=1."),
        Flag("output", "o", help="'name' prints names alone."),
        options.RAW,
        Flag("timeout", type="duration", default=0, help="How long to wait for each object to go; 0 means for ever."),
        Flag("wait", type=bool, default=True, help="Wait until the objects are gone."),
    ),
    run=run,
)
