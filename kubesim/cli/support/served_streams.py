"""Commands and programs in containers, joined to a client of the server rather than to this process's own streams."""

from __future__ import annotations

from kubesim.cli.support.container_streams import ContainerStreams, connect
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.life.follower import Follower
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.server.channels import Asked, Streams


def run(simulation: SavedCluster, asked: Asked, streams: Streams) -> None:
    """Run what is asked for to its end; UserError with its status, StatusError where it is refused."""
    from kubesim.cluster import Client, RequestContext
    from kubesim.rest.authentication import identity_of

    with simulation.follow("Pod") as follower:
        cluster = follower.cluster
        pod = cluster.get("Pod", asked.namespace, asked.pod)
        container = asked.container or str(pod["spec"]["containers"][0]["name"])
        client = Client(cluster, RequestContext(identity_of(cluster, asked.request)))
        given = {"container": container, "stdin": asked.reads, "stdout": True, "stderr": not asked.tty}
        command = {"command": list(asked.command)} if asked.subresource == "exec" else {}
        connect(client, pod, asked.subresource, {**given, "tty": asked.tty, **command})
        if asked.subresource == "attach":
            _attach(follower, pod, container, asked, streams)
        else:
            running = ContainerStreams(streams, follower, reads=asked.reads, is_terminal=asked.tty)
            running.execute(pod, container, asked.command)


def _attach(follower: Follower, pod: Obj, container: str, asked: Asked, streams: Streams) -> None:
    from kubesim.cli.support.attachment import Attachment
    from kubesim.controllers.kubelet.attached import AttachedProgram
    from kubesim.controllers.kubelet.execution import NotRunning

    try:
        program = AttachedProgram(follower.cluster, pod, container)
    except NotRunning as error:
        found = f"container {container} not found in pod {asked.pod}_{asked.namespace}"
        raise UserError(f"unable to upgrade connection: {found}") from error
    Attachment(streams, follower, pod, program, reads=asked.reads, is_terminal=asked.tty).stream()
