"""What clients get that a container's program runs: found out when it is due, and kept for the forecast of its course.

An answer is what a command comes to on the network as it is at an instant, in a form that JSON can hold:
``{"status": 0, "said": [[1, "text"]], "took": 2, "files": [...]}``.  ``said`` has texts with the descriptors to which
they are printed, None where they are not known; ``files`` are rows of what it writes (``evaluation.files``).
"""

from __future__ import annotations

from kubesim.golang.json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.containers.place import Place
    from kubesim.network.door import Network

    Answer = dict[str, Any]

MOST_TEXT = 4096  # characters of an answer that are kept
MOST_ANSWERS = 32  # of one command, one after the other, that are kept
MOST_TURNS = 4  # requests in turn that are tried, for what different servers answer


class _Surroundings:
    """What is around a command whose answer is found out: the network of the instant, and nobody who types."""

    host = None
    is_terminal = False
    now = 0  # where nobody reads, it is not asked for

    def __init__(self, network: Network, now: int) -> None:
        self.network = network
        self.now = now
        self.said: list[list[Any]] = []

    def advance(self, instant: int | None) -> None:
        """No time passes for the cluster."""

    def signal(self, name: str) -> None:
        """A client sends none."""

    def write(self, descriptor: int, text: str) -> None:
        self.said.append([descriptor, text])

    def read(self) -> str | None:
        return None


def answers_of(
    place: Place, words: list[str], age: int, network: Callable[[int], Network], ways: Callable[[], int]
) -> list[Answer]:
    """What a command gets at an ``age`` (ms) of the instance, in turn.

    ``network`` gives that of a later request; ``ways`` tells how many servers there are that may have got the last.
    """
    found = [_answer(place, words, network(0), age)]
    found += [_answer(place, words, network(turn), age) for turn in range(1, min(MOST_TURNS, ways()))]
    return found if any(answer != found[0] for answer in found) else found[:1]


def _answer(place: Place, words: list[str], network: Network, age: int) -> Answer:
    from kubesim.containers.evaluation.clients import run_client
    from kubesim.containers.evaluation.course import EVALUATOR
    from kubesim.containers.evaluation.endings import RunsOn
    from kubesim.containers.evaluation.machine import Machine, Shared
    from kubesim.containers.evaluation.outside import NotSimulated, Session
    from kubesim.containers.evaluation.streams import Terminal
    from kubesim.containers.plausible import Choices
    from kubesim.containers.setting import resolved

    _, setting = resolved(place, {}, words)
    around = _Surroundings(network, age)
    shared = Shared(EVALUATOR, setting._replace(image=place.container["image"], epoch=place.begun), Choices())
    shared.files = shared.files.copy()
    shared.session = Session(around, age)
    machine = Machine(shared)
    machine.clock = age
    machine.streams = {1: Terminal(shared.session, 1), 2: Terminal(shared.session, 2)}
    try:
        status = run_client(machine, words[0].rpartition("/")[2], words[1:])
    except (NotSimulated, RunsOn):  # the latter reads what somebody may type
        return {"said": [[1, None]]}
    is_long = sum(len(text) for _, text in around.said) > MOST_TEXT
    said = [[1, None]] if is_long else around.said
    found = {"status": status, "said": said, "took": machine.clock - age, "files": shared.files.rows()}
    if status and place.cluster.list("NetworkPolicy"):
        found["policed"] = True  # where there are policies, silence is theirs
    return found


def noted(before: list[list[Any]], age: int, found: list[Answer]) -> list[list[Any]]:
    """The answers to a command with the instants (ms of the life) from which on they are given, and those of an age."""
    if before and before[-1][1] == found:
        return before
    earlier = [row for row in before if row[0] < age]
    return [*earlier, [age if earlier else 0, found]][-MOST_ANSWERS:]


def text_of(answers: dict[str, Any]) -> str:
    """The answers to all commands of a program, as a setting has them."""
    return dumps(answers) if answers else ""
