"""ls: what is in folders."""

from __future__ import annotations

from kubesim.containers.evaluation.files import FileError
from kubesim.containers.evaluation.found import FOLDER, LINK, Found
from kubesim.containers.evaluation.streams import Terminal
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown
from kubesim.containers.evaluation.tools.names import (
    blocks_at,
    group_name,
    human,
    listed_time,
    mode_of,
    mode_text,
    seconds_of,
    size_at,
    user_name,
)
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_WIDTH = 80  # columns of a terminal


class _Entry(NamedTuple):
    name: str
    path: str
    found: Found


def _ls(call: Call) -> Status:
    status: Status = 0
    follows = not call.flags & {"l", "d", "F"} or bool(call.flags & {"L", "H"})
    files: list[_Entry] = []
    folders: list[_Entry] = []
    for word in call.operands or ["."]:
        try:
            path = call.path(word)
            found = call.machine.files.look(path, call.at, follows=word.endswith("/"))
            target = call.machine.files.find(path, call.at)
            if follows and found.kind == LINK and (target.kind == FOLDER or call.is_busybox or "L" in call.flags):
                found = call.machine.files.look(path, call.at)
            if found.exists is None:
                raise Unknown(f"whether there is {word}")
        except FileError as error:
            status = call.refuse(word, error, "{}", "cannot access '{}'")
            status = status if call.is_busybox else 2
            continue
        is_inside = found.kind == FOLDER and "d" not in call.flags
        (folders if is_inside else files).append(_Entry(word, path, found))
    _show(call, _sorted(call, files), total=False)
    for at, folder in enumerate(_sorted(call, folders)):
        has_name = len(call.operands) > 1 or "R" in call.flags
        status = _show_folder(call, folder, has_name=has_name, is_first=not (files or at)) or status
    return status


def _show_folder(call: Call, folder: _Entry, *, has_name: bool, is_first: bool) -> Status:
    try:
        listing = call.machine.files.listing(folder.path, call.at)
    except FileError as error:
        status = call.refuse(folder.name, error, "can't open '{}'", "cannot open directory '{}'")
        return status if call.is_busybox else 2
    if not listing.is_whole:
        raise Unknown(f"which files are in {folder.name}")
    if has_name:
        call.write(f"{'' if is_first else chr(10)}{folder.name}:\n")
    names = [name for name in listing.names if call.flags & {"a", "A"} or not name.startswith(".")]
    if "a" in call.flags:
        names = [".", "..", *names]
    entries = []
    for name in names:
        path = folder.path.rstrip("/") + "/" + name
        path = {".": folder.path, "..": folder.path.rpartition("/")[0] or "/"}.get(name, path)
        entries.append(_Entry(name, path, call.machine.files.find(path, call.at, follows="L" in call.flags)))
    _show(call, _sorted(call, entries), total=True)
    worst: Status = 0
    for entry in entries if "R" in call.flags else ():
        if entry.found.kind == FOLDER and entry.name not in (".", ".."):
            inner = entry._replace(name=f"{folder.name.rstrip('/')}/{entry.name}")
            worst = _show_folder(call, inner, has_name=True, is_first=False) or worst
    return worst


def _sorted(call: Call, entries: list[_Entry]) -> list[_Entry]:
    flags = call.flags
    if "U" in flags or "f" in flags:
        return entries
    ordered = sorted(entries, key=lambda entry: entry.name)
    if "t" in flags:
        ordered.sort(key=lambda entry: seconds_of(call, entry.path), reverse=True)
    if "S" in flags:
        ordered.sort(key=lambda entry: size_at(call, entry.path, entry.found), reverse=True)
    if "X" in flags:
        ordered.sort(key=lambda entry: entry.name.rpartition(".")[2] if "." in entry.name else "")
    return ordered[::-1] if "r" in flags else ordered


def _show(call: Call, entries: list[_Entry], *, total: bool) -> None:
    if call.flags & {"l", "n", "o", "g"}:
        _show_long(call, entries, total=total)
        return
    names = [_start(call, entry) + entry.name + _mark(call, entry) for entry in entries]
    if (_is_on_terminal(call) and "1" not in call.flags) or "C" in call.flags:
        call.write(_in_columns(names, is_even=call.is_busybox))
    else:
        call.write("".join(f"{name}\n" for name in names))


def _is_on_terminal(call: Call) -> bool:
    """Whether the output goes to a terminal, and not to a pipe or a file."""
    outside = call.machine.shared.outside
    return outside is not None and outside.is_terminal and isinstance(call.machine.streams.get(1), Terminal)


