"""Lengths of time as Go's time package reads and prints them; here they are whole milliseconds, or nanoseconds."""

from __future__ import annotations

_UNITS = {
    "ns": 1, "us": 1_000, "\u00b5s": 1_000, "\u03bcs": 1_000, "ms": 1_000_000,
    "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
}  # fmt: skip


def parse_duration(text: str) -> int:
    """``1h30m``, ``1.5s``, ``-2ms`` in milliseconds, with what is finer cut off; ValueError in Go's words."""
    nanoseconds = parse_nanoseconds(text)
    return -(-nanoseconds // 1_000_000) if nanoseconds < 0 else nanoseconds // 1_000_000


def parse_nanoseconds(text: str) -> int:
    """The same in nanoseconds. Mirrors time.ParseDuration."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = 0
    while True:
        number, rest = _number(rest)
        whole, _, fraction = number.partition(".")
        if not whole + fraction or "." in fraction:
            raise _wrong("invalid", text)
        unit, rest = _unit(rest)
        if not unit:
            raise _wrong("missing unit in", text)
        if unit not in _UNITS:
            raise _wrong(f"unknown unit {_quoted(unit)} in", text)
        total += int(whole or "0") * _UNITS[unit] + int(int(fraction or "0") * (_UNITS[unit] / 10 ** len(fraction)))
        if total > 1 << 63 or (total == 1 << 63 and text[0] != "-"):
            raise _wrong("invalid", text)
        if not rest:
            return -total if text[0] == "-" else total


def _number(text: str) -> tuple[str, str]:
    rest = text.lstrip("0123456789.")
    return text[: len(text) - len(rest)], rest


def _unit(text: str) -> tuple[str, str]:
    end = next((i for i, c in enumerate(text) if c in "0123456789."), len(text))
    return text[:end], text[end:]


def _wrong(what: str, text: str) -> ValueError:
    return ValueError(f"time: {what} duration {_quoted(text)}")


def _quoted(text: str) -> str:
    from kubesim.golang.quoting import quote_bytes

    return quote_bytes(text)


def duration_text(milliseconds: int) -> str:
    """``0s``, ``20ms``, ``1.5s``, ``1m0s``, ``2h0m0s``. Mirrors Duration.String."""
    if abs(milliseconds) < 1000:
        return f"{milliseconds}ms" if milliseconds else "0s"
    sign = "-" if milliseconds < 0 else ""
    seconds, fraction = divmod(abs(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{seconds}.{fraction:03d}".rstrip("0") + "s" if fraction else f"{seconds}s"
    return sign + (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + tail
