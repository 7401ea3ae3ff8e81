"""A shell that reads its commands line by line: from a terminal, with prompts, or from its input as a script.

A mistake ends a script, but not a session at a terminal: the next prompt comes.
"""

from __future__ import annotations

import re

from kubesim.containers.evaluation.complaints import say_unparsable
from kubesim.containers.evaluation.endings import Exited, Failed, LoopLeft, RunsOn, Status, TooLong
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import ShellSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import Script

INTERRUPTED = 128 + 2
MOST_LINES = 1000  # of one command

_OPEN = ("unterminated quoted string", "missing '}'", "missing '))'", "EOF in backquote substitution")


class Interactive:
    """A session: ``machine.is_interactive`` says whether somebody sits at a terminal."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._line = 0  # the number of the line that was read last

    def run(self) -> Status:
        """Read and run commands up to ``exit`` or the end of the input; the shell's status."""
        machine = self._machine
        while True:
            try:
                script = self._next()
                if script is None:
                    break
                machine.status = self._run(script)
            except KeyboardInterrupt:
                if not machine.is_interactive:
                    raise
                machine.clock = machine.shared.session.interrupted()
                machine.write("\n", 2)
                machine.status = INTERRUPTED
            except Failed as failed:
                if not machine.is_interactive:
                    raise
                machine.status = failed.status
            except (NotSimulated, TooLong, RecursionError) as unknown:
                if not machine.is_interactive:
                    raise
                self._say(unknown)
        if machine.is_interactive:
            machine.complain("exit" if machine.shell == "bash" else "")
        return machine.status

    def _say(self, unknown: Exception) -> None:
        """Something is not simulated: that is said, and the session goes on."""
        self._machine.status = 1
        known = isinstance(unknown, NotSimulated)
        what = "a command that is nested so deep" if isinstance(unknown, RecursionError) else unknown
        self._machine.complain(str(unknown) if known else f"kubesim does not simulate {what}")

    def _run(self, script: Script) -> Status:
        machine = self._machine
        if machine.is_interactive:
            machine.shared.begin_anew()
        try:
            return machine.shared.evaluator.run_script(machine, script)
        except LoopLeft:
            return 0
        except RunsOn:
            machine.shared.session.wait_for_ever()
            raise
        except Failed:
            raise
        except Exited as exited:
            if machine.is_interactive and machine.shell == "bash":
                machine.complain("exit")
            raise Exited(exited.status) from None

    def _next(self) -> Script | None:
        """The next command, which may take several lines; None at the end. Failed: it is none."""
        machine = self._machine
        first, text = self._line + 1, ""
        for _ in range(MOST_LINES):
            self._prompt("PS2" if text else "PS1")
            instant, line = machine.input.line()
            machine.clock = max(machine.clock, instant)
            if line is None:
                raise machine.shared.session.not_simulated()
            text += line
            self._line += 1
            if not text:
                return None
            is_over = not line.endswith("\n")
            if text.endswith("\\\n") and not is_over:
                continue
            script = self._parsed(text, first, is_over=is_over)
            if script is not None:
                return script
        raise TooLong(f"commands of more than {MOST_LINES:,} lines")

    def _parsed(self, text: str, first: int, *, is_over: bool) -> Script | None:
        """The command that lines come to; None if it goes on in the next one. Failed: it is none."""
        machine = self._machine
        machine.first_line = first
        try:
            script = parse(text, machine.shell, is_whole=is_over)
        except ShellSyntaxError as error:
            if not is_over and (error.token == "end of file" or str(error) in _OPEN):
                return None
            error.line += first - 1
            say_unparsable(machine, error)
            raise Failed(2) from None
        return script

    def _prompt(self, name: str) -> None:
        if self._machine.is_interactive:
            self._machine.write(self._text_of(name), 2)

    def _text_of(self, name: str) -> str:
        given = self._machine.variables.get(name)
        if given is not None:
            return _filled(self._machine, given)
        return "> " if name == "PS2" else _filled(self._machine, _PROMPTS.get(self._machine.shell, r"\w \$ "))


# What the shells of images have where nobody sets PS1; Debian's bash is told by /etc/bash.bashrc.
_PROMPTS = {"bash": r"\u@\h:\w\$ ", "dash": r"\$ "}


def _filled(machine: Machine, prompt: str) -> str:
    """A prompt with the signs in it replaced."""
    user = machine.shared.setting.user or "0"
    folder = machine.folder or "/"
    home = machine.variable("HOME")
    inner = home and (folder == home or folder.startswith(f"{home}/")) and home != "/"
    shown = f"~{folder[len(home or '') :]}" if inner else folder
    values = {
        "w": shown,
        "W": shown.rpartition("/")[2] or "/",
        "u": "root" if user == "0" else "I have no name!",
        "h": (machine.shared.setting.host_name or "localhost").partition(".")[0],
        "$": "#" if user == "0" else "$",
        "n": "\n",
        "s": machine.shell,
    }
    return re.sub(r"\\(.)", lambda found: values.get(found[1], ""), prompt)
