"""What is to be changed so that a pod becomes another: the template of its topmost owner, or the pod itself."""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of
from kubesim.controllers.controller_history import hash_label
from kubesim.controllers.pod_control import is_ready
from kubesim.errors import UserError
from kubesim.golang.json import dumps
from kubesim.kubectl.rollout_history import history
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
from kubesim.sim.runtime import behaviour_of
from kubesim.views.why.model import Repair, command
from kubesim.views.words import title_of, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.kubectl.rollout_history import Revision

#: Where a kind has the spec of its pods.
TEMPLATES = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
}
USUAL_TEMPLATE = ("spec", "template", "spec")

#: The reasons of events about pods that do not work; a probe that fails once is none.
FAILURES = ("BackOff", "Failed", "FailedCreate", "FailedMount", "FailedScheduling", "FailedPostStartHook")

#: What a Job's pods got from the API server, and what a copy of the Job must not bring along.
GENERATED = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")


def owner_of(cluster: Cluster, obj: Obj) -> Obj:
    """The topmost controller of an object, itself if it has none that is there."""
    reference = controller_of(obj)
    if reference is None:
        return obj
    found = cluster.find(reference["kind"], obj["metadata"]["namespace"], reference["name"])
    if found is None or found["metadata"]["uid"] != reference["uid"]:
        return obj
    return owner_of(cluster, found)


