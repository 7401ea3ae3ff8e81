"""Numbers that may be given as a share of a total: ``maxSurge: 1`` or ``maxSurge: 25%``.

Mirrors apimachinery pkg/util/intstr.
"""

from __future__ import annotations

from kubesim.golang.numbers import atoi, integer

_INT32 = range(-(2**31), 2**31)


def from_text(text: str) -> int | str:
    """A number if the text is one, else the text: how a command line's value is read. Mirrors intstr.Parse."""
    number = integer(text, 10)
    return text if number is None or number not in _INT32 else number


def percent_of(value: int | str) -> int | None:
    """The number before the ``%``; None for what is no percentage. Mirrors validation's getPercentValue."""
    if isinstance(value, str) and value[-1:] == "%" and value[:-1].isdigit() and value.isascii():
        return int(value[:-1])
    return None


def int_value(value: int | str) -> int:
    """The number, or the number that the text spells, or 0. Mirrors IntOrString.IntValue."""
    if isinstance(value, int):
        return value
    return integer(value, 10) or 0


def value_from_int_or_percent(value: int | str, total: int, round_up: bool) -> int:
    """The number, or that share of ``total``; ValueError in upstream's words for any other text.

    Mirrors intstr.GetScaledValueFromIntOrPercent.
    """
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        raise ValueError("invalid value for IntOrString: invalid type: string is not a percentage")
    try:
        hundredths = atoi(value[:-1]) * total
    except ValueError as error:
        raise ValueError(f'invalid value for IntOrString: invalid value "{value}": {error}') from None
    return -(-hundredths // 100) if round_up else hundredths // 100
