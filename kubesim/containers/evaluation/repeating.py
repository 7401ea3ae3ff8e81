"""Rounds of a loop that are compiled: all that it prints and adds to files up to the limit of the walk.

One round is compared with what the walk came to before any other is believed. What a round does that is not compiled
(it leaves the loop, it reads a file) is left to the walk, from the beginning of that round.
"""

from __future__ import annotations

from kubesim.containers.evaluation.compiled import LOG, NOWHERE, Compiler
from kubesim.containers.evaluation.compiled_words import Round
from kubesim.containers.evaluation.streams import FileStream, Stream
from kubesim.containers.evaluation.sums import NotCompiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.containers.evaluation.compiled import Step
    from kubesim.containers.evaluation.compiled_words import Target
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.containers.shell.syntax import Loop

MOST_FOLLOWED = 100_000  # rounds that are worked out at a time
_MOST = 4 * MOST_FOLLOWED  # rounds of one loop
_MOST_FAILURES = 3  # rounds that were not as compiled


class Repetition:
    """A loop of which the walk has come to the end of a round."""

    def __init__(self, machine: Machine, command: Loop) -> None:
        self._machine = machine
        self._command = command
        self._round: Step | None = None
        self._is_compiled = False
        self._before: tuple[Round, int, int] | None = None
        self._failures = 0
        self._count = 0

    def note(self) -> None:
        """A round begins here."""
        machine = self._machine
        start = self._start()
        self._before = None if start is None else (start, len(machine.shared.log.entries), machine.files.version())

    def agrees(self) -> bool:
        """Whether the round that was walked came to what the compiled one does."""
        machine, before = self._machine, self._before
        if before is None or self._failures >= _MOST_FAILURES:
            return False
        step = self._compiled()
        round_, entries, version = before
        try:
            if step is None:
                raise NotCompiled
            step(round_)
        except NotCompiled:
            self._failures += 1
            return False
        walked = machine.shared.log.entries[entries:]
        is_alike = (
            round_.clock == machine.clock
            and round_.variables == machine.variables
            and _merged(round_.written.get(LOG, [])) == _merged(walked)
            and self._has_written(round_, machine.files.version() - version)
        )
        self._failures += not is_alike
        return is_alike

    def go_on(self, until: int) -> bool:
        """Work out the rounds that end before an instant; whether there were any."""
        machine, round_ = self._machine, self._start()
        step = self._compiled()
        if round_ is None or step is None:
            return False
        count = _run(round_, step, until) if self._count < _MOST else 0
        self._count += count
        if not count:
            return False
        machine.variables.update(round_.variables)
        machine.advance(round_.clock - machine.clock)
        for (path, appends), texts in round_.written.items():
            if (path, appends) == LOG:
                machine.shared.log.entries.extend(texts)
            elif appends and path != NOWHERE[0]:
                machine.files.write_in_turn(path, texts)
            elif path != NOWHERE[0]:
                machine.files.write(path, *texts[-1])
        return True

    def _start(self) -> Round | None:
        machine = self._machine
        setting = machine.shared.setting
        known = {name: value for name, value in machine.variables.items() if value is not None}
        if setting.epoch is None or machine.options & set("aeux") or len(known) < len(machine.variables):
            return None
        return Round(known, machine.clock, setting.epoch, setting.host_name or "")

    def _compiled(self) -> Step | None:
        if not self._is_compiled:
            self._is_compiled = True
            targets = {number: self._target(stream) for number, stream in self._machine.streams.items()}
            known = {number: target for number, target in targets.items() if target is not None}
            compiler = Compiler(self._machine, known)
            condition, body = compiler.script(self._command.condition), compiler.script(self._command.body)
            wanted = int(self._command.is_until)

            def step(round_: Round) -> int:
                if int(condition(round_) != 0) != wanted:
                    raise NotCompiled
                return body(round_)

            self._round = step if 1 in known else None
        return self._round

    def _target(self, stream: Stream) -> Target | None:
        if stream is self._machine.shared.log:
            return LOG
        if isinstance(stream, FileStream):
            return stream.path, True
        return NOWHERE if type(stream) is Stream else None

    def _has_written(self, round_: Round, changes: int) -> bool:
        """Whether the files that a round writes have what it wrote, and no other was changed."""
        files, count, is_exact = self._machine.files, 0, True
        for (path, appends), texts in round_.written.items():
            if (path, appends) in (LOG, NOWHERE):
                continue
            if (path, not appends) in round_.written:
                return False
            content = files.find(path, round_.clock).content
            written = "".join(text for _, text in texts) if appends else texts[-1][1]
            if content is None or not (content.endswith(written) if appends else content == written):
                return False
            count += len(texts)
            is_exact = is_exact and appends
        return changes == count if is_exact else changes <= count


def _run(round_: Round, step: Step, until: int) -> int:
    """Work out rounds one after the other; one that is not compiled, or goes too far, is taken back."""
    for count in range(MOST_FOLLOWED):
        variables, clock = dict(round_.variables), round_.clock
        lengths = {target: len(texts) for target, texts in round_.written.items()}
        try:
            step(round_)
            is_over = round_.clock >= until or round_.clock == clock
        except NotCompiled:
            is_over = True
        if is_over:
            round_.variables, round_.clock = variables, clock
            for target, texts in round_.written.items():
                del texts[lengths.get(target, 0) :]
            round_.written = {target: texts for target, texts in round_.written.items() if texts}
            return count
    return MOST_FOLLOWED


def _merged(entries: Sequence[tuple[int, str | None]]) -> list[tuple[int, str | None]]:
    """Texts of one instant as one."""
    found: list[tuple[int, str | None]] = []
    for instant, text in entries:
        if found and found[-1][0] == instant and text is not None and found[-1][1] is not None:
            found[-1] = (instant, found[-1][1] + text)
        else:
            found.append((instant, text))
    return found
