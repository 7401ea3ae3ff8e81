"""A report as JSON data."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.golang.json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Key
    from kubesim.views.check.model import Finding, Place, Report, Rollout, Subject


def as_json(report: Report) -> str:
    """The whole report; lengths are in seconds."""
    document = {
        "passes": report.passes,
        "objects": [_subject(subject) for subject in report.subjects],
        "findings": [_finding(finding) for finding in report.findings],
        "takenToBeThere": list(report.assumed),
    }
    return dumps(document, indent=4, sort_keys=False) + "\n"


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        **_key(subject.key),
        "place": _place(subject.place),
        "action": subject.action.value,
        **({} if subject.keeps_selector is None else {"keepsSelector": subject.keeps_selector}),
        "rollsOut": subject.rolls_out,
        **({} if subject.scale is None else {"replicas": dict(zip(("old", "new"), subject.scale, strict=True))}),
        "changes": [change.data for change in subject.changes],
        **({} if subject.rollout is None else {"rollout": _rollout(subject.rollout)}),
    }


def _rollout(rollout: Rollout) -> dict[str, Any]:
    return {
        "strategy": rollout.strategy,
        "leastAvailable": rollout.least_available,
        "needed": rollout.needed,
        "mostPods": rollout.most_pods,
        "mostPodsWithTerminating": rollout.most_with_terminating,
        "secondsWithoutAvailable": rollout.without / SECOND,
        "secondsUntilDone": None if rollout.done_after is None else rollout.done_after / SECOND,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level.value,
        "aspect": finding.aspect.name.lower(),
        "code": finding.code,
        "message": finding.text,
        **({} if finding.key is None else {"object": _key(finding.key)}),
        **({} if finding.place is None else {"place": _place(finding.place)}),
        **({"also": [_key(key) for key in finding.also]} if finding.also else {}),
    }


def _key(key: Key) -> dict[str, str]:
    return {"kind": key.kind, **({"namespace": key.namespace} if key.namespace else {}), "name": key.name}


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}
