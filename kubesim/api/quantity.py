"""Amounts of cpu, memory and storage: ``500m``, ``1.5Gi``, ``2e3``.

Mirrors apimachinery pkg/api/resource.  An amount is exact: an integer times a power of ten.  It remembers the text it
was parsed from where upstream does, because that text is what is printed, stored, and hashed in pod templates.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

DECIMAL_SI = "DecimalSI"
BINARY_SI = "BinarySI"
DECIMAL_EXPONENT = "DecimalExponent"

FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX_WRONG = "unable to parse quantity's suffix"

_DIGITS, _SUFFIX_LETTERS = "0123456789", "eEinumkKMGTP"
_DECIMAL_SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_SUFFIXES = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_BY_EXPONENT = {exponent: suffix for suffix, exponent in _DECIMAL_SUFFIXES.items()}
_BINARY_BY_EXPONENT = {exponent: suffix for suffix, exponent in _BINARY_SUFFIXES.items()}

_NANO = -9
_MAX_INT64 = 2**63 - 1
_MAX_INT64_DIGITS = 18
_EXPONENT_LIMIT = 1000  # far beyond an int64, and still quick to write out


class Quantity(NamedTuple):
    """``unscaled`` times ten to the ``exponent``.

    ``format`` is the family of suffixes it is printed with.  ``text`` is the cached text, "" where upstream caches
    none.  ``is_big`` is true of amounts that upstream keeps as inf.Dec, not as a scaled int64.
    """

    unscaled: int
    exponent: int
    format: str
    text: str = ""
    is_big: bool = False

    def __str__(self) -> str:
        return self.text or _canonical_text(self)


def parse(source: str | int | float) -> Quantity:
    """The amount that a JSON string or number means; ValueError in upstream's words. Mirrors ParseQuantity."""
    text = source.strip() if isinstance(source, str) else repr(source)
    if text == "0":
        return Quantity(0, 0, DECIMAL_SI, text)
    sign, digits, fraction, suffix = _parts(text)
    base, exponent, form = _interpret(suffix)
    quick = _parse_small(text, digits or "0", fraction, exponent, form)
    if quick is None:
        quick = _parse_big(int((digits or "0") + fraction), len(fraction), base, exponent, form)
    return quick._replace(unscaled=-quick.unscaled) if sign == "-" else quick


def _parts(text: str) -> tuple[str, str, str, str]:
    """Sign, digits, fraction and suffix of ``([+-]?)0*([0-9]*)(?:\\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)``."""
    sign = text[: text.startswith(("+", "-"))]
    digits, rest = _leading_digits(text[len(sign) :])
    fraction = ""
    if rest.startswith("."):
        fraction, rest = _leading_digits(rest[1:])
    exponent = rest.lstrip(_SUFFIX_LETTERS)
    if not text or exponent[exponent.startswith(("+", "-")) :].strip(_DIGITS):
        raise ValueError(FORMAT_WRONG)
    return sign, digits.lstrip("0"), fraction, rest


def _leading_digits(text: str) -> tuple[str, str]:
    rest = text.lstrip(_DIGITS)
    return text[: len(text) - len(rest)], rest


def _interpret(suffix: str) -> tuple[int, int, str]:
    """Base, exponent and format of a suffix. Mirrors suffixHandler.interpret."""
    if suffix in _DECIMAL_SUFFIXES:
        return 10, _DECIMAL_SUFFIXES[suffix], DECIMAL_SI
    if suffix in _BINARY_SUFFIXES:
        return 2, _BINARY_SUFFIXES[suffix], BINARY_SI
    if suffix[:1] in ("e", "E"):
        try:
            return 10, max(-_EXPONENT_LIMIT, min(_EXPONENT_LIMIT, int(suffix[1:]))), DECIMAL_EXPONENT
        except ValueError:
            pass
    raise ValueError(SUFFIX_WRONG)


def _parse_small(text: str, digits: str, fraction: str, exponent: int, form: str) -> Quantity | None:
    """The amount as a scaled int64, with its text cached if that is canonical already; None if it does not fit."""
    if _spare_digits(digits, fraction, exponent, form) < 0:
        return None
    scale = (0 if form == BINARY_SI else exponent) - len(fraction)
    if scale < _NANO:
        return None
    mantissa = int(digits + fraction)
    if form == BINARY_SI:
        is_canonical = mantissa & 7 != 0
        amount = mantissa << exponent
    else:
        shifted = digits + fraction
        is_canonical = scale % 3 == 0 and not shifted.endswith("000") and shifted[0] != "0"
        amount = mantissa
    return Quantity(amount, scale, form, text if is_canonical else "")


def _spare_digits(digits: str, fraction: str, exponent: int, form: str) -> int:
    """How many more decimal digits an int64 would hold; negative if the amount may not fit."""
    if form != BINARY_SI:
        return _MAX_INT64_DIGITS - len(digits) - len(fraction)
    if fraction:
        return -1
    return 15 - len(digits) - exponent * 3 // 10 - 1


