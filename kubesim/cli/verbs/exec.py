"""``kubesim exec``: runs a command in a container. Mirrors kubectl pkg/cmd/exec/exec.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container, FileOptions, PodRunningTimeout
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.container_streams import ContainerStreams, connect
from kubesim.cli.support.pod_timeout import check_pod_running_timeout_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.selected_pods import by_activity, container_of, selected_pods
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.life.follower import Follower

NO_COMMAND = "you must specify at least one command for the container"
NO_TERMINAL = "Unable to use a TTY - input is not a terminal or the right kind of file"


def run(
    inv: Invocation,
    *,
    container: Container = "",
    filename: Annotated[StringSlice, Option("f", help="Files, folders or URLs that name the pod.")],
    pod_running_timeout: PodRunningTimeout = 60_000,
    quiet: Annotated[bool, Option("q", help="Print what the command prints and nothing else.")] = False,
    stdin: Annotated[bool, Option("i", help="Pass standard input on to the container.")] = False,
    tty: Annotated[bool, Option("t", help="Standard input is a terminal.")] = False,
) -> None:
    if len(inv.args) > 1 and inv.dash is None:
        raise inv.usage_error("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    named = inv.args[:1] if inv.dash != 0 else []
    if not named and not filename:
        raise UserError("pod, type/name or --filename must be specified")
    command = inv.args[len(named) :]
    if not command:
        raise UserError(NO_COMMAND)
    check_pod_running_timeout_of(inv, pod_running_timeout)
    session = Session.of(inv, FileOptions(filename=filename))
    with session.follow("Pod") as follower:
        pod = _pod(session, follower, named, pod_running_timeout)
        _refuse_completed(pod)
        name = container_of(inv, pod, container, silent=quiet)
        if tty and not inv.stdin.isatty():
            inv.err.write(f"{NO_TERMINAL}\n")
        options = {"container": name, "command": command, "stdin": stdin, "stdout": True, "stderr": not tty, "tty": tty}
        connect(session.client(follower.cluster), pod, "exec", options)
        streams = ContainerStreams(inv, follower, reads=stdin, is_terminal=tty and inv.stdin.isatty())
        streams.execute(pod, name, command)


def _pod(session: Session, follower: Follower, named: list[str], timeout: int) -> Obj:
    """The pod that is named, or the first one of the object that is. Mirrors AttachablePodForObject."""
    cluster = session.client(follower.cluster)
    namespace = session.namespace(cluster)
    if named:
        request = Request(args=[word if "/" in word else f"pods/{word}" for word in named], namespace=namespace)
    else:
        request = Request(files=session.files(cluster), namespace=namespace)
    info = request.resolve(cluster).infos()[0]
    obj = fetch(cluster, info.names, info.namespace, info.name)
    if obj["kind"] == "Pod":
        return obj
    cluster.authorize("list", "Pod", info.namespace)
    return selected_pods(follower, obj, timeout, by_activity, "attach to")[0]


def _refuse_completed(pod: Obj) -> None:
    phase = pod.get("status", {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise UserError(f"cannot exec into a container in a completed pod; current phase is {phase}")


COMMAND = Command(
    name="exec",
    use="exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    short="Execute a command in a container",
    long=(
        "Run a command in a container. A container is a small simulated machine: it has its image's usual files and "
        "programs, what is mounted into it, and what was written before; nothing is started on your own machine. What "
        "kubesim cannot know it refuses to print."
    ),
    examples=(
        ("The environment of a pod of a Deployment", "exec deployment/myapp-deployment -- env"),
        ("A file", "exec deployment/myapp-deployment -- cat /etc/resolv.conf"),
        ("A shell", "exec -it deployment/myapp-deployment -- sh"),
        ("A script", "exec deployment/myapp-deployment -- sh -c 'for i in 1 2 3; do echo $i; done'"),
    ),
    run=run,
)
