"""diff and cmp: whether two files differ, and where."""

from __future__ import annotations

from difflib import SequenceMatcher

from kubesim.containers.evaluation.found import FOLDER, FileError, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown, lines_of
from kubesim.containers.evaluation.tools.names import seconds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_MOST_LINES = 2000  # of a file that is compared
_NO_NEWLINE = "\n\\ No newline at end of file\n"

Change = tuple[str, int, int, int, int]


def _read(call: Call, words: list[str]) -> list[str]:
    """The texts of both files; FileError."""
    texts = []
    for word in words:
        if word != "-" and call.machine.files.look(call.path(word), call.at).kind == FOLDER:
            raise Unknown(f"{call.name} of folders")
        texts.append(call.text(word))
    return texts


def _diff(call: Call) -> Status:
    words = call.operands
    if len(words) != 2:
        raise Misused("missing operand" if len(words) < 2 else f"extra operand '{words[2]}'", 2, is_usage=True)
    texts: list[str] = []
    for word in words:
        try:
            texts += _read(call, [word])
        except FileError as error:
            call.refuse(word, error, "can't stat '{}'", "{}")
            if call.is_busybox:
                return 2
    if len(texts) < 2:
        return 2
    if texts[0] == texts[1]:
        call.write(f"Files {words[0]} and {words[1]} are identical\n" if "s" in call.flags else "")
        return 0
    if "q" in call.flags:
        call.write(f"Files {words[0]} and {words[1]} differ\n")
        return 1
    old, new = (lines_of(text) for text in texts)
    if max(len(old), len(new)) > _MOST_LINES:
        raise Unknown("diff of so long files")
    changes = _changes(call, old, new)
    if not changes:
        return 0
    if "u" in call.flags or "U" in call.flags or call.is_busybox:
        _unified(call, words, changes, old, new)
    else:
        _normal(call, changes, old, new)
    return 1


def _changes(call: Call, old: list[str], new: list[str]) -> list[Change]:
    def seen(line: str) -> str:
        if "w" in call.flags:
            return "".join(line.split())
        if "b" in call.flags:
            return " ".join(line.split())
        return line.lower() if "i" in call.flags else line

    matcher = SequenceMatcher(None, [seen(line) for line in old], [seen(line) for line in new], autojunk=False)
    return [change for change in matcher.get_opcodes() if change[0] != "equal"]


def _normal(call: Call, changes: list[Change], old: list[str], new: list[str]) -> None:
    for kind, a, b, c, d in changes:
        left, right = _range(a, b), _range(c, d)
        if kind == "insert":
            call.write(f"{a}a{right}\n")
        elif kind == "delete":
            call.write(f"{left}d{c}\n")
        else:
            call.write(f"{left}c{right}\n")
        call.write("".join("< " + _ended(line) for line in old[a:b]))
        call.write("---\n" if kind == "replace" else "")
        call.write("".join("> " + _ended(line) for line in new[c:d]))


def _range(begin: int, end: int) -> str:
    return str(end) if end - begin == 1 else f"{begin + 1},{end}"


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + _NO_NEWLINE


def _unified(call: Call, words: list[str], changes: list[Change], old: list[str], new: list[str]) -> None:
    for mark, word in zip(("---", "+++"), words, strict=True):
        call.write(f"{mark} {word}{_stamp(call, word)}\n")
    around = call.number("U", 3)
    groups: list[list[Change]] = []
    for change in changes:
        if groups and change[1] - groups[-1][-1][2] <= 2 * around:
            groups[-1].append(change)
        else:
            groups.append([change])
    for group in groups:
        begin, end = max(0, group[0][1] - around), min(len(old), group[-1][2] + around)
        shift = group[0][3] - group[0][1]
        after = group[-1][4] - group[-1][2]
        call.write(f"@@ -{_span(begin, end)} +{_span(begin + shift, end + after)} @@\n")
        at = begin
        for _, a, b, c, d in group:
            call.write("".join(" " + _ended(line) for line in old[at:a]))
            call.write("".join("-" + _ended(line) for line in old[a:b]))
            call.write("".join("+" + _ended(line) for line in new[c:d]))
            at = b
        call.write("".join(" " + _ended(line) for line in old[at:end]))


def _span(begin: int, end: int) -> str:
    count = end - begin
    return str(begin + 1) if count == 1 else f"{begin + 1 if count else begin},{count}"


def _stamp(call: Call, word: str) -> str:
    """The time of a file, which coreutils' own shows to the nanosecond."""
    if call.is_busybox:
        return ""
    import time

    if word == "-":
        raise Unknown("when that was written")
    return time.strftime("\t%Y-%m-%d %H:%M:%S.000000000 +0000", time.gmtime(seconds_of(call, call.path(word))))


def _cmp(call: Call) -> Status:
    if len(call.operands) != 2:
        raise Misused("missing operand", 2, is_usage=True)
    raw = []
    for word in call.operands:
        try:
            raw.append(bytes_of(_read(call, [word])[0]))
        except FileError as error:
            call.refuse(word, error, "can't open '{}'", "{}")
            return 2
    left, right = raw
    at = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if at is None and len(left) == len(right):
        return 0
    if "s" in call.flags:
        return 1
    if at is None:
        short = call.operands[len(left) > len(right)]
        if not call.is_busybox and not (left and right):
            call.complain(f"EOF on {short} which is empty")
            return 1
        call.complain(
            f"EOF on {short}"
            if call.is_busybox
            else f"EOF on {short} after byte {min(len(left), len(right))}, in line {left[: len(right)].count(10) + 1}"
        )
        return 1
    unit = "char" if call.is_busybox else "byte"
    call.write(f"{call.operands[0]} {call.operands[1]} differ: {unit} {at + 1}, line {left[:at].count(10) + 1}\n")
    return 1


TOOLS = {
    "diff": Tool(_diff, "uqswbiaN", "U", {"brief": "q", "unified": "u", "ignore-case": "i", "ignore-all-space": "w"}),
    "cmp": Tool(_cmp, "s"),
}
