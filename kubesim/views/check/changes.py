"""What changes in an object when it is applied."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.views.check.model import Action, Subject
from kubesim.views.differences import ABSENT, Difference
from kubesim.views.explain.changes import field_changes
from kubesim.views.timeline.workloads import WORKLOADS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.views.check.model import Given
    from kubesim.views.check.trial import Applied

_HIDDEN = "***"


def subject_of(given: Given, applied: Applied) -> Subject:
    """What becomes of an object that was applied, so far as its own fields show it."""
    before, after = applied.before, applied.after
    place = given.locate("")
    if applied.refusal is not None:
        keeps = None if before is None else _keeps_selector(before, given.obj)
        return Subject(given.key, place, Action.REFUSED, keeps_selector=keeps)
    if before is None or after is None:
        return Subject(given.key, place, Action.CREATED)
    changes = changes_of(before, after)
    return Subject(
        given.key,
        place,
        Action.CHANGED if changes else Action.UNCHANGED,
        changes,
        _keeps_selector(before, after),
        given.key.kind in WORKLOADS and dig(before, "spec", "template") != dig(after, "spec", "template"),
        _scale(before, after),
    )


def changes_of(before: Obj, after: Obj) -> tuple[Difference, ...]:
    """The fields in which an object differs, but for its status; the values of a Secret are not shown."""
    found = tuple(one.difference for one in field_changes(before, after))
    return tuple(_hidden(one) for one in found) if after["kind"] == "Secret" else found


def _hidden(difference: Difference) -> Difference:
    if not difference.path.startswith(("data", "stringData")):
        return difference
    return difference._replace(old=_masked(difference.old, "before"), new=_masked(difference.new, "after"))


def _masked(value: Any, when: str) -> Any:
    return value if value is ABSENT else f"{_HIDDEN} ({when})"


def _keeps_selector(before: Obj, after: Obj) -> bool | None:
    """Whether the selector stays; None for what has none."""
    old, new = (dig(obj, "spec", "selector") for obj in (before, after))
    return None if old is None else old == new


def _scale(before: Obj, after: Obj) -> tuple[int, int] | None:
    old, new = (dig(obj, "spec", "replicas") for obj in (before, after))
    return None if old is None or new is None or old == new else (old, new)
