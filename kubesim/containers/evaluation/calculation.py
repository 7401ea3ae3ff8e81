"""Arithmetic over a shell's variables."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.arrays import assign_element, element
from kubesim.containers.evaluation.complaints import complain
from kubesim.containers.evaluation.endings import Failed
from kubesim.containers.shell.arithmetic import ArithmeticProblem, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.elements import Key
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


def value_of(machine: Machine, text: str) -> int | None:
    """The value of an arithmetic expression, None if it is unknown; Exited: it is none, and that is known."""

    def find(name: str) -> Value:
        if not name.endswith("]"):
            return machine.variable(name)
        named = element_name(machine, *name[:-1].split("[", 1))
        return None if named is None else element(machine, named)[0]

    def assign(name: str, value: int | None) -> None:
        given = None if value is None else str(value)
        named = element_name(machine, *name[:-1].split("[", 1)) if name.endswith("]") else None
        if named is None:
            machine.assign(name, given)
        else:
            assign_element(machine, named, given)

    if machine.shell == "dash" and re.search(r"\*\*|\+\+|--", text):
        complain(machine, f'arithmetic expression: expecting primary: "{text}"')
        raise Failed(2)
    try:
        return evaluate(text, find, assign)
    except ArithmeticProblem as problem:
        if machine.shared.outside is None:
            return None
        complain(machine, problem.in_words_of(machine.shell, text))
        raise Failed(1 if machine.shell == "bash" else 2) from None


def key_of(machine: Machine, name: str, index: Value) -> Key | None:
    """The key in an array that an index stands for; None if that is not known."""
    found = machine.arrays.get(name)
    if index is None or (found is not None and found.is_keyed):
        return index
    number = value_of(machine, index)
    if number is not None and number < 0:
        number += 1 + max((int(key) for key in found.values), default=-1) if found is not None else 1
    return number


def element_name(machine: Machine, name: str, index: Value) -> str | None:
    """``name[key]`` with the key worked out; None if that is not known."""
    key = key_of(machine, name, index)
    return None if key is None else f"{name}[{key}]"
