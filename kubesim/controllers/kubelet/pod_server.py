"""Which container answers on a pod's port, whether its server is up, and what it knows when it is asked."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, copy_of, dig, key_of
from kubesim.containers.main_program import Place, command_of, files_of, output_of
from kubesim.controllers.kubelet.lives import place_of, reached_by
from kubesim.controllers.kubelet.pod_work import PodWork
from kubesim.controllers.kubelet.serving import listening_on, serving
from kubesim.network.sites.commands import server_command
from kubesim.network.sites.site import Page, Site
from kubesim.sim.images.name import parse_image
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.files import Files
    from kubesim.network.sites.site import Forward


class Asker(NamedTuple):
    """Who asks a server: an address and a port; ``forward`` asks others as the server's pod."""

    address: str
    port: int
    forward: Forward


class PodServer(NamedTuple):
    """A container that listens, with what it has. ``is_sick``: it answers with errors."""

    container: Obj
    site: Site
    is_sick: bool


def server_at(cluster: Cluster, pod: Obj, port: int, asker: Asker) -> PodServer | None:
    """The server that takes connections on a pod's port now; None if there is none."""
    record = cluster.recall(key_of(pod))
    found = serving(cluster, pod, port)
    if record is None or found is None or not _is_open(found.opens, (found.stops, found.ends), cluster.now):
        return None
    work = PodWork(cluster, key_of(pod), pod, copy_of(record))
    container = listening_on(work, port)
    if container is None:
        return None
    site = _site(work, container, port, asker)
    if not _takes(work, container, site, port):
        return None
    return PodServer(container, site, found.sick is not None and found.sick <= cluster.now)


def _is_open(opens: int, ends: tuple[int | None, ...], now: int) -> bool:
    return opens <= now and not any(end is not None and end <= now for end in ends)


def _takes(work: PodWork, container: Obj, site: Site, port: int) -> bool:
    """Whether a server listens on a port, as far as its own configuration is known.

    One of which nothing is known listens where it is declared to.
    """
    from kubesim.network.sites.catalogue import kind_of

    behaviour = work.behaviour(container)
    if behaviour.is_strict:
        return True
    kind = kind_of(site)
    ports = None if kind is None or kind.ports is None else kind.ports(site)
    if ports is not None:
        return port in ports
    declared = [p["containerPort"] for p in container.get("ports") or ()]
    return behaviour.ports is not None or not declared or port in declared


def _site(work: PodWork, container: Obj, port: int, asker: Asker) -> Site:
    from kubesim.containers.addressing.resolution import host_name_of
    from kubesim.sim.environment import environment_of, expand, links_of

    cluster, pod = work.cluster, work.pod
    variables = environment_of(cluster, pod, container)
    place, kept = place_of(work, container), work.container(container["name"])
    words = tuple(
        expand(str(word), lambda n: variables[n] if n in variables else links_of(cluster, pod)[n]) or ""
        for word in command_of(place)
    )
    environment = {name: value for name, value in variables.items() if value is not None}
    command, name = server_command(words, environment), parse_image(container["image"])
    age = max(0, cluster.now - kept["on"])
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
        files=_PresentFiles(work, place, age),
        forward=asker.forward,
        output=lambda argv: output_of(place, list(argv), age, reached_by(kept)),
        netcat=command.netcat,
    )


class _PresentFiles:
    """A container's files as they are now; they are looked at when they are asked for."""

    def __init__(self, work: PodWork, place: Place, age: int) -> None:
        self._work = work
        self._place = place
        self._age = age
        self._found: Files | None = None

    def _files(self) -> Files:
        if self._found is None:
            kept = self._work.container(self._place.container["name"])
            self._found = files_of(self._place, self._age, reached_by(kept))
        return self._found

    def read(self, path: str) -> Page:
        files = self._files()
        found = files.find(path, self._age)
        if files.under(path, self._age):
            return Page(True, None, is_folder=True)
        return Page(found.exists, found.content, is_folder=self._is_mount(path))

    def _is_mount(self, path: str) -> bool:
        mounts = self._place.container.get("volumeMounts") or ()
        return any(mount["mountPath"].rstrip("/") == path and "subPath" not in mount for mount in mounts)

    def names(self, folder: str) -> tuple[str, ...] | None:
        start = folder.rstrip("/") + "/"
        if self._files().find(start + "\0", self._age).exists is None:
            return None  # there may be others
        inside = [path[len(start) :] for path in self._files().under(folder, self._age)]
        return tuple(dict.fromkeys(name.partition("/")[0] + ("/" if "/" in name else "") for name in inside))


def is_node_down(cluster: Cluster, node: str) -> bool:
    """Whether a node is down now."""
    return bool(cluster.noted("faults")) and "down" in (cluster.recall(Key("Node", "", node)) or {})
