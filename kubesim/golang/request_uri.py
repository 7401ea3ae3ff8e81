"""Whether a text is an absolute URI or path, as Go's net/url reads them. Mirrors url.ParseRequestURI."""

from __future__ import annotations

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_HEX = _DIGITS | frozenset("abcdefABCDEF")
_HOST = _LETTERS | _DIGITS | frozenset("-_.~!$&'()*+,;=:[]<>\"")
_USER = _LETTERS | _DIGITS | frozenset("-._:~!$&'()*+,;=%@")


def is_request_uri(text: str) -> bool:
    """Whether url.ParseRequestURI takes the text."""
    if not text or any(char < " " or char == "\x7f" for char in text):
        return False
    if text == "*":
        return True
    scheme, rest = _split_scheme(text)
    if scheme is None:
        return False
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        return bool(scheme)
    if scheme and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        return _is_authority(authority) and _is_escaped(slash + path)
    return _is_escaped(rest)


def _split_scheme(text: str) -> tuple[str | None, str]:
    """The scheme ("" for none) and what follows it; None for a colon at the beginning."""
    for index, char in enumerate(text):
        if char == ":":
            return (text[:index], text[index + 1 :]) if index else (None, text)
        if char not in _LETTERS and (not index or char not in "0123456789+-."):
            break
    return "", text


def _is_escaped(text: str) -> bool:
    """Whether every per cent sign is followed by two digits."""
    return all(len(part) > 1 and set(part[:2]) <= _HEX for part in text.split("%")[1:])


def _is_authority(text: str) -> bool:
    user, at, host = text.rpartition("@")
    if at and not (set(user) <= _USER and _is_escaped(user)):
        return False
    return _is_host(host)


def _is_host(host: str) -> bool:
    if host.startswith("["):
        inner, bracket, port = host[1:].rpartition("]")
        return bool(bracket) and _is_port(port) and _is_ipv6(inner)
    colon = host.rfind(":")
    if colon >= 0 and not _is_port(host[colon:]):
        return False
    parts = host.split("%")
    if any(
        part[:2] != "25" and (len(part) < 2 or part[0] not in "89abcdefABCDEF" or part[1] not in _HEX)
        for part in parts[1:]
    ):
        return False
    return all(char in _HOST or not char.isascii() for part in parts for char in part)


def _is_port(text: str) -> bool:
    return not text or (text[0] == ":" and set(text[1:]) <= _DIGITS)


def _is_ipv6(text: str) -> bool:
    from ipaddress import IPv6Address

    try:
        IPv6Address(text.replace("%25", "%", 1))
    except ValueError:
        return False
    return True
