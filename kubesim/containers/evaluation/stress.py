"""Programs that are there to use up memory: they end where the container's limit is reached, all of it with them.

``stress`` and ``stress-ng`` share most of their options; ``vish/stress`` has options of its own.  The kernel kills a
container as a whole (memory.oom.group, which the kubelet sets).
"""

from __future__ import annotations

import re

from kubesim.api import quantity
from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.endings import OutOfMemory
from kubesim.containers.evaluation.tools.call import run_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

_NAMES = frozenset(("stress", "stress-ng"))

FILLING = 100  # ms to fill a container's memory up to its limit
_WORKER = 256 << 20  # bytes that each worker takes by default
_UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SPANS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def is_load(argv: list[Value]) -> bool:
    """Whether a command is there to use up memory; ``tail`` keeps a line that never ends."""
    name = (argv[0] or "").rpartition("/")[2]
    return name in _NAMES or (name == "tail" and "/dev/zero" in argv[1:])


def run(machine: Machine, argv: list[Value]) -> Status:
    """Load a container for the given time."""
    if (argv[0] or "").endswith("tail"):
        limit = machine.shared.setting.memory
        _allocate(machine, None if limit is None else (limit, FILLING))
        return run_on(machine)
    words = [word or "" for word in argv[1:]]
    shares = (argv[0] or "").endswith("stress-ng")
    _allocate(machine, _steps(words) or _bytes(words, shares=shares))
    span = re.fullmatch(r"(\d+)([smhd]?)", option(words, "-t", "--timeout", "-timeout") or "")
    if span is None or span[1] == "0":
        return run_on(machine)
    machine.advance(int(span[1]) * _SPANS[span[2]] * SECOND)
    machine.write(None)
    return 0


def _allocate(machine: Machine, needed: tuple[int, int] | None) -> None:
    """Use up so many bytes, in so many ms; OutOfMemory where the container may not."""
    limit = machine.shared.setting.memory
    if needed is not None and limit is not None and needed[0] >= limit:
        machine.advance(needed[1] * limit // needed[0])
        raise OutOfMemory(machine.clock)


def memory_of(words: list[str], *, shares: bool) -> int:
    """How many bytes the program with these options takes, if nothing keeps it from that."""
    needed = _steps(words) or _bytes(words, shares=shares)
    return 0 if needed is None else needed[0]


def _bytes(words: list[str], *, shares: bool) -> tuple[int, int] | None:
    """The bytes of all workers together: each takes the given size, but stress-ng's workers share it."""
    workers = option(words, "-m", "--vm")
    size = re.fullmatch(r"(\d+)([BKMGT]?)", (option(words, "--vm-bytes") or str(_WORKER)).upper())
    if workers is None or not workers.isdigit() or size is None:
        return None
    return (1 if shares else int(workers)) * int(size[1]) * _UNITS[size[2]], FILLING


def _steps(words: list[str]) -> tuple[int, int] | None:
    """The bytes and the time that vish/stress takes, piece by piece."""
    total = _amount(option(words, "-mem-total", "--mem-total"))
    if not total:
        return None
    piece = _amount(option(words, "-mem-alloc-size", "--mem-alloc-size")) or 4096
    pause = re.fullmatch(r"(\d+)(ms|s)", option(words, "-mem-alloc-sleep", "--mem-alloc-sleep") or "1ms")
    if pause is None:
        return None
    return total, total // piece * int(pause[1]) * (SECOND if pause[2] == "s" else 1)


def _amount(text: str | None) -> int | None:
    try:
        return None if text is None else quantity.value(text)
    except ValueError:
        return None


def option(words: list[str], *names: str) -> str | None:
    """The value of an option, as ``--vm 2``, ``--vm=2`` or ``-m2``."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        for name in names:
            if word == name:
                return following
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
            if len(name) == 2 and re.fullmatch(rf"{name}\d+", word):
                return word[2:]
    return None
