"""Instants and spans of time. Mirrors cel-go's common/types/timestamp.go and duration.go."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from kubesim.api.cel.values import Duration, EvaluationError, Timestamp
from kubesim.golang.dates import days_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1)


def parse_timestamp(text: str) -> tuple[int, int] | None:
    """An instant in nanoseconds, and its zone's offset in seconds; None for what is none. Mirrors time.RFC3339."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[index]) for index in range(1, 7))
    if not (1 <= month <= 12 and 1 <= day <= days_in(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    zone = 0
    if found[8]:
        if int(found[9]) > 24 or int(found[10]) >= 60:
            return None
        zone = (int(found[9]) * 3600 + int(found[10]) * 60) * (-1 if found[8] == "-" else 1)
    if year == 0:
        return None
    local = datetime(year, month, day, hour, minute, second) - _EPOCH
    seconds = local.days * 86400 + local.seconds - zone
    return seconds * 10**9 + int((found[7] or "0")[:9].ljust(9, "0")), zone


def timestamp_text(value: Timestamp) -> str:
    """Mirrors time.RFC3339Nano."""
    local = _local(value)
    fraction = value.nanoseconds % 10**9
    shown = local.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + (f".{fraction:09d}".rstrip("0") if fraction else "")
    if not value.zone:
        return shown + "Z"
    hours, minutes = divmod(abs(value.zone) // 60, 60)
    return f"{shown}{'-' if value.zone < 0 else '+'}{hours:02d}:{minutes:02d}"


def _local(value: Timestamp, zone: str | None = None) -> datetime:
    """The calendar's date and time in a zone, by default UTC."""
    seconds = value.nanoseconds // 10**9
    if zone is None:
        return _EPOCH + timedelta(seconds=seconds + value.zone)
    instant = _EPOCH.replace(tzinfo=timezone.utc) + timedelta(seconds=seconds)
    return instant.astimezone(_zone(zone)).replace(tzinfo=None)


def _zone(name: str) -> Any:
    found = re.fullmatch(r"([+-]?)(\d{2}):(\d{2})", name, re.ASCII)
    if found:
        minutes = int(found[2]) * 60 + int(found[3])
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    if name in ("", "UTC"):
        return timezone.utc
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise EvaluationError(f"unknown time zone {name}") from None


def _of_date(read: Callable[[datetime], int]) -> Callable[..., int]:
    """A function of an instant, in a zone if one is given, UTC if not."""
    return lambda value, zone="UTC": read(_local(value, zone))


def _of_time(read: Callable[[datetime], int], size: int) -> Callable[..., int]:
    """The same, also of a span of time: how many of ``size`` nanoseconds are in it."""
    of_date = _of_date(read)

    def count(value: Any, *zone: str) -> int:
        if isinstance(value, Duration):
            whole = abs(value.nanoseconds) // size
            return whole if value.nanoseconds >= 0 else -whole
        return of_date(value, *zone)

    return count


def _milliseconds(value: Any, *_zone: str) -> int:
    if isinstance(value, Duration):
        return int(value.nanoseconds / 1_000_000)
    return int(value.nanoseconds % 10**9 // 1_000_000)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "getFullYear": _of_date(lambda date: date.year),
    "getMonth": _of_date(lambda date: date.month - 1),
    "getDayOfYear": _of_date(lambda date: date.timetuple().tm_yday - 1),
    "getDayOfMonth": _of_date(lambda date: date.day - 1),
    "getDate": _of_date(lambda date: date.day),
    "getDayOfWeek": _of_date(lambda date: date.isoweekday() % 7),
    "getHours": _of_time(lambda date: date.hour, 3600 * 10**9),
    "getMinutes": _of_time(lambda date: date.minute, 60 * 10**9),
    "getSeconds": _of_time(lambda date: date.second, 10**9),
    "getMilliseconds": _milliseconds,
}
