"""Following a cluster while requests are sent to a Service: for a length of time, or until a rollout is over."""

from __future__ import annotations

from kubesim.api.meta import HOUR, SECOND, key_of
from kubesim.views.traffic.origins import is_rolling_out
from kubesim.views.traffic.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.life.follower import Follower
    from kubesim.network.model import Rules
    from kubesim.views.traffic.model import Traffic

USUAL = 10 * SECOND  # where nothing is under way
AFTERWARDS = 1 * SECOND  # once a rollout is over and kube-proxy knows it
LONGEST = 1 * HOUR  # that a rollout is waited for


def follow(follower: Follower, service: Obj, port: Obj, rules: Rules, length: int) -> Traffic:
    """Send requests for ``length`` ms, or, if that is 0, as long as a rollout of what is behind the Service lasts.

    A rollout is over once its old pods are gone; then kube-proxy is waited for, and a second more.  ``follower``
    follows objects of ``KINDS``.
    """
    recorder = Recorder(follower.cluster, service, port, rules)
    begin = follower.cluster.now
    is_open = not length and is_under_way(follower.cluster, key_of(service), recorder)
    until = begin + (LONGEST if is_open else length or USUAL)
    while follower.step(until):
        recorder.see(follower.cluster, follower.take())
        if is_open and not is_under_way(follower.cluster, key_of(service), recorder):
            is_open = False
            until = min(until, follower.cluster.now + rules.propagation + AFTERWARDS)
    recorder.see(follower.cluster, follower.take())
    return recorder.traffic(follower.cluster)


def is_under_way(cluster: Cluster, service: Key, recorder: Recorder) -> bool:
    """Whether old pods behind a Service are still there, or a rollout of what is behind it is not done."""
    if recorder.has_terminating:
        return True
    present = cluster.find(*service)
    return present is not None and is_rolling_out(cluster, present)
