"""chmod, chown, chgrp: who may do what with files."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FOLDER, LINK, FileError, Found
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import mode_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def new_mode(text: str, found: Found, *, is_busybox: bool) -> int:
    """A mode by digits or by words: ``755``, ``u+x,go-w``."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    mode = mode_of(found)
    for clause in text.split(","):
        match = re.fullmatch(r"([ugoa]*)((?:[-+=][rwxXst]*)+)", clause)
        if match is None:
            raise _no_mode(text, is_busybox)
        who = match[1] or "a"
        for operator, letters in re.findall(r"([-+=])([rwxXst]*)", match[2]):
            mode = _applied(mode, who, operator, letters, found, has_mask=not match[1])
    return mode


def _no_mode(text: str, is_busybox: bool) -> Misused:
    return Misused(f"invalid mode '{text}'") if is_busybox else Misused(f"invalid mode: ‘{text}’", is_usage=True)


def _applied(mode: int, who: str, operator: str, letters: str, found: Found, *, has_mask: bool) -> int:
    is_executable = found.kind == FOLDER or bool(mode & 0o111)
    bits = 4 * ("r" in letters) | 2 * ("w" in letters) | ("x" in letters or ("X" in letters and is_executable))
    places = [shift for letter, shift in (("u", 6), ("g", 3), ("o", 0)) if letter in who or "a" in who]
    change = sum(bits << shift for shift in places)
    change &= 0o755 if has_mask else 0o777
    change |= 0o4000 * ("s" in letters and ("u" in who or "a" in who)) | 0o2000 * ("s" in letters and "g" in who)
    change |= 0o1000 * ("t" in letters)
    if operator == "+":
        return mode | change
    if operator == "-":
        return mode & ~change
    return mode & ~sum(7 << shift for shift in places) | change


def _below(call: Call, path: str) -> list[str]:
    """A path, and what is in it if it is to be changed as well."""
    return [path, *(call.machine.files.under(path, call.at) if "R" in call.flags else ())]


def _chmod(call: Call) -> Status:
    words = call.operands
    if len(words) < 2:
        raise Misused("missing operand", is_usage=True)
    files = call.machine.files
    status: Status = 0
    for word in words[1:]:
        try:
            for path in _below(call, call.path(word)):
                found = files.find(path, call.at, follows=path == call.path(word))
                if found.kind != LINK or not found.exists:
                    mode = new_mode(words[0], found, is_busybox=call.is_busybox)
                    _changed(call, path, found, mode=mode)
        except FileError as error:
            status = _refused(call, word, error, "changing permissions of '{}'")
    return status


def _chown(call: Call) -> Status:
    words = call.operands
    if len(words) < 2:
        raise Misused("missing operand", is_usage=True)
    user, has_mark, group = words[0].replace(".", ":").partition(":")
    if call.name == "chgrp":
        user, group = "", words[0]
    owner = _number(call, "/etc/passwd", user, "user") if user else -1
    owners = _number(call, "/etc/group", group, "group") if group else owner if has_mark else -1
    status: Status = 0
    for word in words[1:]:
        try:
            for path in _below(call, call.path(word)):
                found = call.machine.files.find(path, call.at, follows="h" not in call.flags)
                _changed(call, path, found, owner=owner, group=owners)
        except FileError as error:
            status = _refused(call, word, error, "changing ownership of '{}'")
    return status


def _refused(call: Call, word: str, error: FileError, coreutils: str) -> Status:
    is_missing = str(error) == "No such file or directory"
    return call.refuse(word, error, "{}", "cannot access '{}'" if is_missing else coreutils)


def _changed(call: Call, path: str, found: Found, **changes: int) -> None:
    """Change a file's mode or owner; of what is not known to be there nothing is kept in a forecast."""
    if found.exists is None:
        if call.machine.shared.outside is not None:
            raise Unknown(f"whether there is {path}")
        return
    call.machine.files.change(path, call.at, **changes)


def _number(call: Call, table: str, name: str, what: str) -> int:
    if name.isdigit():
        return int(name)
    text = call.machine.files.find(table, call.at).content
    for line in (text or "").split("\n"):
        if line.startswith(name + ":"):
            return int(line.split(":")[2])
    if text is None:
        if name == "root":
            return 0
        raise Unknown(f"who is {name}")
    raise Misused(f"unknown {what} {name}" if call.is_busybox else f"invalid {what}: ‘{name}’")


TOOLS = {
    "chmod": Tool(_chmod, "Rvfc", "", {"recursive": "R"}, leads=True),
    "chown": Tool(_chown, "Rhvfc", "", {"recursive": "R", "no-dereference": "h"}),
    "chgrp": Tool(_chown, "Rhvfc", "", {"recursive": "R"}),
}
