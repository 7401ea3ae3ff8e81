"""What a server in a container has: its command and variables, its files as they are now, and who asks."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.containers.evaluation.files import FileError
from kubesim.containers.evaluation.found import FOLDER
from kubesim.controllers.kubelet.places import place_in, reached_by
from kubesim.controllers.kubelet.present import present
from kubesim.network.sites.commands import server_command
from kubesim.network.sites.site import Page, Site
from kubesim.sim.images.name import parse_image
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Files
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.network.sites.site import Forward


class Asker(NamedTuple):
    """Who asks a server: an address and a port; ``forward`` asks others as the server's pod."""

    address: str
    port: int
    forward: Forward


def status_of(work: PodWork, container: Obj, port: int, path: str) -> int | None:
    """The status with which a server answers its node; None if that does not follow from its files."""
    from kubesim.network.http import REFUSED, Failure, Request
    from kubesim.network.sites.catalogue import kind_of

    node = dig(work.pod, "status", "hostIP", default="")
    site = site_of(work, container, port, Asker(node, 0, lambda _url, _request: Failure(REFUSED)))
    kind = kind_of(site)
    found = None if kind is None else kind.answer(site, Request(path=path, host=f"{site.address}:{port}"))
    return None if found is None else found.status


def site_of(work: PodWork, container: Obj, port: int, asker: Asker) -> Site:
    from kubesim.containers.addressing.resolution import host_name_of
    from kubesim.sim.environment import environment_of, expand, links_of

    cluster, pod = work.cluster, work.pod
    variables = environment_of(cluster, pod, container)
    kept = work.container(container["name"])
    words = tuple(
        expand(str(word), lambda n: variables[n] if n in variables else links_of(cluster, pod)[n]) or ""
        for word in (*(container.get("command") or ()), *(container.get("args") or ()))
    )
    environment = {name: value for name, value in variables.items() if value is not None}
    command, name = server_command(words, environment), parse_image(container["image"])
    folder = command.folder or container.get("workingDir") or "/"
    return Site(
        repository=container["image"] if name is None else name.repository,
        tag="" if name is None else name.tag,
        host_name=host_name_of(pod),
        address=dig(pod, "status", "podIP", default=""),
        port=port,
        client=asker.address,
        client_port=asker.port,
        now=cluster.now,
        began=kept["on"],
        argv=command.argv,
        environment=environment,
        folder=folder,
        files=_PresentFiles(work, container),
        forward=asker.forward,
        output=lambda argv: _output(work, container, argv),
        netcat=command.netcat,
    )


class _PresentFiles:
    """A container's files as they are now; they are read when they are asked for."""

    def __init__(self, work: PodWork, container: Obj) -> None:
        self._work = work
        self._container = container
        self._age = work.now - work.container(container["name"])["on"]
        self._files: Files | None = None

    def _present(self) -> Files:
        if self._files is None:
            kept = self._work.container(self._container["name"])
            self._files = present(self._work.cluster, self._work.pod, self._container, kept).files
        return self._files

    def read(self, path: str) -> Page:
        found = self._present().find(path, self._age)
        return Page(found.exists, found.content, is_folder=found.kind == FOLDER and bool(found.exists))

    def read_first(self, path: str) -> Page:
        from kubesim.containers.main_program import files_beside
        from kubesim.containers.setting import whole_setting

        kept = self._work.container(self._container["name"])
        place = place_in(self._work.cluster, self._work.pod, self._container, kept)
        found = files_beside(place, reached_by(kept), whole_setting(place, kept["on"], 0), 0).find(path, 0)
        return Page(found.exists, found.content, is_folder=found.kind == FOLDER and bool(found.exists))

    def names(self, folder: str) -> tuple[str, ...] | None:
        try:
            listing = self._present().listing(folder, self._age)
        except FileError:
            return None
        if not listing.is_whole:
            return None
        start = folder.rstrip("/")
        return tuple(name + "/" * self.read(f"{start}/{name}").is_folder for name in listing.names)


def _output(work: PodWork, container: Obj, argv: tuple[str, ...]) -> str | None:
    """What a command prints that a server runs for a request; None if that is not known."""
    from kubesim.containers.main_program import answer_of

    kept = work.container(container["name"])
    place = place_in(work.cluster, work.pod, container, kept)
    answer, _ = answer_of(place, list(argv), max(0, work.cluster.now - kept["on"]), reached_by(kept))
    return answer.output
