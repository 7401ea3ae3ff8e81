"""``kubesim attach``: joins a running container's program. Mirrors kubectl pkg/cmd/attach/attach.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container, PodRunningTimeout
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.pod_timeout import check_pod_running_timeout_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.selected_pods import by_activity, selected_pods
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.life.follower import Follower


def run(
    inv: Invocation,
    *,
    container: Container = "",
    pod_running_timeout: PodRunningTimeout = 60_000,
    _detach_keys: Annotated[str, Option(help="The keys that leave the container.")] = "ctrl-p,ctrl-q",
    quiet: Annotated[bool, Option("q", help="Print what the container prints and nothing else.")] = False,
    stdin: Annotated[bool, Option("i", help="Pass standard input on to the container.")] = False,
    tty: Annotated[bool, Option("t", help="Standard input is a terminal.")] = False,
) -> None:
    if not inv.args:
        raise UserError("at least 1 argument is required for attach")
    if len(inv.args) > 2:
        message = "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments)"
        raise UserError(f"{message} saw {len(inv.args)}: [{' '.join(inv.args)}]")
    check_pod_running_timeout_of(inv, pod_running_timeout)
    session = Session.of(inv)
    with session.follow("Pod") as follower:
        pod = _pod(session, follower, inv.args, pod_running_timeout)
        phase = pod.get("status", {}).get("phase")
        if phase in ("Succeeded", "Failed"):
            raise UserError(f"cannot attach a container in a completed pod; current phase is {phase}")
        from kubesim.cli.support.attachment import AttachOptions, attach

        attach(
            inv,
            follower,
            pod,
            AttachOptions(
                reads=stdin,
                wants_terminal=tty,
                quiet=quiet,
                container=container,
                client=session.client(follower.cluster),
            ),
        )


def _pod(session: Session, follower: Follower, words: list[str], timeout: int) -> Obj:
    """The pod that is named, or the first one of the object that is. Mirrors AttachablePodForObject."""
    cluster = session.client(follower.cluster)
    args = words if len(words) > 1 or "/" in words[0] else ["pods", words[0]]
    info = Request(args=args, namespace=session.namespace(cluster)).resolve(cluster).infos()[0]
    obj = fetch(cluster, info.names, info.namespace, info.name)
    if obj["kind"] == "Pod":
        return obj
    cluster.authorize("list", "Pod", info.namespace)
    return selected_pods(follower, obj, timeout, by_activity, "attach to")[0]


COMMAND = Command(
    name="attach",
    use="attach (POD | TYPE/NAME) -c CONTAINER",
    short="Attach to a running container",
    long=(
        "Join the program that runs in a container: what it prints from now on is printed here until it ends, or you "
        "press Ctrl-C. With -i, a program that reads its standard input (the pod has to hold it open with stdin: true) "
        "reads what you type; a shell that was left begins anew."
    ),
    examples=(
        ("What a pod of a Deployment prints from now on", "attach deployment/myapp-deployment"),
        ("The shell that a pod runs", "attach tools -i -t"),
    ),
    run=run,
)