class Target:
    """The topmost owner of a pod, or of what makes pods, and the commands that change the pods which it makes."""

    def __init__(self, cluster: Cluster, obj: Obj) -> None:
        self._cluster = cluster
        self._pod = obj if obj["kind"] == "Pod" else None
        self._job = obj if obj["kind"] == "Job" else controller_of(obj)
        self.obj = owner_of(cluster, obj)
        self.kind = str(self.obj["kind"])
        self.title = titled(self.obj)

    # commands that change the template

    def set_image(self, container: str, image: str) -> Repair:
        if self.kind == "Job":
            return self.patch({"containers": [{"name": container, "image": image}]})
        return self._followed(command("set", "image", self.title, f"{container}={image}"))

    def set_env(self, container: str, name: str, value: str) -> Repair:
        if self._is_fixed:
            return self.patch({"containers": [{"name": container, "env": [{"name": name, "value": value}]}]})
        return self._followed(command("set", "env", self.title, "-c", container, f"{name}={value}"))

    def set_resources(self, container: str, sort: str, amounts: dict[str, str]) -> Repair:
        """``sort`` is requests or limits."""
        if self._is_fixed:
            return self.patch({"containers": [{"name": container, "resources": {sort: amounts}}]})
        given = ",".join(f"{name}={amount}" for name, amount in amounts.items())
        return self._followed(command("set", "resources", self.title, "-c", container, f"--{sort}={given}"))

    def patch_container(self, container: str, change: Obj, *, is_init: bool = False) -> Repair:
        """A strategic patch of one container."""
        return self.patch({"initContainers" if is_init else "containers": [{"name": container, **change}]})

    def patch(self, change: Obj) -> Repair:
        """A strategic patch of the pods' spec; what cannot be changed in place is made anew."""
        body: Obj = change
        for field in reversed(TEMPLATES.get(self.kind, USUAL_TEMPLATE)):
            body = {field: body}
        if self._is_fixed:
            return self._made_anew(body)
        return self._followed(command("patch", self.title, "-p", dumps(body, escape_html=False, sort_keys=False)))

    @property
    def _is_fixed(self) -> bool:
        """Whether the spec of the pods cannot be changed."""
        return self.kind in ("Job", "Pod")

    def _made_anew(self, body: Obj) -> Repair:
        if self.kind == "Job":
            body["spec"]["selector"] = None
            body["spec"]["template"]["metadata"] = {"labels": dict.fromkeys(GENERATED)}
            body["metadata"] = {"labels": dict.fromkeys(GENERATED)}
        text = dumps(body, escape_html=False, sort_keys=False)
        pipeline = (
            ("get", self.title, "-o", "json"),
            ("patch", "--local", "-f", "-", "-p", text, "-o", "json"),
            ("replace", "--force", "-f", "-"),
        )
        return Repair((pipeline,), note="this deletes it and makes it anew")

    def _followed(self, repair: Repair) -> Repair:
        """The change, and what brings it to pods that would not follow it."""
        gone = self.delete_pods() if self._is_left_alone else None
        return repair.then(gone) if gone is not None else repair

    @property
    def _is_left_alone(self) -> bool:
        """Whether the pods stay as they are when the template changes, until somebody deletes them.

        A StatefulSet waits for a pod that is not ready, be it of the old template (kubernetes#67250).
        """
        strategy = (self.obj["spec"].get("updateStrategy") or {}).get("type")
        kinds = ("CronJob", "ReplicaSet", "ReplicationController", "StatefulSet")
        return self.kind in kinds or strategy == "OnDelete"

    def delete_pods(self) -> Repair | None:
        """Delete the pod, or all pods of a ReplicaSet, or the Job of a CronJob: new ones follow.

        None where there is no pod to delete.
        """
        if self.kind == "CronJob" and self._job is not None:
            return command("delete", title_of("Job", (self._job.get("metadata") or self._job)["name"]))
        labels = self.obj["spec"].get("selector") or {}
        labels = labels if self.kind == "ReplicationController" else labels.get("matchLabels") or {}
        if self.kind in ("ReplicaSet", "ReplicationController") and labels:
            selector = ",".join(f"{name}={value}" for name, value in labels.items())
            return command("delete", "pods", "-l", selector)
        return None if self._pod is None else command("delete", titled(self._pod))

    # going back

    def undo(self) -> Repair | None:
        """Back to the revision whose pods are ready, else to the one before; None where there is none."""
        back = self._revision_before()
        if back is None:
            return None
        revision, is_previous = back
        to = () if is_previous else (f"--to-revision={revision.number}",)
        note = f"back to revision {revision.number}"
        return self._followed(command("rollout", "undo", self.title, *to))._replace(note=note)

    def image_before(self, container: str) -> str:
        """The image that a container has in the revision to go back to; empty where there is none."""
        back = self._revision_before()
        containers = [] if back is None else back[0].template["spec"]["containers"]
        return next((str(one["image"]) for one in containers if one["name"] == container), "")

    def _revision_before(self) -> tuple[Revision, bool] | None:
        """A revision to go back to, and whether it is the one to which an undo goes by itself."""
        if self.kind not in WITH_ROLLOUTS or self.obj["spec"].get("paused"):
            return None
        try:
            *old, _ = revisions = history(self.obj, self._cluster)
        except (UserError, ValueError):
            return None
        if not old or len(revisions) < 2:
            return None
        sound = [one for one in old if self._is_sound(one.template)]
        unblamed = [one for one in sound if not self._has_failed(one.source)]
        chosen = next(reversed([one for one in old if self._serves(one.source)] or unblamed or sound), None)
        return None if chosen is None else (chosen, chosen is old[-1])

    def _serves(self, source: Obj) -> bool:
        """Whether pods of a revision are ready now, or it was the last that was rolled out as a whole."""
        if source["kind"] == "ReplicaSet":
            return bool((source.get("status") or {}).get("readyReplicas"))
        if self.kind == "StatefulSet":
            return bool((self.obj.get("status") or {}).get("currentRevision") == source["metadata"]["name"])
        pods = self._cluster.owned(self.obj, "Pod")
        return any(hash_label(pod) == hash_label(source) for pod in pods if is_ready(pod))

    def _has_failed(self, source: Obj) -> bool:
        """Whether an event tells that the pods of a ReplicaSet, which may be gone, did not work or were refused."""
        name = source["metadata"]["name"]
        for event in self._cluster.list("Event", self.obj["metadata"]["namespace"]):
            about = event.get("involvedObject") or {}
            is_its = about.get("name") == name or str(about.get("name", "")).startswith(f"{name}-")
            if event.get("type") == "Warning" and event.get("reason") in FAILURES and is_its:
                return True
        return False

    def _is_sound(self, template: Obj) -> bool:
        """Whether nothing is known to be wrong with the images of a template."""
        spec = template["spec"]
        meta = {field: self.obj["metadata"][field] for field in ("name", "namespace")}
        pod = {"metadata": {**(template.get("metadata") or {}), **meta}, "spec": spec}
        does = [
            behaviour_of(self._cluster, pod, one) for one in (*(spec.get("initContainers") or ()), *spec["containers"])
        ]
        return all(one.can_pull and one.turns_ready and not (one.is_forced and one.exit_code) for one in does)

    def is_pods_own(self) -> bool:
        """Whether what is to be changed is a pod that has no owner."""
        return self.kind == "Pod"
