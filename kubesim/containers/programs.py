"""What a container's program comes to: how long it runs, and what it ends with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubesim.api.meta import SECOND, Obj
from kubesim.named_tuple import NamedTuple

if TYPE_CHECKING:
    from kubesim.sim.images.behaviour import Behaviour

TERMINATED = 128 + 15  # the exit code of what dies of SIGTERM
UNRESTARTED_LIFE = 2 * SECOND  # of a container that nothing says how long to run, and that is not started again


class Life(NamedTuple):
    """How long a container runs (ms; None: for ever) and what it ends with."""

    length: int | None
    exit_code: int


# Compiled when a command is first read: most images have none.
_WORDS = (
    r"(?<![\w.-])(?:sleep\s+(?P<time>[\d.]+|infinity|inf)(?P<unit>[smhd]?)|exit\s+(?P<code>\d+)"
    r"|(?P<truth>true|false)|(?P<loop>while|until))(?![\w./-])"
)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def life_of(container: Obj, behaviour: Behaviour, *, restarts: bool) -> Life:
    """How a container lives: as its command says, else as its image does. ``restarts``: it would be started again."""
    if behaviour.is_forced:
        return Life(behaviour.life, behaviour.exit_code)
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    told = _life_of_command(" ".join(words)) if words else None
    if told is not None:
        return told
    if not words and behaviour.life is not None:
        return Life(behaviour.life, behaviour.exit_code)
    return Life(None, 0) if restarts else Life(UNRESTARTED_LIFE, 0)


def code_if_told_to_end(container: Obj) -> int:
    """What a running container ends with that is told to: a server ends well, a command dies of the signal."""
    return TERMINATED if container.get("command") or container.get("args") else 0


def _life_of_command(command: str) -> Life | None:
    """What the command's sleeps, exits, trues and falses come to; None if it has none of them."""
    length, code, is_told = 0, 0, False
    for word in re.finditer(_WORDS, command):
        if word["loop"] or (word["time"] or "").startswith("inf"):
            return Life(None, 0)
        is_told = True
        if word["code"]:
            return Life(length, int(word["code"]) & 255)
        if word["time"]:
            length += round(float(word["time"]) * SECOND) * _UNITS[word["unit"]]
            code = 0
        else:
            code = int(word["truth"] == "false")
    return Life(length, code) if is_told else None
