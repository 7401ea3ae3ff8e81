"""``echo`` and ``printf``."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.complaints import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

MOST_WIDTH = 1 << 16  # characters to which printf fills up

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_ESCAPE = re.compile(r"\\(?:0?(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{1,2})|(?P<char>[ntr\\abfvec\"']))", re.DOTALL)
# what dash knows of them
_FEW = re.compile(r"\\(?:0?(?P<octal>[0-7]{1,3})|(?P<hex>(?!))|(?P<char>[ntr\\abfvc]))")
_ZERO_ESCAPE = re.compile(_ESCAPE.pattern.replace("0?(?P<octal>[0-7]{1,3})", "0(?P<octal>[0-7]{0,3})"), re.DOTALL)


def _unescaped(text: str, escape: re.Pattern[str] = _ESCAPE) -> tuple[str, bool]:
    """A text with its escapes replaced, and whether ``\\c`` ends all output."""
    pieces: list[str] = []
    at = 0
    for found in escape.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        if found["char"] == "c":
            return "".join(pieces), True
        if found["char"] is not None:
            pieces.append(_ESCAPES.get(found["char"], found["char"]))
        else:
            pieces.append(chr((int(found["octal"] or "0", 8) if found["hex"] is None else int(found["hex"], 16)) & 255))
    return "".join(pieces) + text[at:], False


def echo(machine: Machine, argv: list[Value]) -> Status:
    """``echo``, as the shell's own: dash's replaces escapes always and knows ``-n`` alone."""
    words, newline, escapes = argv[1:], "\n", machine.shell == "dash"
    options = r"-n" if machine.shell == "dash" else r"-[neE]+"
    while words and words[0] is not None and re.fullmatch(options, words[0]):
        flags = words.pop(0) or ""
        newline = "" if "n" in flags else newline
        escapes = "e" in flags or (escapes and "E" not in flags)
    if None in words:
        machine.write(None)
        return 0
    text, ends = " ".join(word or "" for word in words), False
    if escapes:
        text, ends = _unescaped(text, _FEW if machine.shell == "dash" else _ZERO_ESCAPE)
    machine.write(text + ("" if ends else newline))
    return 0


def printf(machine: Machine, argv: list[Value]) -> Status:
    words = argv[1:]
    if words and words[0] == "--":
        words = words[1:]
    if None in words:
        machine.write(None)
        return 0
    if not words:
        if machine.shell == "bash":
            machine.complain("printf: usage: printf [-v var] format [arguments]")
        elif machine.shell == "dash":
            complain(machine, "usage: printf format [arg ...]", "printf")
        else:
            complain(machine, "usage: printf FORMAT [ARGUMENT...]")
        return 2
    return _Printf(machine, words[0] or "", [word or "" for word in words[1:]]).run()


_DIRECTIVE = re.compile(
    r"%(?:(?P<percent>%)|(?P<flags>[-+ 0#]*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?(?P<kind>[sdiubxXofFeEgGc]))"
)
_DIRECTIVE_OF_BASH = re.compile(_DIRECTIVE.pattern.replace("Gc]", "Gcq]"))


class _Printf:
    """A format that is filled in, again and again while there are words left."""

    def __init__(self, machine: Machine, template: str, words: list[str]) -> None:
        self._machine = machine
        self._template = template
        self._words = words
        self._at = 0
        self._status = 0
        self._ends = False
        self._pieces: list[str] = []

    def run(self) -> Status:
        while True:
            before = self._at
            self._fill()
            if self._ends or self._at >= len(self._words) or self._at == before:
                break
        self._machine.write("".join(self._pieces))
        return self._status

    def _fill(self) -> None:
        at = 0
        for found in (_DIRECTIVE_OF_BASH if self._machine.shell == "bash" else _DIRECTIVE).finditer(self._template):
            if self._is_wrong(at, found.start()):
                return
            self._put(self._template[at : found.start()])
            at = found.end()
            if not self._ends:
                self._pieces.append("%" if found["percent"] else self._directive(found))
        if not self._is_wrong(at, len(self._template)):
            self._put(self._template[at:])

    def _is_wrong(self, start: int, end: int) -> bool:
        """Whether a directive that there is not stands between two places; that is said, and ends all."""
        wrong = self._template.find("%", start, end)
        if wrong < 0 or self._ends:
            return False
        self._put(self._template[start:wrong])
        self._status, self._ends = 1, True
        if self._machine.shell == "dash":
            self._status = 2
            complain(self._machine, f"{self._template[wrong : wrong + 2]}: invalid directive", "printf")
        else:
            complain(self._machine, f"{self._template[wrong:]}: invalid format")
        return True

    def _put(self, text: str) -> None:
        if self._ends:
            return
        plain, self._ends = _unescaped(text, _FEW if self._machine.shell == "dash" else _ESCAPE)
        self._pieces.append(plain)

    def _next(self) -> str | None:
        self._at += 1
        return self._words[self._at - 1] if self._at <= len(self._words) else None

    def _directive(self, found: re.Match[str]) -> str:
        flags, kind = found["flags"], found["kind"]
        width = self._integer(self._next() or "0") if found["width"] == "*" else int(found["width"] or 0)
        given = found["precision"]
        precision = None if given is None else self._integer(self._next() or "0") if given == "*" else int(given or 0)
        if width < 0:
            flags, width = flags + "-", -width
        width = min(width, MOST_WIDTH)
        precision = precision if precision is None or precision < 0 else min(precision, MOST_WIDTH)
        start = f"%{flags}{width or ''}{'' if precision is None or precision < 0 else f'.{precision}'}"
        word = self._next()
        if word is None and kind in "diuxXo" and self._machine.shell in ("ash", "sh"):
            self._refuse("")
        return self._value(start, kind, word or "")

    def _value(self, start: str, kind: str, word: str) -> str:
        if kind in "di":
            return str(f"{start}d" % self._integer(word))
        if kind == "u":
            return str(f"{start}d" % (self._integer(word) % (1 << 64)))
        if kind in "xXo":
            return str(f"{start}{kind}" % (self._integer(word) % (1 << 64)))
        if kind in "fFeEgG":
            return str(f"{start}{kind}" % self._real(word))
        plain = start.replace("0", "", 1) if start.startswith("%0") else start
        if kind == "b":
            word, self._ends = _unescaped(word)
        elif kind == "c":
            word = word[:1]
        elif kind == "q":
            word = word if re.fullmatch(r"[\w./:=@%+-]+", word) else re.sub(r"([^\w./:=@%+-])", r"\\\1", word) or "''"
        return str(f"{plain}s" % word)

    def _integer(self, word: str) -> int:
        if word[:1] in ("'", '"'):
            return ord(word[1]) if len(word) > 1 else 0
        found = re.match(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)", word)
        if word and (found is None or found.end() < len(word)):
            self._refuse(word)
        if found is None or (self._status and self._machine.shell != "bash"):
            return 0 if found is None or self._machine.shell in ("ash", "sh") else int(found[1] + found[2])
        digits = found[2]
        base = 16 if digits[:2].lower() == "0x" else 8 if re.fullmatch(r"0[0-7]+", digits) else 10
        return int(digits[:25], base) * (-1 if found[1] == "-" else 1)

    def _real(self, word: str) -> float:
        try:
            return float(word or 0)
        except ValueError:
            self._refuse(word)
            return 0.0

    def _refuse(self, word: str) -> None:
        self._status = 1
        complaints = {"dash": f"printf: {word}: expected numeric value", "bash": f"printf: {word}: invalid number"}
        complain(self._machine, complaints.get(self._machine.shell, f"invalid number '{word}'"))
