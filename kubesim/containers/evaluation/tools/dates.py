"""date: the time of the simulation, in UTC as containers have it."""

from __future__ import annotations

import re
import time
from calendar import timegm

from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import seconds_of
from kubesim.sim.images.installed_programs import programs_of
from kubesim.sim.images.made_from import DEBIAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status

_FORMS = {"date": "%Y-%m-%d", "": "%Y-%m-%d", "seconds": "%Y-%m-%dT%H:%M:%S+00:00", "s": "%Y-%m-%dT%H:%M:%S+00:00"}
_FORMS |= {"minutes": "%Y-%m-%dT%H:%M+00:00", "hours": "%Y-%m-%dT%H+00:00"}
_UNITS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}


_CANNOT = {True: "can't", False: "cannot"}


def _date(call: Call) -> Status:
    """``-I`` takes a value only if it is behind it at once."""
    call.operands = [f"--iso-8601={word[2:]}" if re.match(r"-I\w", word) else word for word in call.operands]
    call.parse(Tool(_date, "uRI", "dsrD", _LONG))
    ms = _moment(call)
    flags = call.flags
    template = next((word[1:] for word in call.operands if word.startswith("+")), None)
    if "s" in flags:
        if not call.machine.shared.setting.may("SYS_TIME"):
            raise Misused(f"{_CANNOT[call.is_busybox]} set date: Operation not permitted")
        raise Unknown("what another time of its node comes to")
    _refuse_words(call)
    if template is None and "I" in flags:
        template = _FORMS.get(call.value("I"))
        if template is None:
            raise Unknown(f"date -I{call.value('I')}")
    elif template is None and "R" in flags:
        template = "%a, %d %b %Y %H:%M:%S %z"
    elif template is None:
        template = DEFAULT
    zone = ("UTC", 0) if "u" in flags else _zone(call, ms)
    call.write(formatted(template, ms, is_busybox=call.is_busybox, zone=zone) + "\n")
    return 0


def _refuse_words(call: Call) -> None:
    """Refuse what is no format: a time that is to be set, which it is not if it has other than digits."""
    if len(call.operands) > 1:
        raise Misused(f"extra operand '{call.operands[1]}'", is_usage=True)
    for word in call.operands:
        if word.startswith("+"):
            continue
        if re.fullmatch(r"[\d.]+", word):
            raise Unknown("date with such words")
        raise Misused(f"invalid date '{word}'")


DEFAULT = "%a %b %e %H:%M:%S %Z %Y"
_UTC = ("", "UTC", "UTC0", "Etc/UTC", "GMT", "GMT0")


def _zone(call: Call, ms: int) -> tuple[str, int]:
    """The name of the container's zone at an instant, and its offset (s); Unknown: where it has no data of zones."""
    name = call.machine.variables.get("TZ", "")
    if name in _UTC or "TZ" in call.machine.removed:
        return ("GMT" if name in ("GMT", "GMT0") else "UTC"), 0
    programs = programs_of(call.machine.shared.setting.image)
    if name is None or programs is None or programs.base != DEBIAN:
        raise Unknown(f"what time it is in {name}: whether its image has data of zones")
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromtimestamp(ms / 1000, ZoneInfo(name))
    except (OSError, ValueError, LookupError):
        raise Unknown(f"the time zone {name}") from None
    offset = moment.utcoffset()
    return moment.tzname() or "", 0 if offset is None else int(offset.total_seconds())


def _moment(call: Call) -> int:
    """What time is shown (ms since the epoch)."""
    if "r" in call.flags:
        return seconds_of(call, call.machine.files.resolve(call.path(call.value("r")), call.at)) * 1000
    epoch = call.machine.shared.setting.epoch
    if "d" in call.flags:
        return _given(call, call.value("d"), epoch)
    if epoch is None:
        raise Unknown("what time it is")
    return epoch + call.at


