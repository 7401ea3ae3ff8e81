"""What a program finds in a running container that is there now: its setting, and the files as they are."""

from __future__ import annotations

from kubesim.api.meta import MINUTE
from kubesim.containers.main_program import files_beside, has_program
from kubesim.controllers.kubelet.places import place_in, reached_by
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.files import Files
    from kubesim.containers.evaluation.setting import Setting
    from kubesim.containers.evaluation.targets import Aim
    from kubesim.containers.place import Place
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord


def place_of(work: PodWork, container: Obj) -> Place:
    """What the judgement of a container's program goes by."""
    kept = work.container(container["name"])
    place = place_in(work.cluster, work.pod, container, kept)
    if not has_program(place):
        return place
    from kubesim.controllers.kubelet.shared_files import written_elsewhere

    written = written_elsewhere(work.cluster, work.pod, container, kept, record=work.record)
    return place._replace(written=written)


AHEAD = 10 * MINUTE  # how far what other containers write is walked ahead, for commands that wait for it


class Present(NamedTuple):
    """What there is in the instance that runs; changes of the files are recorded. ``reached``: see ``Setting``."""

    place: Place
    reached: dict[Aim, int]
    setting: Setting
    files: Files


def present(cluster: Cluster, pod: Obj, container: Obj, kept: ContainerRecord) -> Present:
    """What a program finds in a running container now."""
    from kubesim.containers.setting import whole_setting
    from kubesim.controllers.kubelet.shared_files import written_elsewhere

    age = cluster.now - kept["on"]
    written = written_elsewhere(cluster, pod, container, kept, cluster.now + AHEAD)
    place = place_in(cluster, pod, container, kept)._replace(written=written)
    setting = whole_setting(place, kept["on"], age)
    reached = reached_by(kept)
    return Present(place, reached, setting, files_beside(place, reached, setting, age))
