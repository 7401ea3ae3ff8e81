"""Answers in words: three lines for each at most."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import MINUTE, SECOND
from kubesim.golang.tabwriter import escape_terminal
from kubesim.kubectl.printers.style import BAD, COMMENT, GOOD, HEADING, WAITING, WORD
from kubesim.views.lengths import length_text
from kubesim.views.why.model import State
from kubesim.views.words import clock_text, counted, title_of_key, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kubectl.printers.style import Paint
    from kubesim.views.why.model import Answer, Expectation, Repair

SHORT = 80  # characters of an alternative, or it is left to the data
STYLES = {State.WANTED: GOOD, State.ON_ITS_WAY: WAITING, State.STUCK: BAD}


class Page:
    """Writes answers.

    ``program`` is what commands are called by, ``home`` the namespace that is asked about, and ``working`` the one in
    which commands work unless they name another.
    Sentences are in rows of ``width`` columns at most, unless it is 0; commands stay whole.
    """

    def __init__(self, paint: Paint, program: str, home: str, working: str, width: int = 0) -> None:
        self._paint = paint
        self._program = program
        self._home = home
        self._working = working
        self._width = width

    def text(self, answers: Sequence[Answer]) -> str:
        """All answers, with an empty line before and after those of several lines."""
        text, was_long = "", False
        for block in map(self.lines, answers):
            is_long = len(block) > 1
            text += ("\n" if text and (is_long or was_long) else "") + "\n".join(block) + "\n"
            was_long = is_long
        return text

    def lines(self, answer: Answer) -> list[str]:
        """What is stuck and why; what serves and what is to come; the repair."""
        lines = self._head(answer)
        if answer.state is State.WANTED:
            return lines
        meanwhile = _meanwhile(answer)
        if meanwhile:
            lines += wrapped(f"  {escape_terminal(meanwhile)}", self._width)
        if answer.state is State.STUCK:
            lines += self._repair(answer)
        return lines

    def _head(self, answer: Answer) -> list[str]:
        """The first sentence; its beginning is painted once it is in rows."""
        name, state = escape_terminal(self._name(answer)), answer.state.value
        since, text = "", answer.summary
        if answer.state is not State.WANTED:
            text = causes_text(answer)
        if answer.is_to_come:
            state = "about to get stuck"
        elif answer.since is not None and answer.state is State.STUCK:
            since = _since(answer.now - answer.since)
        begin = f"{name} is {state}"
        first, *rows = wrapped(f"{begin}{since}: {escape_terminal(text)}.", self._width)
        if first.startswith(begin):
            painted = f"{self._paint(name, HEADING)} is {self._paint(state, STYLES[answer.state])}"
            first = painted + first[len(begin) :]
        return [first, *rows]

    def _name(self, answer: Answer) -> str:
        is_elsewhere = answer.key.namespace not in ("", self._home)
        return f"{answer.key.namespace}/{title_of_key(answer.key)}" if is_elsewhere else title_of_key(answer.key)

    def _repair(self, answer: Answer) -> list[str]:
        cause = answer.causes[0]
        namespace = "" if cause.namespace == self._working else cause.namespace
        if cause.repairs:
            best, *rest = cause.repairs
            word = "Repair" if best.is_whole else "Repair, with what only you know"
            short = [one for one in rest if len(one.text(self._program, namespace)) <= SHORT]
            other = f" {self._paint('or', COMMENT)} {self._command(short[0], namespace)}" if short else ""
            return [f"  {word}: {self._command(best, namespace)}{other}"]
        if cause.look is not None:
            return [f"  No repair is known; see {self._command(cause.look, namespace)}"]
        return ["  No repair is known."]

    def _command(self, repair: Repair, namespace: str) -> str:
        note = self._paint(f" ({repair.note})", COMMENT) if repair.note else ""
        return self._paint(escape_terminal(repair.text(self._program, namespace)), WORD) + note


def _since(length: int) -> str:
    """`` for 40s``, `` as of now``; the length is in ms."""
    return f" for {human_duration(length)}" if length >= SECOND else " as of now"


def causes_text(answer: Answer) -> str:
    """The first cause, with how many pods it keeps where they are several, and how many causes there are besides."""
    first, *rest = answer.causes
    text = first.text
    if answer.key.kind != "Pod" and len(first.pods) > 1:
        text += f" ({counted(len(first.pods), 'pod')})"
    wrong = [cause for cause in rest if not cause.is_stage]
    return text + (f"; and {counted(len(wrong), 'more cause')}: {wrong[0].text}" if wrong else "")


def _meanwhile(answer: Answer) -> str:
    """``3 of 3 pods ready. Next pull in 40 s; counts as failed in 8m (at 14:03:11).``"""
    serving = f"{_capital(answer.serving)}. " if answer.serving else ""
    expected = "; ".join(_expectation(one, answer.now) for one in answer.expected)
    if not expected and answer.state is State.STUCK:
        expected = "nothing changes that by itself"
    return f"{serving}{_capital(expected)}." if expected else serving.rstrip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _expectation(expected: Expectation, now: int) -> str:
    """``next pull in 40 s``; of what has been, since when."""
    ahead = expected.instant - now
    if ahead < 0:
        return f"{expected.what} since {clock_text(expected.instant)}"
    at = f" (at {clock_text(expected.instant)})" if ahead >= MINUTE else ""
    return f"{expected.what} in {length_text(ahead)}{at}"
