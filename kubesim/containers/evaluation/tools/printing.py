"""Tools that print texts, whole or in part: cat, head, tail, tee, tac, rev, nl, wc, seq, yes."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import FileError, bytes_of
from kubesim.containers.evaluation.streams import Record
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown, lines_of, run_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value

_MOST_NUMBERS = 100_000
_PIPE_CLOSED = 128 + 13
_STREAMS = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/console"))


def _cat(call: Call) -> Status:
    machine = call.machine
    status: Status = 0
    number = 0
    for word in call.operands or ["-"]:
        if word == "-" and not call.flags - {"u"}:
            if machine.shared.setting.reads_input and not machine.input.entries:
                return run_on(machine)
            for instant, text in machine.input.pieces():
                machine.clock = max(machine.clock, instant)
                machine.write(text)
            continue
        try:
            number = _shown(call, word, number)
        except FileError as error:
            is_folder = str(error) == "Is a directory"
            if is_folder and call.is_busybox:
                call.complain(f"read error: {error}")
                status = 1
            else:
                status = call.refuse(word, error, "can't open '{}'")
        except Unknown as unknown:
            if machine.shared.outside is not None:
                raise
            machine.write(None)
            is_there = str(unknown) and machine.files.find(machine.path(word), call.at).exists
            status = status or (0 if is_there else None)
    return status


def _shown(call: Call, word: str, number: int) -> int:
    """Print a file as ``cat`` does, its lines numbered from a number on; the number of its last one."""
    if not call.flags - {"u"}:
        call.write(call.text(word))
        return number
    for line in call.lines(word):
        has_number = "n" in call.flags or ("b" in call.flags and line != "\n")
        number += has_number
        text = _visible(line, call.flags)
        call.write(f"{number:6}\t{text}" if has_number else text)
    return number


def _visible(line: str, flags: set[str]) -> str:
    text, newline = line.rstrip("\n"), "\n" if line.endswith("\n") else ""
    if flags & set("vAet"):
        text = re.sub(r"[\x00-\x08\x0b-\x1f]", lambda found: f"^{chr(ord(found[0]) + 64)}", text).replace("\x7f", "^?")
    if flags & set("TAt"):
        text = text.replace("\t", "^I")
    return text + ("$" if flags & set("EAe") and newline else "") + newline


# head and tail


def _amount(call: Call) -> tuple[str, str, int]:
    """The unit of ``-n`` or ``-c``, the sign before its number, and the number."""
    unit = "c" if "c" in call.flags else "n"
    given = call.value(unit, "10")
    found = re.fullmatch(r"([-+]?)(\d{1,12})(b|[kKM]?)", given)
    if found is None:
        what = "lines" if unit == "n" else "bytes"
        raise Misused(f"invalid number '{given}'" if call.is_busybox else f"invalid number of {what}: ‘{given}’")
    return unit, found[1], int(found[2]) * {"b": 512, "": 1, "k": 1024, "K": 1024, "M": 1 << 20}[found[3]]


def _old_style(call: Call) -> None:
    """``head -5`` and ``tail +3``."""
    first = call.operands[0] if call.operands else ""
    if re.fullmatch(r"-\d+", first) or (call.name == "tail" and re.fullmatch(r"\+\d+", first)):
        call.operands[0:1] = ["-n", first.removeprefix("-")]


def _head(call: Call) -> Status:
    _old_style(call)
    call.parse(Tool(_head, "qv", "nc", _LONG))
    unit, sign, amount = _amount(call)

    def show(word: str) -> None:
        if unit == "c" and word in ("/dev/zero", "/dev/urandom", "/dev/random"):
            call.write(_from_device(word, amount))
        elif unit == "c" or sign == "-":
            text = call.text(word)
            call.write(_cut_off(text, unit, amount if sign != "-" else -amount))
        elif amount:
            for count, line in enumerate(call.lines(word), 1):
                call.write(line)
                if count == amount:
                    break

    return _each(call, show, "{}", "cannot open '{}' for reading")


def _from_device(word: str, amount: int) -> str:
    if word != "/dev/zero" or amount > 1 << 16:
        raise Unknown(f"what {word} gives")
    return "\0" * amount


def _cut_off(text: str, unit: str, amount: int) -> str:
    """The first bytes or lines; all but the last ones if the amount is negative."""
    if unit == "c":
        raw = bytes_of(text)
        return (raw[:amount] if amount >= 0 else raw[: max(0, len(raw) + amount)]).decode("utf-8", "surrogateescape")
    lines = lines_of(text)
    return "".join(lines[: max(0, len(lines) + amount)])


def _tail(call: Call) -> Status:
    _old_style(call)
    call.parse(Tool(_tail, "fFqvr", "ncsp", {**_LONG, "follow": "f", "retry": "F", "sleep-interval": "s", "pid": "p"}))
    unit, sign, amount = _amount(call)
    follows = bool(call.flags & {"f", "F"})
    texts: dict[str, Value] = {}

    def show(word: str) -> None:
        text = texts[word] = None
        text = texts[word] = call.text(word)
        call.write(_end_of(text, unit, sign, amount))

    if follows and not [word for word in call.operands if word != "-"]:
        for line in call.lines():
            call.write(line)
        return run_on(call.machine)
    status = _each(call, show, "can't open '{}'", "cannot open '{}' for reading", is_patient=follows)
    if call.is_busybox and status and not any(word in texts for word in call.operands):
        call.complain("no files")
    if not follows or (status and "F" not in call.flags and not texts):
        return status
    return _follow(call)


def _end_of(text: str, unit: str, sign: str, amount: int) -> str:
    if unit == "c":
        raw = bytes_of(text)
        end = raw[max(0, amount - 1) :] if sign == "+" else raw[max(0, len(raw) - amount) :]
        return end.decode("utf-8", "surrogateescape")
    lines = lines_of(text)
    return "".join(lines[max(0, amount - 1) :] if sign == "+" else lines[max(0, len(lines) - amount) :])


def _follow(call: Call) -> Status:
    """Print the additions to files from now on that are known so far."""
    machine = call.machine
    start = call.at
    additions: list[tuple[int, Value]] = []
    for word in call.operands:
        additions += machine.files.additions(machine.files.resolve(call.path(word), start), start)
    for instant, added in sorted(additions, key=lambda addition: addition[0]):
        if machine.limit is not None and instant > machine.limit:
            break
        machine.clock = max(machine.clock, instant)
        machine.write(added)
    return run_on(machine)


def _each(call: Call, show: object, busybox: str, coreutils: str, *, is_patient: bool = False) -> Status:
    """Show each operand, under its name if there are several."""
    assert callable(show)
    status: Status = 0
    words = call.operands or ["-"]
    has_names = (len(words) > 1 or "v" in call.flags) and "q" not in call.flags
    is_first = True
    for word in words:
        try:
            if word != "-":
                _check_readable(call, word)
            if has_names:
                shown = "standard input" if word == "-" else word
                call.write(f"{'' if is_first else chr(10)}==> {shown} <==\n")
                is_first = False
            show(word)
        except FileError as error:
            is_first = is_first and not (call.is_busybox and call.name == "head")
            if str(error) == "Is a directory":
                call.complain(f"error reading '{word}': {error}" if not call.is_busybox else f"read error: {error}")
                status = 1
            else:
                status = call.refuse(word, error, busybox, coreutils)
        except Unknown:
            if not is_patient or call.machine.shared.outside is not None:
                raise
            call.machine.write(None)
    return status


def _check_readable(call: Call, word: str) -> None:
    found = call.machine.files.look(call.path(word), call.at)
    if not call.machine.files.may(found, 4):
        raise FileError("Permission denied")


_LONG = {"lines": "n", "bytes": "c", "quiet": "q", "silent": "q", "verbose": "v"}


# others


def _tee(call: Call) -> Status:
    machine = call.machine
    status = 0
    opened = []
    for word in call.operands:
        if word in _STREAMS:
            continue
        try:
            path = call.path(word)
            if "a" in call.flags:
                machine.files.touch(path, call.at)
            else:
                machine.files.write(path, call.at, "")
            opened.append(path)
        except FileError as error:
            status = call.refuse(word, error)
    for instant, text in machine.input.pieces():
        machine.clock = max(machine.clock, instant)
        machine.write(text)
        for path in opened:
            machine.files.write(path, call.at, text, appends=True)
    return status


def _tac(call: Call) -> Status:
    def show(word: str) -> None:
        text = call.text(word)
        call.write("".join(reversed(lines_of(text))))

    call.flags.add("q")
    return _each(call, show, "{}", "failed to open '{}' for reading")


def _rev(call: Call) -> Status:
    for word in call.operands or ["-"]:
        for line in call.lines(word):
            call.write(line.rstrip("\n")[::-1] + line[len(line.rstrip("\n")) :])
    return 0


def _nl(call: Call) -> Status:
    style, width, separator = call.value("b", "t"), call.number("w", 6), call.value("s", "\t")
    if style not in ("a", "t", "n"):
        raise Unknown(f"nl -b {style}")
    number = call.number("v", 1)
    for word in call.operands or ["-"]:
        for line in call.lines(word):
            if style == "a" or (style == "t" and line != "\n"):
                call.write(f"{number:{width}}{separator}{line}")
                number += call.number("i", 1)
            else:
                call.write(" " * (width + len(separator)) + line)
    return 0


def _wc(call: Call) -> Status:
    status: Status = 0
    rows: list[tuple[list[int], str]] = []
    total = [0, 0, 0, 0, 0]
    for word in call.operands or ["-"]:
        try:
            text = call.text(word)
        except FileError as error:
            status = call.refuse(word, error)
            if str(error) == "Is a directory" and not call.is_busybox:
                rows.append(([0] * 5, word))
            continue
        counts = _counted(text)
        total = [max(a, b) if index == 4 else a + b for index, (a, b) in enumerate(zip(total, counts, strict=True))]
        rows.append((counts, word if call.operands else ""))
    if len(call.operands) > 1:
        rows.append((total, "total"))
    _print_counts(call, rows)
    return status


def _counted(text: str) -> list[int]:
    longest = max((len(line.rstrip("\n").expandtabs()) for line in lines_of(text)), default=0)
    return [text.count("\n"), len(text.split()), len(text), len(bytes_of(text)), longest]


def _print_counts(call: Call, rows: list[tuple[list[int], str]]) -> None:
    wanted = [index for index, letter in enumerate("lwmcL") if letter in call.flags] or [0, 1, 3]
    width = max((len(str(value)) for counts, _ in rows for value in counts), default=1)
    if len(wanted) == 1 and len(rows) == 1:
        width = 0
    elif call.is_busybox:
        width = 9
    elif not call.operands and not call.machine.input.is_file:
        width = 7
    for counts, word in rows:
        texts = [f"{counts[index]:{width or 1}}" for index in wanted]
        call.write(" ".join([*texts, *([word] if word else [])]) + "\n")


def _seq(call: Call) -> Status:
    words, separator, is_padded, template = _read_seq(call)
    if not 1 <= len(words) <= 3 or not all(re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", word) for word in words):
        raise Misused(
            "missing operand" if not words else f"invalid floating point argument: ‘{words[0]}’", is_usage=True
        )
    first, step, last = (["1", "1", *words], [words[0], "1", *words[1:]], words)[len(words) - 1][-3:]
    places = max(len(word.partition(".")[2]) for word in (first, step))
    scale = 10 ** max(places, *(len(word.partition(".")[2]) for word in words))
    begin, by, end = (round(float(word) * scale) for word in (first, step, last))
    if by == 0:
        raise Misused("invalid Zero increment value: ‘0’")
    if (end - begin) // by > _MOST_NUMBERS:
        raise Unknown("so long a sequence")
    numbers = [f"{value / scale:.{places}f}" for value in range(begin, end + (1 if by > 0 else -1), by)]
    if is_padded:
        width = max(len(number) for number in (*numbers, *(f"{begin / scale:.{places}f}",)))
        numbers = [number.zfill(width) for number in numbers]
    if template:
        numbers = [template % float(number) for number in numbers]
    call.write(separator.join(numbers) + "\n" if numbers else "")
    return 0


def _read_seq(call: Call) -> tuple[list[str], str, bool, str]:
    """The operands of ``seq``, among which there are negative numbers, and its options."""
    words, separator, is_padded, template = list(call.operands), "\n", False, ""
    while words and re.match(r"-[a-z]", words[0]):
        option = words.pop(0)
        if option == "-w":
            is_padded = True
        elif option[:2] == "-s" and (option[2:] or words):
            separator = option[2:] or words.pop(0)
        elif option[:2] == "-f" and words and re.fullmatch(r"[^%]*%0?\d*(\.\d+)?[gf][^%]*", option[2:] or words[0]):
            template = option[2:] or words.pop(0)
        else:
            raise Unknown(f"seq {option}")
    return words, separator, is_padded, template


def _yes(call: Call) -> Status:
    """``yes``: into a pipe so much is written as nobody reads to the end."""
    stream = call.machine.streams.get(1)
    line = " ".join(call.operands or ["y"]) + "\n"
    if not isinstance(stream, Record) or stream is call.machine.shared.log:
        if call.machine.shared.outside is not None:
            raise Unknown("when yes is interrupted")
        return run_on(call.machine)
    call.machine.write(line * max(1, (1 << 14) // len(line)))
    return _PIPE_CLOSED


TOOLS = {
    "cat": Tool(_cat, "uAbeEnstTv", "", {"number": "n", "show-all": "A", "show-ends": "E", "show-tabs": "T"}),
    "head": Tool(_head, is_plain=True),
    "tail": Tool(_tail, is_plain=True),
    "tee": Tool(_tee, "ai", "", {"append": "a"}, skips=True),
    "tac": Tool(_tac),
    "rev": Tool(_rev),
    "nl": Tool(_nl, "", "bwsvi"),
    "wc": Tool(_wc, "lwcmL", "", {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"}),
    "seq": Tool(_seq, is_plain=True),
    "yes": Tool(_yes, is_plain=True),
}
