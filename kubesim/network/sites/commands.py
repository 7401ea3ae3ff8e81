"""The server that a container's command starts: the command itself, or the last one of a shell's script."""

from __future__ import annotations

import re
import shlex

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SHELLS = ("sh", "bash", "ash", "dash")
_SERVERS = re.compile(r"(?:python[\d.]*|httpd|busybox|nginx|agnhost|http-echo|nc|ncat|netcat|httpd-foreground)")


class Netcat(NamedTuple):
    """A listening nc: its port, the program behind ``-e``, and the script that is piped into it."""

    port: int
    program: tuple[str, ...] = ()
    script: str = ""


class Command(NamedTuple):
    """A server's own words, and the folder in which it was started; empty: the container's."""

    argv: tuple[str, ...]
    folder: str = ""
    netcat: Netcat | None = None


def server_command(argv: tuple[str, ...], environment: Mapping[str, str]) -> Command:
    """The command that listens, of all that a container's command does."""
    script = _script(argv)
    if script is None:
        return Command(argv, netcat=_netcat(list(argv), ""))
    folder, found = "", Command(())
    for statement in re.split(r"&&|\|\||;(?!;)|\n|(?<!>)&(?!\d)", script):
        words = _words(re.sub(r"^\s*(?:while|do|then|until|\{|\()\s+", "", statement), environment)
        if words[:1] == ["cd"] and len(words) > 1:
            folder = words[1]
        elif words and _is_server(words):
            found = Command(tuple(words), folder, _netcat(words, ""))
    return _piped(script, environment) or found


def _script(argv: tuple[str, ...]) -> str | None:
    if not argv or argv[0].rpartition("/")[2] not in _SHELLS:
        return None
    flag = next((index for index, word in enumerate(argv) if re.fullmatch(r"-[a-z]*c", word)), None)
    return None if flag is None or flag + 1 >= len(argv) else argv[flag + 1]


def _words(statement: str, environment: Mapping[str, str]) -> list[str]:
    filled = re.sub(r"\$\{?(\w+)\}?", lambda found: environment.get(found[1], found[0]), statement)
    try:
        words = shlex.split(filled, comments=True)
    except ValueError:
        return []
    while words and (words[0] in ("exec", "do", "then", "nohup") or re.fullmatch(r"\w+=.*", words[0])):
        words = words[1:]
    return words


def _is_server(words: list[str]) -> bool:
    return _SERVERS.fullmatch(words[0].rpartition("/")[2]) is not None and not _is_client(words)


def _is_client(words: list[str]) -> bool:
    return words[0].rpartition("/")[2] in ("nc", "ncat", "netcat") and _netcat(words, "") is None


def _piped(script: str, environment: Mapping[str, str]) -> Command | None:
    """``echo ... | nc -l -p 8080``, once or in a loop."""
    found = re.search(
        r"(?:^|[;\n]|\bdo\b)\s*((?:[^;|\n\"']|\"[^\"]*\"|'[^']*'|\{[^}]*\}|\([^)]*\))*)\|\s*((?:busybox\s+)?(?:nc|ncat|netcat)\s[^;|\n]*)",
        script,
    )
    if found is None:
        return None
    netcat = _netcat(_words(found[2], environment), re.sub(r"^\s*(?:while\s+true\s*;\s*)?(?:do\s+)?", "", found[1]))
    return None if netcat is None else Command(("nc",), netcat=netcat)


def _netcat(words: list[str], script: str) -> Netcat | None:
    """A listening nc; None for a client, and for other commands."""
    if words[:1] == ["busybox"]:
        words = words[1:]
    if not words or words[0].rpartition("/")[2] not in ("nc", "ncat", "netcat"):
        return None
    listens, port = False, 0
    program: tuple[str, ...] = ()
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word in ("-e", "-c", "--exec", "--sh-exec") and rest:
            program = tuple(rest) if word in ("-e", "--exec") else ("sh", "-c", rest[0])
            break
        listens = listens or word == "--listen" or re.fullmatch(r"-\w*l\w*", word) is not None
        number = re.fullmatch(r"-\w*p(\d+)|(\d+)", word)
        if number is not None:
            port = int(number[1] or number[2])
    return Netcat(port, program, script) if listens and port else None
