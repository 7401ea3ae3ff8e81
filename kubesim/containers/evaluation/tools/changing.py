"""Tools that change files where they are: touch, mkdir, rmdir, rm, ln, mktemp, truncate, dd."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.endings import Status
from kubesim.containers.evaluation.found import FOLDER, FileError, Found, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown, run_on
from kubesim.containers.evaluation.tools.names import human
from kubesim.containers.evaluation.tools.permissions import new_mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _each(call: Call, change: Callable[[str, str], None], busybox: str, coreutils: str) -> Status:
    """Change the file of each operand; complain where that cannot be."""
    status: Status = 0
    if not call.operands:
        if call.machine.shared.outside is None:
            return 0  # its operands are not known
        raise Misused("missing operand", is_usage=True)
    for word in call.operands:
        try:
            change(word, call.path(word))
        except FileError as error:
            status = call.refuse(word, error, busybox, coreutils)
    return status


def _touch(call: Call) -> Status:
    files = call.machine.files

    def touch(word: str, path: str) -> None:
        if "c" not in call.flags or files.find(path, call.at).exists:
            files.touch(path, call.at)

    if call.flags & {"d", "t", "r"}:
        raise Unknown("touch with a given time")
    return _each(call, touch, "{}", "cannot touch '{}'")


def _mkdir(call: Call) -> Status:
    mode = 0o755
    if "m" in call.flags:
        mode = new_mode(call.value("m"), Found(True, kind=FOLDER, mode=mode), is_busybox=call.is_busybox)

    def make(word: str, path: str) -> None:
        call.machine.files.make_folder(path, call.at, mode, with_parents="p" in call.flags)
        if "v" in call.flags:
            call.write(f"created directory: '{word}'\n" if call.is_busybox else f"mkdir: created directory '{word}'\n")

    return _each(call, make, "can't create directory '{}'", "cannot create directory ‘{}’")


def _rmdir(call: Call) -> Status:
    def remove(word: str, path: str) -> None:
        call.machine.files.remove_folder(path, call.at)
        while "p" in call.flags and "/" in word.strip("/"):
            word = word.strip("/").rpartition("/")[0]
            call.machine.files.remove_folder(call.path(word), call.at)

    return _each(call, remove, "'{}'", "failed to remove '{}'")


def _rm(call: Call) -> Status:
    files = call.machine.files
    is_recursive, is_forced = bool(call.flags & {"r", "R"}), "f" in call.flags

    def remove(word: str, path: str) -> None:
        if word.rstrip("/").rpartition("/")[2] in (".", ".."):
            raise Misused(f"refusing to remove '.' or '..' directory: skipping '{word}'")
        if path == "/" and is_recursive:
            raise Unknown("what is left if everything is removed")
        found = files.find(path, call.at, follows=False)
        if found.exists is False and is_forced:
            return
        files.look(path, call.at, follows=False)
        if found.kind == FOLDER and "d" in call.flags and not is_recursive:
            files.remove_folder(path, call.at)
        else:
            files.remove(path, call.at, recursive=is_recursive)
        if "v" in call.flags:
            call.write(f"removed '{word}'\n")

    if call.name == "rm" and is_forced and not call.operands:
        return 0
    status: Status = 0
    for word in call.operands:
        try:
            remove(word, call.path(word))
        except FileError as error:
            if str(error) == "Is a directory" and call.is_busybox:
                call.complain(f"'{word}' is a directory")
                status = 1
            else:
                status = call.refuse(word, error, "can't remove '{}'", "cannot remove '{}'")
    return status


def _ln(call: Call) -> Status:
    words = call.operands
    if not words:
        raise Misused("missing file operand", is_usage=True)
    target = words[-1] if len(words) > 1 else "."
    files = call.machine.files
    path = call.path(target)
    found = files.find(path, call.at, follows="n" not in call.flags)
    is_into = bool(found.exists) and found.kind == FOLDER and "T" not in call.flags
    status: Status = 0
    for word in words[:-1] or words:
        place = f"{path.rstrip('/')}/{word.rstrip('/').rpartition('/')[2]}" if is_into else path
        shown = f"{target.rstrip('/')}/{word.rstrip('/').rpartition('/')[2]}" if is_into else target
        try:
            if "f" in call.flags and files.find(place, call.at, follows=False).exists:
                files.remove(place, call.at)
            if "s" in call.flags:
                files.link(place, call.at, word)
            else:
                _name_again(call, call.path(word), place)
        except FileError as error:
            kind = "symbolic link" if "s" in call.flags else "hard link"
            status = call.refuse(shown, error, "{}", f"failed to create {kind} '{{}}'")
    return status


def _name_again(call: Call, path: str, place: str) -> None:
    """A second name for a file: in a forecast a copy will do, else it is not simulated."""
    found = call.machine.files.look(path, call.at)
    if call.machine.shared.outside is not None:
        raise Unknown("hard links")
    call.machine.files.put(place, call.at, found)


def _mktemp(call: Call) -> Status:
    """A file or folder whose name is chosen by the instant."""
    files = call.machine.files
    folder = (
        call.value("p", call.machine.variables.get("TMPDIR") or "/tmp")
        if "p" in call.flags or not call.operands
        else ""
    )
    template = call.operands[0] if call.operands else ("tmp.XXXXXX" if call.is_busybox else "tmp.XXXXXXXXXX")
    marks = len(template) - len(template.rstrip("X"))
    if marks < (6 if call.is_busybox else 3):
        raise Misused(f"{template}: Invalid argument" if call.is_busybox else f"too few X's in template ‘{template}’")
    if call.flags & {"t", "p"} and not folder:
        folder = "/tmp"
    for turn in range(100):
        name = template[: len(template) - marks] + _letters(call.at, turn, marks)
        shown = f"{folder}/{name}" if folder else name
        path = call.path(shown)
        if files.find(path, call.at).exists:
            continue
        if "d" in call.flags:
            files.make_folder(path, call.at, 0o700)
        elif "u" not in call.flags:
            files.write(path, call.at, "")
            files.change(path, call.at, mode=0o600)
        call.write(shown + "\n")
        return 0
    return 1


def _letters(at: int, turn: int, count: int) -> str:
    """Letters that look drawn, and follow from the instant."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    seed, found = (at * 2654435761 + turn * 40503 + 12345) & 0xFFFFFFFFFFFF, ""
    for _ in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        found += letters[(seed >> 33) % len(letters)]
    return found


