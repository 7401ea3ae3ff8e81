"""``kubesim drain``: a node is closed, and its pods are evicted and waited for.

Mirrors kubectl pkg/cmd/drain/drain.go and pkg/drain (drain.go, filters.go).
"""

from __future__ import annotations

from kubesim.api.meta import HOUR, SECOND, Obj, annotations_of, controller_of, key_of, labels_of, parse_time
from kubesim.api.well_known import MIRROR_POD_ANNOTATION_KEY
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import ChunkSize, DryRun, Selector
from kubesim.cli.signature import Annotated, Duration, Option, OptionGroup
from kubesim.cli.support import cordon_helper
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, dry_run_of
from kubesim.cli.support.session import Session
from kubesim.cluster.eviction import evict, is_finished
from kubesim.errors import Aggregate, StatusError, UserError, aggregated
from kubesim.golang.durations import duration_text
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api import selectors
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client

DAEMON_SET_FATAL = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
DAEMON_SET_WARNING = "ignoring DaemonSet-managed Pods"
LOCAL_STORAGE_FATAL = "Pods with local storage (use --delete-emptydir-data to override)"
LOCAL_STORAGE_WARNING = "deleting Pods with local storage"
UNMANAGED_FATAL = "Pods that declare no controller (use --force to override)"
UNMANAGED_WARNING = "deleting Pods that declare no controller"
RETRY = 5 * SECOND  # until a pod that is held by its budget is tried again
EVER = 365 * 24 * HOUR  # what waiting for ever means


class Draining(NamedTuple):
    """How to drain. ``grace`` in seconds or None for each pod's own, ``timeout`` in ms, ``skip_after`` in seconds."""

    dry_run: str
    force: bool
    ignore_daemon_sets: bool
    delete_empty_dir: bool
    selector: selectors.Selector | None
    evicts: bool
    grace: int | None
    timeout: int
    skip_after: int


class Verdict(NamedTuple):
    """What becomes of a pod; the ``message`` is a warning, or an error where ``fatal``."""

    deletes: bool
    message: str = ""
    fatal: bool = False


OKAY, SKIP = Verdict(True), Verdict(False)


class DrainOptions(OptionGroup):
    """What the flags say. Mirrors DrainOptions."""

    selector: Selector = ""
    _chunk_size: ChunkSize = 500
    dry_run: DryRun = NONE
    delete_emptydir_data: Annotated[bool, Option(help="Go on though pods keep data in an emptyDir, which is lost.")] = (
        False
    )
    disable_eviction: Annotated[bool, Option(help="Delete the pods rather than evict them.")] = False
    force: Annotated[bool, Option(help="Go on though pods have no controller.")] = False
    grace_period: Annotated[int, Option(help="Seconds given to each pod to end; negative means its own.")] = -1
    ignore_daemonsets: Annotated[bool, Option(help="Leave the pods of DaemonSets alone.")] = False
    pod_selector: Annotated[str, Option(help="Only pods whose labels match.")] = ""
    skip_wait_for_delete_timeout: Annotated[
        int, Option(help="Wait for no pod that was to be gone so many seconds ago.")
    ] = 0
    timeout: Annotated[Duration, Option(help="How long to wait before giving up; 0 means for ever.")] = 0


def run(inv: Invocation, *, options: DrainOptions) -> None:
    cordon_helper.check_arguments(inv, options.selector)
    draining = _draining(inv, options)
    session = Session.of(inv)
    with session.acting(dry_run=draining.dry_run != NONE) as cluster:
        nodes = cordon_helper.picked(inv, options.selector, cluster)
        cordon_helper.cordon(inv, cluster, nodes, True, draining.dry_run)
    wrong: dict[str, list[Exception]] = {}
    for node in nodes:
        name = node["metadata"]["name"]
        errors = _drain(inv, session, name, draining)
        if errors:
            why = f'unable to drain node "{name}" due to error: {aggregated(map(str, errors))}'
            inv.err.write(f"error: {why}, continuing command...\n")
            wrong[name] = errors
        else:
            cordon_helper.report(inv, node, "drained", draining.dry_run)
    if wrong:
        inv.err.write("There are pending nodes to be drained:\n" + "".join(f" {name}\n" for name in wrong))
        raise Aggregate([Aggregate(errors) for errors in wrong.values()])


def _draining(inv: Invocation, options: DrainOptions) -> Draining:
    return Draining(
        dry_run=dry_run_of(inv, options.dry_run),
        force=options.force,
        ignore_daemon_sets=options.ignore_daemonsets,
        delete_empty_dir=options.delete_emptydir_data,
        selector=_selector(options.pod_selector),
        evicts=not options.disable_eviction,
        grace=None if options.grace_period < 0 else options.grace_period,
        timeout=options.timeout,
        skip_after=options.skip_wait_for_delete_timeout,
    )


