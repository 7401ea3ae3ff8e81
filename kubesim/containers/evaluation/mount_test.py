"""agnhost's mounttest, which prints what it finds of files: file systems, modes, owners, contents; and writes some.

Mirrors test/images/agnhost/mounttest.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.file_systems import system_number
from kubesim.containers.evaluation.found import DEVICE, FOLDER, FileError, Found
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_NEW = {"new_file_0644": 0o644, "new_file_0666": 0o666, "new_file_0660": 0o660, "new_file_0777": 0o777}
_SHOWN = ("file_mode", "file_perm", "file_owner")
_LOOP, _DURATION, _BREAKS = "file_content_in_loop", "retry_time", "break_on_expected_content"
_OPTIONS = frozenset(("fs_type", *_NEW, *_SHOWN, "file_content", _LOOP, _DURATION, _BREAKS))
_TEXT = "mount-tester new file\n"
_PAUSE = 2 * SECOND  # between two looks of its loop


def is_known(argv: list[Value]) -> bool:
    """Whether a call of ``agnhost mounttest`` has only options that it has."""
    return _options(argv[2:]) is not None


def run(machine: Machine, argv: list[Value]) -> Status:
    """Do what the options ask for, in its own order, and end."""
    options = _options(argv[2:]) or {}
    status = 0
    for name in ("fs_type", *_NEW, *_SHOWN, "file_content"):
        if options.get(name):
            status = _do(machine, name, options[name]) or status
    if options.get(_LOOP):
        breaks = options.get(_BREAKS, "true") not in ("false", "f", "F", "0", "False", "FALSE")
        status = _loop(machine, options[_LOOP], int(options.get(_DURATION, "180")), breaks=breaks) or status
    return status


def _options(words: list[Value]) -> dict[str, str] | None:
    """The options with their values, by pflag's grammar; None if one is not its own, or not known."""
    found: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if word is None or not word.startswith("--"):
            return None
        name, equals, value = word[2:].partition("=")
        if name not in _OPTIONS:
            return None
        if not equals and name != _BREAKS:
            after = left.pop(0) if left else None
            if after is None:
                return None
            value = after
        found[name] = value
    return found if found.get(_DURATION, "0").lstrip("-").isdigit() else None


def _do(machine: Machine, name: str, path: str) -> int:
    quoted, real = quote(path), machine.path(path)
    try:
        if name == "fs_type":
            return _say(machine, f"mount type of {quoted}: ", _type(machine, real))
        if name in _NEW:
            _write(machine, real, _NEW[name])
        if name == "file_content" or name in _NEW:
            return _show_content(machine, path)
        found = machine.files.look(real, machine.clock)
    except FileError as error:
        return _refuse(machine, name, path, error)
    if name == "file_owner":
        is_known = found.mode is not None
        _say(machine, f"owner UID of {quoted}: ", str(found.owner) if is_known else None)
        return _say(machine, f"owner GID of {quoted}: ", str(found.group) if is_known else None)
    what, bits = ("mode", True) if name == "file_mode" else ("perms", False)
    return _say(machine, f"{what} of file {quoted}: ", mode_text(found, has_type=bits))


def _say(machine: Machine, start: str, text: str | None) -> int:
    machine.write(None if text is None else f"{start}{text}\n")
    return 0


def _refuse(machine: Machine, name: str, path: str, error: FileError) -> int:
    """What it prints of an error, in which Go says what it was about."""
    why, quoted = str(error).lower(), quote(path)
    about = {
        "fs_type": f"error from statfs({quoted}): {why}",
        "file_owner": f"error from stat({quoted}): {why}",
        "file_mode": f"error from Stat({quoted}): stat {path}: {why}",
        "file_perm": f"error from Stat({quoted}): stat {path}: {why}",
    }
    machine.write(about.get(name, f"error writing new file {quoted}: open {path}: {why}") + "\n")
    return 1


def _type(machine: Machine, path: str) -> str | None:
    machine.files.look(path, machine.clock)
    number = system_number(machine.files, path, machine.clock)
    return None if number is None else "tmpfs" if number == _TMPFS else str(number)


_TMPFS = 0x01021994


def _write(machine: Machine, path: str, mode: int) -> None:
    """Write a file, which has the mode if it was not there before."""
    is_new = machine.files.find(path, machine.clock).exists is False
    machine.files.write(path, machine.clock, _TEXT)
    if is_new:
        machine.files.change(path, machine.clock, mode=mode)


def _show_content(machine: Machine, path: str) -> int:
    try:
        content = machine.files.read(machine.path(path), machine.clock)
    except FileError as error:
        verb = _verb(machine, path)
        machine.write(f"error reading file content for {quote(path)}: {verb} {path}: {str(error).lower()}\n")
        return 1
    return _say(machine, f"content of file {quote(path)}: ", content)


def _verb(machine: Machine, path: str) -> str:
    """What fails of reading something: a folder can be opened."""
    return "read" if machine.files.find(machine.path(path), machine.clock).kind == FOLDER else "open"


def _loop(machine: Machine, path: str, seconds: int, *, breaks: bool) -> int:
    """Print the content again and again, until it is the expected one or the time is up."""
    begun, status = machine.clock, 0
    while machine.clock - begun < seconds * SECOND:
        machine.step()
        try:
            content, status = machine.files.read(machine.path(path), machine.clock), 0
        except FileError as error:
            content, status = "", 1
            why = f"{_verb(machine, path)} {path}: {str(error).lower()}"
            machine.write(f"Error reading file {path}: {why}, retrying\n")
        if not status:
            _say(machine, f"content of file {quote(path)}: ", content)
        if breaks and not status:
            if content == _TEXT:
                break
            machine.write(f"Unexpected content. Expected: {_TEXT}. Retrying\n")
        machine.advance(_PAUSE)
    return status


def mode_text(found: Found, *, has_type: bool) -> str | None:
    """A mode as Go prints it, with what else it is but permissions, if that is asked for. Mirrors FileMode.String."""
    if found.mode is None:
        return None
    kinds = {FOLDER: "d", DEVICE: "Dc"}.get(found.kind, "")
    special = "".join(letter for bit, letter in ((0o4000, "u"), (0o2000, "g"), (0o1000, "t")) if found.mode & bit)
    # The letter of a character device comes between those of groups and of sticky folders; no device is either.
    start = (kinds + special if has_type else "") or "-"
    return start + "".join("rwx"[at % 3] if found.mode >> (8 - at) & 1 else "-" for at in range(9))