_UNITS = {"": 1, "c": 1, "b": 512, "k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_UNITS |= {"kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "w": 2, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d{1,12})([a-zA-Z]*)", text)
    if found is None or found[2] not in _UNITS:
        raise Misused(f"invalid number '{text}'")
    return int(found[1]) * _UNITS[found[2]]


def _truncate(call: Call) -> Status:
    if not re.fullmatch(r"\d+\w*", call.value("s")):
        raise Unknown(f"truncate -s {call.value('s')}")
    size = _bytes(call.value("s"))
    files = call.machine.files

    def cut(word: str, path: str) -> None:
        found = files.find(path, call.at)
        text = (found.content if found.exists else "") or ""
        is_known = found.exists is False or found.content is not None
        shown = bytes_of(text)[:size].ljust(min(size, 1 << 16), b"\0").decode("utf-8", "surrogateescape")
        files.write(path, call.at, shown if is_known and size <= 1 << 16 else None, size=size)

    return _each(call, cut, "{}", "cannot open '{}' for writing")


def _dd(call: Call) -> Status:
    """``dd`` copies blocks; of a long one only how long it is is kept."""
    given = dict(word.partition("=")[::2] for word in call.operands)
    if (
        set(given) - {"if", "of", "bs", "count", "status", "conv", "iflag", "oflag"}
        or given.get("conv", "fsync") != "fsync"
    ):
        raise Unknown("such operands of dd")
    block = _bytes(given.get("bs", "512"))
    source = given.get("if", "-")
    is_endless = source in ("/dev/zero", "/dev/urandom", "/dev/random")
    if is_endless and "count" not in given:
        if given.get("of", "/dev/null") == "/dev/null":
            return run_on(call.machine)
        raise Unknown("what comes of a full device")
    content, size = _blocks(call, source, is_endless, block, given.get("count"))
    target = given.get("of")
    if target is None:
        if content is None:
            raise Unknown("what dd prints")
        call.write(content)
    elif target != "/dev/null":
        try:
            call.machine.files.write(call.path(target), call.at, content, size=size)
        except FileError as error:
            return call.refuse(target, error, "can't open '{}'", "failed to open '{}'")
    _sum_up(call, size, block, given.get("status", ""))
    return 0


