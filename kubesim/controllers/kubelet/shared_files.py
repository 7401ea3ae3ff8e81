"""What is written into a container's files from elsewhere: by commands that are run in it, and by other containers.

The programs of containers are walked ahead, and so is what they write; what commands write is kept (see
``kubesim.containers.written``).
"""

from __future__ import annotations

from kubesim.api.meta import Obj, copy_of, key_of
from kubesim.containers.evaluation.found import row_of
from kubesim.containers.written import (
    MOST_RUNS,
    Location,
    Storage,
    add_rows,
    forget_texts,
    locations_of,
    of_commands,
    record_beside,
    stored_in,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.found import Row
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord, PodRecord


def written_elsewhere(
    cluster: Cluster,
    pod: Obj,
    container: Obj,
    kept: ContainerRecord,
    until: int | None = None,
    record: PodRecord | None = None,
) -> tuple[Row, ...]:
    """What others have written, or will, into the files of the instance that a record is of.

    In its own paths, at instants of its life (ms), in order.  ``until`` (ms since the epoch): as far as programs are
    walked, and whether those of other pods are, that have a claim or a node's folder in common; without it, as far as a
    forecast goes.  ``record``: the pod's, where it is being worked at.
    """
    if "on" not in kept:
        return ()
    rows = [*of_commands(cluster, pod, container, kept.get("run", 0))]
    if container.get("volumeMounts"):
        rows += _of_programs(cluster, pod, container, until, record)
    return _in_its_life(rows, kept["on"])


def _in_its_life(rows: Iterable[Row], begun: int) -> tuple[Row, ...]:
    """Rows in their order, at instants of the life of an instance that ``begun`` then."""
    return tuple(sorted(([at - begun, path, what] for at, path, what in rows), key=lambda row: row[0]))


def _of_programs(
    cluster: Cluster, pod: Obj, container: Obj, until: int | None, record: PodRecord | None
) -> Iterator[Row]:
    mine = locations_of(cluster, pod, container)
    wanted = {one.storage for one in mine}
    for other_pod, other in _sharing(cluster, pod, container, wanted, until) if wanted else ():
        own = record if other_pod is pod else None
        for storage, row in written_by(cluster, other_pod, other, wanted, until, own):
            seen = (one.seen(row) for one in mine if one.storage == storage)
            yield from (row for row in seen if row is not None)


def _sharing(
    cluster: Cluster, pod: Obj, container: Obj, wanted: set[Storage], until: int | None
) -> Iterator[tuple[Obj, Obj]]:
    """The other containers that have one of the volumes, each with its pod."""
    pods = [pod]
    if until is not None and any(storage.key != key_of(pod) for storage in wanted):
        pods += [
            other for other in cluster.list("Pod") if other["spec"].get("volumes") and key_of(other) != key_of(pod)
        ]
    for each in pods:
        spec = each["spec"]
        for other in (*(spec.get("initContainers") or ()), *spec["containers"]):
            is_itself = each is pod and other["name"] == container["name"]
            if not is_itself and any(one.storage in wanted for one in locations_of(cluster, each, other)):
                yield each, other


def written_by(
    cluster: Cluster,
    pod: Obj,
    container: Obj,
    wanted: set[Storage],
    until: int | None,
    record: PodRecord | None = None,
) -> Iterator[tuple[Storage, Row]]:
    """What the present or last instance of a container's program writes into these volumes, as it is kept of them."""
    known = cluster.recall(key_of(pod)) or {} if record is None else record
    kept: ContainerRecord = known.get("containers", {}).get(container["name"], {})
    if "on" in kept:
        yield from _of_instance(cluster, pod, container, kept, wanted, until)


def keep_written(work: PodWork, container: Obj, *, is_last: bool) -> None:
    """Keep what the program of an instance that has ended wrote into volumes which go on after it.

    That is a claim or a node's folder, or an emptyDir that it shares, or finds again unless the instance ``is_last``.
    """
    kept = work.container(container["name"])
    locations = locations_of(work.cluster, work.pod, container)
    if "on" not in kept or "off" not in kept or not locations:
        return
    run = kept.get("run", 0)
    finds = not is_last and run < MOST_RUNS
    wanted = {
        one.storage for one in locations if finds or one.storage.key != work.key or _is_shared(work, container, one)
    }
    if not is_last and run == MOST_RUNS:
        record: Obj = {**work.record}
        for one in locations:
            if one.storage not in wanted:
                forget_texts(record, one.storage)
        _put(work, record)
    if not wanted:
        return
    rows: dict[Storage, list[Row]] = {}
    for storage, row in _of_instance(work.cluster, work.pod, container, kept, wanted, kept["off"], is_last=True):
        rows.setdefault(storage, []).append(row)
    for storage, new in rows.items():
        keep_rows(work, storage, new)


def make_parts(work: PodWork, container: Obj) -> None:
    """Make the folders of volumes that a container is to mount, where they are not there. Mirrors SafeMakeDir."""
    for location in locations_of(work.cluster, work.pod, container):
        if location.part:
            kept = stored_in(work.cluster, location.storage)
            if location.storage.key == work.key:
                kept = work.record.get("volumes", {}).get(location.storage.name, [])
            there = {path for _, path, what in kept if what is not None}
            parts = [*location.parts()]
            missing = (path for path in parts if path not in there and not _is_of_node(location, path))
            # The kernel takes from all but the last what the kubelet's umask forbids.
            between = location.made._replace(mode=(location.made.mode or 0) & 0o2755)
            rows = [[work.now, path, row_of(location.made if path == parts[-1] else between)] for path in missing]
            if rows:
                keep_rows(work, location.storage, rows)


def _is_of_node(location: Location, path: str) -> bool:
    """Whether a node may have something at a path from the beginning."""
    if location.storage.key.kind != "Node":
        return False
    from kubesim.containers.image_files.node import files_of_node

    return files_of_node().find(path).exists is not False


def keep_rows(work: PodWork, storage: Storage, rows: list[Row]) -> None:
    """Keep rows of a volume, beside the pod whose record is at hand or beside another object."""
    record: Obj = {**work.record} if storage.key == work.key else copy_of(record_beside(work.cluster, storage))
    add_rows(record, storage, rows)
    if storage.key == work.key:
        _put(work, record)
    else:
        work.cluster.remember(storage.key, record)


def _put(work: PodWork, record: Obj) -> None:
    """Put what is in a pod's own volumes into the record that is worked at, and where it is looked for meanwhile."""
    if "volumes" in record:
        work.record["volumes"] = record["volumes"]
        before = work.cluster.recall(work.key)
        if before is not None:
            work.cluster.remember(work.key, {**before, "volumes": record["volumes"]})


def sharers_of(work: PodWork, container: Obj) -> list[Obj]:
    """The other containers of a pod that have a volume of this one."""
    mine = {one.storage for one in locations_of(work.cluster, work.pod, container)}
    others = (other for other in work.containers if mine and other is not container)
    return [
        other for other in others if any(one.storage in mine for one in locations_of(work.cluster, work.pod, other))
    ]


def _is_shared(work: PodWork, container: Obj, location: Location) -> bool:
    others = (other for other in work.containers if other is not container)
    return any(
        one.storage == location.storage for other in others for one in locations_of(work.cluster, work.pod, other)
    )


def _of_instance(
    cluster: Cluster,
    pod: Obj,
    container: Obj,
    kept: ContainerRecord,
    wanted: set[Storage],
    until: int | None,
    *,
    is_last: bool = False,
) -> Iterator[tuple[Storage, Row]]:
    from kubesim.containers.main_program import files_written, has_program
    from kubesim.controllers.kubelet.places import place_in, reached_by

    place = place_in(cluster, pod, container, kept)
    if not has_program(place):
        return
    place = place._replace(written=_in_its_life(of_commands(cluster, pod, container, place.run), kept["on"]))
    locations = [one for one in locations_of(cluster, pod, container) if one.storage in wanted]
    end = kept.get("off", until)
    horizon = None if end is None else min(end, end if until is None else until) - kept["on"]
    for at, path, what in files_written(place, reached_by(kept), horizon, is_last=is_last):
        if horizon is None or at <= horizon:
            row = [kept["on"] + at, path, what]
            one = next((one for one in locations if one.kept(row) is not None), None)
            if one is not None:
                yield one.storage, one.kept(row) or row
