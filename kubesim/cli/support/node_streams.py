"""A command that is run on a node, or from the host beside it, with the command line's own streams."""

from __future__ import annotations

import os

from kubesim.cli.support.container_streams import INTERRUPTED, ContainerStreams, Gone
from kubesim.containers.evaluation.files import FileError, Files, Value
from kubesim.containers.evaluation.found import ABSENT, FILE, FOLDER, Found
from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.controllers.kubelet.node_execution import NodeDown, NodeExecution
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.command import Invocation
    from kubesim.controllers.kubelet.network import PodNetwork
    from kubesim.life.follower import Follower

UNREACHABLE = 255  # ssh's status where there is no connection, or none any more


class NodeStreams(ContainerStreams):
    """Runs a command on a node; both of its streams are kept apart unless a person sits at them."""

    def __init__(self, inv: Invocation, follower: Follower, node: str, *, is_terminal: bool) -> None:
        super().__init__(inv, follower, reads=True, is_terminal=is_terminal)
        self._node = node
        self._files = Files()

    def run(self, command: Sequence[str], *, with_own_files: bool = False) -> int:
        """Run a command, and give its status; ``with_own_files``: on the files of who runs it, not the node's."""
        try:
            place = self._execution = NodeExecution(self._follower.cluster, self._node)
        except NodeDown:
            message = f"connect to {self._node}: Connection timed out"
            raise UserError(message, status=UNREACHABLE) from None
        setting, self._files = place.setting, place.files
        if with_own_files:
            setting, self._files = setting._replace(folder=os.getcwd()), OwnFiles()
        try:
            with self.attended():
                return run_live(command, setting, self._files, self, place.age).status
        except NotSimulated as error:
            raise UserError(str(error)) from error
        except Gone:
            message = f"Connection to {self._node} closed by remote host."
            raise UserError(message, bare=True, status=UNREACHABLE) from None
        finally:
            self._keep()

    def interrupted(self) -> UserError:
        """What Ctrl-C comes to: no words, as of a program that is run here."""
        return UserError("", bare=True, status=INTERRUPTED)

    @property
    def network(self) -> PodNetwork:
        """What is around the node, at the cluster's present."""
        from kubesim.controllers.kubelet.network import network_of

        hosts = self._files.find("/etc/hosts", self.now).content or ""
        return network_of(self._follower.cluster, node=self._node, traces=self._traces, hosts=hosts)


class OwnFiles(Files):
    """The files of who runs a command: they are read and written for real."""

    def find(self, path: str, _at: int, *, follows: bool = True) -> Found:  # noqa: ARG002 - a client follows links
        """A file that can be read, or a folder."""
        if os.path.isdir(path):
            return Found(True, kind=FOLDER)
        try:
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
                return Found(True, file.read(), FILE)
        except OSError:
            return ABSENT

    def write(
        self,
        path: str,
        _at: int,
        content: Value,
        *,
        appends: bool = False,
        size: int | None = None,  # noqa: ARG002 - of texts that are not known
    ) -> None:
        """Write a text that is known; FileError in the kernel's words."""
        how = "a" if appends else "w"
        try:
            with open(path, how, encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(content or "")
        except OSError as error:
            raise FileError(error.strerror or str(error)) from error
