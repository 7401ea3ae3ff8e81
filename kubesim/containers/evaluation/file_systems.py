"""On which file system something lies, by what is mounted where."""

from __future__ import annotations

from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.file_tree import FileTree

#: The kernel's numbers of file systems, by the names that it has for them where they are mounted.
_NUMBERS = {
    "ext4": 0xEF53,
    "overlay": 0x794C7630,
    "tmpfs": 0x01021994,
    "proc": 0x9FA0,
    "sysfs": 0x62656572,
    "cgroup2": 0x63677270,
    "devpts": 0x1CD1,
    "mqueue": 0x19800202,
}


def system_of(files: FileTree, path: str, at: int) -> str | None:
    """The name of the file system on which something lies at an instant (ms); None if unknown."""
    table = files.find("/proc/mounts", at).content
    if table is None:
        return None
    real = files.resolve(path, at)
    found, longest = None, -1
    for folder, kind in _rows(table):
        start = files.resolve(folder, at).rstrip("/")
        if len(start) >= longest and (real == start or real.startswith(start + "/") or not start):
            found, longest = kind, len(start)
    return found


@lru_cache(maxsize=16)
def _rows(table: str) -> tuple[tuple[str, str], ...]:
    """The folders of a table of mounts, each with the name of its file system."""
    rows = (line.split(" ") for line in table.splitlines())
    return tuple((row[1], row[2]) for row in rows)


def system_number(files: FileTree, path: str, at: int) -> int | None:
    """The kernel's number of that file system; None if unknown."""
    return _NUMBERS.get(system_of(files, path, at) or "")
