"""Requests to a Service in a life that is led again from the journal: what would have become of them."""

from __future__ import annotations

from kubesim.life.replay import Mark
from kubesim.views.traffic.following import AFTERWARDS, LONGEST, is_under_way
from kubesim.views.traffic.recorder import KINDS, Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change
    from kubesim.life.replay import Moment, Replay
    from kubesim.network.model import Rules
    from kubesim.views.traffic.model import Traffic


class PastRequests:
    """Requests that are sent to a port of a Service from ``begin`` (ms) on, as soon as the Service is there.

    What happened ``lead`` ms before the first of them is watched as well, so that it need not be made out what
    kube-proxy does not know yet.  They are sent at equal distances from ``zero``, the beginning if it is left out.
    ``replay`` is led for them.
    """

    def __init__(
        self, replay: Replay, service: Key, port: Obj, rules: Rules, begin: int, lead: int, zero: int = 0
    ) -> None:
        self._replay = replay
        self._service = service
        self._port = port
        self._rules = rules
        self._begin = begin
        self._lead = lead
        self._zero = zero or begin
        self._recorder: Recorder | None = None

    def until(self, end: int, cuts: Iterable[int]) -> Traffic | None:
        """Those that are sent until an instant (ms), or now, or until the Service is gone; None if it never came.

        None is counted together with one beyond a cut.
        """
        for _ in self._moments(end):
            pass
        return self._traffic(cuts)

    def of_rollout(self, length: int) -> tuple[Traffic | None, bool]:
        """Those of ``length`` ms, or, if that is 0, as long as the rollout lasts; and whether these are all.

        It is over when it would be for requests that are sent while it goes on, see ``follow``.
        """
        until, is_open = self._begin + (length or LONGEST), not length
        for recorder in self._moments(until):
            cluster = self._replay.cluster
            if is_open and cluster.now > self._begin and not is_under_way(cluster, self._service, recorder):
                is_open, until = False, cluster.now + self._rules.propagation + AFTERWARDS
                self._replay.stop_at(until)
        return self._traffic(()), self._replay.cluster.now >= until

    def _traffic(self, cuts: Iterable[int]) -> Traffic | None:
        if self._recorder is None:
            return None
        return self._recorder.traffic(self._replay.cluster, self._begin, self._zero, cuts)

    def _moments(self, end: int) -> Iterator[Recorder]:
        """Lead the life up to an instant (ms); gives the recorder after each moment that it has seen."""
        since = self._begin - self._lead
        for moment in self._replay.moments(since, end):
            cluster = self._replay.cluster
            if cluster.now < since:
                continue
            is_there = cluster.find(*self._service) is not None
            if self._recorder is None and is_there:
                self._recorder = Recorder(cluster, cluster.get(*self._service), self._port, self._rules)
            elif self._recorder is not None:
                self._recorder.see(cluster, _changes(moment))
            if self._recorder is not None:
                yield self._recorder
                if not is_there:
                    return


def _changes(moment: Moment) -> Iterator[Change]:
    return (happened for happened in moment if not isinstance(happened, Mark) and happened.key.kind in KINDS)
