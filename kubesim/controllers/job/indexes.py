"""The indexes of an Indexed Job, as intervals: ``0-2,5`` is ``[(0, 2), (5, 5)]``.

Mirrors orderedIntervals of pkg/controller/job/indexed_job_utils.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.api.well_known import (
    JOB_COMPLETION_INDEX_ANNOTATION,
    JOB_INDEX_FAILURE_COUNT_ANNOTATION,
    JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ENVIRONMENT_NAME = "JOB_COMPLETION_INDEX"
MAX_GENERATED_NAME = 58

Intervals = list[tuple[int, int]]


def is_indexed(job: Obj) -> bool:
    return bool(job["spec"].get("completionMode") == "Indexed")


def has_limit_per_index(job: Obj) -> bool:
    return "backoffLimitPerIndex" in job["spec"]


def index_of(pod: Obj) -> int | None:
    """The pod's completion index; None without one."""
    text = annotations_of(pod).get(JOB_COMPLETION_INDEX_ANNOTATION, "")
    return int(text) if text.isascii() and text.isdigit() else None


def valid_index_of(job: Obj, pod: Obj) -> int | None:
    """The pod's completion index; None without one, or if the Job has no such index."""
    index = index_of(pod)
    return index if index is not None and index < job["spec"]["completions"] else None


def parse(text: str | None, completions: int) -> Intervals:
    """The intervals of a status, up to the Job's number of completions. Mirrors parseIndexesFromString."""
    found: Intervals = []
    for part in (text or "").split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and int(first) < completions:
            end = int(last) if last.isdigit() else int(first)
            found = merged(found, [(int(first), min(end, completions - 1))])
    return found


def text_of(intervals: Intervals) -> str:
    """``0,1,4-7``: two neighbours are written one by one."""
    parts = []
    for first, last in intervals:
        if first == last:
            parts.append(str(first))
        else:
            parts.append(f"{first}{',' if last == first + 1 else '-'}{last}")
    return ",".join(parts)


def of_numbers(numbers: Iterable[int]) -> Intervals:
    return merged([], [(number, number) for number in sorted(set(numbers))])


def merged(one: Intervals, other: Intervals) -> Intervals:
    """What is in either; neighbours are joined."""
    result: Intervals = []
    for first, last in sorted([*one, *other]):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result


def total(intervals: Intervals) -> int:
    return sum(last - first + 1 for first, last in intervals)


def has(intervals: Intervals, index: int) -> bool:
    return any(first <= index <= last for first, last in intervals)


def overlap(one: Intervals, other: Intervals) -> int:
    """How many indexes are in both."""
    return sum(max(0, min(b, d) - max(a, c) + 1) for a, b in one for c, d in other)


def first_missing(taken: Intervals, count: int, completions: int) -> list[int]:
    """The lowest indexes that are not taken. Mirrors the search of firstPendingIndexes."""
    found: list[int] = []
    candidate = 0
    for first, last in [*taken, (completions, completions)]:
        while candidate < min(first, completions) and len(found) < count:
            found.append(candidate)
            candidate += 1
        candidate = max(candidate, last + 1)
    return found


# how often pods of an index failed


def failure_count(pod: Obj) -> int:
    return _count(pod, JOB_INDEX_FAILURE_COUNT_ANNOTATION)


def absolute_failure_count(pod: Obj) -> int:
    return _count(pod, JOB_INDEX_FAILURE_COUNT_ANNOTATION) + _count(pod, JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION)


def _count(pod: Obj, annotation: str) -> int:
    text = annotations_of(pod).get(annotation, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**31 else 0


def failure_annotations(replaced: Obj | None, is_counted: bool) -> dict[str, str]:
    """What the pod that replaces a failed one says of failures so far. Mirrors addIndexFailureCountAnnotation."""
    if replaced is None:
        return {JOB_INDEX_FAILURE_COUNT_ANNOTATION: "0"}
    failures = _count(replaced, JOB_INDEX_FAILURE_COUNT_ANNOTATION) + is_counted
    ignored = _count(replaced, JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION) + (not is_counted)
    return {
        JOB_INDEX_FAILURE_COUNT_ANNOTATION: str(failures),
        **({JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION: str(ignored)} if ignored else {}),
    }


# pods of an index


def generate_name(job_name: str, index: int) -> str:
    """Mirrors podGenerateNameWithIndex."""
    ending = f"-{index}-"
    return job_name[: MAX_GENERATED_NAME - len(ending)] + ending


def with_index_variable(spec: Obj) -> Obj:
    """A pod spec with the index in each container's environment, unless the variable is there already."""
    path = {"fieldRef": {"fieldPath": f"metadata.labels['{JOB_COMPLETION_INDEX_ANNOTATION}']"}}
    variable = {"name": ENVIRONMENT_NAME, "valueFrom": path}
    changed = {}
    for field in ("initContainers", "containers"):
        if spec.get(field):
            changed[field] = [_with_variable(container, variable) for container in spec[field]]
    return {**spec, **changed}


def _with_variable(container: Obj, variable: Obj) -> Obj:
    given = container.get("env") or []
    if any(one["name"] == variable["name"] for one in given):
        return container
    return {**container, "env": [*given, variable]}
