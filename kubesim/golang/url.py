"""Addresses as Go's net/url reads them. Mirrors url.Parse and url.ParseRequestURI."""

from __future__ import annotations

from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_HEX = _DIGITS | frozenset("abcdefABCDEF")
_HOST = _LETTERS | _DIGITS | frozenset("-_.~!$&'()*+,;=:[]<>\"")
_USER = _LETTERS | _DIGITS | frozenset("-._:~!$&'()*+,;=%@")


class Url(NamedTuple):
    """The parts of an address as they are written; ``user`` is None where there is none."""

    scheme: str
    user: str | None
    host: str
    path: str
    query: str
    fragment: str


def parse(text: str) -> Url:
    """An absolute or relative address; ValueError in Go's words."""
    before, _, fragment = text.partition("#")
    try:
        url = _parse(before, is_request=False)
        _check_escapes(fragment)
    except ValueError as error:
        raise ValueError(f"parse {quote(text)}: {error}") from None
    return url._replace(fragment=fragment)


def parse_request_uri(text: str) -> Url:
    """An absolute address or path, as the first line of a request has it; ValueError in Go's words."""
    try:
        return _parse(text, is_request=True)
    except ValueError as error:
        raise ValueError(f"parse {quote(text)}: {error}") from None


def _parse(text: str, *, is_request: bool) -> Url:
    if any(char < " " or char == "\x7f" for char in text):
        raise ValueError("net/url: invalid control character in URL")
    if not text and is_request:
        raise ValueError("empty url")
    if text == "*":
        return Url("", None, "", "*", "", "")
    scheme, rest = _split_scheme(text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme, None, "", "", query, "")
        if is_request:
            raise ValueError("invalid URI for request")
        if ":" in rest.partition("/")[0]:
            raise ValueError("first path segment in URL cannot contain colon")
    user, host = None, ""
    if rest.startswith("//") and (scheme or (not is_request and not rest.startswith("///"))):
        authority, slash, path = rest[2:].partition("/")
        user, host = _split_authority(authority)
        rest = slash + path
    _check_escapes(rest)
    return Url(scheme, user, host, rest, query, "")


def _split_scheme(text: str) -> tuple[str, str]:
    """The scheme in small letters ("" for none) and what follows it."""
    for index, char in enumerate(text):
        if char == ":":
            if not index:
                raise ValueError("missing protocol scheme")
            return text[:index].lower(), text[index + 1 :]
        if char not in _LETTERS and (not index or char not in "0123456789+-."):
            break
    return "", text


def _check_escapes(text: str) -> None:
    """ValueError where a per cent sign is not followed by two digits."""
    for part in text.split("%")[1:]:
        if len(part) < 2 or not set(part[:2]) <= _HEX:
            raise ValueError(f"invalid URL escape {quote('%' + part[:2])}")


def _split_authority(text: str) -> tuple[str | None, str]:
    user, at, host = text.rpartition("@")
    _check_host(host)
    if not at:
        return None, host
    if not set(user) <= _USER:
        raise ValueError("net/url: invalid userinfo")
    _check_escapes(user)
    return user, host


def _check_host(host: str) -> None:
    if host.startswith("["):
        inner, bracket, port = host[1:].rpartition("]")
        if not bracket:
            raise ValueError("missing ']' in host")
        _check_port(port)
        _check_ipv6(inner)
        return
    if "[" in host:
        raise ValueError("invalid IP-literal")
    colon = host.find(":")
    if colon >= 0:
        _check_port(host[colon:])
    for part in host.split("%")[1:]:
        is_escape = len(part) > 1 and set(part[:2]) <= _HEX
        if not is_escape or (part[0] in "01234567" and part[:2] != "25"):
            raise ValueError(f"invalid URL escape {quote('%' + part[:2])}")
    for char in host.replace("%", ""):
        if char.isascii() and char not in _HOST:
            raise ValueError(f"invalid character {quote(char)} in host name")


def _check_port(text: str) -> None:
    if text and not (text[0] == ":" and set(text[1:]) <= _DIGITS):
        raise ValueError(f"invalid port {quote(text)} after host")


def _check_ipv6(text: str) -> None:
    from ipaddress import IPv6Address

    try:
        IPv6Address(text.replace("%25", "%", 1))
    except ValueError:
        raise ValueError(f"invalid host: ParseAddr({quote(text)}): unable to parse IP") from None