def _selector(text: str) -> selectors.Selector | None:
    from kubesim.api.selector_parser import parse_selector

    if not text:
        return None
    try:
        return parse_selector(text)
    except (UserError, StatusError) as error:
        raise UserError("--pod-selector=<pod_selector> must be a valid label selector") from error


def _drain(inv: Invocation, session: Session, node: str, draining: Draining) -> list[Exception]:
    """Evict the pods of one node and wait until they are gone; what stood in the way."""
    with session.acting(dry_run=draining.dry_run != NONE) as cluster:
        verdicts = _judged(cluster, node, draining)
        errors = [UserError(f"cannot delete {text}") for text in _by_message(verdicts, fatal=True)]
        if errors:
            return list(errors)
        warnings = _by_message(verdicts, fatal=False)
        if warnings:
            inv.err.write(f"Warning: {'; '.join(warnings)}\n")
        going = [pod for pod, verdict in verdicts if verdict.deletes]
        held = _remove_all(inv, cluster, going, draining)
        until = cluster.now + (draining.timeout or EVER)
    if not going or draining.dry_run != NONE:
        return []
    return _see_off(inv, session, node, going, held, until, draining)


def _see_off(
    inv: Invocation, session: Session, node: str, going: list[Obj], held: list[Obj], until: int, draining: Draining
) -> list[Exception]:
    """Wait for the pods to go, trying again every five seconds to evict those that their budgets hold."""
    pending = going
    while True:
        pending, now = _wait(inv, session, pending, until, draining, tries_again=bool(held))
        held = [pod for pod in pending if pod in held]
        if not pending:
            return []
        if now >= until:
            return _given_up(inv, node, pending, held, draining)
        with session.acting(dry_run=False) as cluster:
            held = _remove_all(inv, cluster, held, draining)


def _judged(cluster: Client, node: str, draining: Draining) -> list[tuple[Obj, Verdict]]:
    """The node's pods that are selected, each with what becomes of it."""
    pods = [pod for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == node]
    if draining.selector is not None:
        pods = [pod for pod in pods if draining.selector.matches(labels_of(pod))]
    return [(pod, _verdict(cluster, pod, draining)) for pod in pods]


def _verdict(cluster: Client, pod: Obj, draining: Draining) -> Verdict:
    """The last filter's word; the first that spares the pod ends it. Mirrors filterPods."""
    verdict = OKAY
    for verdict in _verdicts(cluster, pod, draining):
        if not verdict.deletes:
            break
    return verdict


def _verdicts(cluster: Client, pod: Obj, draining: Draining) -> Iterator[Verdict]:
    yield SKIP if _is_long_gone(pod, cluster.now, draining) else OKAY
    yield _daemon_set(cluster, pod, draining)
    yield SKIP if MIRROR_POD_ANNOTATION_KEY in annotations_of(pod) else OKAY
    yield _local_storage(pod, draining)
    yield _unreplicated(pod, draining)


def _daemon_set(cluster: Client, pod: Obj, draining: Draining) -> Verdict:
    owner = controller_of(pod)
    if owner is None or (owner["kind"], owner["apiVersion"]) != ("DaemonSet", "apps/v1") or is_finished(pod):
        return OKAY
    try:
        cluster.get("DaemonSet", pod["metadata"]["namespace"], owner["name"])
    except StatusError as error:
        return Verdict(True, error.message) if draining.force else Verdict(False, error.message, fatal=True)
    if draining.ignore_daemon_sets:
        return Verdict(False, DAEMON_SET_WARNING)
    return Verdict(False, DAEMON_SET_FATAL, fatal=True)


def _local_storage(pod: Obj, draining: Draining) -> Verdict:
    if not any("emptyDir" in volume for volume in pod["spec"].get("volumes") or ()) or is_finished(pod):
        return OKAY
    if draining.delete_empty_dir:
        return Verdict(True, LOCAL_STORAGE_WARNING)
    return Verdict(False, LOCAL_STORAGE_FATAL, fatal=True)


def _unreplicated(pod: Obj, draining: Draining) -> Verdict:
    if is_finished(pod) or controller_of(pod) is not None:
        return OKAY
    return Verdict(True, UNMANAGED_WARNING) if draining.force else Verdict(False, UNMANAGED_FATAL, fatal=True)


def _is_long_gone(pod: Obj, now: int, draining: Draining) -> bool:
    """Whether the pod should have been gone for longer than drain is to wait for it."""
    deleted = pod["metadata"].get("deletionTimestamp")
    return bool(draining.skip_after > 0 and deleted and now - parse_time(deleted) > draining.skip_after * SECOND)


