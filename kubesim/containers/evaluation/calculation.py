"""Arithmetic over a shell's variables."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.endings import Failed
from kubesim.containers.shell.arithmetic import ArithmeticProblem, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.machine import Machine


def value_of(machine: Machine, text: str) -> int | None:
    """The value of an arithmetic expression, None if it is unknown; Exited: it is none, and that is known."""

    def assign(name: str, value: int | None) -> None:
        machine.assign(name, None if value is None else str(value))

    if machine.shell == "dash" and re.search(r"\*\*|\+\+|--", text):
        complain(machine, f'arithmetic expression: expecting primary: "{text}"')
        raise Failed(2)
    try:
        return evaluate(text, machine.variable, assign)
    except ArithmeticProblem as problem:
        if machine.shared.outside is None:
            return None
        complain(machine, problem.in_words_of(machine.shell, text))
        raise Failed(1 if machine.shell == "bash" else 2) from None
