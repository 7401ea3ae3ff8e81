"""``kubesim scale``: sets the number of replicas. Mirrors kubectl pkg/cmd/scale/scale.go and pkg/scale/scale.go."""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FilenameOptions, PrintFlags, Record, Selector
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.cluster import subresources
from kubesim.errors import StatusError, TimedOutError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cli.support.resource_builder import Info, Result
    from kubesim.cluster import Client

COUNT_REQUIRED = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"


class ScaleOptions(FilenameOptions, PrintFlags):
    """The flags of ``scale``. Mirrors ScaleOptions."""

    selector: Selector = ""
    dry_run: DryRun = NONE
    record: Record = False
    all_: Annotated[bool, Option(help="Scale every object of the named types.")] = False
    current_replicas: Annotated[int, Option(help="Scale only if this is the number now; -1 means any.")] = -1
    replicas: Annotated[int, Option(required=True, help="The number of pods to have.")] = 0
    resource_version: Annotated[str, Option(help="Scale only if this is the object's version.")] = ""
    timeout: Annotated[Duration, Option(help="How long to wait for the pods to be there; 0 means not to wait.")] = 0


def run(inv: Invocation, *, options: ScaleOptions) -> None:
    dry_run = dry_run_of(inv, options.dry_run)
    if options.replicas < 0:
        raise UserError(COUNT_REQUIRED)
    if options.current_replicas < -1:
        raise UserError("The --current-replicas must specify an integer of -1 or greater")
    session = Session.of(inv, options)
    reporter = Reporter(inv, options, dry_run)
    scaled: list[Key] = []
    with session.acting(dry_run=dry_run != NONE) as cluster:
        result = _request(inv, options, session, cluster).resolve(cluster)
        if not result.items:
            raise UserError("no objects passed to scale")
        if options.resource_version and len(result.items) > 1:
            raise UserError("cannot use --resource-version with multiple resources")

        found, wrong = _found(cluster, result)
        for info in found:  # the first that cannot be scaled ends it
            old = fetch(cluster, info.names, info.namespace, info.name)
            new = _scaled(options, cluster, info, old)
            if info.names.is_custom:
                _set_scale(cluster, info, options.replicas, stores=dry_run != CLIENT)
            elif dry_run != CLIENT:
                new = cluster.update(recorded(inv, new, record=options.record), subresource="scale")
            scaled.append(key_of(new))
            reporter.report(new, "scaled")
        if wrong:
            from kubesim.errors import raise_all

            raise_all(wrong)
    if options.timeout and dry_run == NONE:
        _wait(session, scaled, options.replicas, options.timeout)


def _request(inv: Invocation, options: ScaleOptions, session: Session, cluster: Client) -> Request:
    return Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        selector=options.selector,
        everything=options.all_,
    )


def _found(cluster: Client, result: Result) -> tuple[list[Info], list[Exception]]:
    """The objects that exist, and the errors for the others; a file's objects are not checked."""
    found: list[Info] = []
    wrong: list[Exception] = []
    for item in result.items:
        try:
            if isinstance(item, Exception):
                raise item
            if result.single_items and not item.source:
                item.live(cluster)
            found.append(item)
        except (UserError, StatusError) as error:
            wrong.append(error)
    return found, wrong


def _scaled(options: ScaleOptions, cluster: Client, info: Info, old: Obj) -> Obj:
    """The object with the new number of replicas; UserError if a precondition does not hold.

    StatusError NotFound for a kind that has no scale subresource.
    """
    scale = subresources.read(cluster, info.names, info.namespace, info.name, subresources.SCALE)
    expected, current = options.current_replicas, scale["spec"].get("replicas", 0)
    if expected not in (-1, current):
        raise UserError(f"Expected replicas to be {expected}, was {current}")
    version = options.resource_version
    if version and version != old["metadata"]["resourceVersion"]:
        raise UserError(f"Expected resource version to be {version}, was {old['metadata']['resourceVersion']}")
    return old if info.names.is_custom else {**old, "spec": {**old["spec"], "replicas": options.replicas}}


def _set_scale(cluster: Client, info: Info, replicas: int, *, stores: bool) -> None:
    """Write the scale of a custom resource, whose replicas are where its definition has them."""
    names, namespace, name = info.names, info.namespace, info.name
    scale = subresources.read(cluster, names, namespace, name, subresources.SCALE)
    if stores:
        wanted = {**scale, "spec": {"replicas": replicas}}
        subresources.update(cluster, names, namespace, name, subresources.SCALE, wanted)


def _wait(session: Session, keys: list[Key], replicas: int, timeout: int) -> None:
    """Wait until each has as many pods as it wants; ``timeout`` in ms. Mirrors ScaleHasDesiredReplicas."""
    with session.follow() as follower:
        until = follower.cluster.now + timeout
        for key in keys:
            if not any(_has(obj, replicas) for obj in follower.versions(key, until)):
                raise TimedOutError("timed out waiting for the condition")


def _has(obj: Obj | None, replicas: int) -> bool:
    """Whether the object has its pods, is deleted, or was scaled to another number since."""
    if obj is None or obj["spec"].get("replicas", 0) != replicas:
        return True
    status = obj.get("status") or {}
    seen = status.get("observedGeneration", 0) >= obj["metadata"].get("generation", 0)
    return bool(seen and status.get("replicas", 0) == replicas)


COMMAND = Command(
    name="scale",
    short="Set a new size for a deployment, replica set, or replication controller",
    use=("scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)"),
    long=(
        "Set how many pods a Deployment, ReplicaSet or StatefulSet is to have.\n\n"
        "In the middle of a rollout the new number is spread over the old and the new ReplicaSet in proportion."
    ),
    examples=(
        ("Five pods", "scale deployment/myapp-deployment --replicas=5"),
        ("Only if there are two now", "scale deployment/myapp-deployment --current-replicas=2 --replicas=5"),
        ("Every Deployment down to none", "scale deployment --all --replicas=0"),
    ),
    run=run,
)
