"""What kubectl rollout says: status, history, undo, pause, resume, restart; kubectl's own tables and recordings."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj
from kubesim.api.well_known import CHANGE_CAUSE_ANNOTATION, REVISION_ANNOTATION
from kubesim.errors import UserError
from kubesim.kinds import built_in
from kubesim.kubectl import rollout_history, rollout_pause, rollout_restart, rollout_status, rollout_undo


def workload(kind: str, generation: int = 1, spec: Obj | None = None, **status: Any) -> Obj:
    meta = {"name": "foo", "namespace": "default", "generation": generation, "uid": "uid-of-foo"}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": spec or {}, "status": status}


def deployment(desired: int, generation: int = 1, **status: Any) -> Obj:
    return workload("Deployment", generation, {"replicas": desired}, **status)


def daemon_set(generation: int = 1, strategy: str = "RollingUpdate", **status: Any) -> Obj:
    return workload("DaemonSet", generation, {"updateStrategy": {"type": strategy}}, **status)


def stateful_set(strategy: Obj, generation: int = 1, **status: Any) -> Obj:
    return workload("StatefulSet", generation, {"replicas": 3, "updateStrategy": strategy}, **status)


ROLLING = {"type": "RollingUpdate"}
PARTITION_2 = {**ROLLING, "rollingUpdate": {"partition": 2}}

STATUSES = [
    pytest.param(
        deployment(1, generation=0, observedGeneration=1, replicas=1, availableReplicas=1),
        'Waiting for deployment "foo" rollout to finish: 0 out of 1 new replicas have been updated...',
        id="a deployment without new pods",
    ),
    pytest.param(
        deployment(1, observedGeneration=1, replicas=2, updatedReplicas=1, availableReplicas=2),
        'Waiting for deployment "foo" rollout to finish: 1 old replicas are pending termination...',
        id="a deployment with an old pod",
    ),
    pytest.param(
        deployment(2, observedGeneration=1, replicas=2, updatedReplicas=2, availableReplicas=1),
        'Waiting for deployment "foo" rollout to finish: 1 of 2 updated replicas are available...',
        id="a deployment with a pod that is not available",
    ),
    pytest.param(
        deployment(2, generation=2, observedGeneration=1, replicas=2, updatedReplicas=2, availableReplicas=2),
        "Waiting for deployment spec update to be observed...",
        id="a deployment that its controller has not seen",
    ),
    pytest.param(
        daemon_set(generation=0, observedGeneration=1, desiredNumberScheduled=1),
        'Waiting for daemon set "foo" rollout to finish: 0 out of 1 new pods have been updated...',
        id="a daemon set without new pods",
    ),
    pytest.param(
        daemon_set(observedGeneration=1, updatedNumberScheduled=2, desiredNumberScheduled=2, numberAvailable=1),
        'Waiting for daemon set "foo" rollout to finish: 1 of 2 updated pods are available...',
        id="a daemon set with a pod that is not available",
    ),
    pytest.param(
        daemon_set(2, observedGeneration=1, updatedNumberScheduled=2, desiredNumberScheduled=2, numberAvailable=2),
        "Waiting for daemon set spec update to be observed...",
        id="a daemon set that its controller has not seen",
    ),
    pytest.param(
        stateful_set(ROLLING, generation=2, observedGeneration=1, readyReplicas=3),
        "Waiting for statefulset spec update to be observed...",
        id="a stateful set that its controller has not seen",
    ),
    pytest.param(
        stateful_set(ROLLING, generation=0),
        "Waiting for statefulset spec update to be observed...",
        id="a stateful set that its controller has never seen",
    ),
    pytest.param(
        stateful_set(ROLLING, observedGeneration=2, replicas=3, readyReplicas=2),
        "Waiting for 1 pods to be ready...",
        id="a stateful set with a pod that is not ready",
    ),
    pytest.param(
        stateful_set(PARTITION_2, observedGeneration=2, readyReplicas=3, currentReplicas=3),
        "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
        id="a stateful set whose part is not updated",
    ),
    pytest.param(
        stateful_set(
            ROLLING, observedGeneration=1, readyReplicas=3, updatedReplicas=2, updateRevision="b", currentRevision="a"
        ),
        "waiting for statefulset rolling update to complete 2 pods at revision b...",
        id="a stateful set with two revisions",
    ),
]

DONE = [
    pytest.param(
        deployment(2, observedGeneration=1, replicas=2, updatedReplicas=2, availableReplicas=2),
        'deployment "foo" successfully rolled out',
        id="a deployment",
    ),
    pytest.param(
        daemon_set(observedGeneration=1, updatedNumberScheduled=2, desiredNumberScheduled=2, numberAvailable=2),
        'daemon set "foo" successfully rolled out',
        id="a daemon set",
    ),
    pytest.param(
        stateful_set(PARTITION_2, observedGeneration=2, readyReplicas=3, currentReplicas=2, updatedReplicas=1),
        "partitioned roll out complete: 1 new pods have been updated...",
        id="a stateful set's part",
    ),
    pytest.param(
        stateful_set(
            ROLLING, observedGeneration=2, readyReplicas=3, currentReplicas=3, updateRevision="a", currentRevision="a"
        ),
        "statefulset rolling update complete 3 pods at revision a...",
        id="a stateful set without a partition",
    ),
]

LATE = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
NUMBERED = deployment(1, observedGeneration=1)
NUMBERED["metadata"]["annotations"] = {REVISION_ANNOTATION: "2"}
MISNUMBERED = deployment(1, observedGeneration=1)
MISNUMBERED["metadata"]["annotations"] = {REVISION_ANNOTATION: "two"}


@pytest.mark.parametrize(("obj", "message"), STATUSES)
def test_a_rollout_waits(obj, message):
    assert rollout_status.status(obj) == (message, False)


@pytest.mark.parametrize(("obj", "message"), DONE)
def test_a_rollout_is_done(obj, message):
    assert rollout_status.status(obj) == (message, True)


@pytest.mark.parametrize(
    ("obj", "revision", "message"),
    [
        (deployment(1, observedGeneration=1, conditions=[LATE]), 0, 'deployment "foo" exceeded its progress deadline'),
        (NUMBERED, 3, "desired revision (3) is different from the running revision (2)"),
        (
            MISNUMBERED,
            3,
            'cannot get the revision of deployment "foo": strconv.ParseInt: parsing "two": invalid syntax',
        ),
        (daemon_set(strategy="OnDelete"), 0, "rollout status is only available for RollingUpdate strategy type"),
        (stateful_set({"type": "OnDelete"}), 0, "rollout status is only available for RollingUpdate strategy type"),
        (workload("ReplicaSet"), 0, "no status viewer has been implemented for ReplicaSet.apps"),
        ({**workload("Pod"), "apiVersion": "v1"}, 0, "no status viewer has been implemented for Pod"),
    ],
)
def test_a_rollout_has_failed(obj, revision, message):
    with pytest.raises(UserError) as refusal:
        rollout_status.status(obj, revision)
    assert refusal.value.message == message


def test_a_deadline_counts_only_once_the_spec_was_seen():
    late = deployment(1, generation=2, observedGeneration=1, conditions=[LATE])
    assert rollout_status.status(late).message == "Waiting for deployment spec update to be observed..."


# history


class Shelf:
    """What a history may ask of the cluster."""

    def __init__(self, *objects: Obj) -> None:
        self.objects = objects

    def owned(self, owner: Obj, kind: str) -> list[Obj]:
        return [obj for obj in self.objects if obj["kind"] == kind]


def template(image: str, **labels: str) -> Obj:
    return {"metadata": {"labels": {"app": "foo", **labels}}, "spec": {"containers": [{"name": "c", "image": image}]}}


def replica_set(revision: str | None, image: str, cause: str = "", **more: str) -> Obj:
    annotations = {
        **({REVISION_ANNOTATION: revision} if revision else {}),
        **({CHANGE_CAUSE_ANNOTATION: cause} if cause else {}),
        **more,
    }
    name = f"foo-{image}"
    meta = {"name": name, "uid": name, "creationTimestamp": "2026-11-23T00:00:00Z", "annotations": annotations}
    labelled = template(image, **{"pod-template-hash": image})
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": {"template": labelled}}


def controller_revision(number: int, image: str) -> Obj:
    data = {"spec": {"template": {"$patch": "replace", **template(image)}}}
    meta = {"name": f"foo-{number}", "annotations": {CHANGE_CAUSE_ANNOTATION: f"because {number}"}}
    return {"kind": "ControllerRevision", "metadata": meta, "revision": number, "data": data}


def running(image: str, kind: str = "Deployment", **annotations: str) -> Obj:
    obj = workload(kind, 1, {"template": template(image)})
    obj["metadata"]["annotations"] = annotations
    return obj


SETS = Shelf(replica_set("1", "a", "first"), replica_set("3", "c"), replica_set("2", "b", "second"))


def test_history_is_sorted_and_has_its_causes():
    told = [(revision.number, revision.change_cause) for revision in rollout_history.history(running("c"), SETS)]
    assert told == [(1, "first"), (2, "second"), (3, "")]


def test_history_skips_a_replica_set_whose_revision_is_no_number():
    shelf = Shelf(replica_set("many", "a"), replica_set("2", "b"))
    assert [revision.number for revision in rollout_history.history(running("b"), shelf)] == [2]


def test_history_shows_the_cause_among_the_templates_annotations():
    revision = rollout_history.find_revision(rollout_history.history(running("c"), SETS), 2)
    assert revision.annotated_template["metadata"]["annotations"] == {CHANGE_CAUSE_ANNOTATION: "second"}
    assert "annotations" not in revision.template["metadata"]
    assert revision.shown["kind"] == "ReplicaSet"


@pytest.mark.parametrize("kind", ["DaemonSet", "StatefulSet"])
def test_history_of_what_keeps_controller_revisions(kind):
    revisions = rollout_history.history(
        running("b", kind), Shelf(controller_revision(2, "b"), controller_revision(1, "a"))
    )
    assert [(r.number, r.change_cause, r.template) for r in revisions] == [
        (1, "because 1", template("a")),
        (2, "because 2", template("b")),
    ]
    assert revisions[0].shown == running("a", kind)


def test_a_revision_that_is_not_there():
    with pytest.raises(UserError, match="unable to find the specified revision"):
        rollout_history.find_revision(rollout_history.history(running("c"), SETS), 9)


@pytest.mark.parametrize(
    ("kind", "api_version", "history", "undo"),
    [
        (
            "Pod",
            "v1",
            'no history viewer has been implemented for "Pod"',
            'no rollbacker has been implemented for "Pod"',
        ),
        (
            "ReplicaSet",
            "apps/v1",
            'no history viewer has been implemented for "ReplicaSet.apps"',
            'no rollbacker has been implemented for "ReplicaSet.apps"',
        ),
        (
            "ConfigMap",
            "v1",
            'error retrieving history for "ConfigMap", no visitor method exists for { ConfigMap}',
            'error retrieving rollbacker for "ConfigMap", no visitor method exists for { ConfigMap}',
        ),
    ],
)
def test_kinds_without_revisions(kind, api_version, history, undo):
    obj = {**workload(kind), "apiVersion": api_version}
    with pytest.raises(UserError) as refusal:
        rollout_history.history(obj, Shelf())
    assert refusal.value.message == history
    with pytest.raises(UserError) as refusal:
        rollout_undo.rollback_target(obj, Shelf(), 0)
    assert refusal.value.message == undo


# undo


@pytest.mark.parametrize(("asked", "image"), [(0, "b"), (1, "a"), (3, "c")])
def test_the_target_of_an_undo(asked, image):
    target = rollout_undo.rollback_target(running("c"), SETS, asked)
    assert target.template["spec"]["containers"][0]["image"] == image


@pytest.mark.parametrize(
    ("obj", "shelf", "asked", "message"),
    [
        (running("a"), Shelf(replica_set("1", "a")), 0, 'no rollout history found for deployment "foo"'),
        (running("c"), SETS, 7, "unable to find specified revision 7 in history"),
        (running("c"), SETS, -1, "unable to find specified revision -1 in history"),
        (running("a", "DaemonSet"), Shelf(controller_revision(1, "a")), 0, "no last revision to roll back to"),
        (running("a", "StatefulSet"), Shelf(), 0, "no last revision to roll back to"),
    ],
)
def test_an_undo_without_a_target(obj, shelf, asked, message):
    with pytest.raises(UserError) as refusal:
        rollout_undo.rollback_target(obj, shelf, asked)
    assert refusal.value.message == message


def test_an_undo_restores_template_and_annotations():
    obj = running("c", team="mine", **{REVISION_ANNOTATION: "3", CHANGE_CAUSE_ANNOTATION: "third"})
    target = rollout_undo.rollback_target(obj, SETS, 1)
    undone = rollout_undo.rollback(obj, target, 1)
    assert undone.message == "rolled back"
    assert undone.obj == running("a", **{REVISION_ANNOTATION: "3", CHANGE_CAUSE_ANNOTATION: "first"})


def test_an_undo_of_a_daemon_set_leaves_its_annotations():
    obj = running("b", "DaemonSet", team="mine")
    target = rollout_undo.rollback_target(obj, Shelf(controller_revision(1, "a"), controller_revision(2, "b")), 0)
    assert rollout_undo.rollback(obj, target, 0).obj == running("a", "DaemonSet", team="mine")


def test_an_undo_to_what_runs_is_skipped():
    obj = running("c")
    undone = rollout_undo.rollback(obj, rollout_undo.rollback_target(obj, SETS, 3), 3)
    assert undone == rollout_undo.Rollback("skipped rollback (current template already matches revision 3)", None)


def test_a_paused_deployment_is_not_undone():
    obj = running("c")
    obj["spec"]["paused"] = True
    with pytest.raises(UserError) as refusal:
        rollout_undo.rollback(obj, rollout_undo.rollback_target(obj, SETS, 1), 1)
    assert refusal.value.message == (
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
    )


@pytest.mark.parametrize(
    ("kind", "expected"), [("Deployment", "Pod Template:"), ("StatefulSet", "will roll back to Pod Template:")]
)
def test_what_a_dry_run_would_do(kind, expected):
    assert rollout_undo.preview(workload(kind), "Pod Template:") == expected


# pause, resume, restart


def test_pause_and_resume():
    obj = running("a")
    paused = rollout_pause.pause(obj, "deployments.apps")
    assert paused["spec"]["paused"] is True
    assert rollout_pause.resume(paused, "deployments.apps") == obj


@pytest.mark.parametrize("kind", ["Deployment", "DaemonSet", "StatefulSet"])
def test_restart_changes_the_template(kind):
    obj = running("a", kind)
    restarted = rollout_restart.restart(obj, built_in(kind).qualified, 1_795_400_000_000)
    annotations = restarted["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {"kubectl.kubernetes.io/restartedAt": "2026-11-23T02:13:20Z"}
    assert "annotations" not in obj["spec"]["template"]["metadata"]


PAUSED = {**running("a"), "spec": {"paused": True, "template": template("a")}}
POD = {**workload("Pod"), "apiVersion": "v1"}


@pytest.mark.parametrize(
    ("transform", "obj", "message"),
    [
        (rollout_pause.pause, PAUSED, 'deployments.apps "foo" is already paused'),
        (rollout_pause.resume, running("a"), 'deployments.apps "foo" is not paused'),
        (rollout_pause.pause, running("a", "DaemonSet"), 'daemonsets.apps "foo" pausing is not supported'),
        (rollout_pause.resume, running("a", "StatefulSet"), 'statefulsets.apps "foo" resuming is not supported'),
        (
            lambda obj, resource: rollout_restart.restart(obj, resource, 0),
            PAUSED,
            'deployments.apps "foo" can\'t restart paused deployment (run rollout resume first)',
        ),
        (
            lambda obj, resource: rollout_restart.restart(obj, resource, 0),
            POD,
            'pods "foo" restarting is not supported',
        ),
    ],
)
def test_what_cannot_be_paused_resumed_restarted(transform, obj, message):
    with pytest.raises(UserError) as refusal:
        transform(obj, built_in(obj["kind"]).qualified)
    assert refusal.value.message == message
