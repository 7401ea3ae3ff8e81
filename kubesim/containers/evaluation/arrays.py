"""Arrays, as bash has them: elements by number, or by key if they were declared with ``-A``.

A variable that is no array is one of a single element, 0; an array's name alone stands for its element 0.
"""

from __future__ import annotations

from kubesim.containers.evaluation.elements import Elements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.containers.evaluation.elements import Key
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import Word

WHOLE = ("@", "*")


def is_whole(index: Word | None) -> bool:
    """Whether an index stands for all elements."""
    return index is not None and len(index.parts) == 1 and getattr(index.parts[0], "text", "") in WHOLE


def elements_of(machine: Machine, name: str) -> Elements | None:
    """The elements of a variable; None if it is none, or not known."""
    if name in machine.arrays:
        return machine.arrays[name]
    if name in machine.variables:
        return Elements({0: machine.variables[name]})
    return Elements({}) if machine.is_unset(name) else None


def element(machine: Machine, name: str) -> tuple[Value, bool]:
    """The value of ``name[key]``, empty if there is none, and whether it is there."""
    name, key = _parts(machine, name)
    found = elements_of(machine, name)
    if found is None:
        machine.shared.session.unknown = f"the value of {name}"
        return None, False
    return found.values.get(key, ""), key in found.values


def assign_element(machine: Machine, name: str, value: Value, *, appends: bool = False) -> None:
    """Give ``name[key]`` a value; one that ``appends`` is added to the value before."""
    if appends:
        before, _ = element(machine, name)
        value = None if before is None or value is None else before + value
    name, key = _parts(machine, name)
    found = machine.arrays.get(name) or _of_variable(machine, name)
    machine.assign_array(name, Elements({**found.values, key: value}, found.is_keyed))


def assign_list(
    machine: Machine, name: str, pairs: Iterable[tuple[Key | None, Value]], *, appends: bool = False
) -> None:
    """Give an array its elements: each with its key, or with None for the one behind the last."""
    before = machine.arrays.get(name) or (_of_variable(machine, name) if appends else Elements({}))
    made = Elements(dict(before.values) if appends else {}, before.is_keyed)
    at = 1 + max((int(key) for key in made.values), default=-1) if not made.is_keyed else 0
    for key, value in pairs:
        at = key if isinstance(key, int) else at
        made.values[(key or "") if made.is_keyed else at] = value
        at += 1
    machine.assign_array(name, made)


def unset_element(machine: Machine, name: str) -> None:
    """Forget ``name[key]``."""
    name, key = _parts(machine, name)
    found = machine.arrays.get(name)
    if found is not None:
        left = {one: value for one, value in found.values.items() if one != key}
        machine.arrays[name] = Elements(left, found.is_keyed)


def _of_variable(machine: Machine, name: str) -> Elements:
    return Elements({0: machine.variables[name]} if name in machine.variables else {})


def _parts(machine: Machine, name: str) -> tuple[str, Key]:
    name, _, key = name.removesuffix("]").partition("[")
    found = machine.arrays.get(name)
    return name, key if found is not None and found.is_keyed else int(key)
