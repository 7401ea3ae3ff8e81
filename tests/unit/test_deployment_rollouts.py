"""Whole rollouts, step by step, as the recordings tell them."""

from __future__ import annotations

import pytest
from kubesim.api.well_known import CHANGE_CAUSE_ANNOTATION, REVISION_ANNOTATION, REVISION_HISTORY_ANNOTATION
from kubesim.kubectl import rollout_history, rollout_undo
from rollout_world import Rollouts, deployment, rolling_update


@pytest.fixture
def world() -> Rollouts:
    return Rollouts()


def test_three_replicas_roll_over_one_by_one(world):
    """course-rolling-update"""
    world.create(deployment(replicas=3))
    world.run()
    world.set_image("nginx:1.8")
    world.run()
    assert world.scalings() == [
        "1: 0 -> 3",
        "2: 0 -> 1",
        "1: 3 -> 2",
        "2: 1 -> 2",
        "1: 2 -> 1",
        "2: 2 -> 3",
        "1: 1 -> 0",
    ]


def test_five_replicas_start_with_a_quarter_more_and_a_quarter_less(world):
    """course-five-replicas"""
    world.create(deployment(replicas=5))
    world.run()
    world.set_image("nginx:1.9.1")
    world.run()
    assert world.scalings() == [
        "1: 0 -> 5",
        "2: 0 -> 2",
        "1: 5 -> 4",
        "2: 2 -> 3",
        "1: 4 -> 3",
        "2: 3 -> 4",
        "1: 3 -> 2",
        "2: 4 -> 5",
        "1: 2 -> 1",
        "1: 1 -> 0",
    ]


def test_events_tell_each_step_in_upstream_words(world):
    world.create(deployment(replicas=1))
    world.run()
    world.set_image("nginx:1.21")
    world.run()
    old, new = (rs["metadata"]["name"] for rs in world.replica_sets())
    assert world.messages() == [
        f"Scaled up replica set {old} from 0 to 1",
        f"Scaled up replica set {new} from 0 to 1",
        f"Scaled down replica set {old} from 1 to 0",
    ]


def test_a_template_has_the_name_that_the_recordings_give_it(world):
    world.create(deployment(image="nginx:1.20"))
    assert [rs["metadata"]["name"] for rs in world.replica_sets()] == ["web-854998db69"]


def test_a_change_in_mid_rollout_wins_at_once(world):
    """rollover"""
    world.create(deployment(replicas=4))
    world.run()
    world.set_image("nginx:does-not-exist")
    world.run()
    assert world.sizes() == [3, 2]
    world.set_image("nginx:1.22")
    world.run()
    assert world.scalings()[1:] == [
        "2: 0 -> 1",
        "1: 4 -> 3",
        "2: 1 -> 2",
        "2: 2 -> 0",
        "3: 0 -> 2",
        "1: 3 -> 2",
        "3: 2 -> 3",
        "1: 2 -> 1",
        "3: 3 -> 4",
        "1: 1 -> 0",
    ]


@pytest.mark.parametrize(
    ("replicas", "strategy", "sizes"),
    [
        pytest.param(10, rolling_update("30%", 0), [10, 3], id="surge 30% of 10, none unavailable"),
        pytest.param(3, rolling_update(0, 1), [2, 1], id="no surge, 1 of 3 unavailable"),
        pytest.param(1, rolling_update("25%", "25%"), [1, 1], id="a quarter of 1 is one more and none less"),
        pytest.param(10, rolling_update(3, 2), [8, 5], id="surge 3 and unavailable 2 of 10"),
    ],
)
def test_a_bad_image_stops_where_the_bounds_are(world, replicas, strategy, sizes):
    """surge-arithmetic, proportional-scaling"""
    world.create(deployment(replicas=replicas, strategy=strategy))
    world.run()
    world.set_image("nginx:does-not-exist")
    world.run()
    assert world.sizes() == sizes


def test_scaling_a_half_done_rollout_spreads_over_both(world):
    """proportional-scaling"""
    world.create(deployment(replicas=10, strategy=rolling_update(3, 2)))
    world.run()
    world.set_image("nginx:does-not-exist")
    world.run()
    world.change(replicas=15)
    world.run()
    assert world.sizes() == [11, 7]
    world.change(replicas=6)
    world.run()
    assert world.sizes() == [4, 5]
    world.set_image("nginx:1.20")
    world.run()
    assert world.sizes() == [6, 0]


def test_a_deployment_of_one_replica_set_is_scaled_at_once(world):
    world.create(deployment(replicas=3))
    world.run()
    world.change(replicas=7)
    assert world.scalings() == ["1: 0 -> 3", "1: 3 -> 7"]
    world.change(replicas=0)
    assert world.scalings()[2:] == ["1: 7 -> 0"]


