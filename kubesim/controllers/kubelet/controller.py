"""The control loop of the kubelets: a pod is taken on, lives, and is ended.

Mirrors pkg/kubelet (kubelet.go's syncPod, syncTerminatingPod; pod_workers.go).
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, condition_of, copy_of, dig, is_terminating, key_of, parse_time
from kubesim.controllers.kubelet import (
    admission,
    configuration,
    containers,
    endings,
    lives,
    static_pods,
    volumes,
)
from kubesim.controllers.kubelet.pod_phase import are_containers_ready, is_done, phase_of
from kubesim.controllers.kubelet.pod_status import status_of, visible_part
from kubesim.controllers.kubelet.pod_work import PodWork, next_serial, next_turn
from kubesim.sim.images.name import parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import cast

    from kubesim.cluster import Change, Cluster
    from kubesim.controllers.kubelet.records import PodRecord
else:

    def cast(_, value):
        return value


DEADLINE_REASON = "DeadlineExceeded"
DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"


# What a record has while something is planned.
_PLANS = frozenset(("deferred", "end", "mounts", "stopping"))
_CONTAINER_PLANS = frozenset(("awaits", "due", "probes"))


class Kubelet:
    """Syncs the pods that are bound to a node."""

    name = "kubelet"
    kind = "Pod"
    rank = 10

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            **dict.fromkeys(lives.AWAITED, lives.pods_awaiting),
            **dict.fromkeys(configuration.SOURCES, _pods_that_wait),
            "Node": _pods_of_node,
            "Pod": _pods_to_sync,
        }

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Whether something of a pod is planned, by its record; its deadline is not in that."""
        record = cast("PodRecord | None", cluster.recall(key))
        if record is None or not _PLANS.isdisjoint(record):
            return True
        if any(not _CONTAINER_PLANS.isdisjoint(kept) for kept in record.get("containers", {}).values()):
            return True
        pod = cluster.find(*key)
        return pod is None or is_terminating(pod) or "activeDeadlineSeconds" in pod["spec"]

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Bring one pod to where it is now; the instant (ms) of its next step."""
        pod = cluster.find(*key)
        if pod is None:
            configuration.note_waiting(cluster, key.namespace, key.name, waits=False)
            lives.note_awaited(cluster, key.namespace, key.name, [])
            static_pods.restore(cluster, key)
            return None
        node = pod["spec"].get("nodeName")
        if not node or cluster.find("Node", "", node) is None:
            return None
        outage = cluster.recall(Key("Node", "", node)) or {}
        if "down" in outage:
            return None
        known = cast("PodRecord | None", cluster.recall(key))
        work = PodWork(cluster, key, pod, copy_of(known) if known is not None else _take_on(cluster, pod))
        goes_on = "died" in outage and known is not None and _go_on(work)
        if is_terminating(pod):
            return _terminate(work, known)
        if known is not None and not goes_on and _is_over(work):
            return None
        refused = admission.refusal(work) if known is None else None
        if refused is not None:
            return _reject(work, *refused)
        _notice_change(work)
        if "deferred" in work.record and work.record["deferred"][3] <= cluster.now:
            _resize(work)
        lives.reconsider(work)
        if "stopping" not in work.record and volumes.mount(work):
            containers.due_steps(work)
        _stop_what_is_left(work)
        _evict(work)
        _keep_deadline(work)
        _save(work, known)
        return _next_look(work)


def _pods_to_sync(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pod that changed, where that matters, and those that wait for pods or share a load with it."""
    others = lives.pods_awaiting(cluster, change)
    old, new = change.old, change.new
    if old is not None and new is not None and old["metadata"] is not new["metadata"]:
        _notice_labels(cluster, old, new)
    if cluster.noted("loads"):
        from kubesim.controllers.kubelet.memory_load import pods_sharing

        others += pods_sharing(cluster, change)
    return (change.key, *others) if _is_to_sync(change) or _is_evicted_now(cluster, change) else others


def _notice_labels(cluster: Cluster, old: Obj, new: Obj) -> None:
    """Note what a pod's labels were that changed, where it has been taken on."""
    before, after = old["metadata"], new["metadata"]
    if any(before.get(field) != after.get(field) for field in ("labels", "annotations")):
        from kubesim.controllers.kubelet.mounted_data import note_labels

        note_labels(cluster, old, new)


def _is_evicted_now(cluster: Cluster, change: Change) -> bool:
    """Whether the eviction manager has just chosen the pod: its node has a fault."""
    if change.old is None or change.new is None or not cluster.noted("faults"):
        return False
    from kubesim.controllers.kubelet.eviction import message_of

    return message_of(change.new) != message_of(change.old)


