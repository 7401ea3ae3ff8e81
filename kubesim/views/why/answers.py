"""The answers: what is wrong with objects now, what will be, and what happens by itself meanwhile."""

from __future__ import annotations

from functools import partial

from kubesim.api.meta import Key, Obj, condition_of, key_of, parse_time
from kubesim.controllers.deployment.progress import progress_deadline_of
from kubesim.controllers.deployment.sync import Rollout
from kubesim.errors import UserError
from kubesim.views.why.forecast import Forecast
from kubesim.views.why.meanwhile import serving_of, summary_of
from kubesim.views.why.model import Answer, Expectation, State
from kubesim.views.why.subjects import FINDERS, inquiry_into, is_fine
from kubesim.views.why.workloads.deployments import has_timed_out
from kubesim.views.why.workloads.deployments import is_fine as is_deployment_fine
from kubesim.views.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.cluster import Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.why.forecast import Outlook
    from kubesim.views.why.inquiry import Inquiry
    from kubesim.views.why.model import Cause

TRIES = {
    "pull": "next pull",
    "restart": "next start",
    "schedule": "next search for a node",
    "mount": "next try of the volumes",
    "create": "next try to make pods",
    "provision": "next try to make the volume",
}
AS_WANTED = "as wanted"
COUNTS_AS_FAILED = "counts as failed"
GOES_ON = "still on its way"
GONE = "gone"


def answers(life: LiveCluster, keys: Sequence[Key]) -> list[Answer]:
    """Why these objects of a life's present are not as they are wanted, or that they are; UserError for other kinds.

    The life is led on for that, and is not what it was afterwards.
    """
    cluster = life.cluster
    for key in keys:
        if key.kind not in FINDERS:
            raise UserError(f"why is known of {listed(list(FINDERS), 'or')}, not of a {key.kind}")
    objects = [cluster.get(*key) for key in keys]
    inquiry, now = inquiry_into(cluster), cluster.now
    drafts = [_draft(inquiry, obj) for obj in objects]
    outlook = _look_ahead(life, drafts)
    later = inquiry_into(cluster)
    return [_answer(draft, outlook, later, now) for draft in drafts]


class _Draft:
    """What is known of one object at present; the cluster goes on before the answer is written."""

    def __init__(self, cluster: Cluster, obj: Obj, causes: list[Cause]) -> None:
        self.key = key_of(obj)
        self.obj = obj
        self.causes = causes
        self.summary = summary_of(cluster, obj)
        self.serving = serving_of(cluster, obj)
        self.since = _since(obj, causes)
        self.deadline = _deadline(cluster, obj)
        self.is_ending = "deletionTimestamp" in obj["metadata"]


def _draft(inquiry: Inquiry, obj: Obj) -> _Draft:
    return _Draft(inquiry.cluster, obj, inquiry.causes_of(obj))


def _look_ahead(life: LiveCluster, drafts: Sequence[_Draft]) -> Outlook:
    forecast = Forecast(life)
    for draft in drafts:
        forecast.watch(draft.key, partial(is_fine, key=draft.key, is_ending=draft.is_ending))
        forecast.await_try((draft.key, GONE), partial(_is_gone, key=draft.key))
        for cause in draft.causes[:1]:
            if cause.retry in TRIES:
                forecast.await_try((draft.key, cause.retry), partial(_tries, cause=cause))
    return forecast.run()


def _is_gone(cluster: Cluster, key: Key) -> bool:
    return cluster.find(*key) is None


def _tries(cluster: Cluster, cause: Cause) -> object:
    """What is another after each try of what a cause keeps."""
    keys = [cause.tried] if cause.tried else [*cause.pods[:1], cause.about]
    records = [cluster.recall(key) or {} for key in keys]
    if cause.retry == "schedule":
        waiting = cluster.noted("scheduler").get("waiting", {})
        return [waiting.get(f"{key.namespace}/{key.name}", {}).get("due") for key in keys]
    containers = [kept for record in records for kept in record.get("containers", {}).values()]
    if cause.retry == "pull":
        return [(kept.get("pull"), kept.get("pulls")) for kept in containers]
    if cause.retry == "restart":
        return [(kept.get("run"), kept.get("on")) for kept in containers]
    field = {"mount": "mounts", "create": "retry", "provision": "tries"}[cause.retry]
    return [record.get(field) for record in records]


# one answer


def _answer(draft: _Draft, outlook: Outlook, later: Inquiry, now: int) -> Answer:
    causes, is_to_come = _causes(draft, outlook, later)
    if not causes:
        return Answer(draft.key, State.WANTED, now, draft.summary, serving=draft.serving)
    is_stuck = draft.key not in outlook.fine_since and any(not cause.is_stage for cause in causes)
    return Answer(
        draft.key,
        State.STUCK if is_stuck else State.ON_ITS_WAY,
        now,
        draft.summary,
        tuple(causes),
        None if is_to_come else draft.since,
        is_to_come,
        draft.serving,
        tuple(sorted(_expected(draft, outlook, is_stuck=is_stuck))),
    )


def _causes(draft: _Draft, outlook: Outlook, later: Inquiry) -> tuple[list[Cause], bool]:
    """The causes of what is not as wanted, and whether they are only to come: those of the future's end."""
    is_wrong = any(not cause.is_stage for cause in draft.causes)
    obj = later.cluster.find(*draft.key)
    if is_wrong or obj is None or draft.key in outlook.fine_since or not outlook.is_whole:
        return draft.causes, False
    found = later.causes_of(obj)
    return (found, True) if any(not cause.is_stage for cause in found) else (draft.causes, False)


def _expected(draft: _Draft, outlook: Outlook, *, is_stuck: bool) -> Iterator[Expectation]:
    """What happens by itself."""
    gone = outlook.tried.get((draft.key, GONE))
    if gone is not None:
        yield Expectation(gone, GONE)
    elif not is_stuck and outlook.is_whole:
        yield Expectation(
            outlook.fine_since.get(draft.key, outlook.end), AS_WANTED if draft.key in outlook.fine_since else GOES_ON
        )
    if is_stuck:
        for cause in draft.causes[:1]:
            instant = outlook.tried.get((draft.key, cause.retry))
            if instant is not None:
                yield Expectation(instant, TRIES[cause.retry])
        if draft.deadline is not None:
            yield Expectation(draft.deadline, COUNTS_AS_FAILED)


def _deadline(cluster: Cluster, obj: Obj) -> int | None:
    """The instant (ms) at which a Deployment's lack of progress is noticed, or was."""
    if obj["kind"] != "Deployment" or obj["spec"].get("paused") or is_deployment_fine(obj):
        return None
    timed_out = has_timed_out(obj)
    return timed_out if timed_out is not None else progress_deadline_of(Rollout(cluster, obj))


def _since(obj: Obj, causes: Sequence[Cause]) -> int | None:
    """Since when (ms) an object is not as it is wanted: its first cause says it, else its status, as far as it does."""
    if causes and causes[0].since is not None:
        return causes[0].since
    kind = {"Deployment": "Progressing", "Pod": "Ready"}.get(obj["kind"])
    found = (condition_of(obj, kind) if kind else None) or {}
    instant = found.get("lastUpdateTime") or found.get("lastTransitionTime")
    return parse_time(instant) if instant else None
