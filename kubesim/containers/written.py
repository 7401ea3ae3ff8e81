"""What was written into a container's files from elsewhere, and is kept: by commands that were run in it, and into its
volumes by other containers and pods.

A row is what ``Files.rows`` gives: an instant, a path, and what lies there.  What is kept has instants in ms since the
epoch, and paths within the volume where it belongs to one; a container sees ms of its life and its own paths.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, dig, key_of
from kubesim.api.well_known import ANN_DYNAMICALLY_PROVISIONED
from kubesim.containers.evaluation.found import FOLDER, Found
from kubesim.containers.mounts import path_of, volumes_of
from kubesim.containers.volume_files import folder_mode_of, group_of
from kubesim.sim.environment import sub_path_of
from kubesim.sim.object_data import record_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.found import Row


#: Of so many instances of a container it is kept what they write into an emptyDir that is theirs alone.
MOST_RUNS = 8


class Storage(NamedTuple):
    """Where the content of a volume is kept: beside an object, under a name."""

    key: Key
    name: str


def storage_of(cluster: Cluster, pod: Obj, volume: Obj) -> Storage | None:
    """Where what is written to a volume is kept: an emptyDir's beside its pod, a claim's beside its PersistentVolume,
    what lies in a node's folders beside the node. None for one that cannot be written, or of which nothing is known.
    """
    placed = _placed(cluster, pod, volume)
    return None if placed is None else placed[0]


def _placed(cluster: Cluster, pod: Obj, volume: Obj) -> tuple[Storage, str] | None:
    """Where a volume's content is kept, and in which folder of it the volume begins."""
    name = volume["name"]
    if "emptyDir" in volume:
        return Storage(key_of(pod), name), ""
    if "persistentVolumeClaim" in volume:
        return _of_claim(cluster, pod, volume["persistentVolumeClaim"]["claimName"])
    if "ephemeral" in volume:
        return _of_claim(cluster, pod, f"{pod['metadata']['name']}-{name}")
    if "hostPath" in volume:
        return on_node(pod["spec"].get("nodeName", "")), _folder(volume["hostPath"]["path"])
    return None


def on_node(name: str) -> Storage:
    """Where what is written on a node is kept: all of its file system, by the node's paths."""
    return Storage(Key("Node", "", name), "")


def _folder(path: str) -> str:
    return f"/{path.strip('/')}".rstrip("/")


def _of_claim(cluster: Cluster, pod: Obj, claim: str) -> tuple[Storage, str] | None:
    """A claim's volume. One that somebody made of a node's folder lies there; a provisioner's goes with its object."""
    found = cluster.find("PersistentVolumeClaim", pod["metadata"]["namespace"], claim)
    name = dig(found or {}, "spec", "volumeName")
    if not name:
        return None
    key = Key("PersistentVolume", "", name)
    volume = cluster.find(*key) or {}
    path = dig(volume, "spec", "hostPath", "path") or dig(volume, "spec", "local", "path")
    if path is None or ANN_DYNAMICALLY_PROVISIONED in annotations_of(volume):
        return Storage(key, ""), ""
    return on_node(pod["spec"].get("nodeName", "")), _folder(path)


def stored_in(cluster: Cluster, storage: Storage) -> list[Row]:
    """The rows that are kept of a volume."""
    rows: list[Row] = record_beside(cluster, storage).get("volumes", {}).get(storage.name, [])
    return rows


def record_beside(cluster: Cluster, storage: Storage) -> Obj:
    """The record in which the content of a volume is; not to be changed in place."""
    return {} if cluster.find(*storage.key) is None else cluster.recall(storage.key) or {}


class Location(NamedTuple):
    """Where a volume, or a ``part`` of it, lies in a container. ``made``: what is made where there is no such part."""

    path: str
    folder: str
    storage: Storage
    part: str
    made: Found

    def parts(self) -> Iterator[str]:
        """The folders of the part, from the outmost."""
        names = self.part.split("/")[1:]
        start = self.folder[: len(self.folder) - len(self.part)]
        return ("/".join([start, *names[: count + 1]]) for count in range(len(names)))

    def seen(self, row: Row) -> Row | None:
        """A row of the volume as the container sees it; None if it does not see it."""
        at, path, what = row
        inside = _below(path, self.folder)
        return None if inside is None else [at, _joined(self.path, inside), what]

    def kept(self, row: Row) -> Row | None:
        """A row of the container as it is kept of the volume; None if it is of another."""
        at, path, what = row
        inside = _below(path, self.path)
        return None if inside is None else [at, _joined(self.folder, inside), what]


def locations_of(cluster: Cluster, pod: Obj, container: Obj) -> list[Location]:
    """The volumes of a container whose content is kept, the deepest first."""
    volumes = volumes_of(pod)
    found = []
    for mount in container.get("volumeMounts") or ():
        placed = _placed(cluster, pod, volumes[mount["name"]]) if mount["name"] in volumes else None
        if placed is not None:
            storage, start = placed
            sub_path, _ = sub_path_of(cluster, pod, container, mount)
            part, group = _folder(sub_path), group_of(pod, volumes[mount["name"]])
            made = Found(True, kind=FOLDER, mode=folder_mode_of(volumes[mount["name"]], group), group=group)
            found.append(Location(path_of(mount), start + part, storage, "" if part == "/" else part, made))
    return sorted(found, key=lambda location: -len(location.path))


def _below(path: str, folder: str) -> str | None:
    """The rest of a path below a folder, empty for the folder itself; None if it is elsewhere."""
    start = folder.rstrip("/")
    if path.rstrip("/") == start:
        return ""
    return path[len(start) :] if path.startswith(start + "/") else None


def _joined(folder: str, rest: str) -> str:
    return folder.rstrip("/") + rest or "/"


def merged(before: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """The rows of both, in the order of their instants: of each path the last one, and the removal before it."""
    last: dict[str, Row] = {}
    removed: dict[str, Row] = {}
    for row in sorted([*before, *new], key=lambda row: row[0]):
        path = row[1]
        if row[2] is None:
            removed.pop(path, None)
        elif path in last and last[path][2] is None:
            removed[path] = last[path]
        last[path] = row
    return sorted([*removed.values(), *last.values()], key=lambda row: row[0])


def add_rows(record: Obj, storage: Storage, rows: Iterable[Row]) -> None:
    """Keep rows of a volume in a copy of the record beside which its content is."""
    volumes = {**record.get("volumes", {})}
    volumes[storage.name] = merged(volumes.get(storage.name, ()), rows)
    record["volumes"] = volumes


def forget_texts(record: Obj, storage: Storage) -> None:
    """Forget what is in the files of a volume that is kept in a record: they are there, and go on to change."""
    volumes = record.get("volumes", {})
    if storage.name in volumes:
        rows = [[at, path, _without_text(what)] for at, path, what in volumes[storage.name]]
        record["volumes"] = {**volumes, storage.name: rows}


def _without_text(what: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if what is None else {name: value for name, value in what.items() if name not in ("text", "base64")}


def of_commands(cluster: Cluster, pod: Obj, container: Obj, run: int) -> Iterator[Row]:
    """What commands have written that were run in an instance of a container: into its own files, and its volumes."""
    record = record_of(cluster, pod)
    kept_run, rows = record.get("containers", {}).get(container["name"], {}).get("files", (run, ()))
    if kept_run == run:
        yield from rows
    for location in locations_of(cluster, pod, container):
        yield from (row for row in map(location.seen, stored_in(cluster, location.storage)) if row is not None)
