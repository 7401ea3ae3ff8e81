"""What shells say when something is wrong: busybox's ash, dash and bash each have their own words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import ShellSyntaxError


def complain(machine: Machine, text: str, builtin: str = "") -> None:
    """Print what the shell says of a command on the line that it is at; ``builtin`` is the shell's own command."""
    machine.write(f"{_start(machine, builtin)}{text}\n", 2)


def _start(machine: Machine, builtin: str) -> str:
    by = f"{builtin}: " if builtin else ""
    if machine.shell == "bash":
        return f"{machine.name}: line {machine.line}: {by}"
    if machine.shell == "dash":
        return f"{machine.name}: {machine.line}: {by}"
    if machine.is_interactive or not (builtin or machine.is_in_file):
        return f"{machine.name}: {by}"
    return f"{machine.name}: {by}line {machine.line - (not machine.is_in_file)}: "


def say_not_found(machine: Machine, name: str) -> None:
    """There is no such program."""
    if machine.shell != "bash":
        complain(machine, f"{name}: not found")
    else:
        complain(machine, f"{name}: {'No such file or directory' if '/' in name else 'command not found'}")


def say_unparsable(machine: Machine, error: ShellSyntaxError) -> None:
    """What is wrong with a script, by the shell that reads it."""
    machine.line = error.line
    if machine.shell == "bash":
        _say_in_bash(machine, error)
        return
    expected = f" (expecting {error.expected})" if error.expected else ""
    if machine.shell == "dash":
        message = str(error)[:1].upper() + str(error)[1:]
        complain(machine, f"Syntax error: {f'{error.token} unexpected{expected}' if error.token else message}")
    else:
        complain(machine, f"syntax error: {f'unexpected {error.token}{expected}' if error.token else error}")


def _say_in_bash(machine: Machine, error: ShellSyntaxError) -> None:
    """bash tells where the script is from, and shows the line."""
    start = f"{machine.name}: {'' if machine.is_in_file else '-c: '}line {error.line}"
    if error.token == "end of file":
        start = start.rpartition(" ")[0] + f" {error.line + (not machine.is_in_file)}"
        machine.complain(f"{start}: syntax error: unexpected end of file")
    elif error.token:
        machine.complain(f"{start}: syntax error near unexpected token `{error.word or error.token.strip(chr(34))}'")
        machine.complain(f"{start}: `{error.text}'")
    else:
        closing = {"missing '}'": "}", "missing '))'": ")", "EOF in backquote substitution": "`"}
        mark = closing.get(str(error), error.word)
        message = f"unexpected EOF while looking for matching `{mark}'" if mark else str(error)
        machine.complain(f"{start}: {message}")
