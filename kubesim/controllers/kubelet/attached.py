"""A container's own program, walked while somebody is attached who types: what it prints is kept as its log, and it
ends when it ends.

Ahead of time such a program waits for ever for its input (``Course.awaits_input``).  Mirrors the attach of
pkg/kubelet/server, and what a runtime keeps of a container's output.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, copy_of
from kubesim.containers.evaluation.setting import first_files
from kubesim.containers.main_program import awaits_input, program_of
from kubesim.controllers.kubelet import lives
from kubesim.controllers.kubelet.execution import Execution
from kubesim.controllers.kubelet.pod_work import PodWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.files import Value
    from kubesim.controllers.kubelet.records import ContainerRecord

MOST_SAID = 64 * 1024  # characters that are kept of what was printed, the latest


class AttachedProgram(Execution):
    """The running instance of a pod's container, and its program. NotRunning."""

    is_program = True

    def __init__(self, cluster: Cluster, pod: Obj, container: str) -> None:
        super().__init__(cluster, pod, container)
        self._said: list[list[object]] = []

    def awaits_input(self) -> bool:
        """Whether the program reads what is typed."""
        return awaits_input(self.place, self.reached)

    def ends(self, cluster: Cluster) -> bool:
        """Whether the end of the running instance is foreseen."""
        record = cluster.recall(self.key) or {}
        return "ends" in record.get("containers", {}).get(self.container["name"], {})

    def words(self) -> list[Value]:
        """The program's words; none where the image's own program is not known."""
        return list(program_of(self.place))

    def begin(self) -> None:
        """Have the files as they are when the program begins, but for what is written into them from elsewhere."""
        self.files = first_files(self.setting).copy()

    def say(self, now: int, text: str) -> None:
        """Take what the program prints, or what its terminal shows of what is typed, at an instant (ms)."""
        if self._said and self._said[-1][0] == now:
            self._said[-1][1] = f"{self._said[-1][1]}{text}"
        else:
            self._said.append([now, text])

    @property
    def has_changes(self) -> bool:
        return bool(self._said) or super().has_changes

    def keep(self, cluster: Cluster) -> list[Key]:
        """As of a command's; what was printed is kept, too."""
        concerned = super().keep(cluster)
        printed, self._said = self._said, []
        if printed and self.goes_on(cluster):
            record = copy_of(cluster.recall(self.key) or {})
            kept: ContainerRecord = record["containers"][self.container["name"]]
            kept["said"] = _bounded([*kept.get("said", ()), *printed])
            cluster.remember(self.key, record)
        return concerned

    def end(self, cluster: Cluster, status: int) -> None:
        """The program has ended just now; the next relist sees it."""
        pod = cluster.find(*self.key)
        if pod is None or not self.goes_on(cluster):
            return
        work = PodWork(cluster, self.key, pod, copy_of(cluster.recall(self.key) or {}))
        if "end" in work.record or "stopping" in work.record:
            return
        lives.plan_end_after(work, self.container, status, "")
        cluster.remember(self.key, {**work.record})


def _bounded(printed: list[list[object]]) -> list[list[object]]:
    """The latest of what was printed."""
    room, kept = MOST_SAID, []
    for instant, text in reversed(printed):
        kept.append([instant, str(text)[-room:]])
        room -= len(str(text))
        if room <= 0:
            break
    return kept[::-1]
