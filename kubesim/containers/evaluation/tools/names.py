"""How files are shown: modes, owners, sizes, times, and the names of users and groups."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.file_systems import system_of
from kubesim.containers.evaluation.found import DEVICE, FOLDER, LINK, Found
from kubesim.containers.evaluation.tools.call import Call, Unknown

_HALF_YEAR = 15_778_476  # s
_TYPES = {FOLDER: "d", LINK: "l", DEVICE: "c"}
FOLDER_SIZE = 4096  # bytes
ENTRY_SIZE = 20  # bytes that an entry counts for in a folder in memory


def mode_of(found: Found) -> int:
    """The permissions of what lies somewhere; those that are usual where they are not known."""
    if found.mode is not None:
        return found.mode
    return {FOLDER: 0o755, LINK: 0o777, DEVICE: 0o666}.get(found.kind, 0o644)


def mode_text(found: Found) -> str:
    """``-rw-r--r--``."""
    mode = mode_of(found)
    letters = ["rwx"[at % 3] if mode >> (8 - at) & 1 else "-" for at in range(9)]
    for bit, at, letter in ((0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")):
        if mode & bit:
            letters[at] = letter if letters[at] == "x" else letter.upper()
    return _TYPES.get(found.kind, "-") + "".join(letters)


def kind_text(found: Found) -> str:
    """What ``stat`` and ``test`` call it."""
    if found.kind == "file":
        return "regular empty file" if size_of(found) == 0 else "regular file"
    return {FOLDER: "directory", LINK: "symbolic link", DEVICE: "character special file"}[found.kind]


def size_at(call: Call, path: str, found: Found) -> int:
    """As ``size_of``; a folder in memory is as large as it has entries."""
    files = call.machine.files
    if found.kind != FOLDER or system_of(files, path, call.at) != "tmpfs":
        return size_of(found)
    names = files.names(path, call.at)
    return (len(names) + 2) * ENTRY_SIZE


def blocks_at(call: Call, path: str, found: Found) -> int:
    """Blocks of 512 bytes that are taken: a folder has 8, one in memory none, nor has a link."""
    if found.kind in (LINK, DEVICE):
        return 0
    if found.kind == FOLDER and system_of(call.machine.files, path, call.at) == "tmpfs":
        return 0
    return -(-size_of(found) // 4096) * 8


def size_of(found: Found) -> int:
    """Bytes; Unknown."""
    if found.kind == FOLDER:
        return FOLDER_SIZE
    if found.kind == DEVICE:
        return 0
    length = found.length
    if length is None:
        raise Unknown("how long that file is")
    return length


def seconds_of(call: Call, path: str) -> int:
    """When what lies at a path was modified (s since the epoch); Unknown."""
    files = call.machine.files
    place = files.resolve(path, call.at, follows=False)
    instant = files.modified(place, call.at)
    if instant is None:
        if files.made and files.mount_of(place) is None:
            return files.made
        instant = 0  # volumes are made for the pod
    epoch = call.machine.shared.setting.epoch
    if epoch is None:
        raise Unknown("what time it is")
    return (epoch + instant) // SECOND


def now_of(call: Call) -> int:
    """The time (s since the epoch); Unknown."""
    epoch = call.machine.shared.setting.epoch
    if epoch is None:
        raise Unknown("what time it is")
    return (epoch + call.at) // SECOND


def listed_time(call: Call, seconds: int) -> str:
    """A time as ``ls -l`` shows it: with the time of day, or with the year if it is long ago."""
    moment = time.gmtime(seconds)
    is_near = -_HALF_YEAR < seconds - now_of(call) <= 0 or (
        call.is_busybox and abs(now_of(call) - seconds) < _HALF_YEAR
    )
    day = f"{time.strftime('%b', moment)} {moment.tm_mday:2d}"
    return f"{day} {time.strftime('%H:%M', moment)}" if is_near else f"{day}  {moment.tm_year}"


def user_name(call: Call, number: int) -> str:
    """A user's name, as ``/etc/passwd`` has it, else the number."""
    return _named(call, "/etc/passwd", number)


def group_name(call: Call, number: int) -> str:
    return _named(call, "/etc/group", number)


def _named(call: Call, path: str, number: int) -> str:
    text = call.machine.files.find(path, call.at).content
    for line in (text or "").split("\n"):
        fields = line.split(":")
        if len(fields) > 2 and fields[2] == str(number):
            return fields[0]
    return "root" if number == 0 else str(number)


def human(size: int, *, is_busybox: bool) -> str:
    """A size as ``-h`` shows it."""
    if size < 1024:
        return str(size)
    amount, unit = float(size), ""
    for letter in "KMGTP":
        amount, unit = amount / 1024, letter
        if amount < 1023.5:
            break
    if is_busybox:
        return f"{amount:.1f}{unit}"
    up = -int(-amount * 10 // 1) / 10
    return f"{up:.1f}{unit}" if up < 10 else f"{-int(-amount // 1)}{unit}"
