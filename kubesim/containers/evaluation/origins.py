"""What a container's files are before its program begins: those of its image, and those of its mounts."""

from __future__ import annotations

import posixpath

from kubesim.containers.evaluation.found import ABSENT, DEVICE, FILE, FOLDER, LINK, NOT_KNOWN, Found, Value
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

#: An image's name or NODE, and what is given and was made there.
Source = tuple[str, tuple[tuple[str, Value], ...], tuple[str, ...]]

NODE = "node"  # instead of an image's name, which has no such form once it is whole


class Mount(NamedTuple):
    """A volume in a container: its path, and its files where they are known. ``is_empty``: it begins with none.

    A file whose name is empty is the mount itself (``subPath``).  ``stamp``: the folder behind ``..data`` of a volume
    whose files are links to it (``..2026_01_02_03_04_05.123456789``), as those of a ConfigMap are.  ``modes`` and
    ``owners`` are those of single files, ``mode`` that of the others; ``group`` is that of all.  ``folder_mode`` is
    that of its own folder, ``inner_mode`` that of those in it.  ``image``: its files are those of this image, or of
    the ``folder`` in it; NODE: of the container's node, with what is ``given`` there, and ``made`` for the mount.
    """

    path: str
    files: tuple[tuple[str, Value], ...] | None = None
    is_empty: bool = False
    is_read_only: bool = False
    stamp: str = ""
    mode: int = 0o644
    modes: tuple[tuple[str, int], ...] = ()
    folder_mode: int = 0o777
    group: int = 0
    inner_mode: int = 0o755
    owners: tuple[tuple[str, int], ...] = ()
    image: str = ""
    folder: str = ""
    given: tuple[tuple[str, Value], ...] = ()
    made: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        """The file system of an image, or a node's, that is mounted."""
        return self.image, self.given, self.made


class ImageFiles(NamedTuple):
    """The files of an image.

    ``entries``: what is known of them, by path.  ``whole``: the folders in which nothing else is.  ``made``: when the
    image was made (s since the epoch).
    """

    entries: dict[str, Found]
    whole: frozenset[str]
    has_links: bool = False
    made: int = 0

    def find(self, path: str) -> Found:
        found = self.entries.get(path)
        if found is not None:
            return found
        while len(path) > 1 and path[0] == "/":
            path = path.rpartition("/")[0] or "/"
            if path in self.whole:
                return ABSENT
            above = self.entries.get(path)
            if above is not None:
                return ABSENT if above.exists is False else NOT_KNOWN
        return NOT_KNOWN


# Folders that are empty in a new container.
_SCRATCH = ("/tmp", "/var/tmp", "/run", "/var/run", "/dev/shm")
_FOLDERS = (*_SCRATCH, "/", "/etc", "/dev", "/proc", "/sys", "/bin", "/usr", "/var", "/var/log")
_FILES = (
    *("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/passwd", "/etc/group", "/bin/sh", "/proc/1/cmdline"),
)
_DEVICES = ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/zero", "/dev/urandom", "/dev/random")

#: What is known of an image of which nothing is known.
UNKNOWN_IMAGE = ImageFiles(
    {
        **dict.fromkeys(_FOLDERS, Found(True, kind=FOLDER)),
        **dict.fromkeys(_FILES, Found(True)),
        **dict.fromkeys(_DEVICES, Found(True, kind=DEVICE)),
    },
    frozenset(_SCRATCH),
)


def in_mount(mount: Mount, path: str) -> Found:
    """What a mount brings at a path in it."""
    tree = _tree_of(mount)
    found = tree.get(path)
    if found is not None:
        return found
    return NOT_KNOWN if mount.files is None and not mount.is_empty else ABSENT


def names_in(mount: Mount) -> dict[str, Found]:
    """All that a mount brings, by path."""
    return _tree_of(mount)


@lru_cache(maxsize=256)
def _tree_of(mount: Mount) -> dict[str, Found]:
    folder = Found(True, kind=FOLDER, mode=mount.folder_mode, group=mount.group)
    tree, inner = {mount.path: folder}, folder._replace(mode=mount.inner_mode)
    modes, owners = dict(mount.modes), dict(mount.owners)
    for name, text in mount.files or ():
        place = posixpath.join(mount.path, mount.stamp, name).rstrip("/")
        for above in _between(mount.path, place):
            tree.setdefault(above, inner)
        tree[place] = Found(True, text, FILE, modes.get(name, mount.mode), owners.get(name, 0), mount.group)
        if mount.stamp:
            top = name.partition("/")[0]
            tree[posixpath.join(mount.path, top)] = _link(f"..data/{top}", mount)
    if mount.stamp:
        tree.setdefault(posixpath.join(mount.path, mount.stamp), inner)
        tree[posixpath.join(mount.path, "..data")] = _link(mount.stamp, mount)
    return tree


def _link(target: str, mount: Mount) -> Found:
    return Found(True, target, LINK, 0o777, group=mount.group)


def _between(folder: str, path: str) -> list[str]:
    """The folders between a folder and what is in it."""
    found = []
    path = posixpath.dirname(path)
    while len(path) > len(folder.rstrip("/")) and path != "/":
        found.append(path)
        path = posixpath.dirname(path)
    return found
