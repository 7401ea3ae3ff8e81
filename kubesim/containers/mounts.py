"""The volumes of a container as its programs see them: where they are mounted, and the files that they begin with."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, parse_time, rfc3339
from kubesim.containers.evaluation.found import row_of
from kubesim.containers.evaluation.origins import Mount, names_in
from kubesim.containers.host_paths import host_mount
from kubesim.containers.volume_files import (
    FOLDERS_OF_GROUPS,
    View,
    folder_mode_of,
    group_of,
    modes_of,
    owners_of,
    texts_in,
    written_anew,
)
from kubesim.sim.environment import sub_path_of
from kubesim.sim.object_data import Texts, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.found import Row

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

# Volumes in which others may have written before.
_KEPT = ("persistentVolumeClaim", "ephemeral", "emptyDir")


def path_of(mount: Obj) -> str:
    """Where a volume is mounted."""
    return mount["mountPath"].rstrip("/") or "/"


def is_part(mount: Obj) -> bool:
    """Whether a part of a volume is mounted, which stays what it was when the container began."""
    return bool(mount.get("subPath") or mount.get("subPathExpr"))


def volumes_of(pod: Obj) -> dict[str, Obj]:
    """The volumes of a pod, by name."""
    return {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}


def mounts_of(view: View, mentioned: str, *, is_known: bool, has_links: bool) -> Iterator[Mount]:
    """The mounts whose paths a command mentions; the others change nothing of what it comes to.

    ``is_known``: it is kept what instances of the container have left that ran before.  ``has_links``: the command
    may see by which links a volume's files are reached; those are others in every pod.
    """
    volumes = volumes_of(view.pod)
    named = set(re.findall(r"(?:/[\w.-]+)+", mentioned))
    for mount in view.container.get("volumeMounts") or ():
        path = path_of(mount)
        is_named = path in mentioned or any(path.startswith(f"{one}/") for one in named)
        if is_named and path != SERVICE_ACCOUNT and mount["name"] in volumes:
            found = _mount(view, mount, volumes[mount["name"]])
            yield _forecast(view, found, volumes[mount["name"]], is_known=is_known, has_links=has_links)
    yield from (mount for mount in _of_message(view) if mount.path in mentioned)
    if SERVICE_ACCOUNT in mentioned:
        names = (("namespace", view.pod["metadata"]["namespace"]), ("token", None), ("ca.crt", None))
        yield Mount(SERVICE_ACCOUNT, names)


def _forecast(view: View, found: Mount, volume: Obj, *, is_known: bool, has_links: bool) -> Mount:
    """A mount as a forecast takes it: what others write into an empty folder is not foreseen."""
    if found.files is None and not found.image:
        return found._replace(is_empty="emptyDir" in volume and is_known and _is_alone(view, volume["name"]))
    return found if has_links else found._replace(stamp="")


def _is_alone(view: View, name: str) -> bool:
    """Whether no other container has a volume mounted."""
    spec = view.pod["spec"]
    every = (*(spec.get("initContainers") or ()), *spec["containers"])
    others = (one for one in every if one["name"] != view.container["name"])
    return not any(mount["name"] == name for other in others for mount in other.get("volumeMounts") or ())


def changes_of(view: View, mounts: tuple[Mount, ...]) -> Iterator[Row]:
    """What changes of mounted objects after the instant from which is looked: rows, at ms since that instant."""
    record = record_of(view.cluster, view.pod)
    if "data" not in record and "metadata" not in record:
        return
    volumes, before = volumes_of(view.pod), {mount.path: mount for mount in mounts}
    for mount in view.container.get("volumeMounts") or ():
        volume, known = volumes.get(mount["name"], {}), before.get(path_of(mount))
        if is_part(mount) or known is None:
            continue
        for instant in sorted({at for at in written_anew(view, volume) if at > view.instant}):
            now = _mount(view._replace(instant=instant), mount, volume)
            now = now if known.stamp else now._replace(stamp="")
            yield from _differences(known, now, instant - view.instant)
            known = now


def _differences(before: Mount, after: Mount, at: int) -> Iterator[Row]:
    """The rows that make one mount of another."""
    old, new = names_in(before), names_in(after)
    yield from ([at, path, None] for path in sorted(old.keys() - new.keys(), reverse=True))
    yield from ([at, path, row_of(found)] for path, found in new.items() if old.get(path) != found)


def all_mounts(view: View) -> Iterator[Mount]:
    """All mounts, as whoever looks into the container finds them."""
    volumes = volumes_of(view.pod)
    yield from _of_kubelet(view)
    for mount in view.container.get("volumeMounts") or ():
        if mount["name"] in volumes:
            yield _mount(view, mount, volumes[mount["name"]])


def _of_kubelet(view: View) -> Iterator[Mount]:
    """The files that the kubelet and the runtime put into every container, unless the pod puts others there."""
    from kubesim.containers.addressing.resolution import host_name_of, hosts_text, resolution_of

    taken = {path_of(mount) for mount in view.container.get("volumeMounts") or ()}
    texts = {
        "/etc/hosts": hosts_text(view.cluster, view.pod),
        "/etc/hostname": f"{host_name_of(view.pod)}\n",
        "/etc/resolv.conf": resolution_of(view.cluster, view.pod).text,
    }
    yield from (Mount(path, (("", text),)) for path, text in texts.items() if path not in taken)
    yield from (mount for mount in _of_message(view) if mount.path not in taken)


def _of_message(view: View) -> Iterator[Mount]:
    """The file for what a container leaves to be read in its status: anybody may write it."""
    path = view.container.get("terminationMessagePath")
    if path:
        yield Mount(f"/{path.lstrip('/')}", (("", ""),), mode=0o666)


def _mount(view: View, mount: Obj, volume: Obj) -> Mount:
    path, is_read_only = path_of(mount), bool(mount.get("readOnly"))
    if is_part(mount) and view.begun is not None:
        view = view._replace(instant=view.begun)
    part, _ = sub_path_of(view.cluster, view.pod, view.container, mount)
    if "image" in volume:
        folder = f"/{part.strip('/')}".rstrip("/")
        return Mount(path, is_read_only=True, image=volume["image"].get("reference", ""), folder=folder)
    if "hostPath" in volume:
        return host_mount(view, path, volume["hostPath"], part, is_read_only=is_read_only)
    texts, group = texts_in(view, volume), group_of(view.pod, volume)
    if texts is None:
        is_empty = not volume.keys().isdisjoint(_KEPT)
        folder_mode = folder_mode_of(volume, group)
        return Mount(path, is_empty=is_empty, is_read_only=is_read_only, group=group, folder_mode=folder_mode)
    mode, modes = modes_of(view.pod, volume)
    made = Mount(path, is_read_only=True, mode=mode, modes=modes, owners=owners_of(view.pod, volume), group=group)
    more = FOLDERS_OF_GROUPS if group else 0
    made = made._replace(folder_mode=folder_mode_of(volume, group), inner_mode=0o755 | more)
    if part:
        return made._replace(files=tuple(sorted(_below(texts, part).items())), mode=dict(modes).get(part, mode))
    return made._replace(files=tuple(sorted(texts.items())), stamp=_stamp(view, volume))


def _below(texts: Texts, sub_path: str) -> Texts:
    """The file of a volume that is mounted, under an empty name, or those of a folder of it."""
    if sub_path in texts:
        return {"": texts[sub_path]}
    start = sub_path.rstrip("/") + "/"
    return {name[len(start) :]: text for name, text in texts.items() if name.startswith(start)}


def _stamp(view: View, volume: Obj) -> str:
    """The folder of a volume's present content, by when it was written. Mirrors AtomicWriter's newTimestampDir."""
    from kubesim.api.identity import hex_digest

    meta = view.pod["metadata"]
    made = parse_time(meta["creationTimestamp"])
    written = max((at for at in written_anew(view, volume) if at <= view.instant), default=made)
    digits = re.sub(r"[^0-9]", "_", rfc3339(written))[:19]
    fraction = int(hex_digest(0, f"{meta.get('uid')}/{volume['name']}{'' if written == made else written}", 8), 16)
    return f"..{digits}.{fraction % 10**9:09d}"
