"""How an object is marked as deleted. Mirrors registry/rest/delete.go's BeforeDelete and deletionFinalizersForGC."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, parse_time, rfc3339, with_metadata


def marked_as_deleted(old: Obj, now: int, seconds: int, propagation: str) -> Obj:
    """The object with the time of its deletion, ``seconds`` after ``now`` (ms), and the finalizers of its propagation.

    A grace period only ever gets shorter.
    """
    meta = old["metadata"]
    changes: Obj = {}
    finalizer = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(propagation)
    finalizers = meta.get("finalizers") or []
    if finalizer and finalizer not in finalizers:
        changes["finalizers"] = [*finalizers, finalizer]
    due = rfc3339(now + seconds * SECOND)
    if "deletionTimestamp" not in meta:
        changes.update(deletionTimestamp=due, deletionGracePeriodSeconds=seconds)
        if "generation" in meta:
            changes["generation"] = meta["generation"] + 1
    elif seconds < meta.get("deletionGracePeriodSeconds", 0):
        earlier = min(parse_time(due), parse_time(meta["deletionTimestamp"]))
        changes.update(deletionTimestamp=rfc3339(earlier), deletionGracePeriodSeconds=seconds)
    return with_metadata(old, **changes) if changes else old
