"""redis: a keyspace in memory, and what its server answers to the commands of exercises.

A keyspace is a dict that JSON can hold: ``{key: [sort, value, expiry]}``; sorts are string, list, hash and set, an
expiry is ms since the epoch or None.  Mirrors the replies and errors of redis 7 and 8.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.network.sites.site import Site

    Keyspace = dict[str, list[Any]]
    Value = Any

STRING, LIST, HASH, SET = "string", "list", "hash", "set"
_DEFAULTS = {
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "appendonly": "no",
    "save": "3600 1 300 100 60 10000",
    "dir": "/data",
    "port": "6379",
    "databases": "16",
    "timeout": "0",
    "requirepass": "",
    "dbfilename": "dump.rdb",
    "bind": "* -::*",
}
_BYTES = {"": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 10**6, "mb": 1 << 20, "g": 10**9, "gb": 1 << 30}


class Reply(NamedTuple):
    """A reply: a ``status`` line, an ``error``, an ``integer``, a ``text`` (None: nil), or several in an ``array``."""

    sort: str
    value: Value


OK = Reply("status", "OK")
NIL = Reply("text", None)


class _Refused(Exception):  # noqa: N818 - a client's mistake, in the server's words
    """The command is refused."""


class Server:
    """A server with its settings, and the keyspace that it works on; ``now`` is ms since the epoch."""

    def __init__(self, keyspace: Keyspace, settings: dict[str, str], now: int) -> None:
        self.keys: Keyspace = {key: one for key, one in keyspace.items() if one[2] is None or one[2] > now}
        self.settings = settings
        self.now = now

    def answer(self, words: list[str], password: str | None) -> Reply | None:
        """What a command comes to; None for one that is not known here."""
        name, rest = words[0].lower(), words[1:]
        found = _COMMANDS.get(name)
        wanted = self.settings["requirepass"]
        if wanted and password is not None and password != wanted:
            return Reply("error", "WRONGPASS invalid username-password pair or user is disabled.")
        if wanted and password is None:
            return Reply("error", "NOAUTH Authentication required.")
        if found is None:
            return None
        run, least, most = found
        if len(rest) < least or (most is not None and len(rest) > most):
            return Reply("error", f"ERR wrong number of arguments for '{name}' command")
        try:
            return run(self, rest)
        except _Refused as refused:
            return Reply("error", str(refused))

    def value(self, key: str, sort: str) -> Any:
        """The value of a key, None if there is none; _Refused: it is of another sort."""
        one = self.keys.get(key)
        if one is not None and one[0] != sort:
            raise _Refused("WRONGTYPE Operation against a key holding the wrong kind of value")
        return None if one is None else one[1]

    def put(self, key: str, sort: str, value: Any) -> None:
        """Give a key a value, which goes when nothing is in it; its expiry stays."""
        before = self.keys.get(key)
        if value in ([], {}):
            self.keys.pop(key, None)
        else:
            self.keys[key] = [sort, value, before[2] if before is not None else None]


def settings_of(site: Site) -> dict[str, str] | None:
    """The settings of a server by its configuration and its arguments; None if they are not known."""
    words = [word for word in site.argv if word.rpartition("/")[2] not in ("redis-server", "docker-entrypoint.sh")]
    settings = dict(_DEFAULTS)
    while words and not words[0].startswith("--"):
        page = site.files.read_first(words.pop(0))
        if page.text is None:
            return None
        for line in page.text.splitlines():
            name, _, value = line.strip().partition(" ")
            if name and not name.startswith("#"):
                settings[name.lower()] = _plain(name.lower(), value.strip().strip('"'))
    for text in re.split(r"(?:^| )--", " ".join(words))[1:]:
        name, _, value = text.partition(" ")
        settings[name.lower()] = _plain(name.lower(), value.strip().strip('"'))
    return settings


def _plain(name: str, value: str) -> str:
    """A setting as the server shows it: amounts of memory in bytes."""
    found = re.fullmatch(r"(\d+)([a-z]*)", value.lower())
    if name == "maxmemory" and found is not None and found[2] in _BYTES:
        return str(int(found[1]) * _BYTES[found[2]])
    return value


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?(?:0|[1-9]\d{0,18})", text):
        raise _Refused("ERR value is not an integer or out of range")
    return int(text)


def _text(value: object) -> Reply:
    return Reply("text", value)


def _number(value: int) -> Reply:
    return Reply("integer", int(value))


def _texts(values: list[Any]) -> Reply:
    return Reply("array", [_text(value) for value in values])


def _set(server: Server, words: list[str]) -> Reply:
    key, value, *options = words
    expiry: int | None = None
    before = server.keys.get(key)
    keeps = returns = False
    while options:
        option = options.pop(0).upper()
        if option in ("EX", "PX") and options:
            expiry = server.now + _integer(options.pop(0)) * (1000 if option == "EX" else 1)
        elif option in ("NX", "XX"):
            if (before is not None) == (option == "NX"):
                return NIL
        elif option in ("KEEPTTL", "GET"):
            keeps, returns = keeps or option == "KEEPTTL", returns or option == "GET"
        else:
            raise _Refused("ERR syntax error")
    old = _text(server.value(key, STRING)) if returns else OK
    server.keys[key] = [STRING, value, before[2] if keeps and before is not None else expiry]
    return old


def _counted(by: int, *, is_given: bool = False) -> Callable[[Server, list[str]], Reply]:
    def run(server: Server, words: list[str]) -> Reply:
        step = by * _integer(words[1]) if is_given else by
        value = _integer(server.value(words[0], STRING) or "0") + step
        server.put(words[0], STRING, str(value))
        return _number(value)

    return run


def _append(server: Server, words: list[str]) -> Reply:
    value = (server.value(words[0], STRING) or "") + words[1]
    server.put(words[0], STRING, value)
    return _number(len(value.encode()))


def _delete(server: Server, words: list[str]) -> Reply:
    return _number(sum(server.keys.pop(key, None) is not None for key in words))


def _push(is_left: bool) -> Callable[[Server, list[str]], Reply]:
    def run(server: Server, words: list[str]) -> Reply:
        before = server.value(words[0], LIST) or []
        value = [*reversed(words[1:]), *before] if is_left else [*before, *words[1:]]
        server.put(words[0], LIST, value)
        return _number(len(value))

    return run


def _pop(at: int) -> Callable[[Server, list[str]], Reply]:
    def run(server: Server, words: list[str]) -> Reply:
        before = list(server.value(words[0], LIST) or [])
        if len(words) == 1:
            taken = before.pop(at) if before else None
            server.put(words[0], LIST, before)
            return _text(taken)
        taken_all = [before.pop(at) for _ in range(min(_integer(words[1]), len(before)))]
        server.put(words[0], LIST, before)
        return _texts(taken_all) if taken_all else NIL

    return run


def _range(server: Server, words: list[str]) -> Reply:
    value = server.value(words[0], LIST) or []
    first, last = _integer(words[1]), _integer(words[2])
    first = max(0, first + len(value)) if first < 0 else first
    last = last + len(value) if last < 0 else last
    return _texts(value[first : last + 1])


def _hash_set(server: Server, words: list[str]) -> Reply:
    if len(words) % 2 == 0:
        raise _Refused("ERR wrong number of arguments for 'hset' command")
    before = server.value(words[0], HASH) or {}
    value = {**before, **dict(zip(words[1::2], words[2::2], strict=True))}
    server.put(words[0], HASH, value)
    return _number(len(value) - len(before))


def _hash_delete(server: Server, words: list[str]) -> Reply:
    before = server.value(words[0], HASH) or {}
    value = {name: text for name, text in before.items() if name not in words[1:]}
    server.put(words[0], HASH, value)
    return _number(len(before) - len(value))


def _hash_all(server: Server, words: list[str]) -> Reply:
    value = server.value(words[0], HASH) or {}
    return _texts([text for pair in value.items() for text in pair])


def _set_add(server: Server, words: list[str]) -> Reply:
    before = server.value(words[0], SET) or []
    value = [*before, *(one for one in dict.fromkeys(words[1:]) if one not in before)]
    server.put(words[0], SET, value)
    return _number(len(value) - len(before))


def _set_remove(server: Server, words: list[str]) -> Reply:
    before = server.value(words[0], SET) or []
    value = [one for one in before if one not in words[1:]]
    server.put(words[0], SET, value)
    return _number(len(before) - len(value))


def _expire(server: Server, words: list[str]) -> Reply:
    one = server.keys.get(words[0])
    if one is None:
        return _number(0)
    server.keys[words[0]] = [*one[:2], server.now + _integer(words[1]) * 1000]
    return _number(1)


def _left(server: Server, words: list[str]) -> Reply:
    one = server.keys.get(words[0])
    if one is None:
        return _number(-2)
    return _number(-1 if one[2] is None else (one[2] - server.now + 500) // 1000)


def _persist(server: Server, words: list[str]) -> Reply:
    one = server.keys.get(words[0])
    if one is None or one[2] is None:
        return _number(0)
    server.keys[words[0]] = [*one[:2], None]
    return _number(1)


def _config(server: Server, words: list[str]) -> Reply | None:
    """Settings that are known here, by a pattern."""
    if words[0].lower() == "get":
        found = [(name, value) for name, value in server.settings.items() if fnmatchcase(name, words[1].lower())]
        return _texts([text for pair in found for text in pair]) if found else None
    return None


def _flush(server: Server, _words: list[str]) -> Reply:
    server.keys.clear()
    return OK


def _multiple_set(server: Server, words: list[str]) -> Reply:
    if len(words) % 2:
        raise _Refused("ERR wrong number of arguments for 'mset' command")
    for key, value in zip(words[::2], words[1::2], strict=True):
        server.keys[key] = [STRING, value, None]
    return OK


def _gotten(server: Server, key: str) -> Any:
    one = server.keys.get(key)
    return one[1] if one is not None and one[0] == STRING else None


#: Each with the fewest and the most words behind it.
_COMMANDS: dict[str, tuple[Callable[[Server, list[str]], Reply | None], int, int | None]] = {
    "ping": (lambda _, words: _text(words[0]) if words else Reply("status", "PONG"), 0, 1),
    "echo": (lambda _, words: _text(words[0]), 1, 1),
    "set": (_set, 2, None),
    "get": (lambda server, words: _text(server.value(words[0], STRING)), 1, 1),
    "mset": (_multiple_set, 2, None),
    "mget": (lambda server, words: _texts([_gotten(server, key) for key in words]), 1, None),
    "append": (_append, 2, 2),
    "strlen": (lambda server, words: _number(len((server.value(words[0], STRING) or "").encode())), 1, 1),
    "incr": (_counted(1), 1, 1),
    "decr": (_counted(-1), 1, 1),
    "incrby": (_counted(1, is_given=True), 2, 2),
    "decrby": (_counted(-1, is_given=True), 2, 2),
    "del": (_delete, 1, None),
    "unlink": (_delete, 1, None),
    "exists": (lambda server, words: _number(sum(key in server.keys for key in words)), 1, None),
    "keys": (lambda server, words: _texts([key for key in server.keys if fnmatchcase(key, words[0])]), 1, 1),
    "type": (lambda server, words: Reply("status", server.keys.get(words[0], ["none"])[0]), 1, 1),
    "dbsize": (lambda server, _: _number(len(server.keys)), 0, 0),
    "flushall": (_flush, 0, 1),
    "flushdb": (_flush, 0, 1),
    "expire": (_expire, 2, 2),
    "ttl": (_left, 1, 1),
    "persist": (_persist, 1, 1),
    "lpush": (_push(True), 2, None),
    "rpush": (_push(False), 2, None),
    "lpop": (_pop(0), 1, 2),
    "rpop": (_pop(-1), 1, 2),
    "llen": (lambda server, words: _number(len(server.value(words[0], LIST) or [])), 1, 1),
    "lrange": (_range, 3, 3),
    "hset": (_hash_set, 3, None),
    "hget": (lambda server, words: _text((server.value(words[0], HASH) or {}).get(words[1])), 2, 2),
    "hdel": (_hash_delete, 2, None),
    "hgetall": (_hash_all, 1, 1),
    "hlen": (lambda server, words: _number(len(server.value(words[0], HASH) or {})), 1, 1),
    "hkeys": (lambda server, words: _texts([*(server.value(words[0], HASH) or {})]), 1, 1),
    "sadd": (_set_add, 2, None),
    "srem": (_set_remove, 2, None),
    "smembers": (lambda server, words: _texts(server.value(words[0], SET) or []), 1, 1),
    "scard": (lambda server, words: _number(len(server.value(words[0], SET) or [])), 1, 1),
    "sismember": (lambda server, words: _number(words[1] in (server.value(words[0], SET) or [])), 2, 2),
    "config": (_config, 2, None),
}