def test_recreate_waits_for_the_last_old_pod(world):
    """course-recreate"""
    world.create(deployment(replicas=5, strategy={"type": "Recreate"}))
    world.run()
    world.set_image("nginx:1.9.1")
    assert world.sizes() == [0]
    assert world.deployment()["status"]["terminatingReplicas"] == 5
    world.run()
    assert world.scalings() == ["1: 0 -> 5", "1: 5 -> 0", "2: 0 -> 5"]


def test_a_paused_deployment_gathers_changes_and_is_still_scaled(world):
    """pause-resume"""
    world.create(deployment(replicas=3))
    world.run()
    world.change(paused=True)
    world.set_image("nginx:1.16.1")
    world.run()
    assert world.sizes() == [3]
    assert world.condition("Progressing")["message"] == "Deployment is paused"
    world.change(replicas=4)
    world.run()
    assert world.sizes() == [4]
    status = world.deployment()["status"]
    assert (status["replicas"], "updatedReplicas" in status) == (4, False)
    world.change(paused=False)
    world.run()
    assert world.sizes() == [0, 4]
    assert world.reasons()[-3:] == ["DeploymentResumed", "ReplicaSetUpdated", "NewReplicaSetAvailable"]


def test_the_status_that_a_finished_rollout_prints(world):
    """pause-resume: get -o yaml"""
    world.create(deployment(replicas=4))
    world.run()
    status = world.deployment()["status"]
    conditions = status.pop("conditions")
    assert status == {
        "availableReplicas": 4,
        "observedGeneration": 1,
        "readyReplicas": 4,
        "replicas": 4,
        "terminatingReplicas": 0,
        "updatedReplicas": 4,
    }
    rs = world.replica_sets()[0]["metadata"]["name"]
    assert [(c["type"], c["status"], c["reason"], c["message"]) for c in conditions] == [
        ("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
        ("Progressing", "True", "NewReplicaSetAvailable", f'ReplicaSet "{rs}" has successfully progressed.'),
    ]
    assert conditions[1]["lastTransitionTime"] < conditions[1]["lastUpdateTime"]


def test_reasons_of_a_first_rollout(world):
    world.create(deployment(replicas=2))
    world.run()
    assert world.reasons() == ["NewReplicaSetCreated", "ReplicaSetUpdated", "NewReplicaSetAvailable"]
    assert world.reasons("Available") == ["MinimumReplicasUnavailable", "MinimumReplicasAvailable"]


def test_undo_gives_an_old_replica_set_a_new_revision(world):
    """undo"""
    world.create(deployment(replicas=2))
    world.run()
    for image in ("nginx:1.21", "nginx:1.22"):
        world.set_image(image)
        world.run()
    for number in (1, 0, 0):
        target = rollout_undo.rollback_target(world.deployment(), world.cluster, number)
        undone = rollout_undo.rollback(world.deployment(), target, number)
        assert undone.obj is not None
        world.cluster.update(undone.obj)
        world.run()
    annotations = [rs["metadata"]["annotations"] for rs in world.replica_sets()]
    assert [(a[REVISION_ANNOTATION], a.get(REVISION_HISTORY_ANNOTATION)) for a in annotations] == [
        ("6", "1,4"),
        ("2", None),
        ("5", "3"),
    ]
    assert [revision.number for revision in rollout_history.history(world.deployment(), world.cluster)] == [2, 5, 6]
    assert world.deployment()["metadata"]["annotations"] == {REVISION_ANNOTATION: "6"}


def test_old_replica_sets_past_the_limit_go(world):
    """revision-history-limit"""
    world.create(deployment(replicas=1, revisionHistoryLimit=2))
    world.run()
    for image in ("nginx:1.21", "nginx:1.22", "nginx:1.23", "nginx:1.24"):
        world.set_image(image)
        world.run()
    assert [revision.number for revision in rollout_history.history(world.deployment(), world.cluster)] == [3, 4, 5]


def test_change_causes_stay_with_their_revisions(world):
    """change-cause"""
    world.create(deployment())
    world.annotate({CHANGE_CAUSE_ANNOTATION: "first release"})
    world.run()
    world.set_image("nginx:1.21")
    world.annotate({CHANGE_CAUSE_ANNOTATION: "image updated to 1.21"})
    world.run()
    world.set_image("nginx:1.22")
    world.run()
    causes = [r.change_cause for r in rollout_history.history(world.deployment(), world.cluster)]
    assert causes == ["first release", "image updated to 1.21", "image updated to 1.21"]
    target = rollout_undo.rollback_target(world.deployment(), world.cluster, 1)
    undone = rollout_undo.rollback(world.deployment(), target, 1).obj
    assert undone is not None
    world.cluster.update(undone)
    world.run()
    told = [(r.number, r.change_cause) for r in rollout_history.history(world.deployment(), world.cluster)]
    assert told == [(2, "image updated to 1.21"), (3, "image updated to 1.21"), (4, "first release")]


def test_a_rollout_that_passes_its_deadline_is_told_and_recovers(world):
    """progress-deadline"""
    world.create(deployment(progressDeadlineSeconds=5))
    world.run()
    world.set_image("nginx:does-not-exist")
    world.run(5)
    assert world.condition("Progressing")["reason"] == "ReplicaSetUpdated"
    world.run(3)
    condition = world.condition("Progressing")
    name = world.replica_sets()[1]["metadata"]["name"]
    assert (condition["status"], condition["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert condition["message"] == f'ReplicaSet "{name}" has timed out progressing.'
    world.set_image("nginx:1.20")
    world.run()
    assert world.condition("Progressing")["reason"] == "NewReplicaSetAvailable"


def test_pods_count_as_available_after_min_ready_seconds(world):
    """min-ready-seconds"""
    world.create(deployment(replicas=2, minReadySeconds=6))
    world.run(4)
    status = world.deployment()["status"]
    assert (status["readyReplicas"], "availableReplicas" in status) == (2, False)
    world.run(4)
    assert world.deployment()["status"]["availableReplicas"] == 2


def test_min_ready_seconds_reach_the_replica_set_without_a_rollout(world):
    world.create(deployment())
    world.run()
    world.change(minReadySeconds=9)
    world.run()
    assert [rs["spec"]["minReadySeconds"] for rs in world.replica_sets()] == [9]


def test_a_second_look_at_the_same_instant_changes_nothing(world):
    world.create(deployment(replicas=4))
    world.run()
    world.set_image("nginx:does-not-exist")
    world.run()
    before = len(world.history)
    world.engine.look_at_everything()
    world.engine.settle()
    assert world.history[before:] == []


def test_a_name_that_somebody_else_has_is_a_collision(world):
    world.create(deployment("other", image="nginx:1.20"))
    stolen = world.replica_sets()[0]
    meta = {"name": "web-854998db69", "namespace": "default", "labels": {"app": "other"}}
    world.create({**stolen, "metadata": meta})
    world.create(deployment(image="nginx:1.20"))
    world.run()
    assert world.deployment()["status"]["collisionCount"] == 1
    owned = world.cluster.owned(world.deployment(), "ReplicaSet")
    assert [rs["metadata"]["name"] for rs in owned] == ["web-" + owned[0]["metadata"]["labels"]["pod-template-hash"]]
    assert owned[0]["metadata"]["name"] != "web-854998db69"


def test_an_orphan_that_matches_is_adopted(world):
    """delete: after --cascade=orphan the same manifest finds its ReplicaSet again"""
    world.create(deployment(replicas=2))
    world.run()
    world.cluster.delete("Deployment", "default", "web", propagation="Orphan")
    world.run()
    assert [rs["metadata"].get("ownerReferences") for rs in world.replica_sets()] == [None]
    world.create(deployment(replicas=2))
    world.run()
    assert len(world.replica_sets()) == 1
    owners = world.replica_sets()[0]["metadata"]["ownerReferences"]
    assert [ref["uid"] for ref in owners] == [world.deployment()["metadata"]["uid"]]
    assert world.reasons()[-1] == "NewReplicaSetAvailable"


def test_a_replica_set_that_no_longer_matches_is_let_go(world):
    world.create(deployment(replicas=2))
    world.run()
    rs = world.replica_sets()[0]
    labels = {**rs["metadata"]["labels"], "app": "mine"}
    world.cluster.update({**rs, "metadata": {**rs["metadata"], "labels": labels}})
    world.run()
    assert world.replica_sets()[0]["metadata"].get("ownerReferences") is None
    assert world.deployment()["status"]["collisionCount"] == 1
    assert world.sizes() == [2, 2]


def test_an_undo_by_annotation_is_done_and_told(world):
    world.create(deployment(replicas=1))
    world.run()
    world.set_image("nginx:1.21")
    world.run()
    world.annotate({"deprecated.deployment.rollback.to": "1"})
    world.run()
    assert world.deployment()["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.20"
    assert world.deployment()["metadata"]["annotations"] == {REVISION_ANNOTATION: "3"}
    assert 'Rolled back deployment "web" to revision 1' in world.messages()


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("7", "Unable to find the revision to rollback to."),
        ("0", "Unable to find last revision."),
        ("1", 'The rollback revision contains the same template as current deployment "web"'),
    ],
)
def test_an_undo_by_annotation_that_cannot_be_done_is_told(world, revision, message):
    world.create(deployment(replicas=1))
    world.run()
    world.annotate({"deprecated.deployment.rollback.to": revision})
    assert world.messages()[1:] == [message]
    assert world.deployment()["metadata"]["annotations"] == {REVISION_ANNOTATION: "1"}


def test_a_selector_of_everything_is_refused(world):
    world.create(deployment(selector={}))
    world.run()
    assert world.messages() == ["This deployment is selecting all pods. A non-empty selector is required."]
    assert world.replica_sets() == []
    assert world.deployment()["status"] == {"observedGeneration": 1}
