"""Explanations as JSON data."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.views.why.data import as_data as answer_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.views.explain.arithmetic import Arithmetic, Bound
    from kubesim.views.explain.changes import FieldChange
    from kubesim.views.explain.explanation import Explanation
    from kubesim.views.explain.rehearsal import Step


_KEPT = {"ReplicaSet": "replicaSet", "ControllerRevision": "controllerRevision"}


def as_data(found: Explanation, program: str, home: str) -> dict[str, Any]:
    """An explanation as JSON data; seconds count from the change."""
    change, revision = found.change, found.change.revision
    return {
        "object": found.title,
        "summary": change.headline,
        **({"refusal": change.refusal} if change.refusal else {}),
        "changes": [_field(one) for one in change.fields],
        "revision": None if revision is None else {"number": revision.number, _KEPT[revision.kind]: revision.name},
        **({} if found.arithmetic is None else {"arithmetic": _arithmetic(found.arithmetic)}),
        "steps": [_step(step, found.begin) for step in found.steps],
        **({"doneAfterSeconds": _seconds(found.end - found.begin)} if found.steps and found.is_done else {}),
        **({"verdict": found.verdict} if found.verdict else {}),
        **({"trouble": answer_data(found.trouble, program, home)} if found.trouble is not None else {}),
    }


def _seconds(ms: int) -> float:
    return round(ms / SECOND, 3)


def _field(one: FieldChange) -> dict[str, Any]:
    back = {"bringsBack": True, **({"setBy": one.setter} if one.setter else {})} if one.brings_back else {}
    return {**one.difference.data, **back}


def _arithmetic(found: Arithmetic) -> dict[str, Any]:
    bounds = found.bounds
    return {
        "strategy": found.strategy,
        "desired": bounds.desired,
        "mostPods": bounds.max_replicas,
        "fewestAvailable": bounds.min_available if found.strategy != "Recreate" else 0,
        **{bound.name: _bound(bound) for bound in (found.surge, found.unavailable) if bound is not None},
        **({"rules": list(found.rules)} if found.rules else {}),
    }


def _bound(bound: Bound) -> dict[str, Any]:
    return {"given": bound.given, "pods": bound.pods}


def _step(step: Step, begin: int) -> dict[str, Any]:
    return {
        "afterSeconds": _seconds(step.instant - begin),
        "old": step.old,
        "new": step.new,
        "available": step.available,
    }
