"""The log of a simulated container: what its command prints, as far as that is known, or lines by its image.

When a log can be read, and what is answered when it cannot, mirrors pkg/kubelet/kubelet_pods.go
(validateContainerLogStatus).
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig, key_of, parse_time, rfc3339
from kubesim.errors import bad_request
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.containers.main_program import Place
    from kubesim.controllers.kubelet.records import ContainerRecord

CRASHED = ("fatal: the simulated container of image {image} ends with an error",)


class Line(NamedTuple):
    """One line, and when it was printed (ms)."""

    instant: int
    text: str


class ContainerLog:
    """The log of one container of a pod, of the life before it if ``previous``.

    StatusError BadRequest where the container has no log yet.
    """

    def __init__(self, cluster: Cluster, pod: Obj, container: str, *, previous: bool = False) -> None:
        self._cluster = cluster
        self._pod = pod
        spec = pod["spec"]
        sorts = ("containers", "initContainers", "ephemeralContainers")
        every = [container for sort in sorts for container in spec.get(sort) or ()]
        self._container: Obj = next(found for found in every if found["name"] == container)
        #: Whether the container has ended.
        self.is_over = False
        #: Whether a part of what was printed is not known, once its lines were asked for.
        self.has_gaps = False
        self._life = self._life_of(previous=previous) if spec.get("nodeName") else None

    def _life_of(self, *, previous: bool) -> Obj:
        """The running or terminated state that the log belongs to."""
        status = self._pod.get("status") or {}
        name, pod_name = self._container["name"], self._pod["metadata"]["name"]
        about = f'container "{name}" in pod "{pod_name}"'
        sorts = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
        statuses = [one for sort in sorts for one in status.get(sort) or ()]
        found = next((one for one in statuses if one["name"] == name), None)
        if found is None:
            raise bad_request(f"{about} is not available")
        state, last = found.get("state") or {}, dig(found, "lastState", "terminated")
        if previous and not last:
            raise bad_request(f"previous terminated {about} not found")
        if not previous and "running" in state:
            running: Obj = state["running"]
            return running
        self.is_over = True
        ended: Obj | None = last if previous else state.get("terminated") or last
        if ended:
            return ended
        raise bad_request(f"{about} is waiting to start: {_why(dig(state, 'waiting', 'reason', default=''))}")

    @property
    def ends(self) -> bool:
        """Whether the end of the running instance is foreseen."""
        return "ends" in self._record()

    def lines(self) -> list[Line]:
        """All that was printed by now; nothing of a pod that is on no node, or of a program that never began."""
        if self._life is None or self._life.get("reason") == "StartError":
            return []
        from kubesim.containers.main_program import command_of

        ended = self._life.get("finishedAt")
        kept = self._record()
        begun = kept.get("on", 0)
        if rfc3339(begun) != self._life["startedAt"]:
            begun, kept = parse_time(self._life["startedAt"]), {}
        until = parse_time(ended) + SECOND - 1 if ended else self._cluster.now
        place = self._place(kept, until)
        typed = _lines((instant, text) for instant, text in self._said(begun))
        if place.behaviour.is_forced or not command_of(place):
            own = [line for line in self._by_image(begun) if line.instant <= until]
        else:
            own = self._by_command(place, kept, begun, until)
        number, asked = kept.get("asked") or (None, [])
        if number != kept.get("run", 0):
            return [*own, *typed]
        requests = [Line(instant, text) for instant, text in asked if begun <= instant <= until]
        return sorted([*own, *typed, *requests], key=lambda line: line.instant)

    def _said(self, begun: int) -> list[list[Any]]:
        """What the instance that began then printed while somebody was attached who typed."""
        kept = self._record()
        for instance in (kept, kept.get("last", {})):
            if rfc3339(instance.get("on", 0)) == rfc3339(begun):
                return instance.get("said", [])
        return []

    def _place(self, kept: ContainerRecord, until: int) -> Place:
        """What the judgement of the container's program goes by, with what others have written into its files."""
        from kubesim.controllers.kubelet.places import place_in
        from kubesim.controllers.kubelet.shared_files import written_elsewhere

        place = place_in(self._cluster, self._pod, self._container, kept)
        written = written_elsewhere(self._cluster, self._pod, self._container, kept, until)
        return place._replace(written=written)

    def _record(self) -> ContainerRecord:
        """What the kubelet remembers of the container's instance."""
        record = self._cluster.recall(key_of(self._pod)) or {}
        kept: ContainerRecord = record.get("containers", {}).get(self._container["name"], {})
        return kept

    def _by_command(self, place: Place, kept: ContainerRecord, begun: int, until: int) -> list[Line]:
        from kubesim.containers.main_program import log_of
        from kubesim.controllers.kubelet.places import reached_by

        texts = log_of(place, reached_by(kept), begun, until)
        self.has_gaps = any(text is None for _, text in texts)
        return list(_lines((begun + at, text) for at, text in texts))

    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines())

    def _by_image(self, begun: int) -> Iterator[Line]:
        from kubesim.controllers.kubelet.start_lines import filled, start_lines
        from kubesim.sim.runtime import behaviour_of

        behaviour = behaviour_of(self._cluster, self._pod, self._container)
        if behaviour.is_forced and behaviour.exit_code:
            texts = [*filled(CRASHED, self._pod, self._container, begun)]
        elif behaviour.lines:
            texts = [*filled(behaviour.lines, self._pod, self._container, begun)]
        else:
            texts = start_lines(self._cluster, self._pod, self._container, begun)
        yield from (Line(begun, text) for text in texts)


def _why(reason: str) -> str:
    known = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    return known.get(reason, reason)


def _lines(texts: Iterable[tuple[int, str | None]]) -> Iterator[Line]:
    """Texts as lines. A line of which a part is not known is left out: a wrong log is worse than none."""
    pending, instant = "", 0
    for instant, text in texts:
        *whole, pending = ("" if text is None else pending + text).split("\n")
        for line in whole:
            yield Line(instant, line)
    if pending:
        yield Line(instant, pending)
