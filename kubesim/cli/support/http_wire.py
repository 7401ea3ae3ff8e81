"""HTTP/1.1 as it goes over a connection: requests that are read from bytes, and responses as bytes."""

from __future__ import annotations

import re

from kubesim.network.http import Request, Response, header_of

MOST_HEAD = 64 << 10  # bytes of a request's line and headers
MOST_BODY = 1 << 20  # bytes of a request's body

_LINE = re.compile(rb"([A-Z]+) (\S+) HTTP/(1\.[01])")
_START = re.compile(rb"[A-Z]{1,16}( [\x21-\xff]*( [HTP/1.0]*\r?)?)?")


class NotHttp(Exception):  # noqa: N818 - somebody speaks something else
    """What was sent is no request; the text says what it is instead."""


class TooMuch(Exception):  # noqa: N818 - a bound of ours
    """A request is larger than what is read of one; the text is the status line of the answer."""


def take_request(buffer: bytearray) -> Request | None:
    """The first request in the buffer, which is taken out; None if it is not whole yet. NotHttp, TooMuch."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        _check_start(buffer)
        return None
    line, *fields = bytes(buffer[:end]).split(b"\r\n")
    matched = _LINE.fullmatch(line)
    if matched is None:
        raise _stranger(buffer)
    headers = tuple((name.strip(), value.strip()) for name, _, value in (_text(f).partition(":") for f in fields))
    length = _length_of(headers)
    start = end + 4
    if len(buffer) < start + length:
        return None
    body = _text(bytes(buffer[start : start + length]))
    del buffer[: start + length]
    sent = tuple(one for one in headers if one[0].lower() != "host")
    method, path, version = map(_text, matched.groups())
    return Request(method, path, header_of(headers, "Host"), sent, body, version=version)


def awaits_leave(buffer: bytearray) -> bool:
    """Whether a client has sent the head of a request, and asks before it sends the body."""
    end = buffer.find(b"\r\n\r\n")
    return end >= 0 and b"\r\nexpect: 100-continue" in bytes(buffer[:end]).lower()


def _length_of(headers: tuple[tuple[str, str], ...]) -> int:
    if "chunked" in header_of(headers, "Transfer-Encoding").lower():
        raise TooMuch("411 Length Required")
    text = header_of(headers, "Content-Length") or "0"
    length = int(text) if text.isdecimal() and len(text) < 10 else MOST_BODY + 1
    if length > MOST_BODY:
        raise TooMuch("413 Content Too Large")
    return length


def _check_start(buffer: bytearray) -> None:
    """NotHttp for bytes that no request begins with, TooMuch for a head without an end."""
    if len(buffer) > MOST_HEAD:
        raise TooMuch("431 Request Header Fields Too Large")
    line = bytes(buffer).partition(b"\n")[0]
    if line and _START.fullmatch(line) is None:
        raise _stranger(buffer)


def _stranger(buffer: bytearray) -> NotHttp:
    return NotHttp("TLS" if buffer[:1] == b"\x16" else "something else than HTTP")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def is_kept(request: Request, response: Response) -> bool:
    """Whether the connection goes on after a response: both sides want it, and the end of its body is known."""
    said = request.header("Connection").lower()
    wants = "close" not in said if request.version == "1.1" else "keep-alive" in said
    is_bounded = bool(response.header("Content-Length")) or not _has_body(request, response)
    return wants and is_bounded and response.header("Connection").lower() != "close" and response.version == "1.1"


def encoded(request: Request, response: Response) -> bytes:
    """A response whose body is known, as it is sent."""
    body = response.body or ""
    if response.version == "0.9":
        return body.encode("utf-8", "surrogateescape")
    head = "".join(f"{line}\r\n" for line in (response.status_line, *(f"{n}: {v}" for n, v in response.headers)))
    text = f"{head}\r\n{body if _has_body(request, response) else ''}"
    return text.encode("utf-8", "surrogateescape")


def _has_body(request: Request, response: Response) -> bool:
    return request.method != "HEAD" and response.status not in (204, 304)
