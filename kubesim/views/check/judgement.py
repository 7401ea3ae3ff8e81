"""What is found wrong with a change, from the life that was led with it.

What the change brings is an error; what was so before it is a warning.
"""

from __future__ import annotations

from dataclasses import replace

from kubesim.api.meta import dig
from kubesim.views.check.changes import subject_of
from kubesim.views.check.fields import path_of
from kubesim.views.check.guesses import Guesser
from kubesim.views.check.model import Action, Aspect, Finding, Level, Subject
from kubesim.views.check.refusals import WAS_SO, old_refusal, refusals
from kubesim.views.check.rollouts import RECREATE, bounds_of, floor_of, rollout_of
from kubesim.views.lengths import length_text
from kubesim.views.timeline.model import MarkKind
from kubesim.views.timeline.workloads import WORKLOADS
from kubesim.views.why.model import State
from kubesim.views.why.subjects import FINDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.views.check.bounds import Bounds
    from kubesim.views.check.model import Given, Place, Rollout
    from kubesim.views.check.trial import Beginning, Outcome
    from kubesim.views.why.model import Answer, Cause

_QUIET = (Action.UNCHANGED, Action.KEPT)
_BROUGHT = (Action.CREATED, Action.CHANGED)

#: Causes that are no mistake of the change, with how bad they are.
_MILD = {
    **dict.fromkeys(("ScaledToZero", "Paused", "BudgetCoversNothing", "NoSelector"), Level.WARNING),
    "CertificateMissing": Level.WARNING,
    **dict.fromkeys(("NoLoadBalancer", "NoProvisioner", "Suspended", "OnDelete", "NoMetrics"), Level.NOTICE),
    **dict.fromkeys(("NoIngressClass", "IngressClassMissing", "NoIngressController"), Level.NOTICE),
}


