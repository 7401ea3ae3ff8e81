"""When a CronJob is due: schedules in their time zones, and what was missed.

Instants are ms since the epoch.  Mirrors robfig/cron's Next and mostRecentScheduleTime of
pkg/controller/cronjob/utils.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kubesim.api.meta import SECOND, Obj, parse_time
from kubesim.golang.cron import ScheduleError, parse_schedule
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from kubesim.golang.cron import Schedule

YEARS = 5  # a schedule that is not due for so long never is
MANY_MISSED = 100


class Plan(NamedTuple):
    """A schedule in a time zone."""

    schedule: Schedule
    zone: tzinfo

    def next_after(self, instant: int) -> int | None:
        """The first time after ``instant`` at which the job is due; None if there is none."""
        if self.schedule.every:
            return instant - instant % SECOND + self.schedule.every * SECOND
        start = datetime.fromtimestamp(instant / SECOND, self.zone)
        for days in range(YEARS * 366):
            day = (start + timedelta(days=days)).date()
            if self._is_day(day.month, day.day, day.isoweekday() % 7):
                for hour, minute in self._times((start.hour, start.minute) if days == 0 else (0, 0)):
                    due = self._instant_of(datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone))
                    if due is not None and due > instant:
                        return due
        return None

    def _is_day(self, month: int, day: int, weekday: int) -> bool:
        """Where both days of the month and of the week are given, either will do."""
        schedule = self.schedule
        if month not in schedule.month.numbers:
            return False
        matches = (day in schedule.day.numbers, weekday in schedule.weekday.numbers)
        return all(matches) if schedule.day.is_any or schedule.weekday.is_any else any(matches)

    def _times(self, earliest: tuple[int, int]) -> Iterator[tuple[int, int]]:
        minutes = sorted(self.schedule.minute.numbers)
        for hour in sorted(self.schedule.hour.numbers):
            if hour >= earliest[0]:
                yield from ((hour, minute) for minute in minutes if (hour, minute) >= earliest)

    def _instant_of(self, local: datetime) -> int | None:
        """None for a time that the clocks leave out when they are put forward."""
        seconds = int(local.timestamp())
        exists = datetime.fromtimestamp(seconds, self.zone).hour == local.hour
        return seconds * SECOND if exists else None

    def text_of(self, instant: int) -> str:
        """The instant in the plan's zone, as RFC 3339."""
        text = datetime.fromtimestamp(instant // SECOND, self.zone).isoformat()
        return text[:-6] + "Z" if text.endswith("+00:00") else text


def plan_of(spec: Obj) -> Plan:
    """ScheduleError for a schedule that cannot be understood."""
    return _plan(spec["schedule"], spec.get("timeZone"))


@lru_cache(maxsize=64)
def _plan(text: str, zone: str | None) -> Plan:
    return Plan(parse_schedule(text), _zone(zone))


def _zone(name: str | None) -> tzinfo:
    if not name or name in ("UTC", "Etc/UTC"):
        return timezone.utc
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


class Due(NamedTuple):
    """The latest time at which a job was due and none was made, None if there is none; and whether many were missed.

    ``since`` is where counting began: the last time a job was made, or the CronJob was.
    """

    since: int
    latest: int | None
    missed: int

    @property
    def is_many(self) -> bool:
        return self.missed > MANY_MISSED


def due(obj: Obj, plan: Plan, now: int, *, heed_deadline: bool) -> Due:
    """What a CronJob has missed until now; ``heed_deadline`` leaves out what is too late to start.

    ScheduleError for a schedule that is never due, as on 31 February.
    """
    since = parse_time((obj.get("status") or {}).get("lastScheduleTime") or obj["metadata"]["creationTimestamp"])
    deadline = obj["spec"].get("startingDeadlineSeconds")
    if heed_deadline and deadline is not None:
        since = max(since, now - deadline * SECOND)
    first = plan.next_after(since)
    if first is not None and first > now:
        return Due(since, None, 0)
    second = None if first is None else plan.next_after(first)
    if first is None or second is None:
        raise ScheduleError("time difference between two schedules is less than 1 second")
    if second > now:
        return Due(since, first, 0)
    period = second - first
    missed = (now - first) // period + 1
    latest = None
    candidate = plan.next_after(first + (missed - 2) * period)
    while candidate is not None and candidate <= now:
        latest, candidate = candidate, plan.next_after(candidate)
    return Due(since, latest, missed)


def next_look(obj: Obj, plan: Plan, now: int) -> int | None:
    """When the CronJob is due next; ScheduleError as for ``due``. Mirrors nextScheduleTimeDuration, less its delta."""
    found = due(obj, plan, now, heed_deadline=False)
    if found.latest is not None:
        return plan.next_after(found.latest)
    return plan.next_after(now if found.missed else found.since)
