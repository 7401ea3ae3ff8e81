"""``kubesim cp``: copies files into containers and out of them. Mirrors kubectl pkg/cmd/cp/cp.go."""

from __future__ import annotations

import os
import posixpath

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import find
from kubesim.cli.support.selected_pods import container_of
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.kinds import built_in
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.output_queue import Held
    from kubesim.cluster import Client
    from kubesim.life.follower import Follower

NO_SPEC = "filespec must match the canonical format: [[namespace/]pod:]file/path"


class FileSpec(NamedTuple):
    """What an argument names; ``pod`` is empty for a file of the host."""

    namespace: str
    pod: str
    path: str


def run(
    inv: Invocation,
    *,
    container: Container = "",
    no_preserve: Annotated[bool, Option(help="Do not keep the owner and the permissions of files.")] = False,
    _retries: Annotated[int, Option(help="How often to try again; less than 0 means for ever.")] = 0,
) -> None:
    if len(inv.args) != 2:
        raise UserError("source and destination are required")
    source, target = map(_file_spec, inv.args)
    if source.pod and target.pod:
        raise UserError("one of src or dest must be a local file specification")
    if not source.path or not target.path:
        raise UserError("filepath can not be empty")
    if not source.pod and not target.pod:
        raise UserError("one of src or dest must be a remote file specification")
    if not source.pod and not os.path.exists(source.path):
        raise UserError(f"{source.path} doesn't exist in local filesystem")
    session = Session.of(inv)
    with session.follow("Pod") as follower:
        namespace = source.namespace or target.namespace or session.namespace(session.watcher(follower.cluster))
        copying = Copying(inv, session, follower, namespace, container)
        if source.pod:
            copying.copy_out(source, target)
        else:
            copying.copy_in(source, target, keeps=not no_preserve)


def _file_spec(text: str) -> FileSpec:
    """Mirrors extractFileSpec."""
    pod, colon, path = text.partition(":")
    if not colon:
        return FileSpec("", "", text)
    namespace, _, name = pod.rpartition("/")
    if not pod or "/" in namespace:
        raise UserError(NO_SPEC)
    return FileSpec(namespace, name, path)


class Copying:
    """Copies between the host and a container of a pod, by tar in the container."""

    def __init__(self, inv: Invocation, session: Session, follower: Follower, namespace: str, container: str) -> None:
        self._inv = inv
        self._session = session
        self._follower = follower
        self._namespace = namespace
        self._container = container

    def copy_in(self, source: FileSpec, target: FileSpec, *, keeps: bool) -> None:
        """Mirrors copyToPod."""
        from kubesim.cli.support.container_copy import packed

        path = target.path
        if self._is_folder(target.pod, path):
            path = posixpath.join(path, os.path.basename(os.path.normpath(source.path)))
        path = posixpath.normpath(path)
        given = packed(source.path, posixpath.basename(path))
        flags = [] if keeps else ["--no-same-permissions", "--no-same-owner"]
        command = ["tar", *flags, "-xmf", "-", "-C", posixpath.dirname(path) or "."]
        self._inv.out.write_data(self._execute(target.pod, command, given, self._inv.err).decode(errors="replace"))

    def _is_folder(self, pod: str, path: str) -> bool:
        """Mirrors checkDestinationIsDir."""
        try:
            self._execute(pod, ["test", "-d", path], b"", None)
        except (UserError, StatusError):
            return False
        return True

    def copy_out(self, source: FileSpec, target: FileSpec) -> None:
        """Mirrors copyFromPod: what tar says comes on standard output, as kubectl has it."""
        from kubesim.cli.support.container_copy import Unpacking

        archive = self._execute(source.pod, ["tar", "cf", "-", source.path], b"", self._inv.out)
        Unpacking(self._inv, (source.namespace, source.pod), source.path, target.path).unpack(archive)

    def _execute(self, name: str, command: list[str], given: bytes, errors: Held | None) -> bytes:
        """Run a command in the container; what it prints. UserError with its status, StatusError NotFound."""
        from kubesim.cli.support.container_copy import PipedStreams
        from kubesim.cli.support.container_streams import connect

        pod = self._pod(name)
        container = container_of(self._inv, pod, self._container, silent=errors is None)
        options = {"container": container, "command": command, "stdin": bool(given), "stdout": True, "stderr": True}
        connect(self._client(), pod, "exec", options)
        streams = PipedStreams(self._inv, self._follower, given, errors)
        streams.execute(pod, container, command)
        return streams.output

    def _client(self) -> Client:
        return self._session.client(self._follower.cluster)

    def _pod(self, name: str) -> Obj:
        pod = find(self._client(), built_in("Pod"), self._namespace, name)
        phase = pod.get("status", {}).get("phase")
        if phase in ("Succeeded", "Failed"):
            raise UserError(f"cannot exec into a container in a completed pod; current phase is {phase}")
        return pod


COMMAND = Command(
    name="cp",
    use="cp <file-spec-src> <file-spec-dest>",
    short="Copy files and directories to and from containers",
    long=(
        "Copy files and folders into a container or out of it; in the container tar packs or unpacks them, so its "
        "image needs that. Of your own machine nothing is read or written but what is named, and what is below it."
    ),
    examples=(
        ("A file into a pod", "cp notes.txt web:/tmp/notes.txt"),
        ("A folder of another container", "cp site web:/usr/share/site -c app"),
        ("A file out of a pod of another namespace", "cp test/web:/etc/hostname hostname"),
    ),
    run=run,
)