class Judge:
    """Judges an outcome; ``pruned`` are the objects that were deleted since the new side does not have them."""

    def __init__(
        self,
        beginning: Beginning,
        outcome: Outcome,
        old: Sequence[Given],
        new: Sequence[Given],
        pruned: Sequence[Key],
    ) -> None:
        self._beginning = beginning
        self._outcome = outcome
        after = {key: applied.after for key, applied in outcome.applied.items()}
        self._objects = {key: obj for key, obj in {**outcome.olds, **after}.items() if obj is not None}
        self._olds = {given.key: given.obj for given in old}
        self._given = {given.key: given for given in (*old, *new)}
        self._answers = {answer.key: answer for answer in outcome.answers}
        self._subjects = {key: self._subject(given, is_pruned=key in pruned) for key, given in self._given.items()}

    def subjects(self) -> tuple[Subject, ...]:
        """What becomes of each object of either side."""
        return tuple(self._subjects.values())

    def findings(self, bounds: Bounds, cluster: Cluster) -> list[Finding]:
        """All that is found, by objects; ``cluster`` is the one in which it was tried."""
        found = [*self._refused(), *self._stuck(), *Guesser(cluster, self.subjects(), self._given).findings()]
        for key, subject in self._subjects.items():
            if subject.rollout is not None:
                found += [
                    *self._late(key),
                    *self._outage(key, subject.rollout, is_bound=bounds.min_available is not None),
                ]
                found += bounds.crossed(self._given[key], subject.rollout)
            text = bounds.failed(subject.traffic) if subject.traffic is not None else ""
            if text:
                place = self._given[self._brought(key)].locate("")
                found.append(Finding(Level.ERROR, Aspect.REQUESTS, "RequestsFail", text, key, place))
        order = list(self._subjects)
        return sorted(found, key=lambda finding: order.index(finding.key) if finding.key in order else len(order))

    # subjects

    def _subject(self, given: Given, *, is_pruned: bool) -> Subject:
        key = given.key
        applied, traffic = self._outcome.applied.get(key), self._outcome.traffic.get(key)
        if applied is None:
            return Subject(key, given.locate(""), Action.DELETED if is_pruned else Action.KEPT, traffic=traffic)
        subject = replace(subject_of(given, applied), traffic=traffic)
        if key not in self._outcome.timelines or applied.after is None:
            return subject
        rollout = rollout_of(self._outcome.timelines[key], self._outcome.olds.get(key), is_stuck=self._is_stuck(key))
        return replace(subject, rollout=rollout)

    def _is_stuck(self, key: Key) -> bool:
        answer = self._answers.get(key)
        return answer is not None and answer.state is State.STUCK

    # refusals

    def _refused(self) -> Iterator[Finding]:
        for key, refusal in self._beginning.refused.items():
            if key not in self._outcome.applied or self._outcome.applied[key].refusal is None:
                yield old_refusal(self._given[key], refusal)
        for key, applied in self._outcome.applied.items():
            given = self._given[key]
            if applied.refusal is not None:
                old, old_error = self._olds.get(key), self._beginning.refused.get(key)
                yield from refusals(given, applied.refusal, old, old_error)
            for text in applied.warnings:
                yield Finding(Level.WARNING, Aspect.ACCEPTED, "ApiWarning", text, key, given.locate(""))

    # what does not work

    def _stuck(self) -> list[Finding]:
        """What does not work in the end, each cause once: others that it keeps from working are named beside."""
        kinds = list(FINDERS)
        found: list[tuple[Cause, Finding]] = []
        for answer in sorted(self._outcome.answers, key=lambda answer: kinds.index(answer.key.kind)):
            for cause in _counting(answer):
                same = next((at for at, one in enumerate(found) if self._is_same(answer.key, cause, *one)), None)
                if same is None:
                    found += [(cause, finding) for finding in self._finding(answer, cause)]
                else:
                    known, finding = found[same]
                    found[same] = known, finding._replace(also=(*finding.also, answer.key))
        return [finding for _, finding in found]

    def _is_same(self, key: Key, cause: Cause, known: Cause, finding: Finding) -> bool:
        """Whether a cause of an object is one that is known already, as that of another.

        What is wrong with pods is wrong with an object that did not change and selects them.
        """
        if set(known.pods) & set(cause.pods):
            return known.code == cause.code
        if (known.code, known.about) == (cause.code, cause.about):
            return True
        is_unchanged = self._subjects[key].action in _QUIET and finding.level is Level.ERROR
        return is_unchanged and finding.key is not None and self._selects(key, finding.key)

    def _selects(self, key: Key, workload: Key) -> bool:
        """Whether a Service or a budget is about the pods of a workload."""
        selecting, selected = (self._objects.get(one) for one in (key, workload))
        labels = dig(selected, "spec", "template", "metadata", "labels", default={})
        selector = dig(selecting, "spec", "selector", default={})
        if key.kind == "PodDisruptionBudget":
            selector = selector.get("matchLabels") or {}
        elif key.kind != "Service":
            return False
        return bool(selector) and key.namespace == workload.namespace and selector.items() <= labels.items()

    def _finding(self, answer: Answer, cause: Cause) -> Iterator[Finding]:
        key = answer.key
        was_so = self._was_so(key, cause)
        level = _MILD.get(cause.code, Level.WARNING if was_so else Level.ERROR)
        text = _in_full(answer, cause)
        if cause.is_stage:
            level = Level.WARNING if key.kind in WORKLOADS else Level.NOTICE
            text = f"whether it gets done is not known: {text}"
        if was_so and self._subjects[key].action in _QUIET:
            level = Level.NOTICE
        if was_so:
            unknown = ", so that nothing is known of its rollout" if self._subjects[key].rolls_out else ""
            text = f"{text}; {WAS_SO}{unknown}"
        yield Finding(level, Aspect.WORKS, cause.code, text, key, self._place(key, cause))

    def _was_so(self, key: Key, cause: Cause) -> bool:
        """Whether a cause was there before the change, or the pods of an object that stays ended before it as well."""
        is_unchanged = self._subjects[key].action in _QUIET
        if is_unchanged and self._beginning.restarted & set(cause.pods):
            return True
        known = [one for one in self._beginning.causes.get(key, ()) if one.code == cause.code]
        return bool(known) and (is_unchanged or any(one.sameness == cause.sameness for one in known))

    def _place(self, key: Key, cause: Cause) -> Place:
        """Where a cause lies: in what the change brought, if it is about that or selects it, else in what it keeps."""
        about = self._subjects.get(cause.about)
        key = cause.about if about is not None and about.action in _BROUGHT else self._brought(key)
        given, changes = self._given[key], self._subjects[key].changes
        return given.locate(path_of(cause.code, cause.text, given.obj, changes))

    def _brought(self, key: Key) -> Key:
        """An object itself if the change brought it, else one that it selects and that the change brought, if any."""
        if self._subjects[key].action not in _QUIET:
            return key
        behind = (one for one, subject in self._subjects.items() if subject.action in _BROUGHT)
        return next((one for one in behind if self._selects(key, one)), key)

    def _late(self, key: Key) -> Iterator[Finding]:
        """A rollout that counted as failed before it got done."""
        timeline = self._outcome.timelines[key]
        failed = [mark.instant for mark in timeline.marks if mark.kind is MarkKind.CONDITION]
        if failed and not self._is_stuck(key):
            after = length_text(failed[0] - timeline.begin)
            text = f"its rollout counts as failed after {after}, for no progress within progressDeadlineSeconds"
            place = self._given[key].locate("spec.progressDeadlineSeconds")
            level = Level.ERROR
            if key in self._beginning.late:
                level, text = Level.WARNING, f"{text}; {WAS_SO}"
            yield Finding(level, Aspect.WORKS, "ProgressDeadlineExceeded", text, key, place)

    # outages

    def _outage(self, key: Key, rollout: Rollout, *, is_bound: bool) -> Iterator[Finding]:
        """No pod is available for a while, or may be at the next rollout.

        ``is_bound``: a bound says how many are to be available.
        """
        old, new = self._outcome.olds.get(key), self._outcome.applied[key].after
        if old is None or new is None or self._is_stuck(key) or not _available(old):
            return
        why, path = _why_none(key, new)
        if rollout.without:
            text = f"no pod is available for {length_text(rollout.without)}: {why}"
        elif self._subjects[key].action is Action.CHANGED and _lowers_floor(key, old, new):
            text = f"no pod may be available for a while at the next rollout: {why}"
        else:
            return
        is_known = is_bound or not floor_of(key, old)
        level = Level.WARNING if is_known else Level.ERROR
        yield Finding(level, Aspect.AVAILABLE, "Outage", text, key, self._given[key].locate(path))


