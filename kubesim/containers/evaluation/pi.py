"""The digits of π, as perl's ``bpi`` of bignum has them: the program of the Job that everybody begins with."""

from __future__ import annotations

import re

MOST_DIGITS = 10_000
_GUARD = 10  # digits that are computed and not shown
_PROGRAM = re.compile(r"\s*print\s*\(?\s*bpi\((\d+)\)\s*\)?\s*;?\s*")


def printed(options: list[str], code: str) -> str | None:
    """What a perl program prints that prints π alone; None for any other one."""
    found = _PROGRAM.fullmatch(code)
    if found is None or "-Mbignum=bpi" not in options or not 1 < int(found[1]) <= MOST_DIGITS:
        return None
    ends_line = any(re.fullmatch(r"-\w*l\w*", option) for option in options)
    return digits(int(found[1])) + "\n" * ends_line


def digits(count: int) -> str:
    """So many digits of π, the last one rounded."""
    one = 10 ** (count + _GUARD)
    whole = 4 * (4 * _inverse_tangent(5, one) - _inverse_tangent(239, one))
    rounded = str((whole + 5 * 10**_GUARD) // 10 ** (_GUARD + 1))
    return f"{rounded[0]}.{rounded[1:]}"


def _inverse_tangent(inverse: int, one: int) -> int:
    """arctan(1 / ``inverse``), in parts of ``one``."""
    power = total = one // inverse
    step, sign = 3, -1
    while power:
        power //= inverse * inverse
        total += sign * (power // step)
        step, sign = step + 2, -sign
    return total
