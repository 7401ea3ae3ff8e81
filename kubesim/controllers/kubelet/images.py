"""Images: whether a container's is there, pulling it, and backing off from one that cannot be pulled.

Mirrors pkg/kubelet/images/image_manager.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.controllers.kubelet import container_backoff
from kubesim.controllers.kubelet.pod_work import PodWork, node_notes
from kubesim.golang.durations import duration_text
from kubesim.kinds.pod_spec.image_name import trouble_with
from kubesim.sim.images.behaviour import FOUND, MISSING
from kubesim.sim.images.name import image_size, parse_image
from kubesim.sim.images.registries import pull_error
from kubesim.sim.runtime import PULL_AGAIN_TIME, PULL_FAILURE_TIME, PULL_TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.kubelet.records import ContainerRecord, Reason

ERR_PULL = "ErrImagePull"
PULL_BACK_OFF = "ImagePullBackOff"
ERR_NEVER = "ErrImageNeverPull"
INVALID_NAME = "InvalidImageName"


def ensure_image(work: PodWork, container: Obj, kept: ContainerRecord, delay: int, times: int = 1) -> Reason | None:
    """See to the container's image: plan its start, ``delay`` ms after the image is there, or record why it cannot.

    ``times`` counts the attempts, all but the last of which nobody saw.  Mirrors EnsureImageExists.
    """
    image = container["image"]
    name = parse_image(image)
    if name is None:
        why = f'couldn\'t parse image name "{image}": {trouble_with(image)}'
        message = f'Failed to apply default image tag "{image}": {why}'
        return _refuse(work, container, "InspectFailed", [INVALID_NAME, message], times)
    policy = container.get("imagePullPolicy", "IfNotPresent")
    there = node_notes(work.cluster, work.node)["images"].get(name.full)
    is_there = there is not None and there <= work.now
    if policy == "Never" and not is_there:
        message = f'Container image "{image}" is not present with pull policy of Never'
        return _refuse(work, container, ERR_NEVER, [ERR_NEVER, message], times)
    if is_there and policy != "Always":
        kept["do"], kept["due"] = "start", work.now + delay
        return None
    if "pulls" in kept and work.now < container_backoff.expiry(kept["pulls"], kept["pulls"][1]):
        return _back_off(work, container, kept, times)
    _pull(work, container, kept, delay, there)
    return None


def _refuse(work: PodWork, container: Obj, reason: str, fault: Reason, times: int) -> Reason:
    work.record_event("Warning", reason, fault[1], container, times)
    work.record_event("Warning", "Failed", f"Error: {fault[0]}", container, times)
    return fault


def _back_off(work: PodWork, container: Obj, kept: ContainerRecord, times: int) -> Reason:
    message = f'Back-off pulling image "{container["image"]}"'
    work.record_event("Normal", "BackOff", message, container, times)
    work.record_event("Warning", "Failed", f"Error: {PULL_BACK_OFF}", container, times)
    return [PULL_BACK_OFF, f"{message}: {ERR_PULL}: {_pull_error(work, container, kept)}"]


def _pull_error(work: PodWork, container: Obj, kept: ContainerRecord) -> str:
    """What a pull fails with; the last one's error where the next would go well."""
    name = parse_image(container["image"])
    assert name is not None
    pull = work.behaviour(container).pull
    if pull != FOUND:
        return pull_error(name, pull)
    failed = kept.get("fault") or kept.get("shown")
    return failed[1].rpartition(f"{ERR_PULL}: ")[2] if failed else pull_error(name, MISSING)


def _pull(work: PodWork, container: Obj, kept: ContainerRecord, delay: int, there: int | None) -> None:
    """Begin to pull; two pods that want an image that is on its way get it at once."""
    work.record_event("Normal", "Pulling", f'Pulling image "{container["image"]}"', container)
    kept["pull"] = work.now
    if not work.behaviour(container).can_pull:
        kept["do"], kept["due"] = "pull-failed", max(work.record["turn"], work.now + PULL_FAILURE_TIME)
        return
    name = parse_image(container["image"])
    assert name is not None
    arrival = work.now + PULL_TIME if there is None else max(there, work.now + PULL_AGAIN_TIME)
    if there is None:
        node_notes(work.cluster, work.node)["images"][name.full] = arrival
    kept["do"], kept["due"] = "start", arrival + delay


def record_pulled(work: PodWork, container: Obj, kept: ContainerRecord, times: int = 1) -> None:
    """Record that the image is there, and how long that took if it had to be pulled."""
    image = container["image"]
    began = kept.pop("pull", None)
    if began is None:
        message = f'Container image "{image}" already present on machine and can be accessed by the pod'
    else:
        name = parse_image(image)
        assert name is not None
        arrival = node_notes(work.cluster, work.node)["images"].get(name.full, work.now)
        took = duration_text(max(arrival - began, PULL_AGAIN_TIME))
        size = image_size(name)
        message = f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: {size} bytes.'
    work.record_event("Normal", "Pulled", message, container, times)


def pull_failed(work: PodWork, container: Obj, kept: ContainerRecord) -> Reason:
    """A pull came to nothing: the next one waits longer. Mirrors the end of pullImage, and startContainer."""
    error = _pull_error(work, container, kept)
    work.record_event("Warning", "Failed", f'Failed to pull image "{container["image"]}": {error}', container)
    work.record_event("Warning", "Failed", f"Error: {ERR_PULL}", container)
    kept["pulls"] = container_backoff.following(kept.get("pulls"), work.now, work.now)
    return [ERR_PULL, error]
