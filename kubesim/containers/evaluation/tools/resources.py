"""Tools that show the node: free, uptime, nproc, df."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.host import Disk, Host
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown
from kubesim.containers.evaluation.tools.names import human, now_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_CACHED = 0.3  # of a node's memory that is not used: what the kernel keeps of files
_SHARED = 9 << 20


def _host(call: Call, what: str) -> Host:
    """The node; Unknown in a forecast."""
    outside = call.machine.shared.outside
    host = None if outside is None else outside.host
    if host is None:
        raise Unknown(what)
    return host


def _nproc(call: Call) -> Status:
    call.write(f"{_host(call, 'how many processors the node has').cpus}\n")
    return 0


def _uptime(call: Call) -> Status:
    what = "since when the node runs"
    host, now = _host(call, what), now_of(call)
    if call.words:
        raise Unknown(what)
    minutes = max(0, now - host.booted // SECOND) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    up = (f"{days} day{'s' if days != 1 else ''}, " if days else "") + (
        f"{hours:2}:{minutes % 60:02}" if hours else f"{minutes % 60} min"
    )
    users = "0 users" if call.is_busybox else "0 user"
    load = f"{host.load():.2f}"
    moment = time.strftime("%H:%M:%S", time.gmtime(now))
    call.write(f" {moment} up {up},  {users},  load average: {load}, {load}, {load}\n")
    return 0


def _free(call: Call) -> Status:
    """What is cached is a share of what programs do not use."""
    host = _host(call, "how much memory of the node is free")
    unit = next((size for letter, size in _UNITS.items() if letter in call.flags), 1 << 10)
    used = host.memory_used()
    cached = int((host.memory - used) * _CACHED)
    sizes = [host.memory, used, host.memory - used - cached, _SHARED, cached, host.memory - used - _SHARED]
    swap = [0, 0, 0]

    def row(label: str, amounts: list[int]) -> str:
        shown = [_shown(amount, unit, is_human="h" in call.flags, is_busybox=call.is_busybox) for amount in amounts]
        first = label.ljust(7 if call.is_busybox else 8)
        return first + "".join(text.rjust(12) for text in shown) + "\n"

    names = ("total", "used", "free", "shared", "buff/cache", "available")
    call.write(" " * (7 if call.is_busybox else 8) + "".join(name.rjust(12) for name in names) + "\n")
    call.write(row("Mem:", sizes))
    call.write(row("Swap:", swap))
    return 0


_UNITS = {"b": 1, "m": 1 << 20, "g": 1 << 30}


def _shown(amount: int, unit: int, *, is_human: bool, is_busybox: bool) -> str:
    if not is_human:
        return str(amount // unit)
    if is_busybox:
        return human(amount, is_busybox=True)
    if amount < 1 << 10:
        return f"{amount}B"
    size, letter = float(amount), ""
    for letter in "KMGT":  # noqa: B007 - the last one counts
        size /= 1024
        if size < 1000:
            break
    return f"{size:.1f}{letter}i" if size < 10 else f"{int(size)}{letter}i"


def _df(call: Call) -> Status:
    disks = list(_host(call, "how full the node's disks are").disks)
    chosen = _chosen(call, disks)
    if call.is_busybox:
        return _df_of_busybox(call, chosen)
    rows: list[tuple[str, ...]] = [
        ("Filesystem", "Size" if "h" in call.flags else "1K-blocks", "Used", _AVAILABLE[call.flags >= {"h"}])
    ]
    percents, places = ["Use%"], ["Mounted on"]
    for disk in chosen if call.operands else _distinct(chosen):
        rows.append((disk.device, *(_size(call, size) for size in (disk.size, disk.used, disk.size - disk.used))))
        percents.append(f"{-(-disk.used * 100 // max(1, disk.size))}%")
        places.append(disk.path)
    widths = [max(least, *(len(row[at]) for row in rows)) for at, least in enumerate((14, 5, 5, 5))]
    for row, percent, place in zip(rows, percents, places, strict=True):
        cells = [row[0].ljust(widths[0]), *(row[at].rjust(widths[at]) for at in (1, 2, 3))]
        call.write(" ".join([*cells, percent.rjust(4), place]) + "\n")
    return 0


_AVAILABLE = {True: "Avail", False: "Available"}


def _chosen(call: Call, disks: list[Disk]) -> list[Disk]:
    """All that is mounted, or what the named files lie on."""
    if not call.operands:
        return disks
    chosen = []
    for word in call.operands:
        path = call.machine.files.resolve(call.path(word), call.at)
        call.machine.files.look(path, call.at)
        inside = (disk for disk in disks if path == disk.path or path.startswith(disk.path.rstrip("/") + "/"))
        chosen.append(max(inside, key=lambda disk: len(disk.path)))
    return chosen


def _distinct(disks: list[Disk]) -> list[Disk]:
    """Of each device that place with the shortest path. Mirrors coreutils' filter_mount_list."""
    best: dict[str, Disk] = {}
    for disk in disks:
        if disk.number not in best or len(disk.path) < len(best[disk.number].path):
            best[disk.number] = disk
    return [disk for disk in disks if best[disk.number] is disk]


def _size(call: Call, size: int) -> str:
    if "h" in call.flags:
        return human(size, is_busybox=call.is_busybox) if size else "0"
    return str(size >> 10)


def _df_of_busybox(call: Call, disks: list[Disk]) -> Status:
    unit = "     Size" if "h" in call.flags else "1K-blocks"
    call.write(f"Filesystem           {unit:<15}Used Available Use% Mounted on\n")
    for disk in disks:
        sizes = " ".join(_size(call, size).rjust(9) for size in (disk.size, disk.used, disk.size - disk.used))
        percent = (disk.used * 100 + disk.size // 2) // max(1, disk.size)
        call.write(f"{disk.device:<20} {sizes} {percent:3}% {disk.path}\n")
    return 0


TOOLS = {
    "free": Tool(_free, "bkmgh"),
    "uptime": Tool(_uptime, is_plain=True),
    "nproc": Tool(_nproc),
    "df": Tool(_df, "hk", "", {"human-readable": "h"}),
}
