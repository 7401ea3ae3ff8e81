"""curl's command line."""

from __future__ import annotations

from kubesim.containers.evaluation.clients.asking import options, seconds
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.network.http import Headers


class UnknownOption(Exception):  # noqa: N818 - curl's own complaint
    """An option that curl does not have; the text is its complaint."""


class Options(NamedTuple):
    """What the command line asks for. Lengths of time are in ms, 0 where none was given."""

    urls: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    is_silent: bool = False
    shows_errors: bool = False
    is_verbose: bool = False
    includes: bool = False
    is_head: bool = False
    fails: bool = False
    keeps_body: bool = False
    follows: bool = False
    is_insecure: bool = False
    authority: str = ""
    method: str = ""
    headers: Headers = ()
    data: tuple[str, ...] = ()
    data_in_url: bool = False
    agent: str = ""
    referer: str = ""
    user: str = ""
    format: str = ""
    connect_time: int = 0
    most_time: int = 0
    retries: int = 0
    retry_delay: int = 0
    retries_refused: bool = False
    resolved: tuple[tuple[str, str], ...] = ()


_VALUED = "oXHdmwuAebcTxEKFCYyzrP"
_LONG = {
    "--silent": "-s",
    "--show-error": "-S",
    "--verbose": "-v",
    "--include": "-i",
    "--show-headers": "-i",
    "--head": "-I",
    "--output": "-o",
    "--remote-name": "-O",
    "--write-out": "-w",
    "--fail": "-f",
    "--location": "-L",
    "--insecure": "-k",
    "--header": "-H",
    "--request": "-X",
    "--data": "-d",
    "--data-ascii": "-d",
    "--data-raw": "-d",
    "--data-binary": "-d",
    "--data-urlencode": "-d",
    "--max-time": "-m",
    "--user": "-u",
    "--user-agent": "-A",
    "--referer": "-e",
    "--get": "-G",
}
_LONG_VALUED: tuple[str, ...] = (
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "resolve",
    "cacert",
    "noproxy",
    "json",
    "url",
)
_LONG_VALUED += ("max-redirs", "cert", "key", "interface", "limit-rate", "proxy", "ciphers", "capath", "connect-to")
_FLAGS: dict[str, dict[str, Any]] = {
    "-s": {"is_silent": True},
    "-S": {"shows_errors": True},
    "-v": {"is_verbose": True},
    "-i": {"includes": True},
    "-I": {"is_head": True},
    "-f": {"fails": True},
    "--fail-with-body": {"fails": True, "keeps_body": True},
    "-L": {"follows": True},
    "-k": {"is_insecure": True},
    "-G": {"data_in_url": True},
    "--retry-connrefused": {"retries_refused": True},
    "--retry-all-errors": {"retries_refused": True},
}
_TEXTS = {"-X": "method", "-A": "agent", "-e": "referer", "-u": "user", "-w": "format", "--cacert": "authority"}
_TIMES = {"-m": "most_time", "--connect-timeout": "connect_time", "--retry-delay": "retry_delay"}
_IGNORED = frozenset(
    [
        "-#",
        "-4",
        "-N",
        "-g",
        "-q",
        "-n",
        "-0",
        "-1",
        "-j",
        "-Z",
        "--compressed",
        "--http1.1",
        "--http1.0",
        "--http2",
        "--ipv4",
        "--no-buffer",
        "--globoff",
        "--progress-bar",
        "--no-keepalive",
        "--noproxy",
        "--proxy",
        "--max-redirs",
        "--cert",
        "--key",
        "--no-progress-meter",
        "--fail-early",
        "--capath",
        "-b",
        "-c",
        "-x",
        "--retry-max-time",
        "--no-sessionid",
        "--path-as-is",
        "--tcp-nodelay",
        "--raw",
        "--ssl-no-revoke",
        "--interface",
        "--limit-rate",
    ]
)


def parse(words: list[str]) -> Options:
    """The options of a command line; UnknownOption."""
    found = Options()
    long_valued = (*_LONG_VALUED, *(name[2:] for name, letter in _LONG.items() if letter[1] in _VALUED))
    for name, value in options(words, _VALUED, long_valued):
        letter = _LONG.get(name, name)
        found = _with_option(found, letter, name, value)
    return found


def _with_option(found: Options, letter: str, name: str, value: str) -> Options:
    if letter in ("", "--url"):
        return found._replace(urls=(*found.urls, value))
    if letter in _FLAGS:
        return found._replace(**_FLAGS[letter])
    if letter in _TEXTS:
        texts: dict[str, Any] = {_TEXTS[letter]: value}
        return found._replace(**texts)
    if letter in _TIMES:
        lengths: dict[str, Any] = {_TIMES[letter]: seconds(value) or 0}
        return found._replace(**lengths)
    if letter in ("-o", "-O"):
        return found._replace(outputs=(*found.outputs, value or _remote_name(found)))
    return _with_content(found, letter, name, value)


def _with_content(found: Options, letter: str, name: str, value: str) -> Options:
    if letter == "-H":
        key, _, content = value.partition(":")
        return found._replace(headers=(*found.headers, (key.strip(), content.strip())))
    if letter == "-d":
        return found._replace(data=(*found.data, value))
    if letter == "--json":
        kinds = (("Content-Type", "application/json"), ("Accept", "application/json"))
        return found._replace(data=(*found.data, value), headers=(*found.headers, *kinds))
    if letter == "--retry":
        return found._replace(retries=int(value) if value.isdigit() else 0)
    if letter == "--resolve":
        place, _, address = value.rpartition(":")
        return found._replace(resolved=(*found.resolved, (place.lstrip("+"), address)))
    if letter in _IGNORED:
        return found
    raise UnknownOption(f"option {name}: is unknown")


def _remote_name(found: Options) -> str:
    """The file that ``-O`` writes, which is named by the URL before it or behind it."""
    return found.urls[-1].partition("?")[0].rpartition("/")[2] if found.urls else "\0"
