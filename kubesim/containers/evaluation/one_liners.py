"""Python programs on a command line that are plain enough to be followed: prints, sleeps, exits, loops round them.

What is printed waits in Python's buffer until that is full, flushed, or the program ends.
"""

from __future__ import annotations

import ast
import sys

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.endings import Exited
from kubesim.containers.evaluation.tools.call import run_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_BUFFER = 8192  # characters
_CALLS = frozenset(("print", "time.sleep", "sleep", "sys.exit", "exit", "quit", "os._exit"))


def plain(code: str) -> list[ast.stmt] | None:
    """The statements of a plain program; None for any other."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return None
    return body if all(_is_plain(statement) for statement in body) else None


def _is_plain(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        modules = (
            [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [n.name for n in statement.names]
        )
        return all(module.partition(".")[0] in sys.stdlib_module_names for module in modules)
    if isinstance(statement, ast.While):
        is_endless = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
        return is_endless and not statement.orelse and all(_is_plain(inner) for inner in statement.body)
    if isinstance(statement, ast.Raise):
        return statement.exc is not None and statement.cause is None
    return isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and _is_plain_call(statement.value))


def _is_plain_call(call: ast.expr) -> bool:
    """Whether a call is a known one with literal arguments; all but ``print`` take at most one."""
    if not isinstance(call, ast.Call) or ast.unparse(call.func) not in _CALLS:
        return False
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not all(isinstance(argument, ast.Constant) for argument in arguments):
        return False
    name = ast.unparse(call.func)
    if name == "print":
        return all(keyword.arg == "flush" for keyword in call.keywords)
    if name.endswith("sleep"):
        return len(arguments) == 1 and isinstance(call.args[0], ast.Constant) and _is_span(call.args[0].value)
    return len(arguments) <= 1 and not call.keywords


def _is_span(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


class Follower:
    """Follows a plain program on a machine; ``is_unbuffered``: what it prints is seen at once."""

    def __init__(self, machine: Machine, *, is_unbuffered: bool) -> None:
        self._machine = machine
        self._is_unbuffered = is_unbuffered
        self._waiting = ""

    def run(self, body: list[ast.stmt]) -> int:
        """The exit code; an endless program raises as ``run_on`` does."""
        try:
            self._walk(body)
        except Exited as exited:
            self._flush()
            return exited.status or 0
        self._flush()
        return 0

    def _flush(self) -> None:
        self._machine.write(self._waiting)
        self._waiting = ""

    def _walk(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._machine.step()
            if isinstance(statement, ast.While):
                self._go_round(statement.body)
            elif isinstance(statement, ast.Raise):
                self._raise(statement.exc)
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                self._call(statement.value)

    def _go_round(self, body: list[ast.stmt]) -> None:
        while True:
            before = self._machine.clock
            self._walk(body)
            if self._machine.clock == before:
                run_on(self._machine)

    def _raise(self, raised: ast.expr | None) -> None:
        if isinstance(raised, ast.Call) and ast.unparse(raised.func) == "SystemExit":
            values = [argument.value if isinstance(argument, ast.Constant) else 1 for argument in raised.args]
            self._exit(values)
        self._flush()
        self._machine.write(None, 2)
        raise Exited(0 if raised is not None and ast.unparse(raised) == "SystemExit" else 1)

    def _call(self, call: ast.Call) -> None:
        name = ast.unparse(call.func)
        values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        if name == "print":
            self._waiting += " ".join(map(str, values)) + "\n"
            if self._is_unbuffered or call.keywords or len(self._waiting) > _BUFFER:
                self._flush()
        elif name.endswith("sleep") and isinstance(values[0], int | float):
            self._machine.advance(round(values[0] * SECOND))
        else:
            self._exit(values)

    def _exit(self, values: Sequence[object]) -> None:
        """A number is the exit code, nothing is 0, and anything else is printed as an error."""
        value = values[0] if values else 0
        if value is None or isinstance(value, int):
            raise Exited(int(value or 0) & 255)
        self._flush()
        self._machine.complain(str(value))
        raise Exited(1)


def is_unbuffered(machine: Machine, argv: list[Value]) -> bool:
    """Whether Python writes its output at once: -u, or PYTHONUNBUFFERED."""
    options = [word for word in argv[1:] if word is not None and word.startswith("-") and not word.startswith("--")]
    return any("u" in option.partition("c")[0] for option in options) or machine.variable("PYTHONUNBUFFERED") not in (
        "",
        None,
    )