def _parse_big(mantissa: int, places: int, base: int, exponent: int, form: str) -> Quantity:
    """The amount as a decimal of any size: nothing below a nano, and binary ones no greater than an int64."""
    if base == 2:
        unscaled, power = mantissa << exponent, -places
    else:
        unscaled, power = mantissa, exponent - places
    if unscaled:
        unscaled, power = _round_up(unscaled, power, _NANO), _NANO
    if form == BINARY_SI and _round_up(unscaled, power, 0) > _MAX_INT64:
        unscaled, power = _MAX_INT64, 0
    if form == BINARY_SI and 0 < unscaled < 10**-power:
        form = DECIMAL_SI
    return Quantity(unscaled, power, form, "", True)


def _round_up(unscaled: int, exponent: int, scale: int) -> int:
    """``unscaled * 10**exponent`` in units of ``10**scale``, rounded away from zero."""
    if exponent >= scale:
        return unscaled * _power_of_ten(exponent - scale)
    divisor = _power_of_ten(scale - exponent)
    magnitude = -(-abs(unscaled) // divisor)
    return magnitude if unscaled >= 0 else -magnitude


def _power_of_ten(exponent: int) -> int:
    power: int = 10**exponent
    return power


def _canonical_text(amount: Quantity) -> str:
    """Mirrors Quantity.CanonicalizeBytes: no fraction, the greatest suffix that loses nothing."""
    if not amount.unscaled:
        return "0"
    if amount.format == BINARY_SI and _prints_binary(amount):
        number, times = _without_factors(_round_up(amount.unscaled, amount.exponent, 0), 1024)
        return f"{number}{_BINARY_BY_EXPONENT.get(times * 10, '')}"
    number, times = _without_factors(amount.unscaled, 10)
    exponent = amount.exponent + times
    number *= 10 ** (exponent % 3)
    exponent -= exponent % 3
    if amount.format == DECIMAL_EXPONENT:
        return f"{number}e{exponent}" if exponent else str(number)
    return f"{number}{_DECIMAL_BY_EXPONENT.get(exponent, '')}"


def _prints_binary(amount: Quantity) -> bool:
    """Small amounts and fractions are printed with decimal suffixes, so as to lose nothing."""
    whole = _round_up(amount.unscaled, amount.exponent, 0)
    is_exact = amount.exponent >= 0 or _round_up(whole, 0, amount.exponent) == amount.unscaled
    return abs(whole) >= 1024 and is_exact


def _without_factors(number: int, base: int) -> tuple[int, int]:
    times = 0
    while number and number % base == 0:
        number //= base
        times += 1
    return number, times


def canonical(source: str | int | float) -> str:
    """The text as the API server stores it: ``2`` for 2, ``500m`` for 0.5, ``1Gi`` for 1024Mi."""
    return str(parse(source))


def value(source: str | int | float) -> int:
    """The amount as a whole number, rounded away from zero. Mirrors Quantity.Value."""
    amount = parse(source)
    return _round_up(amount.unscaled, amount.exponent, 0)


def milli_value(source: str | int | float) -> int:
    """The amount in thousandths, rounded away from zero. Mirrors Quantity.MilliValue."""
    amount = parse(source)
    return _round_up(amount.unscaled, amount.exponent, -3)


def compare(left: str | int | float, right: str | int | float) -> int:
    """-1, 0 or 1. Mirrors Quantity.Cmp."""
    a, b = parse(left), parse(right)
    scale = min(a.exponent, b.exponent)
    x, y = _round_up(a.unscaled, a.exponent, scale), _round_up(b.unscaled, b.exponent, scale)
    return (x > y) - (x < y)


def add(left: str | int | float, right: str | int | float) -> str:
    """The sum's text, in the left one's format unless that is zero. Mirrors Quantity.Add."""
    return _sum(parse(left), parse(right))


def subtract(left: str | int | float, right: str | int | float) -> str:
    """The difference's text, in the left one's format unless that is zero. Mirrors Quantity.Sub."""
    amount = parse(right)
    return _sum(parse(left), amount._replace(unscaled=-amount.unscaled))


def in_format_of(source: str | int | float, other: str | int | float) -> str:
    """The amount's text with the other one's family of suffixes, whole if that is another family than its own."""
    amount, form = parse(source), parse(other).format
    return str(amount) if amount.format == form else _canonical_text(Quantity(value(source), 0, form))


def _sum(a: Quantity, b: Quantity) -> str:
    scale = min(a.exponent, b.exponent)
    total = _round_up(a.unscaled, a.exponent, scale) + _round_up(b.unscaled, b.exponent, scale)
    return _canonical_text(Quantity(total, scale, a.format if a.unscaled else b.format))