def _counting(answer: Answer) -> list[Cause]:
    """The causes that count: those that do not pass by themselves; where nothing gets better, else the first."""
    found = [] if answer.state is State.WANTED else [cause for cause in answer.causes if not cause.is_stage]
    return found or (list(answer.causes[:1]) if answer.state is State.STUCK else [])


def _in_full(answer: Answer, cause: Cause) -> str:
    is_of_several = answer.key.kind != "Pod" and len(cause.pods) > 1
    return f"{cause.text} ({len(cause.pods)} pods)" if is_of_several else cause.text


def _available(obj: Obj) -> int:
    status = obj.get("status") or {}
    return int(status.get("availableReplicas", status.get("numberAvailable", 0)))


def _lowers_floor(key: Key, old: Obj, new: Obj) -> bool:
    """Whether a rollout may leave no pod now, and would have left some before."""
    return bool(floor_of(key, old) and bounds_of(key, new).desired and not floor_of(key, new))


def _why_none(key: Key, obj: Obj) -> tuple[str, str]:
    """Why a rollout leaves no pod available, and the path of the field that says so."""
    if dig(obj, "spec", "strategy", "type") == RECREATE:
        return "strategy Recreate ends all old pods before it makes new ones", "spec.strategy"
    desired = bounds_of(key, obj).desired
    pods = "its only pod goes" if desired == 1 else f"all {desired} pods may go at once"
    for field in ("strategy", "updateStrategy"):
        most = dig(obj, "spec", field, "rollingUpdate", "maxUnavailable")
        if most is not None and not floor_of(key, obj):
            return f"maxUnavailable is {most}, so that {pods}", f"spec.{field}.rollingUpdate.maxUnavailable"
    if key.kind == "StatefulSet" and desired == 1:
        return "a StatefulSet ends a pod before it makes it anew, and this one has no other", "spec.replicas"
    return "the new pods are not available in time", ""
