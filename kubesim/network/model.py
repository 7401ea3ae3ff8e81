"""What becomes of a request, and what that depends on beside the pods."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

# What becomes of a request, the best first.
ANSWERED = "answered"
ERROR = "error"  # answered with an error of the server, as HTTP's 500
REFUSED = "refused"  # no connection was made
CUT = "cut"  # the connection broke before the answer
TIMED_OUT = "timed out"  # nothing came back
OUTCOMES = (ANSWERED, ERROR, REFUSED, CUT, TIMED_OUT)

# Why a request failed.
NO_ENDPOINT = "no endpoint"  # kube-proxy knew of no pod
NOT_LISTENING = "not listening"  # the pod's containers listen on other ports, or none was up
STARTING = "starting"  # the server was not listening yet
STOPPED = "stopped"  # the server was sent SIGTERM, and kube-proxy still sent requests to it
STOPPING = "stopping"  # the server was sent SIGTERM in the middle of the answer
KILLED = "killed"  # the server was killed in the middle of the answer, at the end of its grace period
CRASHED = "crashed"  # the server ended by itself, or its pod was removed at once
UNHEALTHY = "unhealthy"  # the server answers with errors
NODE_DOWN = "node down"  # the pod's node was down


class Fate(NamedTuple):
    """What becomes of a request, and why if it fails."""

    outcome: str
    cause: str = ""


ANSWER = Fate(ANSWERED)


class Rules(NamedTuple):
    """What a stream of requests depends on beside the pods.

    ``rate`` requests are sent a second, at equal distances, and each takes a server ``length`` ms.  kube-proxy's rules
    follow the EndpointSlices ``propagation`` ms later.  A server that obeys SIGTERM accepts no more connections, and
    ``drains``: it finishes what it is at, if its grace period is long enough.  Requests come over so many
    ``connections`` that are kept open, or each over a new one if there are none.  One that is refused is tried
    ``retries`` times again, at once.
    """

    rate: int = 50
    length: int = 100
    propagation: int = 200
    drains: bool = True
    connections: int = 0
    retries: int = 0
