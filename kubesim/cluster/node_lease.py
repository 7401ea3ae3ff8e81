"""The leases of nodes: each node's kubelet renews its own every ten seconds.

There is no timer: the instant of the last renewal follows from the clock, and is worked out when a lease is read.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, parse_time, rfc3339_micro

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

LEASE = "Lease"
NAMESPACE = "kube-node-lease"
PERIOD = 10 * SECOND


def renewed(lease: Obj, now: int) -> Obj:
    """The lease as its kubelet renewed it last, by ``now`` (ms); one that is no node's as it is."""
    meta, spec = lease["metadata"], lease["spec"]
    if meta["namespace"] != NAMESPACE or spec.get("holderIdentity") != meta["name"]:
        return lease
    since = parse_time(meta["creationTimestamp"])
    last = since + max(0, now - since) // PERIOD * PERIOD
    return {**lease, "spec": {**spec, "renewTime": rfc3339_micro(last)}}
