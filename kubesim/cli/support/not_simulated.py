"""Verbs that need something inside a container, or a network: a simulator has neither, and says so in one line.

Mistakes in the command line are reported first, as kubectl reports them.
"""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation

NO_NETWORK = "its pods have no network"


def refuse(inv: Invocation, why: str) -> UserError:
    """The error of a verb that a simulator cannot do."""
    return UserError(f"kubesim cannot {inv.path}: {why}")


def require_pod(inv: Invocation, words: list[str], pod_running_timeout: int | None = None) -> None:
    """StatusError NotFound, or UserError, unless the words name a pod, or an object that has pods.

    ``pod_running_timeout`` (ms) is the flag's, of verbs that have it.
    """
    from kubesim.cli.support.pod_timeout import check_pod_running_timeout_of
    from kubesim.cli.support.resource_builder import Request, fetch
    from kubesim.cli.support.session import Session

    if pod_running_timeout is not None:
        check_pod_running_timeout_of(inv, pod_running_timeout)
    session = Session.of(inv)
    cluster = session.read()
    args = words if len(words) > 1 or "/" in words[0] else ["pods", words[0]]
    for info in Request(args=args, namespace=session.namespace(cluster)).resolve(cluster):
        fetch(cluster, info.names, info.namespace, info.name)
