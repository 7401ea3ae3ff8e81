"""What was probably meant by a word that is no verb. Mirrors cobra's SuggestionsFor."""

from __future__ import annotations

from collections.abc import Iterable

FARTHEST = 2  # edits between a word and a verb that is still suggested


def did_you_mean(word: str, verbs: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """The paragraph that follows the error, empty if nothing comes near.

    ``verbs`` are names with the words that each is suggested for; their order is kept.
    """
    near = suggestions(word, verbs)
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near) if near else ""


def suggestions(word: str, verbs: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """The verbs that begin with the word, are at most two edits from it, or are suggested for it."""
    typed = word.lower()
    near = []
    for name, suggest_for in verbs:
        if name.startswith(typed) or distance(typed, name) <= FARTHEST:
            near.append(name)
        near += [name for other in suggest_for if other == typed]
    return near


def distance(a: str, b: str) -> int:
    """Levenshtein's: how many letters to insert, delete or replace."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], before if letter == other else 1 + min(before, row[j], row[j - 1])
    return row[-1]