_SPEED = 400_000  # bytes that dd copies in a ms


def _sum_up(call: Call, size: int, block: int, status: str) -> None:
    """What dd says at its end, after as long as it takes to copy so much."""
    ms = size // _SPEED
    if ms:
        call.machine.advance(ms)
    if status == "none":
        return
    records = f"{size // block}+{int(size % block > 0)} records"
    call.machine.complain(f"{records} in\n{records} out")
    if status == "noxfer":
        return
    seconds = max(ms, 1) / 1000
    if call.is_busybox:
        rate = human(round(size / seconds), is_busybox=True)
        call.machine.complain(f"{size} bytes ({_short(size)}) copied, {seconds:.6f} seconds, {rate}B/s")
        return
    sizes = [text for text in (_scaled(size, 1000, "kMGT", "B"), _scaled(size, 1024, "KMGT", "iB")) if text]
    shown = f" ({', '.join(sizes)})" if sizes else ""
    rate = _scaled(round(size / seconds), 1000, "kMGT", "B") or f"{round(size / seconds)} B"
    call.machine.complain(f"{size} {'byte' if size == 1 else 'bytes'}{shown} copied, {seconds:g} s, {rate}/s")


def _short(size: int) -> str:
    return human(size, is_busybox=True) + "B"


def _scaled(size: int, base: int, units: str, end: str) -> str:
    """A size in a larger unit, with a digit behind the point if it is small; empty if there is none."""
    if size < base:
        return ""
    amount, unit = float(size), ""
    for letter in units:
        if amount < base:
            break
        amount, unit = amount / base, letter
    return f"{amount:.1f} {unit}{end}" if amount < 10 else f"{amount:.0f} {unit}{end}"


def _blocks(call: Call, source: str, is_endless: bool, block: int, count: str | None) -> tuple[str | None, int]:
    """What is copied, None if it is not kept, and its size in bytes."""
    most = block * _bytes(count) if count is not None else None
    if is_endless:
        size = most or 0
        return ("\0" * size if source == "/dev/zero" and size <= 1 << 14 else None), size
    raw = bytes_of(call.text(source))[:most]
    return raw.decode("utf-8", "surrogateescape"), len(raw)


TOOLS = {
    "touch": Tool(_touch, "acm", "dtr", {"no-create": "c", "date": "d", "reference": "r"}, skips=True),
    "mkdir": Tool(_mkdir, "pv", "m", {"parents": "p", "mode": "m", "verbose": "v"}, skips=True),
    "rmdir": Tool(_rmdir, "p", "", {"parents": "p"}, skips=True),
    "rm": Tool(_rm, "rRfdiv", "", {"recursive": "r", "force": "f", "verbose": "v", "dir": "d"}),
    "unlink": Tool(_rm),
    "ln": Tool(_ln, "sfnvT", "", {"symbolic": "s", "force": "f", "no-dereference": "n"}),
    "mktemp": Tool(_mktemp, "dtuq", "p", {"directory": "d", "dry-run": "u", "tmpdir": "p"}),
    "truncate": Tool(_truncate, "c", "s", {"size": "s"}),
    "dd": Tool(_dd, is_plain=True),
}
