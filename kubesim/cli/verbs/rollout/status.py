"""``kubesim rollout status``: follows a rollout to its end. Mirrors kubectl pkg/cmd/rollout/rollout_status.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, key_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Selector
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.session import Session
from kubesim.cli.support.typed_objects import require_type
from kubesim.cli.verbs.rollout.targets import resolve
from kubesim.errors import TimedOutError, UserError
from kubesim.kubectl.rollout_status import status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info

TIMED_OUT = "timed out waiting for the condition"


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    selector: Selector = "",
    revision: Annotated[int, Option(help="The revision that is expected to run; 0 means the latest.")] = 0,
    timeout: Annotated[Duration, Option(help="How long to follow it; 0 means to its end.")] = 0,
    watch: Annotated[bool, Option("w", help="Follow the rollout until it is done.")] = True,
) -> None:
    if revision < 0:
        raise UserError(f"revision must be a positive integer: {revision}")
    session = Session.of(inv, files)
    with session.follow() as follower:
        cluster = session.client(follower.cluster)
        result = resolve(inv, files, selector, session, cluster)
        if not result.items:
            inv.err.write(f"No resources found in {session.namespace(cluster)} namespace.\n")

        def act(info: Info) -> None:
            live = info.live(session.client(follower.cluster))
            require_type(live)
            key = key_of(live)
            until = follower.cluster.now + timeout if timeout else None
            for obj in follower.versions(key, until):
                if obj is None:
                    raise UserError("object has been deleted")
                if _reports_done(inv, obj, revision) or not watch:
                    return
            raise TimedOutError(TIMED_OUT)

        result.visit(act)


def _reports_done(inv: Invocation, obj: Obj, revision: int) -> bool:
    """Report how far the rollout is; whether that is its end."""
    answer = status(obj, revision)
    inv.out.write(f"{answer.message}\n")
    inv.out.flush()
    return answer.done


COMMAND = Command(
    name="status",
    use="rollout status (TYPE NAME | TYPE/NAME) [flags]",
    short="Show the status of the rollout",
    long=(
        "Show how far a rollout is, and follow it until it is done. Exit status 1 if it fails: its progress deadline "
        "passed, or --timeout did."
    ),
    examples=(
        ("Follow the rollout of a Deployment", "rollout status deployment/myapp-deployment"),
        ("Show how far it is, and come back at once", "rollout status deployment/myapp-deployment --watch=false"),
    ),
    run=run,
)
