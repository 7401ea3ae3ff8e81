"""nginx's configuration: its grammar, and the directives that decide what it answers."""

from __future__ import annotations

import re

from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

Directive = tuple[tuple[str, ...], "tuple[Directive, ...]"]

_TOKEN = re.compile(r"""\s+|\#[^\n]*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|(?:[^\s;{}"'\\]|\\.|\$\{\w+\})+)""")
_ESCAPES = re.compile(r"\\([\\\"'nrt ])")
MOST_DEPTH = 8  # blocks within blocks

# These change an answer in ways that are not followed.
_UNKNOWN = frozenset(
    (
        *("if", "rewrite", "auth_basic", "auth_request", "limit_req", "limit_except", "deny", "allow", "sub_filter"),
        *("fastcgi_pass", "uwsgi_pass", "grpc_pass", "stub_status", "js_content", "content_by_lua_block", "mirror"),
        "split_clients",
    )
)


class Location(NamedTuple):
    """What answers for some paths: a ``return``, another server, or files below a ``root``."""

    path: str
    modifier: str = ""
    root: str = "/etc/nginx/html"
    alias: str = ""
    indexes: tuple[str, ...] = ("index.html",)
    returns: tuple[int, str | None] | None = None
    proxied: str = ""
    default_type: str = ""
    added: tuple[tuple[str, str], ...] = ()
    lists: bool = False
    tries: tuple[str, ...] = ()
    error_pages: tuple[tuple[int, str], ...] = ()
    is_unknown: bool = False


class Server(NamedTuple):
    """A ``server`` block."""

    ports: tuple[int, ...]
    names: tuple[str, ...]
    is_default: bool
    is_unknown: bool
    base: Location
    locations: tuple[Location, ...]
    upstreams: tuple[tuple[str, tuple[str, ...]], ...] = ()
    secure_ports: tuple[int, ...] = ()
    certificate: str = ""  # the path of its file

    def place(self, path: str) -> Location:
        """What answers for a path: one of the locations, else the server itself."""
        return (None if self.base.returns else self._location(path)) or self.base

    def _location(self, path: str) -> Location | None:
        """An exact location, else the longest prefix unless an expression matches."""
        exact = next((one for one in self.locations if one.modifier == "=" and one.path == path), None)
        if exact is not None:
            return exact
        prefixes = [one for one in self.locations if one.modifier in ("", "^~") and path.startswith(one.path)]
        best = max(prefixes, key=lambda one: len(one.path), default=None)
        if best is not None and best.modifier == "^~":
            return best
        for one in self.locations:
            if one.modifier in ("~", "~*") and _matches(one, path):
                return one
        return best


def _matches(location: Location, path: str) -> bool:
    try:
        return re.search(location.path, path, re.IGNORECASE if location.modifier == "~*" else 0) is not None
    except re.error:
        return False


def servers_of(text: str, included: Callable[[str], str | None]) -> list[Server] | None:
    """The servers of a configuration; None if a part of it is not known, or is none."""
    try:
        parsed = _parsed(text)
        http = [one for words, block in parsed if words[:1] == ("http",) for one in _whole(block, included)]
    except ValueError:
        return None
    base = _location(Location(""), http)
    upstreams = tuple((words[1], _members(block)) for words, block in http if words[0] == "upstream" and words[1:])
    servers = [_server(base, block) for words, block in http if words[0] == "server"]
    return [server._replace(upstreams=upstreams) for server in servers]


def _members(block: tuple[Directive, ...]) -> tuple[str, ...]:
    return tuple(words[1] for words, _ in block if words[0] == "server" and words[1:])


def _whole(block: tuple[Directive, ...], included: Callable[[str], str | None]) -> Iterator[Directive]:
    """A block with what its ``include`` directives bring in; ValueError if that is not known."""
    for words, inner in block:
        if words[0] == "include" and len(words) == 2:
            text = included(words[1])
            if text is None:
                raise ValueError(words[1])
            yield from _parsed(text)
        else:
            yield words, tuple(_whole(inner, included))


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Directive, ...]:
    """The directives of a text; ValueError if it is no configuration."""
    tokens = [found[1] for found in _TOKEN.finditer(text) if found[1] is not None]
    block, rest = _block(tokens, 0, 0)
    if rest < len(tokens):
        raise ValueError("unexpected }")
    return block


