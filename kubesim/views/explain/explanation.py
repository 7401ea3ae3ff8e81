"""The explanation of one change: what it is, what the numbers allow, what follows step by step, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.errors import StatusError
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
from kubesim.kubectl.rollout_status import is_rolled_out
from kubesim.views.explain.arithmetic import arithmetic_of
from kubesim.views.explain.changes import Change, change_of
from kubesim.views.explain.rehearsal import Rehearsal, is_by_hand
from kubesim.views.timeline.verdict import verdict_of
from kubesim.views.why.answers import answers
from kubesim.views.why.meanwhile import summary_of
from kubesim.views.why.model import State
from kubesim.views.words import title_of_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Key, Obj
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.explain.arithmetic import Arithmetic
    from kubesim.views.explain.changes import FieldChange
    from kubesim.views.explain.rehearsal import Step
    from kubesim.views.why.model import Answer


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a change of an object comes to.

    ``arithmetic``, ``steps`` and ``verdict`` are there for what has rollouts; steps count from ``begin`` (ms), and
    ``end`` is when the last was done, or as far as it was followed.  ``trouble`` is why it does not get to its end, or
    does not stay there.  ``is_file``: the change is a file's; else it was made up, or is under way, ``reapplied`` is
    what the file would change that was applied last (None: none was), and ``present`` is how the object is now.
    """

    title: str
    change: Change
    begin: int
    end: int
    arithmetic: Arithmetic | None = None
    steps: tuple[Step, ...] = ()
    is_done: bool = True
    verdict: str = ""
    trouble: Answer | None = None
    is_file: bool = True
    reapplied: tuple[FieldChange, ...] | None = None
    present: str = ""


def explain(life: LiveCluster, key: Key, act: Callable[[], object], manifest: Obj | None = None) -> Explanation:
    """What follows when ``act`` changes an object of the life; ``manifest`` is the file's object, if there is a file.

    The life is led on for that, and is not to be saved.
    """
    cluster, title = life.cluster, title_of_key(key)
    before = cluster.find(*key)
    present = "" if before is None else summary_of(cluster, before)
    rehearsal = Rehearsal(life, key) if key.kind in WITH_ROLLOUTS else None
    try:
        act()
    except StatusError as error:
        return Explanation(title, Change("the API server refuses it", refusal=str(error)), cluster.now, cluster.now)
    life.engine.settle()
    after = cluster.get(*key)
    change = change_of(cluster, before, after, manifest)
    if rehearsal is None:
        return Explanation(title, change, cluster.now, cluster.now)
    begin, is_done = cluster.now, rehearsal.run()
    steps, timeline = tuple(rehearsal.steps()), rehearsal.timeline
    verdict = verdict_of(timeline).sentence if steps else ""
    [answer] = answers(life, [key]) if cluster.find(*key) is not None else [None]
    trouble = answer if answer is not None and answer.state is State.STUCK and not is_by_hand(after) else None
    numbers = arithmetic_of(after)
    return Explanation(title, change, begin, timeline.end, numbers, steps, is_done, verdict, trouble, present=present)


def is_moving(obj: Obj) -> bool:
    """Whether a rollout is under way, or stuck; none is where pods are replaced by hand."""
    return not is_by_hand(obj) and not is_rolled_out(obj)
