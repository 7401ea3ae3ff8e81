"""Tools that cut, replace and fold parts of lines: cut, tr, paste, fold, expand, unexpand."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown, lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status

_FAR = 1 << 30


def _cut(call: Call) -> Status:
    kinds = [letter for letter in "bcf" if letter in call.flags]
    if len(kinds) != 1:
        raise _unlisted(call, len(kinds))
    ranges = _ranges(call.value(kinds[0]))
    mark = call.value("d", "\t")
    if len(mark) != 1:
        raise Misused("the delimiter must be a single character")
    status = 0
    for word in call.operands or ["-"]:
        try:
            for line in call.lines(word):
                text = _picked(call, kinds[0], line.rstrip("\n"), mark, ranges)
                if text is not None:
                    call.write(text + "\n")
        except FileError as error:
            status = call.refuse(word, error)
    return status


def _unlisted(call: Call, count: int) -> Misused:
    if count:
        return Misused("only one type of list may be specified", is_usage=True)
    if call.is_busybox:
        return Misused("expected a list of bytes, characters, or fields")
    return Misused("you must specify a list of bytes, characters, or fields", is_usage=True)


def _picked(call: Call, kind: str, line: str, mark: str, ranges: list[tuple[int, int]]) -> str | None:
    """The parts of a line that are wanted; None if it is left out."""
    if kind == "f" and mark not in line:
        return None if "s" in call.flags else line
    parts = line.split(mark) if kind == "f" else list(line)
    is_other = "o" in call.flags
    kept = [part for at, part in enumerate(parts, 1) if any(a <= at <= b for a, b in ranges) != is_other]
    return call.value("O", mark if kind == "f" else "").join(kept)


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for piece in text.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", piece)
        if match is None or not (match[1] or match[3]):
            raise Misused(f"invalid field value ‘{piece}’" if piece else "fields are numbered from 1", is_usage=True)
        begin = int(match[1] or 1)
        end = int(match[3]) if match[3] else _FAR if match[2] else begin
        if not begin:
            raise Misused("fields are numbered from 1")
        if end < begin:
            raise Misused("invalid decreasing range")
        found.append((begin, end))
    return found


# tr

_CLASSES = {
    "alpha": (65, 91, 97, 123),
    "digit": (48, 58),
    "alnum": (48, 58, 65, 91, 97, 123),
    "upper": (65, 91),
    "lower": (97, 123),
    "space": (9, 14, 32, 33),
    "blank": (9, 10, 32, 33),
    "punct": (33, 48, 58, 65, 91, 97, 123, 127),
    "cntrl": (0, 32, 127, 128),
    "print": (32, 127),
    "graph": (33, 127),
    "xdigit": (48, 58, 65, 71, 97, 103),
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_TOKEN = re.compile(r"\[:(\w+):\]|\[=(.)=\]|\[(.)\*(\d*)\]|\\([0-7]{1,3})|\\(.)|(.)", re.DOTALL)


def _characters(text: str, length: int = 0) -> str:
    """The characters that a set of ``tr`` means."""
    found: list[str] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token is not None
        at = token.end()
        if token[1]:
            bounds = _CLASSES.get(token[1])
            if bounds is None:
                raise Misused(f"invalid character class ‘{token[1]}’")
            pairs = zip(bounds[::2], bounds[1::2], strict=True)
            found += [chr(code) for begin, end in pairs for code in range(begin, end)]
            continue
        if token[3]:
            found += [token[3]] * (int(token[4]) if token[4] else max(0, length - len(found)))
            continue
        first = _single(token)
        if text[at : at + 1] == "-" and at + 1 < len(text):
            token = _TOKEN.match(text, at + 1)
            assert token is not None
            last = _single(token)
            if ord(last) < ord(first):
                raise Misused(f"range-endpoints of '{first}-{last}' are in reverse collating sequence order")
            if ord(last) - ord(first) > 1 << 12:
                raise Unknown("so wide a range of tr")
            found += [chr(code) for code in range(ord(first), ord(last) + 1)]
            at = token.end()
        else:
            found.append(first)
    return "".join(found)


def _single(token: re.Match[str]) -> str:
    if token[5]:
        return chr(int(token[5], 8))
    return token[2] or _ESCAPES.get(token[6], token[6]) if token[2] or token[6] else token[7] or token[0][:1]


def _tr(call: Call) -> Status:
    flags = call.flags
    deletes, squeezes, is_other = "d" in flags, "s" in flags, bool(flags & {"c", "C"})
    if not call.operands or len(call.operands) > 2:
        raise Misused("missing operand" if not call.operands else f"extra operand ‘{call.operands[2]}’", is_usage=True)
    first = _characters(call.operands[0])
    second = _characters(call.operands[1], len(first)) if len(call.operands) > 1 else ""
    if not deletes and not squeezes and not second:
        raise Misused(f"missing operand after ‘{call.operands[0]}’", is_usage=True)
    table = _table(first, second, is_other, "t" in flags) if second and not deletes else None
    squeezed = (second or first, is_other and not second)
    inside = set(first)
    last = ""
    for text in call.lines():
        kept = []
        for letter in text:
            if deletes and (letter in inside) != is_other:
                continue
            shown = letter if table is None else table(letter)
            is_squeezed = squeezes and shown == last and (shown in squeezed[0]) != squeezed[1]
            if not is_squeezed:
                kept.append(shown)
            last = shown
        call.write("".join(kept))
    return 0


def _table(first: str, second: str, is_other: bool, is_cut: bool) -> Callable[[str], str]:
    if is_other:
        inside = set(first)
        return lambda letter: letter if letter in inside else second[-1]
    second = second if is_cut else second + second[-1] * (len(first) - len(second))
    table = dict(zip(first, second, strict=False))
    return lambda letter: table.get(letter, letter)


# others


def _paste(call: Call) -> Status:
    marks = call.value("d", "\t").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "") or ""
    marks_list = list(marks) or [""]
    texts = [[line.rstrip("\n") for line in lines_of(call.text(word))] for word in call.operands or ["-"]]
    if "s" in call.flags:
        rows = texts
    else:
        if call.operands.count("-") > 1:
            texts = _dealt(call.operands, texts)
        longest = max(map(len, texts))
        rows = [[lines[at] if at < len(lines) else "" for lines in texts] for at in range(longest)]
    for row in rows:
        pieces = [piece for at, cell in enumerate(row) for piece in (cell, marks_list[at % len(marks_list)])]
        call.write("".join(pieces[:-1]) + "\n")
    return 0


def _dealt(words: list[str], texts: list[list[str]]) -> list[list[str]]:
    """The lines of an input that is named several times go to each in turn."""
    lines = texts[words.index("-")]
    count = words.count("-")
    turns = iter(range(count))
    return [lines[next(turns) :: count] if word == "-" else text for word, text in zip(words, texts, strict=True)]


def _fold(call: Call) -> Status:
    width = call.number("w", 80)
    for word in call.operands or ["-"]:
        for line in call.lines(word):
            rest, newline = line.rstrip("\n"), line[len(line.rstrip("\n")) :]
            while len(rest) > width:
                at = rest.rfind(" ", 0, width) + 1 if "s" in call.flags else width
                at = at or width
                call.write(rest[:at] + "\n")
                rest = rest[at:]
            call.write(rest + newline)
    return 0


def _expand(call: Call) -> Status:
    for word in call.operands or ["-"]:
        for line in call.lines(word):
            call.write(line.expandtabs(call.number("t", 8)))
    return 0


TOOLS = {
    "cut": Tool(
        _cut,
        "sno",
        "bcfdO",
        {
            "delimiter": "d",
            "fields": "f",
            "complement": "o",
            "characters": "c",
            "bytes": "b",
            "output-delimiter": "O",
            "only-delimited": "s",
        },
    ),
    "tr": Tool(_tr, "dscCt", "", {"delete": "d", "squeeze-repeats": "s", "complement": "c"}),
    "paste": Tool(_paste, "s", "d", {"serial": "s", "delimiters": "d"}),
    "fold": Tool(_fold, "sb", "w", {"width": "w", "spaces": "s"}),
    "expand": Tool(_expand, "", "t", {"tabs": "t"}),
}