def _given(call: Call, text: str, epoch: int | None) -> int:
    """The time that ``-d`` names, in ms since the epoch."""
    if re.fullmatch(r"@-?\d+", text):
        return int(text[1:]) * 1000
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"):
        try:
            return timegm(time.strptime(re.sub(r"(Z| UTC)\Z", "", text), form)) * 1000
        except ValueError:
            continue
    words = re.fullmatch(
        r"(now|today|yesterday|tomorrow)?\s*(?:([-+]?\d+) ?(sec|second|min|minute|hour|day|week)s?( ago)?)?", text
    )
    if call.is_busybox or words is None or epoch is None:
        if call.is_busybox and re.fullmatch(r"[a-z ]+", text):
            raise Misused(f"invalid date '{text}'")
        raise Unknown(f"which time '{text}' is")
    days = {"yesterday": -1, "tomorrow": 1}.get(words[1] or "", 0)
    shift = int(words[2] or 0) * _UNITS[words[3] or "second"] * (-1 if words[4] else 1)
    return epoch + call.at + (days * 86400 + shift) * 1000


# What Python's strftime does not have, or has in the host's own way.
_OWN: dict[str, Callable[[time.struct_time], str]] = {
    "e": lambda moment: f"{moment.tm_mday:2d}",
    "k": lambda moment: f"{moment.tm_hour:2d}",
    "l": lambda moment: f"{(moment.tm_hour - 1) % 12 + 1:2d}",
    "P": lambda moment: time.strftime("%p", moment).lower(),
    "C": lambda moment: f"{moment.tm_year // 100}",
    "c": lambda moment: time.strftime(f"%a %b {moment.tm_mday:2d} %H:%M:%S %Y", moment),
    "n": lambda _: "\n",
    "t": lambda _: "\t",
    "%": lambda _: "%",
}
_SHORT = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M", "h": "%b", "r": "%I:%M:%S %p"}
_SHORT |= {"x": "%m/%d/%y", "X": "%H:%M:%S"}
_PLAIN = "aAbBdHIjmMpSuwyYUWVG"


def _letter(letter: str, moment: time.struct_time, seconds: int, zone: tuple[str, int]) -> str:
    """What a letter of a format stands for; Unknown."""
    if letter in _OWN:
        return _OWN[letter](moment)
    if letter in _SHORT:
        return time.strftime(_SHORT[letter], moment)
    if letter in "sZz":
        return {"s": str(seconds), "Z": zone[0], "z": _offset(zone[1])}[letter]
    if letter not in _PLAIN:
        raise Unknown(f"date +%{letter}")
    return time.strftime(f"%{letter}", moment)


def quick_format(template: str) -> Callable[[int], str] | None:
    """A function that shows an instant (ms since the epoch) in UTC; None for a format that has more than usual."""
    letters = re.findall(r"%(.?)", template, re.DOTALL)
    if not all(letter in (*_SHORT, *_PLAIN, "e", "s", "Z", "%") for letter in letters) or "\1" in template:
        return None
    known = {**_SHORT, "e": "\1e", "s": "\1s", "Z": "UTC", "%": "%%"}
    whole = re.sub(r"%(.)", lambda found: known.get(found[1], found[0]), template, flags=re.DOTALL)

    def show(ms: int) -> str:
        seconds = ms // 1000
        moment = time.gmtime(seconds)
        text = time.strftime(whole, moment)
        return text.replace("\1e", f"{moment.tm_mday:2d}").replace("\1s", str(seconds)) if "\1" in text else text

    return show


def _offset(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"


def formatted(template: str, ms: int, *, is_busybox: bool = False, zone: tuple[str, int] = ("UTC", 0)) -> str:
    """A time in a format as ``date`` and strftime know it, with GNU's flags; Unknown: one that is not known."""
    seconds, rest = divmod(ms, 1000)
    moment = time.gmtime(seconds + zone[1])

    def fill(found: re.Match[str]) -> str:
        flag, width, letter = found[1], found[2], found[3]
        if letter == "N":
            digits = f"{rest:03d}000000"
            return digits if not width else digits[: int(width)]
        text = _letter(letter, moment, seconds, zone)
        if flag == "-":
            return text.lstrip("0 ") or "0"
        if flag == "_":
            stripped = text.lstrip("0") or "0"
            return stripped.rjust(len(text))
        return text.upper() if flag == "^" else text

    if is_busybox and "%N" in template:
        raise Unknown("date +%N of busybox")
    return re.sub(r"%([-_^0]?)(\d*)(.)", fill, template, flags=re.DOTALL)


_LONG = {"utc": "u", "date": "d", "iso-8601": "I", "reference": "r", "rfc-email": "R", "set": "s"}
TOOLS = {"date": Tool(_date, is_plain=True)}