def _is_to_sync(change: Change) -> bool:
    """Whether a pod is new on its node, its spec or a readiness gate changed, or it is to end (sooner).

    A static pod's mirror that is gone counts, too.  The kubelet's own status writes do not.
    """
    old, new = change.old, change.new
    if new is None:
        return old is not None and static_pods.is_mirror(old)
    if not new["spec"].get("nodeName"):
        return False
    if old is None or old["spec"] is not new["spec"] or _grace(old) != _grace(new):
        return True
    return bool(new["spec"].get("readinessGates")) and _gates(old) != _gates(new)


def _gates(pod: Obj) -> list[str]:
    """What the conditions say that the pod's readiness gates name. Mirrors NeedToReconcilePodReadiness."""
    named = [gate["conditionType"] for gate in pod["spec"]["readinessGates"]]
    return [str((condition_of(pod, kind) or {}).get("status")) for kind in named]


def _grace(pod: Obj) -> int | None:
    """The seconds that a deleted pod has to end."""
    return cast("int | None", pod["metadata"].get("deletionGracePeriodSeconds"))


def _pods_of_node(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that were bound to a node before it was there, or before it was booted."""
    if change.old is not None and (change.new is None or _boot_id(change.old) == _boot_id(change.new)):
        return ()
    return [key_of(pod) for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == change.key.name]


def _boot_id(node: Obj) -> object:
    return dig(node, "status", "nodeInfo", "bootID")


def _go_on(work: PodWork) -> bool:
    """Go on with a pod after the last outage of its node; whether there is anything to it."""
    from kubesim.controllers.kubelet import outages

    return outages.go_on(work)


def _pods_that_wait(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that wait for a ConfigMap, a Secret or a claim, where one of the namespace changes."""
    if change.old is not None or "gone" in cluster.noted("kubelet"):
        from kubesim.controllers.kubelet import mounted_data

        mounted_data.note_change(cluster, change)
    namespace = change.key.namespace
    return [Key("Pod", namespace, name) for name in configuration.waiting_pods(cluster, namespace)]


def _take_on(cluster: Cluster, pod: Obj) -> PodRecord:
    """A pod that the kubelet has not seen before."""
    serial = next_serial(cluster, pod["spec"]["nodeName"])
    return {"serial": serial, "seen": cluster.now, "turn": next_turn(cluster), "mounts": 0}


def _reject(work: PodWork, reason: str, message: str) -> int | None:
    """Fail a pod of which nothing is to run, in the second after it was made (ms). Mirrors rejectPod.

    Whoever replaces it would do so for ever at one instant if that took no time.
    """
    due = parse_time(work.pod["metadata"]["creationTimestamp"]) + SECOND
    if work.now < due:
        return due
    work.record_event("Warning", reason, message)
    del work.record["mounts"]
    work.record["failure"] = [reason, f"Pod was rejected: {message}"]
    work.record["rejected"] = True
    _save(work, None)
    return None


def _save(work: PodWork, known: PodRecord | None) -> None:
    """Store the record and report the status, where they changed."""
    waits = "mounts" in work.record or containers.wait_for_configuration(work)
    configuration.note_waiting(work.cluster, *work.key[1:], waits=waits)
    lives.note_awaiting(work)
    is_ready = are_containers_ready(work.spec, work.record)
    if is_ready != bool(work.record.get("ready", (0, 0))[0]):
        work.record["ready"] = [int(is_ready), work.now]
    if work.record != known:
        work.cluster.remember(work.key, cast("Obj", work.record))
    if _is_to_report(work, known):
        work.cluster.update_status(work.pod, status_of(work.pod, work.record, work.node_object()))


def _is_to_report(work: PodWork, known: PodRecord | None) -> bool:
    """Whether the API server does not have the pod's status yet."""
    generation = work.pod["metadata"].get("generation", 1)
    if known is None or dig(work.pod, "status", "observedGeneration") != generation or work.spec.get("readinessGates"):
        return True
    return work.record != known and visible_part(work.record) != visible_part(known)


def _is_over(work: PodWork) -> bool:
    """Whether the pod has ended, with all its containers."""
    kept = work.record.get("containers", {})
    for container in work.spec["containers"]:
        if container["name"] in kept and kept[container["name"]].get("state") == "running":
            return False
    return "stopping" not in work.record and phase_of(work.spec, work.record) in ("Succeeded", "Failed")


def _next_look(work: PodWork) -> int | None:
    if _is_over(work):
        return None
    step = volumes.next_attempt(work) if "mounts" in work.record else containers.next_due(work)
    planned = (work.record.get("stopping", step), _deadline(work), *work.record.get("deferred", ())[3:])
    return min((instant for instant in planned if instant is not None), default=None)


def _notice_change(work: PodWork) -> None:
    """An image that was changed under a running container has it restarted. Mirrors containerChanged."""
    generation = work.pod["metadata"].get("generation", 1)
    if generation == work.record.get("generation", 1):
        return
    work.record["generation"] = generation
    images = {s["name"]: s["image"] for s in dig(work.pod, "status", "containerStatuses", default=())}
    for container in containers.running(work):
        name = parse_image(container["image"])
        before = parse_image(images.get(container["name"], container["image"]))
        if name != before:
            why = f"Container {container['name']} definition changed"
            containers.kill(work, container, why, is_changed=True)
    _resize(work)


def _resize(work: PodWork) -> None:
    """Give containers what they ask for now, where that is not what they have."""
    from kubesim.controllers.kubelet import resizing

    resizing.resize(work)


# a pod of which only sidecars are left


def _stop_what_is_left(work: PodWork) -> None:
    """End a pod that is stopped, or the sidecars of one that has nothing else to run.

    Mirrors KillPod of computePodActions.
    """
    stopping = work.record.get("stopping")
    if stopping is not None:
        if stopping <= work.now:
            _stop_all(work)
    elif is_done(work.spec, work.record) and containers.running(work):
        _stop(work)


def _stop(work: PodWork) -> None:
    """Make all that runs end; the pod is over when it has."""
    _tell_killing(work)
    work.record["stopping"] = _plan_ends(work)


def _plan_ends(work: PodWork) -> int:
    """Make all that runs end, after its hooks; the instant (ms) at which it has."""
    running = containers.running(work)
    if any("lifecycle" in container for container in running):
        from kubesim.controllers.kubelet import hook_effects

        hook_effects.before_end(work, running)
    return endings.plan_all(work, running)


# a pod that may only live so long


def _deadline(work: PodWork) -> int | None:
    seconds = work.spec.get("activeDeadlineSeconds")
    return None if seconds is None or "failure" in work.record else work.record["seen"] + int(seconds) * SECOND


def _keep_deadline(work: PodWork) -> None:
    """End a pod that is past its activeDeadlineSeconds. Mirrors active_deadline.go."""
    deadline = _deadline(work)
    if deadline is None or deadline > work.now:
        return
    work.record_event("Normal", DEADLINE_REASON, DEADLINE_MESSAGE)
    work.record["failure"] = [DEADLINE_REASON, DEADLINE_MESSAGE]
    _stop(work)


def _evict(work: PodWork) -> None:
    """End a pod that the eviction manager has chosen, within a second. Mirrors killPodNow."""
    if "failure" in work.record or not work.cluster.noted("faults"):
        return
    from kubesim.controllers.kubelet.eviction import message_of

    message = message_of(work.pod)
    if message:
        work.record["failure"] = [endings.EVICTED, message]
        _stop(work)


# the end


def _terminate(work: PodWork, known: PodRecord | None) -> int | None:
    """End the containers of a deleted pod, and remove the pod once they have ended.

    Mirrors syncTerminatingPod and syncTerminatedPod.
    """
    if not work.pod["metadata"].get("deletionGracePeriodSeconds"):
        return None  # ended already: only finalizers hold it
    if static_pods.is_mirror(work.pod):
        work.cluster.remove(work.key)  # the pod itself goes on
        return None
    grace = endings.grace_of(work)
    if "end" not in work.record or grace < work.record.get("grace", grace):
        _tell_killing(work)
        work.record["grace"] = grace
        work.record["end"] = _plan_ends(work)
        work.cluster.remember(work.key, cast("Obj", work.record))
        return work.record["end"]
    if work.now < work.record["end"]:
        return work.record["end"]
    _stop_all(work)
    for container in work.containers:
        volumes.keep_written(work, container, is_last=True)
    if known is not None:
        _save(work, known)
    work.cluster.remove(work.key)
    return None


def _tell_killing(work: PodWork) -> None:
    for container in containers.running(work):
        work.record_event("Normal", "Killing", f"Stopping container {container['name']}", container)


def _stop_all(work: PodWork) -> None:
    """Let the running containers be ended: as it was planned, the others now."""
    for container in containers.running(work):
        kept = work.container(container["name"])
        is_planned = "ends" in kept and "do" not in kept and kept["on"] + kept["ends"][0] <= work.now
        length, code = kept["ends"] if is_planned else (work.now - kept["on"], endings.code_of(work, container))
        if not is_planned:
            kept.pop("reason", None)
        endings.stop(work, container, kept["on"] + length, code)
    for kept in work.record.get("containers", {}).values():
        for planned in ("do", "due", "probes"):
            kept.pop(planned, None)  # type: ignore[misc]
    work.record.pop("stopping", None)
