"""Go's fmt.Sprintf for the values of an API object, its complaints included: ``%!f(int64=2)``."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.golang import fmt
from kubesim.golang.numbers import general
from kubesim.golang.quoting import quote, quote_rune, unicode_name
from kubesim.golang.template.values import type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FLAGS = "#0+- "
_MAX_WIDTH = 1_000_000


@dataclass(frozen=True)
class Spec:
    """What stands between the percent sign and the verb."""

    flags: str = ""
    width: int | None = None
    precision: int | None = None
    verb: str = "v"


def sprintf(template: str, arguments: list[Any]) -> str:
    """Mirrors fmt.Sprintf; None is a nil interface{}."""
    return _Formatter(template, arguments).run()


class _Formatter:
    def __init__(self, template: str, arguments: list[Any]) -> None:
        self._template = template
        self._arguments = arguments
        self._position = 0
        self._next_argument = 0
        self._reordered = False

    def run(self) -> str:
        out: list[str] = []
        while self._position < len(self._template):
            percent = self._template.find("%", self._position)
            end = len(self._template) if percent < 0 else percent
            out.append(self._template[self._position : end])
            self._position = end + 1
            if percent >= 0:
                out.append(self._directive())
        if not self._reordered and self._next_argument < len(self._arguments):
            extra = self._arguments[self._next_argument :]
            out.append(f"%!(EXTRA {', '.join(map(_described, extra))})")
        return "".join(out)

    def _directive(self) -> str:
        flags = ""
        while self._peek() and self._peek() in _FLAGS:
            flags += self._take()
        good_index = self._index()
        width, problem = self._number("WIDTH")
        if width is not None and width < 0:
            flags, width = flags + "-", -width
        precision = None
        if self._peek() == ".":
            self._take()
            good_index = self._index() and good_index
            precision, bad_precision = self._number("PREC")
            problem += bad_precision
            precision = None if bad_precision else precision or 0
        good_index = self._index() and good_index
        if not self._peek():
            return problem + "%!(NOVERB)"
        return problem + self._operand(Spec(flags, width, precision, self._take()), good_index)

    def _operand(self, spec: Spec, good_index: bool) -> str:
        if spec.verb == "%":
            return "%"
        if not good_index:
            return f"%!{spec.verb}(BADINDEX)"
        if self._next_argument >= len(self._arguments):
            return f"%!{spec.verb}(MISSING)"
        self._next_argument += 1
        return formatted(self._arguments[self._next_argument - 1], spec)

    def _index(self) -> bool:
        """An explicit argument number in brackets; False where it names no argument."""
        if self._peek() != "[":
            return True
        self._reordered = True
        close = self._template.find("]", self._position)
        digits = self._template[self._position + 1 : close] if close >= 0 else ""
        self._position = close + 1 if close >= 0 else self._position + 1
        if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits) <= len(self._arguments):
            return False
        self._next_argument = int(digits) - 1
        return True

    def _number(self, what: str) -> tuple[int | None, str]:
        """A width or precision, from the text or (``*``) from an argument, and the complaint about a bad one."""
        if self._peek() == "*":
            self._take()
            return self._number_argument(what)
        digits = ""
        while self._peek().isascii() and self._peek().isdigit():
            digits += self._take()
        return (int(digits) if digits and int(digits) <= _MAX_WIDTH else None), ""

    def _number_argument(self, what: str) -> tuple[int | None, str]:
        if self._next_argument >= len(self._arguments):
            return None, f"%!(BAD{what})"
        value = self._arguments[self._next_argument]
        self._next_argument += 1
        usable = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_WIDTH
        if not usable or (what == "PREC" and value < 0):
            return None, f"%!(BAD{what})"
        return int(value), ""

    def _peek(self) -> str:
        return self._template[self._position : self._position + 1]

    def _take(self) -> str:
        self._position += 1
        return self._template[self._position - 1]


def formatted(value: Any, spec: Spec) -> str:
    """One value under one verb; the members of maps and lists each under it."""
    if spec.verb == "T":
        return _padded("<nil>" if value is None else type_name(value), spec)
    if value is None:
        return _padded("<nil>", spec) if spec.verb == "v" else f"%!{spec.verb}(<nil>)"
    if spec.verb == "v" and "#" in spec.flags:
        return fmt.go_syntax(value)
    if isinstance(value, dict):
        keys = sorted(value)
        return f"map[{' '.join(f'{formatted(key, spec)}:{formatted(value[key], spec)}' for key in keys)}]"
    if isinstance(value, list):
        return f"[{' '.join(formatted(item, spec) for item in value)}]"
    shown = _scalar(value, spec)
    return f"%!{spec.verb}({_described(value)})" if shown is None else shown


def _scalar(value: Any, spec: Spec) -> str | None:
    """A value without members; None where the verb is not for its type."""
    if isinstance(value, bool):
        return _padded(fmt.text(value), spec) if spec.verb in "vt" else None
    if isinstance(value, str):
        return _string(value, spec)
    if isinstance(value, float):
        return _float(value, spec)
    return _integer(int(value), spec)


def _described(value: Any) -> str:
    """``int64=2``, as complaints show an operand."""
    return "<nil>" if value is None else f"{type_name(value)}={fmt.text(value)}"


def _padded(shown: str, spec: Spec) -> str:
    if spec.width is None or len(shown) >= spec.width:
        return shown
    return shown.ljust(spec.width) if "-" in spec.flags else shown.rjust(spec.width)


def _string(value: str, spec: Spec) -> str | None:
    if spec.verb in "xX":
        return _padded(_hex(value, spec), spec)
    if spec.verb not in "vsq":
        return None
    cut = value if spec.precision is None else value[: spec.precision]
    if spec.verb != "q":
        return _padded(cut, spec)
    if "#" in spec.flags and "`" not in cut and all(char.isprintable() or char == "\t" for char in cut):
        return _padded(f"`{cut}`", spec)
    return _padded(quote(cut), spec)


def _hex(value: str, spec: Spec) -> str:
    octets = value.encode(errors="surrogateescape")[: spec.precision]
    prefix = f"0{spec.verb}" if "#" in spec.flags and octets else ""
    gap = f" {prefix}" if " " in spec.flags else ""
    digits = gap.join(f"{octet:02x}" for octet in octets)
    return prefix + (digits.upper() if spec.verb == "X" else digits)


_BASES = {"d": "d", "v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}


def _integer(value: int, spec: Spec) -> str | None:
    if spec.verb in _BASES:
        return _digits(value, spec)
    char = chr(value) if 0 <= value < 0x110000 and not 0xD800 <= value < 0xE000 else "\ufffd"
    if spec.verb == "c":
        return _padded(char, spec)
    if spec.verb == "q":
        return _padded(quote_rune(char), spec)
    if spec.verb == "U":
        return _padded(unicode_name(char) if "#" in spec.flags else f"U+{value:04X}", spec)
    return None


def _digits(value: int, spec: Spec) -> str:
    digits = format(abs(value), _BASES[spec.verb])
    if spec.precision is not None:
        digits = "" if spec.precision == 0 and value == 0 else digits.rjust(spec.precision, "0")
    sign = _sign(value < 0, spec)
    prefix = _PREFIXES.get(spec.verb, "") if "#" in spec.flags else ""
    if spec.verb == "O":
        prefix = "0o"
    if _zero_padded(spec) and spec.precision is None:
        digits = digits.rjust((spec.width or 0) - len(sign), "0")
    return _padded(sign + prefix + digits, spec)


def _sign(negative: bool, spec: Spec) -> str:
    if negative:
        return "-"
    if spec.verb == "v":
        return ""
    return "+" if "+" in spec.flags else " " if " " in spec.flags else ""


def _zero_padded(spec: Spec) -> bool:
    return "0" in spec.flags and "-" not in spec.flags and spec.width is not None


def _float(value: float, spec: Spec) -> str | None:
    if spec.verb not in "vgGeEfFxX":
        return None
    shown = _float_digits(abs(value), spec)
    sign = _sign(str(value).startswith("-"), spec)
    if _zero_padded(spec):
        shown = shown.rjust((spec.width or 0) - len(sign), "0")
    return _padded(sign + shown, spec)


def _float_digits(value: float, spec: Spec) -> str:
    verb = "g" if spec.verb == "v" else spec.verb
    if verb in "xX":
        return _hex_float(value) if verb == "x" else _hex_float(value).upper()
    if verb in "gG" and spec.precision is None:
        shown = general(value)
    elif verb in "gG":
        shown = format(value, f".{spec.precision or 1}g")
    else:
        shown = format(value, f".{6 if spec.precision is None else spec.precision}{verb.lower()}")
    return shown.upper() if verb in "GE" else shown


def _hex_float(value: float) -> str:
    """0x1.8p+00"""
    mantissa, _, exponent = value.hex().partition("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent[0]}{exponent[1:]:0>2}"
