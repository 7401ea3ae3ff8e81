"""Which programs go on when they are sent SIGTERM: the first process of a container gets no signal without a handler.

The kernel drops what would end it by default (pid_namespaces(7)).  So a shell without a trap goes on, and so do the
tools that handle no signals; a shell that may replace itself by its last command goes on only if that one does.
"""

from __future__ import annotations

import re

from kubesim.containers.evaluation.builtins import BUILTINS
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import AndOr, Case, Function, Group, If, Pipeline, Script, ShellSyntaxError, Simple
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.shell.syntax import Command

_TOOLS = frozenset(
    ("sleep", "tail", "cat", "yes", "tee", "dd", "seq", "grep", "sed", "awk", "md5sum", "sha256sum", "find")
)
_SHELL = re.compile(r"(?:ba|a|da)?sh")
_PYTHON = re.compile(r"python[\d.]*")
_IGNORING = re.compile(r"""trap\s+(?:''|"")\s+[^;\n]*\b(?:SIG)?TERM\b""")


@lru_cache(maxsize=512)
def ignores_signal(argv: tuple[Value, ...]) -> bool:
    """Whether it is certain that a container's first process goes on when it is sent SIGTERM."""
    words = [word or "" for word in argv]
    name = words[0].rpartition("/")[2]
    if name == "busybox":
        return ignores_signal(argv[1:]) if len(words) > 1 else False
    if _SHELL.fullmatch(name):
        return _shell_ignores(argv)
    if _PYTHON.fullmatch(name):
        return _python_ignores(words)
    return name in _TOOLS


def _python_ignores(words: list[str]) -> bool:
    if "http.server" in words:
        return True
    return "-c" in words[:-1] and "signal" not in words[words.index("-c") + 1]


def _shell_ignores(argv: tuple[Value, ...]) -> bool:
    option = next((index for index, word in enumerate(argv) if word and re.fullmatch(r"-\w*c", word)), None)
    text = argv[option + 1] if option is not None and option + 1 < len(argv) else None
    if text is None:
        return False
    if _IGNORING.search(text):
        return True
    if re.search(r"\b(?:trap|exec)\b", text):
        return False
    try:
        script = parse(text)
    except (ShellSyntaxError, RecursionError):
        return False
    return _stays(script, frozenset(_functions(script)))


def _functions(script: Script) -> list[str]:
    commands = [command for steps in script.lists for _, line in steps.steps for command in line.commands]
    return [command.name for command in commands if isinstance(command, Function)]


def _stays(script: Script | None, functions: frozenset[str]) -> bool:
    """Whether a shell that walks a script never becomes another program, or one that goes on as well."""
    if script is None or not script.lists:
        return True
    last: AndOr = script.lists[-1]
    line: Pipeline = last.steps[-1][1]
    if last.is_background or line.is_negated or len(line.commands) > 1:
        return True
    return _stays_at(line.commands[0], functions)


def _stays_at(command: Command, functions: frozenset[str]) -> bool:
    if isinstance(command, Function):
        return True
    if isinstance(command, Simple):
        name = command.words[0].literal if command.words else ""
        bare = None if name is None else name.rpartition("/")[2]
        return name == "" or name in functions or bare in _TOOLS or name in BUILTINS
    compound = command.command
    if isinstance(compound, Group):
        return _stays(compound.body, functions)
    if isinstance(compound, If):
        bodies = [body for _, body in compound.branches]
        return all(_stays(body, functions) for body in (*bodies, compound.otherwise))
    if isinstance(compound, Case):
        return all(_stays(arm.body, functions) for arm in compound.arms)
    return True
