"""What an answer is made of: a cause, the command that repairs it, what is to come. Instants are ms since the epoch."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from enum import Enum

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key

    #: The words of one command without the program's name, and commands that a pipe joins.
    Words = tuple[str, ...]
    Pipeline = tuple[Words, ...]


class Repair(NamedTuple):
    """A command line that repairs a cause: pipelines, each run once the one before has succeeded.

    ``note``: what it does, where the words do not show it.  ``is_whole``: whether it can be run as it stands; one that
    cannot has words in capitals for what kubesim does not know.  ``given`` is what the first command reads.
    """

    pipelines: tuple[Pipeline, ...]
    note: str = ""
    is_whole: bool = True
    is_namespaced: bool = True
    given: str = ""

    def text(self, program: str, namespace: str = "") -> str:
        """The command line; ``namespace`` is named in it if it is not the one that the program works in."""
        within = ("-n", namespace) if namespace and self.is_namespaced else ()
        lines = (
            " | ".join(shlex.join((program, *words, *(within if "--local" not in words else ()))) for words in pipeline)
            for pipeline in self.pipelines
        )
        echo = f"echo {shlex.quote(self.given)} | " if self.given else ""
        return echo + " && ".join(lines)

    def then(self, other: Repair) -> Repair:
        """This one, and the other after it."""
        return self._replace(pipelines=self.pipelines + other.pipelines, is_whole=self.is_whole and other.is_whole)


def command(*words: str, note: str = "", is_whole: bool = True, is_namespaced: bool = True) -> Repair:
    """A repair of one command."""
    return Repair(((words,),), note, is_whole, is_namespaced)


class Cause(NamedTuple):
    """Why something is not as it is wanted, at its root.

    ``code`` names the cause for programs, ``about`` is the object in which it lies.  ``text`` is a clause of a sentence
    and names no pod.  A cause that ``is_stage`` passes by itself, as the pull of an image does.  ``repairs`` are
    alternatives, the best first; ``look`` shows more where there are none.  ``retry`` is what is tried again by itself
    ("pull"), ``tried`` the object of which that is noted if it is not the first of ``pods``, which are those that it
    keeps.  ``since``: None where that is not known.  ``node`` is the node that the text names as the pod's, and
    ``sort`` what pods with the same fault have in common where their texts differ by more than that.
    """

    code: str
    about: Key
    text: str
    repairs: tuple[Repair, ...] = ()
    is_stage: bool = False
    retry: str = ""
    since: int | None = None
    pods: tuple[Key, ...] = ()
    look: Repair | None = None
    tried: Key | None = None
    node: str = ""
    sort: str = ""

    @property
    def of_any_node(self) -> str:
        """The text without the name of the pod's node."""
        if not self.node:
            return self.text
        return re.sub(rf"\b(?:its )?node {re.escape(self.node)}\b", "its node", self.text)

    @property
    def sameness(self) -> tuple[str, str]:
        """What is alike in causes of several pods that are one cause."""
        return self.code, self.sort or self.of_any_node

    @property
    def namespace(self) -> str:
        """The namespace in which its repairs work; empty where they need none."""
        return next((key.namespace for key in (self.about, *self.pods) if key.namespace), "")


class State(Enum):
    """How an object is, as an answer puts it."""

    WANTED = "as wanted"
    ON_ITS_WAY = "on its way"
    STUCK = "stuck"


class Expectation(NamedTuple):
    """What will happen by itself, or has, and when: ``next pull``, ``counts as failed``."""

    instant: int
    what: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Why one object is not as it is wanted, or that it is.

    ``summary`` says how far it is.  ``causes`` are there for what is not as wanted, the first being the one that
    counts.  ``is_to_come``: the causes are those that it will have: nothing shows yet.  ``serving`` is what serves
    meanwhile, and empty for what serves nobody.
    """

    key: Key
    state: State
    now: int
    summary: str
    causes: tuple[Cause, ...] = ()
    since: int | None = None
    is_to_come: bool = False
    serving: str = ""
    expected: tuple[Expectation, ...] = ()