def _block(tokens: list[str], at: int, depth: int) -> tuple[tuple[Directive, ...], int]:
    found: list[Directive] = []
    words: list[str] = []
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == "}":
            break
        if token == "{":
            inner, at = _block(tokens, at, depth + 1)
            found.append((tuple(words), inner))
            words = []
        elif token == ";":
            found.append((tuple(words), ()))
            words = []
        else:
            words.append(_plain(token))
    else:
        at += depth > 0  # the block was never closed
    if words or at > len(tokens) or any(not one for one, _ in found):
        raise ValueError("unexpected end of file")
    return tuple(found), at


def _plain(token: str) -> str:
    if token[0] not in "\"'":
        return token
    special = {"n": "\n", "r": "\r", "t": "\t"}
    return _ESCAPES.sub(lambda found: special.get(found[1], found[1]), token[1:-1])


def _server(base: Location, block: tuple[Directive, ...]) -> Server:
    own = _location(base, block)
    listens = [words[1:] for words, _ in block if words[0] == "listen" and len(words) > 1]
    ports = [_port(words[0]) for words in listens]
    return Server(
        ports=tuple(port for port in ports if port) or (80,),
        names=tuple(name for words, _ in block if words[0] == "server_name" for name in words[1:]),
        is_default=any("default_server" in words for words in listens),
        is_unknown=own.is_unknown,
        base=own,
        locations=tuple(_inner(own, words, inner) for words, inner in block if words[0] == "location"),
        secure_ports=tuple(_port(words[0]) for words in listens if "ssl" in words),
        certificate=next((words[1] for words, _ in block if words[0] == "ssl_certificate" and words[1:]), ""),
    )


def _port(word: str) -> int:
    last = word.rpartition(":")[2]
    return int(last) if last.isdigit() else 80 if "." in word else 0


def _inner(base: Location, words: tuple[str, ...], block: tuple[Directive, ...]) -> Location:
    modifier = words[1] if len(words) > 2 else ""
    empty = base._replace(path=words[-1], modifier=modifier, returns=None, proxied="", tries=())
    if len(words) < 2 or any(inner[0] == "location" for inner, _ in block):
        return empty._replace(is_unknown=True)
    return _location(empty, block)


def _location(base: Location, block: list[Directive] | tuple[Directive, ...]) -> Location:
    """What a block makes of what it inherits."""
    found = base
    added = [words[1:3] for words, _ in block if words[0] == "add_header" and len(words) > 2]
    if added:
        found = found._replace(added=tuple((name, value) for name, value in added))
    for words, _ in block:
        name, rest = words[0], words[1:]
        if name in _UNKNOWN:
            found = found._replace(is_unknown=True)
        elif name in ("root", "alias", "default_type", "proxy_pass") and rest:
            field = "proxied" if name == "proxy_pass" else name
            changed: dict[str, Any] = {field: rest[0]}
            found = found._replace(**changed)
        elif name == "index":
            found = found._replace(indexes=rest)
        elif name == "try_files":
            found = found._replace(tries=rest)
        elif name == "error_page":
            found = _with_error_pages(found, rest)
        elif name == "autoindex":
            found = found._replace(lists=rest == ("on",))
        elif name == "return" and rest and found.returns is None:
            found = found._replace(returns=_returns(rest))
    return found


def _with_error_pages(found: Location, words: tuple[str, ...]) -> Location:
    """``error_page 500 502 /50x.html``; one that changes the status, or leads elsewhere, is not followed."""
    if not words[-1].startswith("/") or not all(word.isdigit() for word in words[:-1]):
        return found._replace(is_unknown=True)
    return found._replace(error_pages=(*found.error_pages, *((int(word), words[-1]) for word in words[:-1])))


def _returns(words: tuple[str, ...]) -> tuple[int, str | None]:
    if words[0].isdigit():
        return int(words[0]), words[1] if len(words) > 1 else None
    return 302, words[0]
