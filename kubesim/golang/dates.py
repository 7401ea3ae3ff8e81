"""The calendar, as Go's time package reckons it."""

from __future__ import annotations


def days_in(year: int, month: int) -> int:
    """How many days a month has, 1 being January. Mirrors time.daysIn."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
