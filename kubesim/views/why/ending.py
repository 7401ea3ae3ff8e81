"""An object is being deleted, and is still there: a finalizer holds it, or it waits for what it owns."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig, key_of, parse_time
from kubesim.controllers.garbage_collector import FOREGROUND, ORPHAN, blocks, dependents_of
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.words import listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.inquiry import Inquiry


def is_ending(obj: Obj) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def since_of(obj: Obj) -> int:
    """The instant (ms) at which an object was deleted; the end of the time that it was given would be later."""
    grace = obj["metadata"].get("deletionGracePeriodSeconds") or 0
    return parse_time(obj["metadata"]["deletionTimestamp"]) - int(grace) * SECOND


def ending_cause(inquiry: Inquiry, obj: Obj) -> Cause:
    """Why an object that is being deleted is still there."""
    finalizers = obj["metadata"].get("finalizers") or []
    foreign = [name for name in finalizers if name not in (FOREGROUND, ORPHAN)]
    since = since_of(obj)
    if foreign:
        text = f"it is being deleted, and held by {_called(foreign)}"
        return Cause("FinalizerHolds", key_of(obj), text, (unfinalized(obj),), since=since)
    if FOREGROUND in finalizers:
        return _of_dependents(inquiry, obj, since)
    return Cause("BeingDeleted", key_of(obj), "it is being deleted", is_stage=True, since=since)


def _called(finalizers: list[str]) -> str:
    return f"the finalizer{'s' if len(finalizers) > 1 else ''} {listed(finalizers)}"


def _of_dependents(inquiry: Inquiry, obj: Obj, since: int) -> Cause:
    """An object that is deleted in the foreground goes last; what holds a dependent holds it."""
    left = [one for one in dependents_of(inquiry.cluster, obj) if blocks(one, obj)]
    names = listed([titled(one) for one in left[:3]]) or "nothing"
    text = f"it is being deleted, and goes after {names}"
    for one in filter(is_ending, left):
        root = ending_cause(inquiry, one)
        if not root.is_stage:
            return root._replace(code="DependentsRemain", text=f"{text}: {root.text}", since=since)
    return Cause("DependentsRemain", key_of(obj), text, is_stage=True, since=since)


def unfinalized(obj: Obj) -> Repair:
    """Take the finalizers off an object."""
    body = '{"metadata":{"finalizers":null}}'
    is_namespaced = bool(dig(obj, "metadata", "namespace"))
    return command(
        "patch", titled(obj), "-p", body, note="what it waits for is not done then", is_namespaced=is_namespaced
    )