def _start(call: Call, entry: _Entry) -> str:
    """The number of its inode is not known; its blocks are."""
    if "i" in call.flags:
        raise Unknown("numbers of inodes")
    return f"{blocks_at(call, entry.path, entry.found) // 2:>4} " if "s" in call.flags else ""


def _mark(call: Call, entry: _Entry) -> str:
    if not call.flags & {"F", "p"}:
        return ""
    if entry.found.kind == FOLDER:
        return "/"
    if "F" not in call.flags:
        return ""
    if entry.found.kind == LINK:
        return "@"
    return "*" if entry.found.kind == "file" and mode_of(entry.found) & 0o111 else ""


def _in_columns(names: list[str], *, is_even: bool) -> str:
    """As many columns as fit, filled from the top, two spaces apart; ``is_even``: all as wide as the widest name."""
    if not names:
        return ""
    widest = max(map(len, names)) + 2
    most = max(1, _WIDTH // widest) if is_even else min(len(names), _WIDTH)
    for count in range(most, 0, -1):
        rows = -(-len(names) // count)
        columns = [names[at : at + rows] for at in range(0, len(names), rows)]
        widths = [widest if is_even else max(map(len, column)) + 2 for column in columns]
        if is_even or sum(widths) - 2 < _WIDTH or count == 1:
            break
    lines = []
    for row in range(rows):
        cells = [(column[row], width) for column, width in zip(columns, widths, strict=True) if row < len(column)]
        padded = [name.ljust(width) for name, width in cells[:-1]]
        lines.append("".join([*padded, cells[-1][0]]) if is_even else _tabbed([*padded, cells[-1][0]]))
    return "".join(f"{line}\n" for line in lines)


def _tabbed(cells: list[str]) -> str:
    """Cells with tabs for the spaces behind them where these reach so far. Mirrors coreutils' indent."""
    line, at = "", 0
    for cell in cells:
        text = cell.rstrip(" ")
        end, at = at + len(cell), at + len(text)
        line += text
        while at < end:
            if end // 8 > (at + 1) // 8:
                line, at = line + "\t", at + 8 - at % 8
            else:
                line, at = line + " ", at + 1
    return line


def _show_long(call: Call, entries: list[_Entry], *, total: bool) -> None:
    rows = [_row(call, entry) for entry in entries]
    if total:
        call.write(f"total {sum(blocks_at(call, entry.path, entry.found) for entry in entries) // 2}\n")
    if call.is_busybox:
        template = "{} {:>4} {:<8} {:<8} {:>9} {} {}\n"
        for row in rows:
            call.write(template.format(*row))
        return
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(5)]
    for mode, links, owner, group, size, when, name in rows:
        pieces = [mode, links.rjust(widths[1])]
        pieces += [owner.ljust(widths[2])] if "g" not in call.flags else []
        pieces += [group.ljust(widths[3])] if "o" not in call.flags and "G" not in call.flags else []
        call.write(" ".join([*pieces, size.rjust(widths[4]), when, name]) + "\n")


def _row(call: Call, entry: _Entry) -> list[str]:
    found = entry.found
    size = size_at(call, entry.path, found)
    shown = human(size, is_busybox=call.is_busybox) if "h" in call.flags else str(size)
    name = entry.name + (f" -> {found.content}" if found.kind == LINK else _mark(call, entry))
    is_numeric = "n" in call.flags
    owner = str(found.owner) if is_numeric else user_name(call, found.owner)
    group = str(found.group) if is_numeric else group_name(call, found.group)
    seconds = seconds_of(call, entry.path)
    return [mode_text(found), str(_links(call, entry)), owner, group, shown, listed_time(call, seconds), name]


def _links(call: Call, entry: _Entry) -> int:
    """How many names it has: a folder one for itself, one above it, and one in each folder in it."""
    if entry.found.kind != FOLDER:
        return 1
    files = call.machine.files
    below = files.under(entry.path, call.at)
    start = files.resolve(entry.path, call.at).rstrip("/") + "/"
    inner = [path for path in below if "/" not in path[len(entry.path.rstrip("/")) + 1 :]]
    return 2 + sum(files.find(path, call.at, follows=False).kind == FOLDER for path in inner if start)


_LONG = {"all": "a", "almost-all": "A", "reverse": "r", "recursive": "R", "human-readable": "h", "directory": "d"}
_LONG |= {"full-time": "e", "color": "K", "classify": "F", "group-directories-first": "D", "numeric-uid-gid": "n"}
TOOLS = dict.fromkeys(("ls", "dir"), Tool(_ls, "laA1RdhtrSFpCnogGLHsikUXK", "", {**_LONG, "color": "K"}))
