"""The targets of commands: names to resolve and ports to connect to, in the forms that manifests use."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value

Found = Target | None

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.]*)://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::(?P<port>\d+))?")
_HOST_PORT = re.compile(r"(?:[a-z]+://)?(?P<host>[A-Za-z][\w.-]*|\d+(?:\.\d+){3}):(?P<port>\d+)(?:/.*)?")
_HOST = re.compile(r"[A-Za-z0-9][\w.-]*")
#: The long options of wget and curl that take the next word.
_URL_OPTIONS = (
    *("--header", "--request", "--data", "--data-raw", "--data-binary", "--json", "--form", "--output", "--user"),
    *("--output-document", "--post-data", "--user-agent", "--timeout", "--tries", "--max-time", "--connect-timeout"),
    *("--retry", "--retry-delay", "--retry-max-time", "--write-out", "--resolve", "--cacert", "--cookie"),
)
_PORTS = {"http": 80, "https": 443, "ftp": 21, "redis": 6379, "amqp": 5672, "postgres": 5432, "postgresql": 5432}
_PORTS.update({"mysql": 3306, "mongodb": 27017, "nats": 4222, "tcp": 0})


def target_of(argv: list[Value]) -> Found:
    """The target of a command; None if it has none, or an unknown one."""
    words = [word for word in argv if word is not None]
    if len(words) < len(argv):
        return None
    reader = _READERS.get(words[0].rpartition("/")[2])
    found = None if reader is None else reader(words[1:])
    return found if found is not None and _HOST.fullmatch(found.host) else None


def is_of_network(name: str) -> bool:
    """Whether a program connects to others."""
    return name in _READERS


def listens(argv: list[Value]) -> bool:
    """Whether a command waits for connections."""
    words = [word or "" for word in argv]
    name = words[0].rpartition("/")[2]
    if name == "socat":
        return any(re.match(r"(?:[A-Z0-9]+-)?(?:LISTEN|RECVFROM|RECV):", word, re.IGNORECASE) for word in words[1:])
    if name not in ("nc", "ncat", "netcat"):
        return False
    return any(word == "--listen" or re.fullmatch(r"-\w*l\w*", word) for word in words[1:])


def _plain(words: list[str], valued: str = "", named: tuple[str, ...] = ()) -> list[str]:
    """The words without options; ``valued`` are the letters, ``named`` the names of options that take the next word."""
    found: list[str] = []
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word.startswith("-") and len(word) > 1:
            skips = word in named or (len(word) == 2 and word[1] in valued)
        else:
            found.append(word)
    return found


def _option(words: list[str], *names: str) -> str | None:
    """The value of an option: ``-h db``, ``-hdb``, ``--host db`` or ``--host=db``."""
    for index, word in enumerate(words):
        for name in names:
            if word == name and index + 1 < len(words):
                return words[index + 1]
            if name.startswith("--") and word.startswith(f"{name}="):
                return word[len(name) + 1 :]
            if len(name) == 2 and word.startswith(name) and len(word) > 2:
                return word[2:]
    return None


def _name(words: list[str]) -> Found:
    """nslookup, host, dig, getent hosts."""
    names = [word for word in _plain(words) if _HOST.fullmatch(word) and not word.isupper()]
    names = [word for word in names if word not in ("hosts", "ahosts", "ahostsv4", "in", "any")]
    return Target(names[0].rstrip("."), None, False) if names else None


def _ping(words: list[str]) -> Found:
    names = _plain(words, "cwWisI")
    return Target(names[-1], None, False) if names else None


def _nc(words: list[str]) -> Found:
    """nc, telnet: a host and a port."""
    if any(word.startswith("-") and "l" in word for word in words):
        return None
    plain = _plain(words, "wiqpse")
    if len(plain) >= 2 and plain[1].isdigit():
        return Target(plain[0], int(plain[1]), True)
    return _host_port(plain)


def _url(words: list[str]) -> Found:
    """wget, curl: a URL, with or without its scheme."""
    plain = _plain(words, "oOHXduwTtmbcFA", _URL_OPTIONS)
    for word in plain:
        found = _URL.match(word)
        if found is not None:
            return Target(found["host"], int(found["port"] or _PORTS.get(found["scheme"], 0)) or None, True)
    for word in plain:
        found = _HOST_PORT.fullmatch(word)
        if found is not None:
            return Target(found["host"], int(found["port"]), True)
        if _HOST.match(word) and not word.isdigit():
            return Target(word.partition("/")[0], 80, True)
    return None


def _host_port(words: list[str]) -> Found:
    """The first word that is ``host:port`` or a URL."""
    for word in words:
        found = _URL.search(word) or _HOST_PORT.fullmatch(word.partition("=")[2] or word)
        if found is not None:
            return Target(found["host"], int(found["port"] or 0) or None, True)
    return None


def _client(default: int, *hosts: str, port: str = "-p") -> Callable[[list[str]], Found]:
    """A client of a database, with options for its host and port."""

    def read(words: list[str]) -> Found:
        url = next((found for word in words if (found := _URL.search(word))), None)
        host = _option(words, *hosts)
        if host is None:
            return None if url is None else Target(url["host"], int(url["port"] or default), True)
        name, _, own = host.partition(":")
        given = own or _option(words, port, "--port") or str(default)
        return Target(name.rpartition("/")[2], int(given) if given.isdigit() else default, True)

    return read


def _kafka(words: list[str]) -> Found:
    server = _option(words, "--bootstrap-server", "--zookeeper", "-b")
    return None if server is None else _host_port([server])


_POSTGRES = _client(5432, "-h", "--host")
_MYSQL = _client(3306, "-h", "--host", port="-P")
_MONGO = _client(27017, "--host", port="--port")

_READERS: dict[str, Callable[[list[str]], Found]] = {
    **dict.fromkeys(("nslookup", "host", "dig", "getent", "drill", "resolveip"), _name),
    **dict.fromkeys(("ping", "ping6"), _ping),
    **dict.fromkeys(("nc", "ncat", "netcat", "telnet", "nmap"), _nc),
    **dict.fromkeys(("wget", "curl", "http", "https"), _url),
    **dict.fromkeys(("pg_isready", "psql", "pg_dump", "createdb"), _POSTGRES),
    **dict.fromkeys(("mysql", "mysqladmin", "mariadb", "mariadb-admin", "mysqlshow"), _MYSQL),
    **dict.fromkeys(("mongo", "mongosh"), _MONGO),
    **dict.fromkeys(("redis-cli", "valkey-cli"), _client(6379, "-h", "--host")),
    **dict.fromkeys(("grpc_health_probe", "grpcurl", "wait-for", "wait-for.sh", "wait-port"), _host_port),
    **dict.fromkeys(("kafka-topics", "kafka-topics.sh", "kafka-broker-api-versions.sh", "kcat"), _kafka),
}
