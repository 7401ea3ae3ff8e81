"""What ``set -x`` prints of each command; shells quote it in their own ways."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.variables import is_safe, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


def trace(machine: Machine, values: dict[str, Value], argv: list[Value]) -> None:
    """Print a command as ``set -x`` does."""
    if None in argv or None in values.values():
        machine.write(None, 2)
        return
    shows = _SHOWN.get(machine.shell, _shown)
    given = [f"{name}={shows(value or '') if value else ''}" for name, value in values.items()]
    words = [shows(word or "") for word in argv]
    rows = [*given, " ".join(words)] if machine.shell == "bash" else [" ".join([*given, *words])]
    machine.write("".join(f"+ {row}\n" for row in rows if row), 2)


def _plain(text: str) -> str:
    return text


def _shown_by_bash(text: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./{}!-]+", text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def _shown(text: str) -> str:
    return text if is_safe(text) else quoted(text)


_SHOWN = {"dash": _plain, "bash": _shown_by_bash}
