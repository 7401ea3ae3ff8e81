"""Schedules of CronJobs: ``*/5 * * * 1-5``, ``@hourly``, ``@every 90m``.

Mirrors robfig/cron's standard parser, its words included.
"""

from __future__ import annotations

import re

from kubesim.golang.numbers import atoi
from kubesim.startup.named_tuple import NamedTuple


class Bounds(NamedTuple):
    """The numbers that a field may have, and the names that stand for some."""

    low: int
    high: int
    names: tuple[str, ...] = ()


MINUTES = Bounds(0, 59)
HOURS = Bounds(0, 23)
DAYS = Bounds(1, 31)
MONTHS = Bounds(1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
WEEKDAYS = Bounds(0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat"))

DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class ScheduleError(ValueError):
    """A schedule that cannot be parsed; the message is the parser's."""


class Field(NamedTuple):
    """The numbers at which one field holds. ``is_any`` is whether it was written as a star."""

    numbers: frozenset[int]
    is_any: bool = False


class Schedule(NamedTuple):
    """The minutes at which a job is due; or, where ``every`` is not 0, every so many seconds."""

    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field
    every: int = 0


def parse_schedule(text: str) -> Schedule:
    """The schedule of a text, without its time zone; ScheduleError. Mirrors cron.ParseStandard."""
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    if text.startswith("@every "):
        return _periodic(text)
    if text.startswith("@"):
        if text not in DESCRIPTORS:
            raise ScheduleError(f"unrecognized descriptor: {text}")
        text = DESCRIPTORS[text]
    fields = text.split()
    if len(fields) != 5:
        raise ScheduleError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minute, hour, day, month, weekday = fields
    return Schedule(
        _field(minute, MINUTES),
        _field(hour, HOURS),
        _field(day, DAYS),
        _field(month, MONTHS),
        _field(weekday, WEEKDAYS),
    )


_ANY = Field(frozenset(), is_any=True)
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")


def _periodic(text: str) -> Schedule:
    duration = text[len("@every ") :]
    parts = _DURATION.findall(duration)
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        missing = bool(re.fullmatch(r"[\d.]+", duration))
        why = f'missing unit in duration "{duration}"' if missing else f'invalid duration "{duration}"'
        raise ScheduleError(f"failed to parse duration {text}: time: {why}")
    seconds = int(sum(float(number) * _UNITS[unit] for number, unit in parts))
    return Schedule(_ANY, _ANY, _ANY, _ANY, _ANY, every=max(1, seconds))


def _field(text: str, bounds: Bounds) -> Field:
    """Ranges between commas."""
    ranges = [_range(part, bounds) for part in text.split(",") if part]
    numbers = frozenset(number for part in ranges for number in part.numbers)
    return Field(numbers, any(part.is_any for part in ranges))


def _range(text: str, bounds: Bounds) -> Field:
    """``5``, ``5-10``, ``*``, and each with ``/step``."""
    span, *steps = text.split("/")
    low_text, *highs = span.split("-")
    is_any = low_text in ("*", "?")
    if is_any:
        low, high = bounds.low, bounds.high
    else:
        low = _number(low_text, bounds)
        if len(highs) > 1:
            raise ScheduleError(f"too many hyphens: {text}")
        high = _number(highs[0], bounds) if highs else low
    step = 1
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    if steps:
        step = _integer(steps[0])
        high = high if highs else bounds.high
        is_any = is_any and step <= 1
    _check(text, low, high, step, bounds)
    return Field(frozenset(range(low, high + 1, step)), is_any)


def _check(text: str, low: int, high: int, step: int, bounds: Bounds) -> None:
    if low < bounds.low:
        raise ScheduleError(f"beginning of range ({low}) below minimum ({bounds.low}): {text}")
    if high > bounds.high:
        raise ScheduleError(f"end of range ({high}) above maximum ({bounds.high}): {text}")
    if low > high:
        raise ScheduleError(f"beginning of range ({low}) beyond end of range ({high}): {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")


def _number(text: str, bounds: Bounds) -> int:
    if text.lower() in bounds.names:
        return bounds.low + bounds.names.index(text.lower())
    return _integer(text)


def _integer(text: str) -> int:
    try:
        number = atoi(text)
    except ValueError as error:
        raise ScheduleError(f"failed to parse int from {text}: {error}") from None
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {text}")
    return number
