"""The image of a container cannot be had: it has no name, is not there, or is not to be pulled."""

from __future__ import annotations

from kubesim.controllers.kubelet.images import ERR_NEVER, ERR_PULL, INVALID_NAME, PULL_BACK_OFF
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.registries import family_of
from kubesim.sim.images.suggestion import latest, suggested
from kubesim.sim.images.verdict import verdict_on
from kubesim.sim.profiles import BARE
from kubesim.sim.runtime import ANNOTATION, pattern_for, rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase

_WAITING = (ERR_PULL, PULL_BACK_OFF, "ContainerCreating", "PodInitializing", "")


def bad_name(case: ContainerCase) -> Cause | None:
    """The image's name cannot be parsed."""
    if case.waits_for != INVALID_NAME and parse_image(case.image) is not None:
        return None
    return case.pod.cause("InvalidImageName", f'"{case.image}" is no name of an image', *_repairs(case))


def never_pulled(case: ContainerCase) -> Cause | None:
    """The image is not on the node, and is never to be pulled."""
    if case.waits_for != ERR_NEVER:
        return None
    text = (
        f"image {case.image} is not on node {case.pod.spec.get('nodeName')}, and imagePullPolicy Never forbids the pull"
    )
    return case.pod.cause("ImageNeverPulled", text, case.patch({"imagePullPolicy": "IfNotPresent"}))


def not_there(case: ContainerCase) -> Cause | None:
    """The registry does not have the image, or not for everybody: known before the pull has failed."""
    if case.waits_for not in _WAITING or case.behaviour.can_pull or case.is_running or case.status.get("restartCount"):
        return None
    return case.pod.cause("ImageNotFound", _why(case), *_repairs(case), retry="pull")


def _why(case: ContainerCase) -> str:
    cluster, image = case.pod.cluster, case.image
    annotations = case.pod.pod["metadata"].get("annotations") or {}
    cannot = f"image {image} cannot be pulled"
    if f"{ANNOTATION}.{case.name}" in annotations or ANNOTATION in annotations:
        return f"{cannot}: the annotation {ANNOTATION} says so"
    pattern = pattern_for(cluster, image)
    if pattern is not None:
        return f"{cannot}: your rule {pattern}={rules(cluster)[pattern]} says so"
    why = verdict_on(image, is_bare=cluster.profile == BARE).why
    name = parse_image(image)
    if name is not None and f"has no tag {name.tag}" in why:
        return f"{name.repository.rpartition('/')[2]} has no tag {name.tag}"
    return f"{cannot}: {why.partition(';')[0]}"


def _repairs(case: ContainerCase) -> list[Repair]:
    """The image that was meant, and back; without either the latest, or one that only the user knows."""
    target, cluster = case.pod.target, case.pod.cluster
    meant = suggested(case.image, lambda image: can_pull(cluster, image))
    known = [meant and target.set_image(case.name, meant), target.undo()]
    before, now = (parse_image(image) for image in (target.image_before(case.name), meant or ""))
    if before is not None and now is not None and before.repository != now.repository:
        known.reverse()  # it is quite another image, of which the probes and the ports know nothing
    found = [repair for repair in known if repair]
    name = parse_image(case.image)
    if not found and name is not None and family_of(name) is not None and can_pull(cluster, latest(case.image)):
        found = [target.set_image(case.name, latest(case.image))]
    return found or [target.set_image(case.name, "IMAGE")._replace(is_whole=False)]


def can_pull(cluster: Cluster, image: str) -> bool:
    """Whether an image can be pulled, by the user's rules or its name."""
    pattern = pattern_for(cluster, image)
    if pattern is not None:
        from kubesim.sim.images.behaviour import Behaviour
        from kubesim.sim.images.rules import changed

        return changed(Behaviour(), rules(cluster)[pattern]).can_pull
    return verdict_on(image, is_bare=cluster.profile == BARE).behaviour.can_pull
