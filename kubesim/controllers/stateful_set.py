"""The StatefulSet controller: pods with names that stay, in their order. Mirrors pkg/controller/statefulset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Key, Obj, controller_of, dig, is_terminating, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import controller_history as history
from kubesim.controllers import pod_control, ref_manager
from kubesim.sim import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "statefulset-controller"


class StatefulSetController:
    """Syncs StatefulSets."""

    name = "statefulset"
    kind = "StatefulSet"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"StatefulSet": lambda cluster, change: [change.key], "Pod": _of_pod}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """One step towards what is wanted, and the status. Mirrors UpdateStatefulSet."""
        owner = cluster.find(*key)
        if owner is None or is_terminating(owner):
            return None
        selector = from_label_selector(owner["spec"]["selector"])
        ref_manager.claim(cluster, owner, selector, "Pod")
        rollout = Rollout(cluster, owner)
        rollout.step()
        return rollout.tell_status()


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    for pod in (change.old, change.new):
        reference = None if pod is None else controller_of(pod)
        if reference is not None and reference["kind"] == "StatefulSet":
            yield Key("StatefulSet", change.key.namespace, reference["name"])


class Rollout:
    """One sync of one StatefulSet."""

    def __init__(self, cluster: Cluster, owner: Obj) -> None:
        self._cluster = cluster
        self._owner = owner
        self._spec = owner["spec"]
        self._name = owner["metadata"]["name"]
        self._update = history.sync_revision(cluster, owner)
        self._current = self._current_revision()
        self._start = dig(owner, "spec", "ordinals", "start", default=0)
        self._wanted = range(self._start, self._start + self._spec.get("replicas", 1))

    def _current_revision(self) -> Obj:
        name = dig(self._owner, "status", "currentRevision", default="")
        known = {
            revision["metadata"]["name"]: revision for revision in history.revisions_of(self._cluster, self._owner)
        }
        return known.get(name, self._update)

    def _pods(self) -> dict[int, Obj]:
        """The pods by ordinal."""
        found = {}
        for pod in self._cluster.owned(self._owner, "Pod"):
            ordinal = pod["metadata"]["name"].rpartition("-")[2]
            if ordinal.isdigit():
                found[int(ordinal)] = pod
        return found

    @property
    def _is_parallel(self) -> bool:
        return bool(self._spec.get("podManagementPolicy") == "Parallel")

    def step(self) -> None:
        """Fill up from below, take away from above, replace from above: one move unless pods may go in parallel."""
        pods = self._pods()
        if self._fill(pods) or self._condemn(pods):
            return
        self._replace(pods)

    def _fill(self, pods: dict[int, Obj]) -> bool:
        """Create missing pods in order; whether one is not ready yet that the others must wait for."""
        waits = False
        for ordinal in self._wanted:
            pod = pods.get(ordinal)
            if pod is not None and pod_control.is_terminal(pod) and not is_terminating(pod):
                self._delete(pod)
                waits = True
            elif pod is None:
                self._create(ordinal)
                waits = True
            elif is_terminating(pod) or not self._is_available(pod):
                waits = True
            if waits and not self._is_parallel:
                return True
        return False

    def _condemn(self, pods: dict[int, Obj]) -> bool:
        """Delete pods past the wanted number, the highest first; whether any is left."""
        condemned = sorted((ordinal for ordinal in pods if ordinal not in self._wanted), reverse=True)
        for ordinal in condemned:
            if is_terminating(pods[ordinal]):
                if not self._is_parallel:
                    return True
                continue
            self._delete(pods[ordinal])
            if not self._is_parallel:
                return True
        return bool(condemned)

    def _replace(self, pods: dict[int, Obj]) -> None:
        """Delete the highest pod of an old template down to the partition, once those above it are healthy."""
        strategy = self._spec.get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        partition = dig(strategy, "rollingUpdate", "partition", default=0)
        for ordinal in reversed(self._wanted):
            if ordinal < partition:
                return
            pod = pods.get(ordinal)
            if pod is None:
                return
            if labels_of(pod).get(history.HASH_LABEL) != self._update["metadata"]["name"] and not is_terminating(pod):
                self._delete(pod)
                return
            if is_terminating(pod) or not pod_control.is_ready(pod):
                return

    def _is_available(self, pod: Obj) -> bool:
        at = pod_control.available_at(pod, self._spec.get("minReadySeconds", 0))
        return at is not None and at <= self._cluster.now

    def _revision_for(self, ordinal: int) -> Obj:
        """The revision of a new pod: below the partition, and of what was not updated yet, the current one.

        Mirrors newVersionedStatefulSetPod.
        """
        rolling = dig(self._spec, "updateStrategy", "rollingUpdate")
        if self._spec.get("updateStrategy", {}).get("type") == "OnDelete" or rolling is None:
            below = self._start + dig(self._owner, "status", "currentReplicas", default=0)
        else:
            below = self._start + rolling.get("partition", 0)
        return self._current if ordinal < below else self._update

    def _create(self, ordinal: int) -> None:
        revision = self._revision_for(ordinal)
        name = f"{self._name}-{ordinal}"
        template = history.template_of(revision)
        namespace = self._owner["metadata"]["namespace"]
        pod_control.create_pod(
            self._cluster,
            self._owner,
            COMPONENT,
            prototype=pod_control.prototype_of(self._cluster, template, namespace),
            name=name,
            labels={
                history.HASH_LABEL: revision["metadata"]["name"],
                "apps.kubernetes.io/pod-index": str(ordinal),
                "statefulset.kubernetes.io/pod-name": name,
            },
            change_spec=lambda spec: {**spec, "hostname": name, **self._subdomain()},
            tell=False,
        )
        self._tell("SuccessfulCreate", "Create", name)

    def _subdomain(self) -> Obj:
        service = self._spec.get("serviceName")
        return {"subdomain": service} if service else {}

    def _delete(self, pod: Obj) -> None:
        pod_control.delete_pod(self._cluster, self._owner, pod, COMPONENT, tell=False)
        self._tell("SuccessfulDelete", "Delete", pod["metadata"]["name"])

    def _tell(self, reason: str, verb: str, pod: str) -> None:
        message = f"{verb} Pod {pod} in StatefulSet {self._name} successful"
        events.record(self._cluster, self._owner, "Normal", reason, message, COMPONENT)

    def tell_status(self) -> int | None:
        """Write the status; when the next pod turns available. Mirrors updateStatus and completeRollingUpdate."""
        pods = list(self._pods().values())
        current, update = self._current["metadata"]["name"], self._update["metadata"]["name"]
        living = [pod for pod in pods if not is_terminating(pod)]
        ready = sum(pod_control.is_ready(pod) for pod in living)
        at_update = sum(labels_of(pod).get(history.HASH_LABEL) == update for pod in living)
        at_current = sum(labels_of(pod).get(history.HASH_LABEL) == current for pod in living)
        if current != update and at_update == len(pods) == ready == len(self._wanted):
            current, at_current = update, at_update
        counts = {"readyReplicas": ready, "currentReplicas": at_current, "updatedReplicas": at_update}
        status: Obj = {
            "availableReplicas": sum(self._is_available(pod) for pod in living),
            "collisionCount": 0,
            "currentRevision": current,
            "observedGeneration": self._owner["metadata"].get("generation", 0),
            "replicas": len(pods),
            "updateRevision": update,
            **{field: count for field, count in counts.items() if count},
        }
        self._cluster.update_status(self._owner, status)
        used = {labels_of(pod).get(history.HASH_LABEL, "") for pod in pods} | {current, update}
        history.trim(self._cluster, self._owner, used)
        looks = [pod_control.available_at(pod, self._spec.get("minReadySeconds", 0)) for pod in living]
        return min((look for look in looks if look is not None and look > self._cluster.now), default=None)
