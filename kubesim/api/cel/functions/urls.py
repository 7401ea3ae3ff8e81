"""URLs, taken apart. Mirrors apiserver's library/urls.go over Go's net/url."""

from __future__ import annotations

import re

from kubesim.api.cel.values import EvaluationError
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class URLValue(NamedTuple):
    scheme: str
    host: str
    path: str
    query: str

    @property
    def cel_type(self) -> str:
        return "kubernetes.URL"


def parsed(text: str) -> URLValue:
    """A URL with a scheme, or an absolute path. Mirrors url.ParseRequestURI."""
    wrong = f"URL parse error during conversion from string: parse {quote(text)}: "
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise EvaluationError(wrong + "net/url: invalid control character in URL")
    if not text:
        raise EvaluationError(wrong + "empty url")
    if text == "*":
        return URLValue("", "", "*", "")
    scheme, rest = _scheme(text, wrong)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return URLValue(scheme, "", "", query)
        raise EvaluationError(wrong + "invalid URI for request")
    host = ""
    if scheme and rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
        host = host.rpartition("@")[2]
        port = re.search(r":([^\]:]*)$", host)
        if port and not port[1].isdigit() and port[1]:
            raise EvaluationError(f"{wrong}invalid port {quote(':' + port[1])} after host")
    return URLValue(scheme, host, rest, query)


def _scheme(text: str, wrong: str) -> tuple[str, str]:
    for index, character in enumerate(text):
        if character.isascii() and character.isalpha():
            continue
        if character.isascii() and (character.isdigit() or character in "+-.") and index:
            continue
        if character == ":":
            if not index:
                raise EvaluationError(wrong + "missing protocol scheme")
            return text[:index].lower(), text[index + 1 :]
        break
    return "", text


def _is_url(text: str) -> bool:
    try:
        parsed(text)
    except EvaluationError:
        return False
    return True


def _hostname(url: URLValue) -> str:
    if url.host.startswith("["):
        return url.host[1:].partition("]")[0]
    return url.host.rpartition(":")[0] if ":" in url.host else url.host


def _port(url: URLValue) -> str:
    found = re.search(r":([0-9]*)$", url.host)
    return found[1] if found else ""


def _query(url: URLValue) -> dict[str, list[str]]:
    from urllib.parse import unquote_plus

    found: dict[str, list[str]] = {}
    for part in url.query.split("&"):
        if part and ";" not in part:
            key, _, value = part.partition("=")
            found.setdefault(unquote_plus(key), []).append(unquote_plus(value))
    return found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "url": parsed,
    "isURL": _is_url,
    "getScheme": lambda url: url.scheme,
    "getHost": lambda url: url.host,
    "getHostname": _hostname,
    "getPort": _port,
    "getEscapedPath": lambda url: url.path,
    "getQuery": _query,
}