def _by_message(verdicts: list[tuple[Obj, Verdict]], *, fatal: bool) -> list[str]:
    """``message: namespace/name, ...`` for each message, in the order in which it was first met."""
    pods: dict[str, list[str]] = {}
    for pod, verdict in verdicts:
        if verdict.message and verdict.fatal == fatal:
            meta = pod["metadata"]
            pods.setdefault(verdict.message, []).append(f"{meta['namespace']}/{meta['name']}")
    return [f"{message}: {', '.join(names)}" for message, names in pods.items()]


def _remove_all(inv: Invocation, cluster: Client, pods: list[Obj], draining: Draining) -> list[Obj]:
    """Evict or delete pods; returns those held by their budgets, after an error line for each."""
    return [pod for pod in pods if not _remove(inv, cluster, pod, draining)]


def _remove(inv: Invocation, cluster: Client, pod: Obj, draining: Draining) -> bool:
    """Whether the pod could be evicted, or deleted; it may have gone by itself."""
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    if draining.evicts or draining.dry_run == CLIENT:
        inv.out.write(f"evicting pod {namespace}/{name}{cordon_helper.SUFFIXES[draining.dry_run]}\n")
    if draining.dry_run in (CLIENT, SERVER):
        return True
    if not draining.evicts:
        cluster.delete(*key_of(pod), grace=draining.grace)
        return True
    try:
        evict(cluster, pod, draining.grace)
    except StatusError as error:
        if error.reason != "TooManyRequests":
            return error.reason == "NotFound"
        inv.err.write(f'error when evicting pods/"{name}" -n "{namespace}" (will retry after 5s): {error.message}\n')
        return False
    return True


def _wait(
    inv: Invocation, session: Session, going: list[Obj], until: int, draining: Draining, *, tries_again: bool
) -> tuple[list[Obj], int]:
    """Wait for pods to go, with a line for each, until a time-out or the next try; returns those left, and the instant.

    A wait with another try gives up only after that.
    """
    pending = list(going)
    with session.follow() as follower:
        limit = follower.cluster.now + RETRY if tries_again else until
        while pending := _still_there(inv, session.watcher(follower.cluster), pending, draining):
            if not follower.step(limit):
                break
        return pending, follower.cluster.now


def _given_up(inv: Invocation, node: str, pending: list[Obj], held: list[Obj], draining: Draining) -> list[Exception]:
    for pod in held:
        inv.out.write(f"evicting pod {pod['metadata']['namespace']}/{pod['metadata']['name']}\n")
    errors = _timed_out(pending, held, draining)
    inv.err.write(f'There are pending pods in node "{node}" when an error occurred: {aggregated(map(str, errors))}\n')
    inv.err.write("".join(f"pod/{pod['metadata']['name']}\n" for pod in pending))
    return errors


def _still_there(inv: Invocation, cluster: Client, pods: list[Obj], draining: Draining) -> list[Obj]:
    """Those of the pods that are not gone; a line is printed for each of the others."""
    pending = []
    for pod in pods:
        live = cluster.find(*key_of(pod))
        if live is None or live["metadata"]["uid"] != pod["metadata"]["uid"]:
            cordon_helper.report(inv, pod, "evicted" if draining.evicts else "deleted", NONE)
        elif _is_long_gone(live, cluster.now, draining):
            name, seconds = pod["metadata"]["name"], draining.skip_after
            inv.out.write(f'pod "{name}" has DeletionTimestamp older than {seconds} seconds, skipping\n')
        else:
            pending.append(pod)
    return pending


def _timed_out(pending: list[Obj], held: list[Obj], draining: Draining) -> list[Exception]:
    why = "context deadline exceeded"
    if not draining.evicts:
        return [UserError(why)]
    return [UserError(_why_left(pod, why, pod in held, draining)) for pod in pending]


def _why_left(pod: Obj, why: str, is_held: bool, draining: Draining) -> str:
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    if is_held:
        timeout = duration_text(draining.timeout)
        return f'error when evicting pods/"{name}" -n "{namespace}": global timeout reached: {timeout}'
    return f'error when waiting for pod "{name}" in namespace "{namespace}" to terminate: {why}'


COMMAND = Command(
    name="drain",
    use="drain NODE",
    short="Drain node in preparation for maintenance",
    long=(
        "Close a node to new pods, evict those that are there, and wait until they are gone. Pods of DaemonSets stay, "
        "and need --ignore-daemonsets; pods that nobody would make anew need --force, and pods with an emptyDir "
        "--delete-emptydir-data. A pod that its PodDisruptionBudget holds is tried again every five seconds."
    ),
    examples=(
        ("All pods but those of DaemonSets", "drain node01 --ignore-daemonsets"),
        ("Even pods that have no controller, with 15 minutes to end", "drain node01 --force --grace-period=900"),
    ),
    run=run,
)
