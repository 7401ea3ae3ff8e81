"""Tools that show files and paths: stat, du, df, mount, readlink, realpath, basename, dirname."""

from __future__ import annotations

import posixpath
import re
import time

from kubesim.api.identity import hex_digest
from kubesim.containers.evaluation.file_systems import system_number, system_of
from kubesim.containers.evaluation.found import DEVICE, FOLDER, LINK, FileError, Found
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import (
    blocks_at,
    group_name,
    human,
    kind_text,
    mode_of,
    mode_text,
    seconds_of,
    size_at,
    size_of,
    user_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status


def _stat(call: Call) -> Status:
    """``stat -c``: what else it prints (inodes, times to the nanosecond) is not known."""
    status: Status = 0
    for word in call.operands:
        try:
            path = call.path(word)
            found = call.machine.files.look(path, call.at, follows="L" in call.flags)
            if found.exists is None:
                raise Unknown(f"whether there is {word}")
        except FileError as error:
            status = call.refuse(word, error, "can't stat '{}'", "cannot statx '{}'")
            continue
        if "f" in call.flags and "c" in call.flags:
            call.write(_of_system(call, call.value("c"), word, path) + "\n")
            continue
        if "f" in call.flags or "t" in call.flags:
            raise Unknown("how full file systems are, and numbers of files in hexadecimal")
        if "c" not in call.flags:
            call.write(_described(call, word, path, found))
            continue
        call.write(_filled(call, call.value("c"), word, path, found) + "\n")
    if not call.operands:
        raise Misused("missing operand", is_usage=True)
    return status


def _of_system(call: Call, template: str, word: str, path: str) -> str:
    """``stat -f -c``: the name of a file system's sort, and its number."""
    name, number = system_of(call.machine.files, path, call.at), system_number(call.machine.files, path, call.at)
    if name is None or number is None:
        raise Unknown(f"on which file system {word} is")
    shown = _SYSTEMS.get(name, name)
    if call.is_busybox and name in _NEWER:
        shown = "UNKNOWN"

    def fill(match: re.Match[str]) -> str:
        found = {"T": shown, "t": f"{number:x}", "n": word, "%": "%"}.get(match[1])
        if found is None:
            raise Unknown(f"stat -f -c %{match[1]}")
        return found

    return re.sub(r"%(.)", fill, template)


_SYSTEMS = {"ext4": "ext2/ext3", "overlay": "overlayfs", "cgroup2": "cgroup2fs"}  # as stat calls them
_NEWER = ("overlay", "cgroup2", "mqueue")  # than busybox's list of them


def _described(call: Call, word: str, path: str, found: Found) -> str:
    """What ``stat`` says without a format: a file's number is made up, and it was read last when it was written."""
    if found.kind == DEVICE:
        raise Unknown("the numbers of devices")
    links = (
        1
        if found.kind != FOLDER
        else 2
        + sum(
            call.machine.files.find(inner, call.at, follows=False).kind == FOLDER
            for inner in call.machine.files.under(path, call.at)
            if "/" not in inner[len(path.rstrip("/")) + 1 :]
        )
    )
    inode = 0x10000 + int(hex_digest(0, f"{call.machine.shared.setting.image}{path}", 6), 16)

    def fill(template: str) -> str:
        return _filled(call, template, word, path, found)

    name = fill("%N") if call.is_busybox else fill("%N").replace("'", "")
    device = "2dh/45d" if call.is_busybox else "0,45"
    user, group = user_name(call, found.owner), group_name(call, found.group)
    users = f"Uid: ({found.owner:5}/{user:>8})   Gid: ({found.group:5}/{group:>8})"
    head = (
        f"  File: {name}\n  Size: {fill('%s'):<10}\tBlocks: {fill('%b'):<10} IO Block: 4096   {fill('%F')}\n"
        f"Device: {device}\tInode: {inode:<10}  Links: {links}\n"
        f"Access: ({mode_of(found):04o}/{mode_text(found)})  {users}\n"
    )
    times = "".join(f"{what}: {fill('%y')}\n" for what in ("Access", "Modify", "Change"))
    return head + times + ("" if call.is_busybox else f" Birth: {fill('%y')}\n")


def _filled(call: Call, template: str, word: str, path: str, found: Found) -> str:
    named = word if call.is_busybox else f"'{word}'"

    def fill(match: re.Match[str]) -> str:
        letter = match[1]
        if letter in "YZX":
            return str(seconds_of(call, path))
        if letter in "yzx":
            moment = time.gmtime(seconds_of(call, path))
            return time.strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", moment)
        if letter == "b":
            return str(blocks_at(call, path, found))
        makers: dict[str, Callable[[], str]] = {
            "a": lambda: f"{mode_of(found):o}",
            "A": lambda: mode_text(found),
            "n": lambda: word,
            "N": lambda: f"'{word}' -> '{found.content}'" if found.kind == LINK else named,
            "s": lambda: str(len(found.content or "") if found.kind == LINK else size_at(call, path, found)),
            "F": lambda: kind_text(found),
            "u": lambda: str(found.owner),
            "U": lambda: user_name(call, found.owner),
            "g": lambda: str(found.group),
            "G": lambda: group_name(call, found.group),
            "B": lambda: "512",
            "%": lambda: "%",
        }
        if letter not in makers:
            raise Unknown(f"stat -c %{letter}")
        return makers[letter]()

    return re.sub(r"%(.)", fill, template)


# sizes


def _du(call: Call) -> Status:
    status: Status = 0
    total = 0
    for word in call.operands or ["."]:
        try:
            call.machine.files.look(call.path(word), call.at, follows=False)
        except FileError as error:
            status = call.refuse(word, error, "{}", "cannot access '{}'")
            continue
        total += _used(call, word, call.path(word), 0)
    if "c" in call.flags:
        call.write(f"{_shown(call, total)}\ttotal\n")
    return status


def _used(call: Call, name: str, path: str, depth: int) -> int:
    """The bytes that a file and what is in it take; print them as asked for."""
    files = call.machine.files
    found = files.find(path, call.at, follows=False)
    used = 0 if found.kind in (LINK, DEVICE) else size_of(found)
    used = used if "b" in call.flags else -(-used // 4096) * 4096
    if found.kind == FOLDER:
        listing = files.listing(path, call.at)
        if not listing.is_whole:
            raise Unknown(f"which files are in {name}")
        inner = [
            _used(call, f"{name.rstrip('/')}/{each}", f"{path.rstrip('/')}/{each}", depth + 1) for each in listing.names
        ]
        used += sum(inner)
    is_asked = depth == 0 or ("s" not in call.flags and ("a" in call.flags or found.kind == FOLDER))
    if is_asked and depth <= call.number("d", 1 << 20):
        call.write(f"{_shown(call, used)}\t{name}\n")
    return used


def _shown(call: Call, used: int) -> str:
    if "h" in call.flags:
        return human(used, is_busybox=call.is_busybox)
    unit = 1 if "b" in call.flags else 1 << 20 if "m" in call.flags else 1 << 10
    return str(-(-used // unit))


def _chosen_type(call: Call) -> str | None:
    """The type of file systems that ``mount -t`` lists, empty for all; None where it is to do something else."""
    words = [word or "" for word in call.words]
    if not words:
        return ""
    return words[1] if len(words) == 2 and words[0] == "-t" and "," not in words[1] else None


def _mount(call: Call) -> Status:
    text = call.machine.files.find("/proc/mounts", call.at).content
    chosen = _chosen_type(call)
    if chosen is None or text is None:
        raise Unknown("all that is mounted")
    for line in text.splitlines():
        device, path, kind, options, *_ = line.split(" ")
        if chosen not in ("", kind):
            continue
        call.write(f"{device} on {path} type {kind} ({options})\n")
    return 0


# paths


def _readlink(call: Call) -> Status:
    status: Status = 0
    for word in call.operands:
        path = call.path(word)
        try:
            if call.flags & {"f", "e", "m"}:
                call.write(_real(call, word, path) + ("" if "n" in call.flags else "\n"))
                continue
            found = call.machine.files.look(path, call.at, follows=False)
            if found.exists is None:
                raise Unknown(f"whether there is {word}")
            if found.kind != LINK:
                status = 1
            else:
                call.write((found.content or "") + ("" if "n" in call.flags else "\n"))
        except FileError:
            status = 1
    return status


def _real(call: Call, word: str, path: str) -> str:
    if not path.startswith("/"):
        raise Unknown("in which folder this runs")
    files = call.machine.files
    real = files.resolve(path, call.at)
    found = files.find(real, call.at)
    parent = files.find(posixpath.dirname(real), call.at)
    is_strict = "e" in call.flags or parent.exists is False or (call.name == "realpath" and call.is_busybox)
    if found.exists is False and is_strict and "m" not in call.flags:
        raise FileError("No such file or directory")
    return real


def _realpath(call: Call) -> Status:
    status: Status = 0
    for word in call.operands:
        try:
            call.write(_real(call, word, call.path(word)) + "\n")
        except FileError as error:
            status = call.refuse(word, error)
    return status


def _basename(call: Call) -> Status:
    words = call.operands
    if not words:
        raise Misused("missing operand", is_usage=True)
    suffix = call.value("s") or (words[1] if len(words) > 1 and "a" not in call.flags and "s" not in call.flags else "")
    several = "a" in call.flags or "s" in call.flags
    for word in words if several else words[:1]:
        name = word.rstrip("/").rpartition("/")[2] or ("/" if word else "")
        call.write((name.removesuffix(suffix) or name) + "\n")
    return 0


def _dirname(call: Call) -> Status:
    if not call.operands:
        raise Misused("missing operand", is_usage=True)
    for word in call.operands:
        folder = re.sub(r"/*[^/]*/*\Z", "", word) if word.strip("/") else "/"
        call.write((folder or ("/" if word.startswith("/") else ".")) + "\n")
    return 0


TOOLS = {
    "stat": Tool(_stat, "Lft", "c", {"format": "c", "dereference": "L", "file-system": "f"}),
    "du": Tool(
        _du, "shakmcbx", "d", {"summarize": "s", "human-readable": "h", "max-depth": "d", "total": "c", "bytes": "b"}
    ),
    "mount": Tool(_mount, is_plain=True),
    "readlink": Tool(_readlink, "fenmvq", "", {"canonicalize": "f"}),
    "realpath": Tool(_realpath, "em"),
    "basename": Tool(_basename, "a", "s", {"multiple": "a", "suffix": "s"}),
    "dirname": Tool(_dirname),
}
