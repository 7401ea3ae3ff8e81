"""URLs, taken apart. Mirrors apiserver's library/urls.go over Go's net/url."""

from __future__ import annotations

import re

from kubesim.api.cel.values import EvaluationError
from kubesim.golang.url import parse_request_uri
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class URLValue(NamedTuple):
    scheme: str
    user: str | None
    host: str
    path: str
    query: str

    @property
    def cel_type(self) -> str:
        return "kubernetes.URL"


def parsed(text: str) -> URLValue:
    """A URL with a scheme, or an absolute path; EvaluationError. Mirrors url.ParseRequestURI."""
    try:
        url = parse_request_uri(text)
    except ValueError as error:
        raise EvaluationError(f"URL parse error during conversion from string: {error}") from None
    return URLValue(url.scheme, url.user, url.host, url.path, url.query)


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
