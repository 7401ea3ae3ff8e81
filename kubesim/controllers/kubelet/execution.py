"""interim"""

from kubesim.api.meta import key_of
from kubesim.containers.evaluation import course
from kubesim.containers.evaluation.files import Files
from kubesim.containers.main_program import _resolved, command_of
from kubesim.containers.mounts import mounts_of
from kubesim.controllers.kubelet import lives


class Execution:
    def __init__(self, cluster, pod, container):
        c = next(c for c in pod["spec"]["containers"] if c["name"] == container)
        kept = cluster.recall(key_of(pod))["containers"][container]
        self.begun = kept["on"]
        self.age = cluster.now - self.begun
        place = lives.place_in(cluster, pod, c, kept.get("run", 0))
        words, setting = _resolved(place, lives.reached_by(kept), command_of(place))
        m = tuple(
            mounts_of(cluster, pod, c, "\n".join(x["mountPath"] for x in c.get("volumeMounts") or ()), is_first=True)
        )
        setting = setting._replace(mounts=m)
        self.files = course.course_of(words, setting).files.copy() if words else Files(m)
