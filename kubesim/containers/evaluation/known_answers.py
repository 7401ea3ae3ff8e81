"""The answers that clients of a program get, as far as they have been found out, and what is still to be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REFUSALS = ("server returned error: HTTP/", " ERROR 4", " ERROR 5", "curl: (22)")


def is_refusal(answer: dict[str, Any]) -> bool:
    """Whether a client failed by what a server said, or by a policy: not because it is believed to come to none."""
    text = "".join(text or "" for _, text in answer["said"])
    if answer.get("policed") and (answer["status"] == 28 or "timed out" in text):
        return True
    return answer["status"] == 22 or any(words in text for words in _REFUSALS)


class Answers:
    """Answers by command, each with the instant (ms of the life) from which on it is given.

    ``text`` is JSON, as ``containers.answers`` has it: by the words of a command, instants, each with answers that are
    given in turn.
    """

    def __init__(self, text: str = "") -> None:
        self._known: dict[str, list[list[Any]]] = {}
        if text:
            from kubesim.golang.json import loads

            self._known = loads(text)
        #: The commands that were asked for: when last (ms), and how often.
        self.asked: dict[str, tuple[int, int]] = {}
        #: From which instant on (ms) the answer that was taken last is given.
        self.since = 0

    def take(self, command: str, instant: int) -> dict[str, Any] | None:
        """The answer to a command at an instant; None if it is not known."""
        _, count = self.asked.get(command, (0, 0))
        self.asked[command] = (instant, count + 1)
        given = [row for row in self._known.get(command, ()) if row[0] <= instant]
        if not given:
            return None
        self.since, answers = given[-1]
        found: dict[str, Any] = answers[count % len(answers)]
        return found

    @property
    def instants(self) -> list[int]:
        """When answers change."""
        return [since for rows in self._known.values() for since, _ in rows if since]
