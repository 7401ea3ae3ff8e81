"""Setting up the volumes of a pod: tried again and again, ever more seldom, until what they are made of is there.

When it is tried follows from when the kubelet took the pod on: at once, after 500 ms, then after twice as long each
time, two minutes and two seconds at most.  Mirrors pkg/util/goroutinemap/exponentialbackoff as the volume manager uses
it.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.controllers.kubelet import lives
from kubesim.controllers.kubelet.configuration import all_references, has_file_keys, volume_problems
from kubesim.controllers.kubelet.pod_work import START_TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.controllers.kubelet.pod_work import PodWork

FIRST_DELAY = SECOND // 2
LONGEST_DELAY = 122 * SECOND
DOUBLINGS = 8  # the delays that are shorter than the longest


def attempt(number: int) -> int:
    """How long (ms) after the first attempt, which is number 0, another one is made."""
    doubled = min(number, DOUBLINGS)
    return FIRST_DELAY * ((1 << doubled) - 1) + LONGEST_DELAY * (number - doubled)


def first_attempt(elapsed: int) -> int:
    """The number of the first attempt that is made no earlier than so long (ms) after the first one."""
    number = max(0, (elapsed - attempt(DOUBLINGS)) // LONGEST_DELAY + DOUBLINGS)
    if number <= DOUBLINGS:
        number = 0
    while attempt(number) < elapsed:
        number += 1
    return number


def mount(work: PodWork) -> bool:
    """Whether the volumes are there; an attempt that is made now and comes to nothing is reported.

    Those of which nothing is heard are not waited for, but counted by the next; another pod may wake this one between.
    """
    tried = work.record.get("mounts")
    if tried is None:
        return True
    elapsed = work.now - work.record["seen"]
    if elapsed < attempt(tried) or elapsed != attempt(first_attempt(elapsed)):
        return False
    problems = volume_problems(work)
    if not problems:
        del work.record["mounts"]
        if tried:
            work.record["turn"] = max(work.record["turn"], work.now + START_TIME)
        if any(reference.is_optional for reference in all_references(work.pod)):
            from kubesim.controllers.kubelet.mounted_data import note_missing

            note_missing(work.cluster, work.pod)
        return True
    made = first_attempt(elapsed + 1)
    for problem in problems:
        work.record_event("Warning", "FailedMount", problem, times=made - tried)
    work.record["mounts"] = made
    return False


def next_attempt(work: PodWork) -> int:
    """The next attempt (ms) that comes to something: the volumes are there, or that they are not is heard."""
    seen, number = work.record["seen"], work.record["mounts"]
    heard = work.next_room() if volume_problems(work) else work.now
    return seen + attempt(max(number, first_attempt(heard - seen)))


def prepare(work: PodWork, container: Obj) -> None:
    """Make what is not there of the parts of volumes that a container mounts, and read the files of its variables."""
    if has_file_keys(container):
        from kubesim.controllers.kubelet import env_files

        env_files.keep(work, container)
    if any("subPath" in mount or "subPathExpr" in mount for mount in container.get("volumeMounts") or ()):
        from kubesim.controllers.kubelet import shared_files

        shared_files.make_parts(work, container)


def keep_written(work: PodWork, container: Obj, *, is_last: bool) -> None:
    """Keep what an instance has written where others find it, or the next one unless it ``is_last``."""
    if container.get("volumeMounts") and (container.get("command") or container.get("args")):
        from kubesim.controllers.kubelet import shared_files

        shared_files.keep_written(work, container, is_last=is_last)


def rouse_sharers(work: PodWork, container: Obj) -> None:
    """Judge anew the running containers that see what this one writes, which has begun just now."""
    if len(work.containers) == 1 or not (container.get("command") or container.get("args")):
        return
    if sum("emptyDir" in volume or "hostPath" in volume for volume in work.spec.get("volumes") or ()):
        from kubesim.controllers.kubelet import shared_files

        for other in shared_files.sharers_of(work, container):
            kept = work.container(other["name"])
            if kept.get("state") == "running":
                lives.plan_end(kept, lives.judge(work, other, kept))
