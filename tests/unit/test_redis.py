"""What redis replies, and how redis-cli shows it."""

from __future__ import annotations

import kubesim
import pytest
from kubesim.containers.evaluation.clients.redis_cli import _raw, _shown
from kubesim.network.sites.redis import _DEFAULTS, Server

NOW = 1_000_000


def replies(*commands: str, password: str | None = None, **settings: str) -> list[str]:
    """How a terminal shows the replies to commands, one after the other."""
    server = Server({}, {**_DEFAULTS, **settings}, NOW)
    found = [server.answer(command.split(), password) for command in commands]
    return ["unknown" if reply is None else _shown(reply).rstrip("\n") for reply in found]


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        (("set a 1", "get a", "get b", "exists a b"), ["OK", '"1"', "(nil)", "(integer) 1"]),
        (("incr n", "incrby n 5", "decr n", "get n"), ["(integer) 1", "(integer) 6", "(integer) 5", '"5"']),
        (("set a x", "incr a"), ["OK", "(error) ERR value is not an integer or out of range"]),
        (("rpush l a b", "lpush l z", "lrange l 0 -1"), ["(integer) 2", "(integer) 3", '1) "z"\n2) "a"\n3) "b"']),
        (("rpush l a b", "lpop l", "rpop l", "llen l", "lpop l"), ["(integer) 2", '"a"', '"b"', "(integer) 0", "(nil)"]),
        (("lrange none 0 -1", "smembers none"), ["(empty array)", "(empty array)"]),
        (("hset h f 1 g 2", "hset h f 3", "hgetall h"), ["(integer) 2", "(integer) 0", '1) "f"\n2) "3"\n3) "g"\n4) "2"']),
        (("sadd s a b a", "sismember s b", "scard s"), ["(integer) 2", "(integer) 1", "(integer) 2"]),
        (("set a 1 ex 10", "ttl a", "persist a", "ttl a", "ttl b"), ["OK", "(integer) 10", "(integer) 1", "(integer) -1", "(integer) -2"]),
        (("set a 1", "set a 2 nx", "get a", "set b 1 xx"), ["OK", "(nil)", '"1"', "(nil)"]),
        (("rpush l a", "get l", "type l"), ["(integer) 1", "(error) WRONGTYPE Operation against a key holding the wrong kind of value", "list"]),
        (("get", "set a"), ["(error) ERR wrong number of arguments for 'get' command", "(error) ERR wrong number of arguments for 'set' command"]),
        (("mset a 1 b 2", "mget a b c", "del a b c", "dbsize"), ["OK", '1) "1"\n2) "2"\n3) (nil)', "(integer) 2", "(integer) 0"]),
        (("config get maxmemory-policy", "config get nosuch", "subscribe x"), ['1) "maxmemory-policy"\n2) "noeviction"', "unknown", "unknown"]),
        (("ping", "echo hi", "append a x", "append a y", "strlen a"), ["PONG", '"hi"', "(integer) 1", "(integer) 2", "(integer) 2"]),
    ],
)  # fmt: skip
def test_what_it_replies(commands: tuple[str, ...], expected: list[str]) -> None:
    assert replies(*commands) == expected


def test_a_key_is_gone_when_its_time_is_over() -> None:
    server = Server({}, _DEFAULTS, NOW)
    server.answer(["set", "a", "1", "ex", "5"], None)
    assert list(Server(server.keys, _DEFAULTS, NOW + 4999).keys) == ["a"]
    assert list(Server(server.keys, _DEFAULTS, NOW + 5000).keys) == []


def test_a_password_is_asked_for() -> None:
    assert replies("get a", requirepass="s") == ["(error) NOAUTH Authentication required."]
    assert replies("get a", password="x", requirepass="s")[0].startswith("(error) WRONGPASS")
    assert replies("get a", password="s", requirepass="s") == ["(nil)"]


def test_where_nobody_looks_replies_are_bare() -> None:
    server = Server({}, _DEFAULTS, NOW)
    found = [server.answer(words.split(), None) for words in ("rpush l a b", "lrange l 0 -1", "get x", "incr l")]
    assert [_raw(reply) for reply in found if reply is not None][:3] == ["2", "a\nb", ""]


POD = """
apiVersion: v1
kind: Pod
metadata: {name: redis}
spec: {containers: [{name: redis, image: "redis:7.4"}, {name: tool, image: "redis:7.4", command: [sleep, 1d]}]}
"""


def test_what_is_kept_is_there_for_the_next_command_until_the_container_begins_anew() -> None:
    c = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    c.apply(POD)
    c.advance("10s")
    assert c.kubectl("exec redis -c tool -- redis-cli set greeting hello").stdout == "OK\n"
    assert c.kubectl("exec redis -c redis -- redis-cli get greeting").stdout == "hello\n"
    assert c.kubectl("exec redis -c tool -- sh -c 'redis-cli incr n; redis-cli incr n'").stdout == "1\n2\n"
    c.kubectl("exec redis -c redis -- sh -c 'kill 1'")
    c.advance("20s")
    assert c.kubectl("exec redis -c tool -- redis-cli get greeting").stdout == "\n"
