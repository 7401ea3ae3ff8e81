"""cp and mv: files and folders at another path."""

from __future__ import annotations

from kubesim.containers.evaluation.found import FOLDER, IS_FOLDER, LINK, NO_FOLDER, NOTHING, FileError, Found
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _transfer(call: Call) -> Status:
    words = call.operands
    if "t" in call.flags:
        words = [*words, call.value("t")]
    if len(words) < 2:
        raise Misused(
            "missing file operand" if not words else f"missing destination file operand after '{words[0]}'",
            is_usage=True,
        )
    files = call.machine.files
    target, path = words[-1], call.path(words[-1])
    found = files.find(path, call.at)
    is_into = bool(found.exists) and found.kind == FOLDER and "T" not in call.flags
    if not is_into and (len(words) > 2 or target.endswith("/")) and found.exists is False:
        is_move_of_folder = len(words) == 2 and files.find(call.path(words[0]), call.at).kind == FOLDER
        if not is_move_of_folder and not (call.is_busybox and len(words) > 2):
            raise Misused(f"target '{target}': {NOTHING}" if len(words) > 2 else _not_made(call, target))
        is_into = len(words) > 2
    is_into = is_into or (found.exists is None and (len(words) > 2 or target.endswith("/")))
    status: Status = 0
    for word in words[:-1]:
        name = word.rstrip("/").rpartition("/")[2]
        place, shown = (f"{each.rstrip('/')}/{name}" if is_into else each for each in (path, target))
        status = _one(call, word, place, shown) or status
    return status


def _not_made(call: Call, target: str) -> str:
    if call.is_busybox:
        return f"can't create '{target}': Is a directory"
    return f"cannot create regular file '{target}': {NO_FOLDER}"


def _one(call: Call, word: str, place: str, shown: str) -> Status:
    files = call.machine.files
    source = call.path(word)
    try:
        found = files.look(source, call.at, follows=call.name == "cp" and not _keeps_links(call))
    except FileError as error:
        verb = "rename" if call.name == "mv" else "stat"
        return call.refuse(word, error, f"can't {verb} '{{}}'", "cannot stat '{}'")
    if found.exists is None and call.machine.shared.outside is not None:
        raise Unknown(f"whether there is {word}")
    try:
        if _is_same(call, source, place):
            raise Misused(f"'{word}' and '{shown}' are the same file")
        if "n" in call.flags and files.find(place, call.at).exists:
            return 0
        if call.name == "mv":
            _move(call, source, place, found)
        elif found.kind == FOLDER and found.exists:
            return _copy_folder(call, word, source, place)
        else:
            _copy_file(call, source, place, found if found.exists else Found(True))
        if "v" in call.flags:
            call.write(f"'{word}' -> '{shown}'\n" if call.name == "cp" else f"renamed '{word}' -> '{shown}'\n")
    except FileError as error:
        return _refused(call, word, shown, error)
    return 0


def _keeps_links(call: Call) -> bool:
    return bool(call.flags & {"a", "d", "P", "r", "R"}) and "L" not in call.flags


def _is_same(call: Call, source: str, place: str) -> bool:
    files = call.machine.files
    return files.resolve(source, call.at) == files.resolve(place, call.at)


def _refused(call: Call, word: str, shown: str, error: FileError) -> Status:
    if call.name == "mv":
        return call.refuse(word, error, "can't rename '{}'", f"cannot move '{{}}' to '{shown}'")
    is_written = str(error) not in (NOTHING, NO_FOLDER)
    verb = "open" if not is_written else "create regular file"
    return call.refuse(shown, error, "can't create '{}'", "cannot create regular file '{}'" if verb else "")


def _copy_file(call: Call, source: str, place: str, found: Found) -> None:
    """A copy has its own owner; its mode is that of the file unless another one is there."""
    files = call.machine.files
    if found.kind not in (LINK,) and not files.may(found, 4):
        raise Misused(f"can't open '{source}': Permission denied")
    if found.kind == LINK:
        if files.find(place, call.at, follows=False).exists:
            files.remove(place, call.at)
        files.link(place, call.at, found.content)
        return
    before = files.find(place, call.at)
    files.write(place, call.at, found.content, size=found.size)
    keeps = bool(call.flags & {"p", "a"})
    if before.exists is False or keeps:
        real = files.resolve(place, call.at)
        made = files.find(real, call.at)
        mode = found.mode if found.mode is None or keeps else found.mode & ~0o022 & 0o777
        owner, group = (found.owner, found.group) if keeps and not files.user else (made.owner, made.group)
        if (mode, owner, group) != (made.mode, made.owner, made.group):
            files.change(real, call.at, mode=mode if mode is not None else 0o644, owner=owner, group=group)


def _copy_folder(call: Call, word: str, source: str, place: str) -> Status:
    files = call.machine.files
    if not call.flags & {"r", "R", "a"}:
        call.complain(
            f"omitting directory '{word}'" if call.is_busybox else f"-r not specified; omitting directory '{word}'"
        )
        return 1
    if (place + "/").startswith(source.rstrip("/") + "/"):
        raise Misused(f"cannot copy a directory, '{word}', into itself, '{place}'")
    below = files.under(source, call.at)
    _check_whole(call, source, below)
    folder = files.find(source, call.at)
    there = files.find(place, call.at)
    if not (there.exists and there.kind == FOLDER):
        files.make_folder(place, call.at, folder.mode if folder.mode is not None else 0o755)
    for path in below:
        found = files.find(path, call.at, follows=False)
        target = place + path[len(source.rstrip("/")) :]
        if found.kind != FOLDER:
            _copy_file(call, path, target, found)
        elif not files.find(target, call.at).exists:
            files.make_folder(target, call.at, found.mode if found.mode is not None else 0o755)
    return 0


def _check_whole(call: Call, folder: str, below: list[str]) -> None:
    """Unknown, where it is really run: it is not known what else is in a folder."""
    files = call.machine.files
    if call.machine.shared.outside is None:
        return
    for path in (folder, *below):
        is_folder = files.find(path, call.at, follows=False).kind == FOLDER
        if is_folder and not files.listing(path, call.at).is_whole:
            raise Unknown(f"which files are in {path}")


def _move(call: Call, source: str, place: str, found: Found) -> None:
    files = call.machine.files
    if not found.exists:
        files.write(place, call.at, None)
        files.remove(source, call.at)
        return
    there = files.find(place, call.at, follows=False)
    if there.exists and there.kind == FOLDER and found.kind != FOLDER:
        raise FileError(IS_FOLDER)
    if there.exists and there.kind != FOLDER and found.kind == FOLDER:
        if call.is_busybox:
            raise FileError(NO_FOLDER)
        raise Misused(f"cannot overwrite non-directory '{call.operands[-1]}' with directory '{call.operands[0]}'")
    if there.exists and found.kind == FOLDER:
        if files.under(place, call.at):
            raise FileError("Directory not empty")
        files.remove_folder(place, call.at)
    if found.kind == FOLDER:
        if (place + "/").startswith(source.rstrip("/") + "/"):
            raise FileError("Invalid argument")
        _check_whole(call, source, files.under(source, call.at))
    files.move(source, place, call.at)


_LONG = {"recursive": "r", "archive": "a", "force": "f", "no-clobber": "n", "verbose": "v", "target-directory": "t"}
TOOLS = {
    "cp": Tool(_transfer, "rRapdPfnvTLu", "t", {**_LONG, "preserve": "p"}),
    "mv": Tool(_transfer, "fnvT", "t", _LONG),
}
