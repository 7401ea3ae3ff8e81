"""Explanations in words."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.golang.tabwriter import TabWriter, escape_terminal
from kubesim.kubectl.printers.style import BAD, HEADER, HEADING, WAITING
from kubesim.views.explain.arithmetic import lines as arithmetic_lines
from kubesim.views.explain.rehearsal import AT_ONCE
from kubesim.views.lengths import length_text
from kubesim.views.why.page import causes_text
from kubesim.views.words import counted, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.kubectl.printers.style import Paint
    from kubesim.views.explain.changes import FieldChange
    from kubesim.views.explain.explanation import Explanation
    from kubesim.views.explain.rehearsal import Step
    from kubesim.views.why.model import Answer


_MADE_UP = "If its pod template changed now (tried in memory with {}):"


class Page:
    """Writes explanations; sentences are in rows of ``width`` columns at most, unless it is 0."""

    def __init__(self, paint: Paint, width: int = 0) -> None:
        self._paint = paint
        self._width = width

    def text(self, found: Explanation) -> str:
        """The explanation of a change."""
        return "\n".join(self._lines(found)) + "\n"

    def _lines(self, found: Explanation) -> Iterator[str]:
        change = found.change
        if found.is_file:
            yield from self._headline(found.title, change.headline)
            if change.refusal:
                yield f"  {self._paint(escape_terminal(change.refusal), BAD)}"
            yield from self._fields(change.fields, found.begin)
        else:
            yield from self._headline(found.title, found.present)
            yield from self._file(found)
        if found.arithmetic is not None:
            yield ""
            yield from arithmetic_lines(found.arithmetic)
        yield from self._rollout(found)

    def _headline(self, title: str, text: str) -> Iterator[str]:
        title = escape_terminal(title)
        first, *rows = wrapped(f"{title}: {escape_terminal(text)}.", self._width)
        yield self._paint(title, HEADING) + first[len(title) :]
        yield from rows

    def _file(self, found: Explanation) -> Iterator[str]:
        """What the file that was applied last would do now."""
        if found.reapplied is None:
            yield "It was not applied from a file."
        elif not found.reapplied:
            yield "Applied again, its file would change nothing."
        else:
            yield "Applied again, its file would bring back:"
            yield from self._fields(found.reapplied, found.begin, is_said=True)

    def _fields(self, fields: Sequence[FieldChange], now: int, *, is_said: bool = False) -> Iterator[str]:
        """A line for each field that changes; ``is_said``: that it is brought back has been said."""
        for one in fields:
            line = f"  {escape_terminal(one.difference.text)}"
            note = _brought_back(one, now, is_said=is_said) if one.brings_back else ""
            yield f"{line}  {self._paint(note, WAITING)}" if note else line

    def _rollout(self, found: Explanation) -> Iterator[str]:
        if found.steps:
            head, *rows = _table(found)
            yield ""
            if not found.is_file:
                is_made_up = found.change.revision is not None
                yield _MADE_UP.format(found.change.headline) if is_made_up else "What is still to come of its rollout:"
            yield self._paint(head, HEADER)
            yield from rows
            yield ""
            yield from wrapped(f"{found.verdict[:1].upper()}{found.verdict[1:]}.", self._width)
        if found.trouble is not None:
            yield from self._trouble(found, found.trouble)

    def _trouble(self, found: Explanation, answer: Answer) -> Iterator[str]:
        """Why the rollout does not come to its end, or does not stay there."""
        is_there = not found.is_file and found.change.revision is None
        state = "is" if is_there else "gets"
        serving = f"; {answer.serving}" if answer.serving else ""
        first, *rows = wrapped(f"It {state} stuck: {escape_terminal(causes_text(answer) + serving)}.", self._width)
        yield first.replace("stuck", self._paint("stuck", BAD), 1)
        yield from rows


def _brought_back(one: FieldChange, now: int, *, is_said: bool) -> str:
    """``(the file brings this back; kubectl set changed it 2m ago)``."""
    notes = [] if is_said else ["the file brings this back"]
    if one.setter:
        when = f" {human_duration(max(0, now - one.set_at))} ago" if one.set_at is not None else ""
        notes.append(f"{one.setter.replace('kubectl-', 'kubectl ')} changed it{when}")
    return f"({'; '.join(notes)})" if notes else ""


def _table(found: Explanation) -> list[str]:
    """The steps; where no pod is replaced there are no old ones."""
    has_old = any(step.old or step.old_by for step in found.steps)
    rows = [["AFTER", *(["OLD", "NEW"] if has_old else ["PODS"]), "AVAILABLE", "WHAT HAPPENS"]]
    *steps, last = found.steps
    if found.is_done:
        end = last._replace(instant=found.end, available=last.old + last.new, old_by=0, new_by=0)
        is_at_once = end.instant - last.instant < AT_ONCE
        steps += [last._replace(available=end.available)] if is_at_once else [last, end]
    else:
        steps.append(last)
    rows += [_row(step, found.begin, has_old=has_old) for step in steps]
    if found.is_done:
        rows[-1][-1] = "; ".join(filter(None, (rows[-1][-1], "done")))
    return [line.rstrip() for line in TabWriter(0, 2).layout(rows)]


def _row(step: Step, begin: int, *, has_old: bool) -> list[str]:
    sizes = [step.old, step.new] if has_old else [step.new]
    after = length_text(step.instant - begin)
    return [after, *map(str, sizes), str(step.available), _what(step, has_old=has_old)]


def _what(step: Step, *, has_old: bool) -> str:
    """``3 new pods start, 2 old pods end``; one by one where they do so shortly after each other."""
    words = [_moved(step.new_by, "new " if has_old else ""), _moved(step.old_by, "old ")]
    return ", ".join(filter(None, words)) + (", one by one" if step.moves > 1 else "")


def _moved(count: int, which: str) -> str:
    if not count:
        return ""
    verb = "start" if count > 0 else "end"
    return f"{counted(abs(count), f'{which}pod')} {verb}{'s' if abs(count) == 1 else ''}"
