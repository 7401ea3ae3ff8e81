"""What all clients share: which family of programs an image has, what waiting costs, how options are read."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.files import FileError
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import UNRESOLVED, addresses_of
from kubesim.network.http import TIMED_OUT, Failure
from kubesim.sim.images.installed_programs import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.network.door import Network

RESOLVES = 10 * SECOND  # how long a name server is asked that does not answer
ROUND_TRIP = 2  # ms: what an answer takes


def network_of(machine: Machine) -> Network:
    """The network around a command that is really run."""
    outside = machine.shared.outside
    if outside is None:
        raise NotSimulated("kubesim does not know what is reached from here")
    return outside.network


def is_busybox(machine: Machine, program: str) -> bool:
    """Whether a program of the image is busybox's."""
    setting = machine.shared.setting
    return setting.tools is not None and "busybox" in setting.tools and not is_own(setting.image, program)


def is_musl(machine: Machine) -> bool:
    """Whether the image is made with musl, which has words of its own for errors."""
    tools = machine.shared.setting.tools
    return tools is not None and "apk" in tools


def has_terminal(machine: Machine) -> bool:
    """Whether the command prints to a terminal."""
    from kubesim.containers.evaluation.streams import Terminal

    outside = machine.shared.outside
    return outside is not None and outside.is_terminal and isinstance(machine.streams.get(1), Terminal)


def resolved(machine: Machine, host: str) -> str | None:
    """The address of a host; None if it has none, once that has become clear."""
    found = addresses_of(network_of(machine), host)
    if not isinstance(found, Failure):
        return found[0]
    machine.advance(RESOLVES if found.why == TIMED_OUT else ROUND_TRIP)
    return None


def put_file(machine: Machine, name: str, text: Value) -> str | None:
    """Write what was got into a file; the kernel's words if that cannot be done."""
    if text is None:
        raise machine.shared.session.not_simulated()
    try:
        machine.files.write(machine.path(name), machine.clock, text)
    except FileError as error:
        return str(error)
    return None


def is_unresolved(failure: Failure) -> bool:
    """Whether a name server said that there is no such name."""
    return failure.why == UNRESOLVED


def options(words: list[str], valued: str, long_valued: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The options and operands of a command line in order; an operand has an empty name.

    ``valued`` are the letters of those that take a value, ``long_valued`` the names.
    """
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            yield from (("", operand) for operand in rest)
            return
        if word.startswith("--"):
            name, mark, value = word.partition("=")
            if not mark and name[2:] in long_valued and rest:
                value = rest.pop(0)
            yield name, value
        elif word.startswith("-") and len(word) > 1:
            yield from _letters(word[1:], rest, valued)
        else:
            yield "", word


def _letters(letters: str, rest: list[str], valued: str) -> Iterator[tuple[str, str]]:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in valued:
            yield f"-{letter}", letters or (rest.pop(0) if rest else "")
            return
        yield f"-{letter}", ""


def seconds(text: str) -> int | None:
    """A number of seconds in ms; None if it is none."""
    try:
        return int(float(text) * SECOND)
    except ValueError:
        return None
