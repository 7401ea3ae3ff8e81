"""The rooms of the Deployment controller; the cases are those of upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import MINUTE, SECOND, Key, Obj, controller_reference, rfc3339
from kubesim.api.revisions import equal_ignore_hash
from kubesim.api.well_known import (
    DESIRED_REPLICAS_ANNOTATION,
    MAX_REPLICAS_ANNOTATION,
    REVISION_ANNOTATION,
    REVISION_HISTORY_ANNOTATION,
)
from kubesim.cluster import Change, Cluster
from kubesim.controllers.deployment import cleanup, conditions, progress, recreate, replica_sets, revisions, rolling
from kubesim.controllers.deployment.controller import deployments_of_replica_set
from kubesim.controllers.deployment.scaling import is_saturated, scale
from kubesim.controllers.deployment.sync import Rollout
from rollout_world import deployment, new_cluster, pod_spec, rolling_update

MAX_INT32 = 2**31 - 1
AVAILABLE = "availableReplicas"


def rollout_of(cluster: Cluster | None = None, status: Obj | None = None, **given: Any) -> Rollout:
    """A Rollout of a stored Deployment; ``given`` as for ``deployment``."""
    cluster = cluster or new_cluster()
    return Rollout(cluster, cluster.create({**deployment("foo", **given), "status": status or {}}))


def replica_set(rollout: Rollout, name: str, size: int, annotations: Obj | None = None, **status: int) -> Obj:
    """A stored ReplicaSet of the Deployment; each is made a minute after the one before."""
    rollout.cluster.now += MINUTE
    obj = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": "default",
            "labels": {"app": "foo"},
            "annotations": annotations or {},
            "ownerReferences": [controller_reference(rollout.deployment)],
        },
        "spec": {
            "replicas": size,
            "selector": {"matchLabels": {"app": "foo"}},
            "template": {"metadata": {"labels": {"app": "foo"}}, "spec": pod_spec(name)},
        },
        "status": {"observedGeneration": 1, **status},
    }
    return rollout.cluster.create(obj)


def sizes(rollout: Rollout, *given: Obj | None) -> list[int]:
    stored = [rollout.cluster.get("ReplicaSet", "default", rs["metadata"]["name"]) for rs in given if rs]
    return [rs["spec"]["replicas"] for rs in stored]


# scale


@pytest.mark.parametrize(
    ("before", "after", "surges", "old", "new", "expected"),
    [
        pytest.param(10, 12, (0, 0), [], 10, [12], id="normal scaling event: 10 -> 12"),
        pytest.param(10, 5, (0, 0), [], 10, [5], id="normal scaling event: 10 -> 5"),
        pytest.param(5, 10, (0, 0), [3], 2, [6, 4], id="proportional scaling: 5 -> 10"),
        pytest.param(5, 3, (0, 0), [3], 2, [2, 1], id="proportional scaling: 5 -> 3"),
        pytest.param(9, 4, (0, 0), [1], 8, [0, 4], id="proportional scaling: 9 -> 4"),
        pytest.param(7, 10, (0, 0), [2, 3], 2, [3, 4, 3], id="proportional scaling: 7 -> 10"),
        pytest.param(13, 8, (0, 0), [3, 8], 2, [2, 5, 1], id="proportional scaling: 13 -> 8"),
        pytest.param(3, 4, (0, 0), [1, 1], 1, [1, 1, 2], id="leftover distribution: 3 -> 4"),
        pytest.param(3, 2, (0, 0), [1, 1], 1, [0, 1, 1], id="leftover distribution: 3 -> 2"),
        pytest.param(4, 5, (0, 0), [2, 2], None, [2, 3], id="proportional scaling (no new rs): 4 -> 5"),
        pytest.param(6, 0, (0, 0), [1, 2], 3, [0, 0, 0], id="proportional scaling: 6 -> 0"),
        pytest.param(6, 6, (0, 0), [0, 0], 0, [0, 0, 6], id="proportional scaling: 0 -> 6"),
        pytest.param(10, 20, (2, 2), [6], 6, [11, 11], id="deployment with surge pods"),
        pytest.param(10, 50, (3, 6), [8], 5, [34, 22], id="change both surge and size"),
        pytest.param(10, 14, (0, 0), [3, 7], None, [4, 10], id="change both size and template"),
    ],
)
def test_scale(before, after, surges, old, new, expected):
    rollout = rollout_of(replicas=after, strategy=rolling_update(surges[1], 1))
    noted = {DESIRED_REPLICAS_ANNOTATION: str(before), MAX_REPLICAS_ANNOTATION: str(before + surges[0])}
    old_sets = [replica_set(rollout, f"foo-v{i}", size, noted) for i, size in enumerate(old)]
    new_set = None if new is None else replica_set(rollout, "foo-new", new, noted)
    scale(rollout, revisions.ReplicaSets(new_set, old_sets))
    assert sizes(rollout, *old_sets, new_set) == expected


def test_a_failed_update_is_made_up_for():
    rollout = rollout_of(replicas=5, strategy=rolling_update(0, 1))
    notes = [{DESIRED_REPLICAS_ANNOTATION: text, MAX_REPLICAS_ANNOTATION: text} for text in ("5", "3", "5")]
    given = zip(("foo-v1", "foo-v2", "foo-v3"), (1, 1, 2), notes, strict=True)
    sets = [replica_set(rollout, name, size, note) for name, size, note in given]
    scale(rollout, revisions.ReplicaSets(sets[2], sets[:2]))
    assert sizes(rollout, *sets) == [1, 2, 2]


@pytest.mark.parametrize(("available", "expected"), [(0, [1, 2]), (2, [0, 2])])
def test_a_saturated_new_replica_set_ends_the_old_ones_unless_it_is_broken(available, expected):
    rollout = rollout_of(replicas=2, strategy=rolling_update(1, 1))
    noted = {DESIRED_REPLICAS_ANNOTATION: "2", MAX_REPLICAS_ANNOTATION: "3"}
    old = replica_set(rollout, "foo-v1", 1, noted)
    new = replica_set(rollout, "foo-v2", 2, noted, availableReplicas=available)
    assert is_saturated(rollout, new) == (available == 2)
    scale(rollout, revisions.ReplicaSets(new, [old]))
    assert sizes(rollout, old, new) == expected


# rolling


@pytest.mark.parametrize(
    ("surge", "old", "new", "expected"),
    [
        pytest.param(0, 10, 0, None, id="no room"),
        pytest.param(2, 10, 0, 2, id="the surge is the room"),
        pytest.param(2, 5, 0, 7, id="what is missing and the surge"),
        pytest.param(2, 10, 2, None, id="the surge is used up"),
        pytest.param(2, 2, 11, 10, id="too many: down"),
    ],
)
def test_reconcile_new_replica_set(surge, old, new, expected):
    rollout = rollout_of(replicas=10, strategy=rolling_update(surge, 0))
    sets = [replica_set(rollout, "foo-v1", old), replica_set(rollout, "foo-v2", new)]
    assert rolling.reconcile_new_replica_set(rollout, sets, sets[1]) == (expected is not None)
    assert sizes(rollout, *sets) == [old, new if expected is None else expected]


@pytest.mark.parametrize(
    ("unavailable", "old", "new", "ready", "expected"),
    [
        pytest.param(0, 10, 0, 10, 9, id="one goes where nothing else could move"),
        pytest.param(2, 10, 0, 10, 8, id="two may be unavailable"),
        pytest.param(2, 10, 0, 8, 8, id="the unhealthy are cleaned up"),
        pytest.param(2, 10, 0, 9, 8, id="one unhealthy and one ready pod go"),
        pytest.param(2, 8, 2, 8, None, id="new pods that are not available hold the old ones"),
    ],
)
def test_reconcile_old_replica_sets(unavailable, old, new, ready, expected):
    rollout = rollout_of(replicas=10, strategy=rolling_update(0, unavailable))
    sets = [replica_set(rollout, "foo-old", old, availableReplicas=ready), replica_set(rollout, "foo-new", new)]
    assert rolling.reconcile_old_replica_sets(rollout, sets[:1], sets[1]) == (expected is not None)
    assert sizes(rollout, *sets) == [old if expected is None else expected, new]


@pytest.mark.parametrize(("ready", "most", "expected"), [(8, 1, 1), (8, 3, 2), (8, 0, 0), (10, 3, 0)])
def test_cleanup_unhealthy_replicas(ready, most, expected):
    rollout = rollout_of(replicas=10, strategy=rolling_update(2, 2))
    old = replica_set(rollout, "foo-v2", 10, availableReplicas=ready)
    updated, cleaned_up = rolling.cleanup_unhealthy_replicas(rollout, [old], most)
    assert cleaned_up == expected
    assert [rs["spec"]["replicas"] for rs in updated] == sizes(rollout, old) == [10 - expected]


@pytest.mark.parametrize(
    ("unavailable", "ready", "old", "expected"),
    [
        pytest.param(0, 10, 10, 9, id="one goes where nothing else could move"),
        pytest.param(2, 10, 10, 8, id="two go"),
        pytest.param(2, 8, 10, 10, id="none: the minimum is reached"),
        pytest.param(2, 10, 0, 0, id="none is there"),
        pytest.param(2, 1, 10, 10, id="none: fewer than the minimum"),
    ],
)
def test_scale_down_old_replica_sets(unavailable, ready, old, expected):
    rollout = rollout_of(replicas=10, strategy=rolling_update(0, unavailable))
    rs = replica_set(rollout, "foo-v2", old, availableReplicas=ready)
    new = replica_set(rollout, "foo-v3", 0)
    assert rolling.scale_down_old_replica_sets(rollout, [rs], new) == old - expected
    assert sizes(rollout, rs) == [expected]


# recreate


@pytest.mark.parametrize(
    ("status", "phases", "expected"),
    [
        pytest.param({}, [], False, id="neither pods nor non-zero status replicas"),
        pytest.param({"replicas": 1}, [], True, id="no pods but non-zero status replicas"),
        pytest.param({"terminatingReplicas": 1}, [], True, id="pods that are ending"),
        pytest.param({}, ["Failed", "Succeeded"], False, id="pods in terminal state"),
        pytest.param({}, ["Unknown"], True, id="a pod in unknown phase"),
        pytest.param({}, ["Pending"], True, id="a pending pod"),
        pytest.param({}, ["Running"], True, id="a running pod"),
        pytest.param({}, ["Failed", "Pending"], True, id="a failed and a pending pod"),
    ],
)
def test_old_pods_running(status, phases, expected):
    rollout = rollout_of(strategy={"type": "Recreate"})
    old = replica_set(rollout, "foo-v1", 0, **status)
    for phase in phases:
        meta = {"name": phase.lower(), "namespace": "default", "ownerReferences": [controller_reference(old)]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {}, "status": {"phase": phase}}
        rollout.cluster.create(pod)
    assert recreate.old_pods_running(rollout, [old]) == expected


def test_no_old_replica_sets_no_old_pods():
    assert not recreate.old_pods_running(rollout_of(strategy={"type": "Recreate"}), [])


# cleanup


@pytest.mark.parametrize(
    ("given", "limit", "deleted"),
    [
        pytest.param([(0, 0), (0, 0), (0, 0)], 1, 2, id="all but one"),
        pytest.param([(0, 0), (0, 1), (1, 0), (1, 1)], 0, 1, id="none that has or wants pods"),
        pytest.param([(0, 0), (0, 0)], 0, 2, id="a limit of none"),
        pytest.param([(1, 1), (1, 1)], 0, 0, id="none where all have pods"),
        pytest.param([(0, 0), (0, 0), (0, 0)], MAX_INT32, 0, id="no limit"),
    ],
)
def test_cleanup_deployment(given, limit, deleted):
    rollout = rollout_of(revisionHistoryLimit=limit)
    old = [replica_set(rollout, f"foo-{i}", size, replicas=has) for i, (size, has) in enumerate(given)]
    cleanup.cleanup_deployment(rollout, old)
    assert len(rollout.cluster.list("ReplicaSet")) == len(given) - deleted


@pytest.mark.parametrize(
    ("given", "limit", "deleted"),
    [
        pytest.param({"foo-1": "1", "foo-2": "2"}, 1, {"foo-1"}, id="the lower revision goes"),
        pytest.param({"foo-1": "2", "foo-2": "1"}, 1, {"foo-2"}, id="though it is younger"),
        pytest.param({"foo-1": "1", "foo-2": ""}, 1, {"foo-2"}, id="no revision is the lowest"),
        pytest.param({"foo-1": "3", "foo-2": "1", "foo-3": "4", "foo-4": "2"}, 2, {"foo-2", "foo-4"}, id="two of four"),
    ],
)
def test_cleanup_deployment_order(given, limit, deleted):
    rollout = rollout_of(revisionHistoryLimit=limit)
    old = [replica_set(rollout, name, 0, {REVISION_ANNOTATION: text} if text else {}) for name, text in given.items()]
    cleanup.cleanup_deployment(rollout, old)
    assert {rs["metadata"]["name"] for rs in rollout.cluster.list("ReplicaSet")} == set(given) - deleted


def test_a_replica_set_that_its_controller_has_not_seen_stays():
    rollout = rollout_of(revisionHistoryLimit=0)
    old = replica_set(rollout, "foo-1", 1)
    scaled = rollout.cluster.update({**old, "spec": {**old["spec"], "replicas": 0}})
    cleanup.cleanup_deployment(rollout, [scaled])
    assert len(rollout.cluster.list("ReplicaSet")) == 1


# progress


def counts(current: int, updated: int, ready: int, available: int) -> Obj:
    return {"replicas": current, "updatedReplicas": updated, "readyReplicas": ready, AVAILABLE: available}


@pytest.mark.parametrize(
    ("desired", "current", "updated", "available", "expected"),
    [
        pytest.param(5, 5, 5, 4, False, id="not complete: min but not all pods become available"),
        pytest.param(5, 5, 5, 3, False, id="not complete: min availability is not honored"),
        pytest.param(5, 5, 5, 5, True, id="complete"),
        pytest.param(5, 5, 4, 5, False, id="not complete: all pods are available but not updated"),
        pytest.param(1, 2, 1, 1, False, id="not complete: still running old pods"),
        pytest.param(1, 1, 1, 0, False, id="not complete: one replica deployment never comes up"),
    ],
)
def test_deployment_complete(desired, current, updated, available, expected):
    status = {**counts(current, updated, available, available), "observedGeneration": 1}
    assert progress.deployment_complete(rollout_of(replicas=desired), status) == expected


def test_what_the_controller_has_not_seen_is_not_complete():
    assert not progress.deployment_complete(rollout_of(replicas=1), counts(1, 1, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param((10, 4, 4, 4), (10, 6, 4, 4), True, id="progressing: updated pods"),
        pytest.param((10, 4, 4, 4), (10, 4, 4, 4), False, id="not progressing"),
        pytest.param((10, 4, 6, 6), (8, 4, 6, 6), True, id="progressing: old pods removed"),
        pytest.param((10, 7, 3, 3), (10, 6, 3, 3), False, id="not progressing: less new pods"),
        pytest.param((10, 4, 7, 7), (8, 8, 5, 5), True, id="progressing: less overall but more new pods"),
        pytest.param((10, 10, 9, 8), (10, 10, 10, 8), True, id="progressing: more ready pods"),
        pytest.param((10, 10, 10, 9), (10, 10, 10, 10), True, id="progressing: more available pods"),
    ],
)
def test_deployment_progressing(before, after, expected):
    assert progress.deployment_progressing(counts(*before), counts(*after)) == expected


def progressing(reason: str, status: str = "True", since: int = 0) -> Obj:
    return conditions.new_condition("Progressing", status, reason, "", since)


@pytest.mark.parametrize(
    ("deadline", "reason", "elapsed", "expected"),
    [
        pytest.param(None, "", 11, False, id="nil progressDeadlineSeconds specified - no timeout"),
        pytest.param(MAX_INT32, "", 11, False, id="infinite progressDeadlineSeconds specified - no timeout"),
        pytest.param(10, "", 11, True, id="progressDeadlineSeconds: 10s, 11s ago"),
        pytest.param(10, "", 9, False, id="progressDeadlineSeconds: 10s, 9s ago"),
        pytest.param(10, "NewReplicaSetAvailable", 11, False, id="previous status was a complete deployment"),
        pytest.param(10, "ProgressDeadlineExceeded", 0, True, id="it has timed out already"),
    ],
)
def test_deployment_timed_out(deadline, reason, elapsed, expected):
    cluster = new_cluster()
    told = [progressing(reason, since=cluster.now - elapsed * SECOND)]
    rollout = rollout_of(cluster, status={"conditions": told}, progressDeadlineSeconds=deadline)
    assert progress.deployment_timed_out(rollout) == expected


@pytest.mark.parametrize(
    ("deadline", "told", "status", "expected"),
    [
        pytest.param(None, [], (3, 3, 3, 2), None, id="nil progressDeadlineSeconds specified"),
        pytest.param(MAX_INT32, [], (3, 3, 3, 2), None, id="infinite progressDeadlineSeconds specified"),
        pytest.param(60, [], (3, 3, 3, 2), None, id="no progressing condition found"),
        pytest.param(60, [""], (3, 3, 3, 3), None, id="complete deployment does not need to be requeued"),
        pytest.param(60, ["ProgressDeadlineExceeded"], (3, 3, 0, 0), None, id="nor does an already failed one"),
        pytest.param(60, [""], (3, 3, 1, 1), 61, id="stuck deployment: a second past the deadline"),
    ],
)
def test_next_progress_check(deadline, told, status, expected):
    cluster = new_cluster()
    since = cluster.now
    known = {**counts(*status), "observedGeneration": 1, "conditions": [progressing(r, since=since) for r in told]}
    rollout = rollout_of(cluster, status=known, replicas=3, progressDeadlineSeconds=deadline)
    assert progress.next_progress_check(rollout) == (None if expected is None else since + expected * SECOND)


ROLLOUT_STATUS = [
    pytest.param(None, (2, 2, 2, 2), "ReplicaSetUpdated", (3, 2, 2), None, id="no deadline: no Progressing condition"),
    pytest.param(
        60, (3, 3, 3, 3), "NewReplicaSetAvailable", (3, 3, 3), "True NewReplicaSetAvailable", id="done stays done"
    ),
    pytest.param(60, (2, 1, 1, 1), "ReplicaSetUpdated", (3, 2, 2), "True ReplicaSetUpdated", id="progress goes on"),
    pytest.param(
        60, (2, 1, 1, 1), "ProgressDeadlineExceeded", (3, 2, 2), "True ReplicaSetUpdated", id="progress after all"
    ),
    pytest.param(60, (2, 1, 1, 1), None, (3, 2, 2), "True ReplicaSetUpdated", id="progress creates the condition"),
    pytest.param(
        60, (3, 3, 3, 3), "ReplicaSetUpdated", (3, 3, 3), "True NewReplicaSetAvailable", id="complete after progress"
    ),
    pytest.param(
        60, (3, 3, 3, 3), "ProgressDeadlineExceeded", (3, 3, 3), "True NewReplicaSetAvailable", id="complete after all"
    ),
    pytest.param(60, (3, 3, 3, 3), None, (3, 3, 3), "True NewReplicaSetAvailable", id="complete creates the condition"),
    pytest.param(
        60, (2, 2, 2, 2), "ReplicaSetUpdated", (3, 2, 2), "False ProgressDeadlineExceeded", id="no progress: timed out"
    ),
    pytest.param(
        60,
        (2, 2, 2, 2),
        "ProgressDeadlineExceeded",
        (3, 2, 2),
        "False ProgressDeadlineExceeded",
        id="timed out stays timed out",
    ),
]


@pytest.mark.parametrize(("deadline", "before", "reason", "new", "expected"), ROLLOUT_STATUS)
def test_sync_rollout_status(deadline, before, reason, new, expected):
    cluster = new_cluster()
    since = cluster.now - 5 * MINUTE
    status_before = "False" if reason == "ProgressDeadlineExceeded" else "True"
    told = [progressing(reason, status_before, since)] if reason else []
    rollout = rollout_of(
        cluster, status={**counts(*before), "conditions": told}, replicas=3, progressDeadlineSeconds=deadline
    )
    size, has, available = new
    rs = replica_set(rollout, "foo-v1", size, replicas=has, readyReplicas=available, availableReplicas=available)
    progress.sync_rollout_status(rollout, [rs], rs)
    condition = conditions.find_condition(rollout.conditions, "Progressing")
    assert (condition and f"{condition['status']} {condition['reason']}") == expected
    if condition is not None:
        changed = not told or condition["status"] != status_before
        assert condition["lastTransitionTime"] == rfc3339(cluster.now if changed else since)
        is_news = not told or condition["reason"] != reason or reason == "ReplicaSetUpdated"
        assert condition["lastUpdateTime"] == rfc3339(cluster.now if is_news else since)


def test_a_deployment_without_a_replica_set_speaks_for_itself():
    rollout = rollout_of(status={**counts(3, 3, 3, 3), "conditions": [progressing("ReplicaSetUpdated")]}, replicas=0)
    old = replica_set(rollout, "foo-v1", 0)
    progress.sync_rollout_status(rollout, [old], None)
    condition = conditions.find_condition(rollout.conditions, "Progressing")
    assert condition is not None
    assert condition["message"] == 'Deployment "foo" has successfully progressed.'


def test_the_new_replica_sets_failure_is_told_before_the_old_ones():
    rollout = rollout_of(replicas=3)
    sets = [replica_set(rollout, name, 3) for name in ("foo-v1", "foo-v2")]
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": "then"}
    told = [{"conditions": [{**failure, "message": rs["metadata"]["name"]}]} for rs in sets]
    failing = [{**rs, "status": status} for rs, status in zip(sets, told, strict=True)]
    assert progress.replica_failure(failing, failing[1]) == {**failure, "message": "foo-v2", "lastUpdateTime": "then"}
    assert progress.replica_failure([failing[0], sets[1]], sets[1])["message"] == "foo-v1"
    assert progress.replica_failure(sets, sets[1]) is None


# conditions


def test_a_condition_of_the_same_status_and_reason_stays_as_it_was():
    first = conditions.new_condition("Available", "True", "Why", "message", 0)
    again = conditions.new_condition("Available", "True", "Why", "other message", MINUTE)
    assert conditions.with_condition([first], again) == [first]


def test_a_condition_of_the_same_status_keeps_its_transition_and_goes_last():
    first = [conditions.new_condition(kind, "True", "Why", "", 0) for kind in ("Progressing", "Available")]
    other = conditions.new_condition("Progressing", "True", "Other", "", MINUTE)
    result = conditions.with_condition(first, other)
    assert [c["type"] for c in result] == ["Available", "Progressing"]
    assert (result[1]["lastTransitionTime"], result[1]["lastUpdateTime"]) == (rfc3339(0), rfc3339(MINUTE))


def test_a_condition_that_is_not_there_is_removed_without_ado():
    first = [conditions.new_condition("Available", "True", "Why", "", 0)]
    assert conditions.without_condition(first, "Progressing") == first
    assert conditions.without_condition(first, "Available") == []


# revisions


def template(node: str, labels: dict[str, str]) -> Obj:
    return {"metadata": {"labels": labels}, "spec": {"nodeName": node}}


HASH = "pod-template-hash"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(template("a", {HASH: "1", "s": "e"}), template("a", {HASH: "1", "s": "e"}), True, id="all alike"),
        pytest.param(template("a", {HASH: "1", "s": "e"}), template("a", {HASH: "2", "s": "e"}), True, id="other hash"),
        pytest.param(template("a", {"s": "e"}), template("a", {HASH: "2", "s": "e"}), True, id="one has no hash"),
        pytest.param(template("a", {}), template("a", {HASH: "2"}), True, id="the hash is the only label"),
        pytest.param({"spec": {"nodeName": "a"}}, template("a", {HASH: "2"}), True, id="no metadata"),
        pytest.param(template("a", {"s": "e"}), template("a", {HASH: "2"}), False, id="a label is different"),
        pytest.param(template("a", {HASH: "1"}), template("a", {HASH: "1", "s": "e"}), False, id="a label is missing"),
        pytest.param(template("a", {HASH: "1"}), template("b", {HASH: "1"}), False, id="other spec, same hash"),
        pytest.param(template("a", {"s": "e"}), template("b", {"n": "e"}), False, id="all different"),
    ],
)
def test_equal_ignore_hash(one, other, expected):
    assert equal_ignore_hash(one, other) == equal_ignore_hash(other, one) == expected


def test_annotations_follow_the_deployment_but_for_its_own():
    own = {REVISION_ANNOTATION: "7", "kubectl.kubernetes.io/last-applied-configuration": "{}", "team": "a"}
    assert revisions.replica_set_annotations(own, {"team": "b", "kept": "c"}, 3) == {
        REVISION_ANNOTATION: "3",
        "team": "a",
        "kept": "c",
    }


def test_a_revision_never_shrinks():
    assert revisions.replica_set_annotations({}, {REVISION_ANNOTATION: "5"}, 3) == {REVISION_ANNOTATION: "5"}


def test_a_new_revision_leaves_the_old_one_in_the_history():
    before = {REVISION_ANNOTATION: "4", REVISION_HISTORY_ANNOTATION: "1"}
    assert revisions.replica_set_annotations({}, before, 6) == {
        REVISION_ANNOTATION: "6",
        REVISION_HISTORY_ANNOTATION: "1,4",
    }


def test_a_revision_that_is_no_number_is_left_alone():
    assert revisions.replica_set_annotations({"team": "a"}, {REVISION_ANNOTATION: "many"}, 6) == {
        REVISION_ANNOTATION: "many"
    }


def test_the_history_forgets_its_oldest_revisions():
    history = ""
    for revision in range(10, 20):
        history = revisions.lengthened_history(history, str(revision), limit=5)
    assert history == "18,19"


@pytest.mark.parametrize(
    ("name", "template_hash", "expected"),
    [
        pytest.param("web", "854998db69", "web-854998db69", id="a name as usual"),
        pytest.param("n" * 253, "854998db69", "n" * 242 + "-854998db69", id="the longest name is cut"),
    ],
)
def test_replica_set_name(name, template_hash, expected):
    assert revisions.replica_set_name(name, template_hash) == expected


# lists


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10", 10), ("0", 0), ("-1", None), ("ten", None), ("", None), ("2147483647", MAX_INT32), ("2147483648", None)],
)
def test_annotated_number(text, expected):
    assert replica_sets.annotated_number({"metadata": {"annotations": {"key": text}}}, "key") == expected


def test_ending_pods_are_not_told_while_one_replica_set_does_not_count_them():
    seen, unseen = {"status": {"observedGeneration": 1}}, {"status": {}}
    counted = {"status": {"observedGeneration": 1, "terminatingReplicas": 2}}
    assert replica_sets.total_terminating([counted, unseen, counted]) == 4
    assert replica_sets.total_terminating([counted, seen]) is None
    assert replica_sets.total_terminating([]) == 0


# watches


def look_at(rollout: Rollout, old: Obj | None, new: Obj | None) -> list[str]:
    name = (new or old or {})["metadata"]["name"]
    change = Change(Key("ReplicaSet", "default", name), old, new, rollout.cluster.now)
    return [key.name for key in deployments_of_replica_set(rollout.cluster, change)]


def test_a_replica_set_calls_its_controller():
    rollout = rollout_of()
    rs = replica_set(rollout, "foo-v1", 1)
    orphan = {**rs, "metadata": {**rs["metadata"], "ownerReferences": []}}
    stranger = {**orphan, "metadata": {**orphan["metadata"], "labels": {"app": "bar"}}}
    assert look_at(rollout, None, rs) == ["foo"]
    assert look_at(rollout, rs, None) == ["foo"]
    assert look_at(rollout, None, orphan) == ["foo"]
    assert look_at(rollout, rs, orphan) == ["foo"]
    assert look_at(rollout, stranger, orphan) == ["foo"]
    assert look_at(rollout, orphan, orphan) == []
    assert look_at(rollout, orphan, None) == []
    assert look_at(rollout, orphan, stranger) == []


def test_a_controller_of_the_same_name_that_is_another_is_not_called():
    rollout = rollout_of()
    rs = replica_set(rollout, "foo-v1", 1)
    reference = {**rs["metadata"]["ownerReferences"][0], "uid": "another"}
    assert look_at(rollout, None, {**rs, "metadata": {**rs["metadata"], "ownerReferences": [reference]}}) == []
