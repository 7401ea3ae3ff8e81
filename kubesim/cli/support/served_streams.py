"""Commands and programs in containers, joined to a client of the server rather than to this process's own streams."""

from __future__ import annotations

from kubesim.cli.support.container_streams import ContainerStreams
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kubesim.api.meta import Obj
    from kubesim.life.follower import Follower
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.server.channels import Asked, Channels
    from kubesim.server.command_streams import Streams


def channels(simulation: SavedCluster) -> Channels:
    """What answers clients of the server whose connections are upgraded."""
    from kubesim.server.channels import Channels

    return Channels(
        lambda asked, streams: _run(simulation, asked, streams),
        lambda namespace, pod: PodForwarder(simulation, namespace, pod),
    )


def _run(simulation: SavedCluster, asked: Asked, streams: Streams) -> None:
    """Run what is asked for to its end; UserError with its status, StatusError where it is refused."""
    with simulation.follow("Pod") as follower:
        pod = follower.cluster.get("Pod", asked.namespace, asked.pod)
        container = asked.container or str(pod["spec"]["containers"][0]["name"])
        if asked.subresource == "attach":
            _attach(follower, pod, container, asked, streams)
        else:
            running = ContainerStreams(
                streams, follower, reads=asked.reads, is_terminal=asked.tty, keyboard=streams.keyboard
            )
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
    attachment = Attachment(
        streams, follower, pod, program, reads=asked.reads, is_terminal=asked.tty, keyboard=streams.keyboard
    )
    attachment.is_left = lambda: streams.stdin.is_left
    attachment.stream()


class Openings:
    """A simulation, as a forwarded pod asks for it."""

    def __init__(self, simulation: SavedCluster) -> None:
        self._simulation = simulation

    def life(self) -> LiveCluster:
        """The cluster as of now."""
        return self._simulation.read()

    def writing(self) -> AbstractContextManager[LiveCluster]:
        """The cluster as of now, under the writers' lock."""
        return self._simulation.writing()


class PodForwarder:
    """The pod that a client of the server forwards ports to; StatusError where it is gone."""

    def __init__(self, simulation: SavedCluster, namespace: str, name: str) -> None:
        from kubesim.cli.support.forwarded_pod import ForwardedPod

        self._pod = ForwardedPod(Openings(simulation), simulation.read().cluster.get("Pod", namespace, name))

    def refusal(self, port: int) -> str:
        """Why nobody takes a connection on a port, empty if somebody does."""
        from kubesim.network.http import Failure

        made = self._pod.connect(port)
        if isinstance(made, Failure):
            return made.detail
        return "" if made.speaks_http and not made.is_secure else "kubesim forwards HTTP alone"

    def answers(self, port: int, received: bytearray) -> tuple[bytes, bool, str]:
        """What comes back for what was received, whether the connection ends then, and what went wrong."""
        from kubesim.cli.support.http_wire import NotHttp, TooMuch, awaits_leave, encoded, is_kept, take_request
        from kubesim.network.http import Failure

        content, ends = b"", False
        try:
            while not ends and (request := take_request(received)) is not None:
                found = self._pod.send(port, request)
                if isinstance(found, Failure):
                    return content, True, found.detail
                if isinstance(found, str):
                    return content, True, found
                content += encoded(request, found)
                ends = not is_kept(request, found)
        except NotHttp as other:
            return content, True, f"kubesim forwards HTTP alone, and a client sends {other}"
        except TooMuch as error:
            content += f"HTTP/1.1 {error}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            ends = True
        if not ends and awaits_leave(received):
            content += b"HTTP/1.1 100 Continue\r\n\r\n"
        return content, ends, ""
