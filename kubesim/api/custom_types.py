"""Types that read themselves from JSON: quantities, instants, numbers or strings.

Mirrors the UnmarshalJSON and MarshalJSON methods of apimachinery's resource.Quantity, metav1.Time, metav1.MicroTime
and intstr.IntOrString.
"""

from __future__ import annotations

from kubesim.api import quantity, schema
from kubesim.api.meta import parse_time, rfc3339
from kubesim.golang.dates import days_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RFC3339 = "2006-01-02T15:04:05Z07:00"
_RFC3339_MICRO = "2006-01-02T15:04:05.000000Z07:00"
_DATE_AND_TIME = ("2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05")
_RANGES = {"01": ("month", 1, 12), "15": ("hour", 0, 23), "04": ("minute", 0, 59), "05": ("second", 0, 59)}
_INT32 = range(-(2**31), 2**31)


class MismatchError(ValueError):
    """A JSON value of the wrong type: ``found`` ("string", "number 1.5") where Go wants ``wanted`` ("int32").

    Mirrors json.UnmarshalTypeError without its context.
    """

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"json: cannot unmarshal {found} into Go value of type {wanted}")
        self.found = found
        self.wanted = wanted


def kind_of(value: Any) -> str:
    """What encoding/json calls a value: string, number, bool, object, array, null."""
    if isinstance(value, bool):
        return "bool"
    return _KINDS.get(type(value), "number")


_KINDS = {str: "string", dict: "object", list: "array", type(None): "null"}


def number_text(value: float) -> str:
    """A number as a client writes it."""
    if isinstance(value, int):
        return str(value)
    from kubesim.golang.json import number

    return number(value)


def read(type_name: str, value: Any) -> Any:
    """The value as it is printed again; ValueError in upstream's words if it cannot be read."""
    if type_name == schema.QUANTITY:
        return _read_quantity(value)
    if type_name == schema.INT_OR_STRING:
        return _read_int_or_string(value)
    if type_name in (schema.TIME, schema.MICRO_TIME):
        return _read_time(value, is_micro=type_name == schema.MICRO_TIME)
    return value


def read_text(value: Any) -> str:
    """A string; null is the empty one."""
    if not (value is None or isinstance(value, str)):
        raise MismatchError(kind_of(value), "string")
    return value or ""


def _read_quantity(value: Any) -> str:
    if value is None:
        return "0"
    if isinstance(value, bool | dict | list):
        raise ValueError(quantity.FORMAT_WRONG)
    return quantity.canonical(value)


def _read_int_or_string(value: Any) -> int | str:
    if value is None:
        return 0
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value in _INT32:
        return value
    found = kind_of(value)
    raise MismatchError(f"number {number_text(value)}" if found == "number" else found, "int32")


def _read_time(value: Any, *, is_micro: bool) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise MismatchError(kind_of(value), "string")
    _check_time(value, is_micro=is_micro)
    text = rfc3339(parse_time(value))
    return f"{text[:-1]}.{value[20:26]}Z" if is_micro else text


def _check_time(text: str, *, is_micro: bool) -> None:
    """ValueError in the words of Go's time.Parse, which names the first part that is not as it should be."""
    layout = _RFC3339_MICRO if is_micro else _RFC3339
    rest = text
    for part in _DATE_AND_TIME:
        size = len(part)
        found = rest[:size]
        if not (found.isascii() and found.isdigit() and len(found) == size if part.isdigit() else found == part):
            raise _unparsable(text, layout, rest, part)
        label, least, most = _RANGES.get(part, ("", 0, 0))
        if label and not least <= int(found) <= most:
            raise _wrong(text, f"{label} out of range")
        rest = rest[size:]
    _check_day(text)
    _check_zone(text, layout, _after_fraction(text, layout, rest, is_micro=is_micro))


def _check_day(text: str) -> None:
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not 1 <= day <= days_in(year, month):
        raise _wrong(text, "day out of range")


def _after_fraction(text: str, layout: str, rest: str, *, is_micro: bool) -> str:
    digits = len(rest) - len(rest[1:].lstrip("0123456789")) - 1 if rest.startswith(".") else 0
    if is_micro and digits != 6:
        raise _unparsable(text, layout, rest, ".000000")
    return rest[1 + digits :] if digits else rest


def _check_zone(text: str, layout: str, rest: str) -> None:
    if rest.startswith("Z"):
        extra = rest[1:]
    elif len(rest) >= 6 and rest[0] in "+-" and rest[3] == ":" and (rest[1:3] + rest[4:6]).isdigit():
        extra = rest[6:]
    else:
        raise _unparsable(text, layout, rest, "Z07:00")
    if extra:
        raise _wrong(text, "extra text", extra)


def _wrong(text: str, why: str, extra: str = "") -> ValueError:
    from kubesim.golang.quoting import quote_bytes

    return ValueError(f"parsing time {quote_bytes(text)}: {why}" + (f": {quote_bytes(extra)}" if extra else ""))


def _unparsable(text: str, layout: str, rest: str, part: str) -> ValueError:
    from kubesim.golang.quoting import quote_bytes

    return ValueError(f'parsing time {quote_bytes(text)} as "{layout}": cannot parse {quote_bytes(rest)} as "{part}"')


def read_base64(text: str) -> str:
    """Bytes as they are printed again; ValueError in Go's words."""
    from base64 import b64encode

    from kubesim.golang.base64 import decode

    return b64encode(decode(text)).decode()
