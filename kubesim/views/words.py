"""Plain words that views share: counted things, names of objects, instants."""

from __future__ import annotations

from kubesim.api.meta import rfc3339
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Key, Obj

#: The short names by which kubectl's users call kinds with long ones.
SHORT = {
    "PersistentVolumeClaim": "pvc",
    "PersistentVolume": "pv",
    "PodDisruptionBudget": "pdb",
    "HorizontalPodAutoscaler": "hpa",
}


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 pod``, ``3 pods``."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def titled(obj: Obj) -> str:
    """``deployment/web``: what an object is called on a command line."""
    return title_of(obj["kind"], obj["metadata"]["name"])


def title_of(kind: str, name: str) -> str:
    """``deployment/web``."""
    return f"{SHORT.get(kind) or built_in(kind).singular}/{name}"


def title_of_key(key: Key) -> str:
    """``deployment/web``."""
    return title_of(key.kind, key.name)


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    """A sentence in rows of ``width`` columns at most, all but the first indented; in one row if the width is 0.

    Words are not broken: one that is too long has a row of its own.
    """
    if not width or len(text) <= width:
        return [text]
    from textwrap import wrap

    start = text[: len(text) - len(text.lstrip())]
    rows = wrap(
        text.lstrip(),
        width,
        initial_indent=start,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return rows or [text]


def clock_text(instant: int) -> str:
    """``14:03:11``: the time of day (UTC) of an instant (ms)."""
    return rfc3339(instant)[11:19]
