"""``--pod-running-timeout``. Mirrors cmdutil.GetPodRunningTimeoutFlag."""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation


def pod_running_timeout(inv: Invocation) -> int:
    """How long to wait for a pod that runs, in milliseconds; UserError if that is no time at all."""
    timeout = int(inv.flag("pod-running-timeout"))
    if timeout <= 0:
        raise UserError("--pod-running-timeout must be higher than zero")
    return timeout


def check_pod_running_timeout(inv: Invocation) -> None:
    """The same, of a verb that points to its help then."""
    try:
        pod_running_timeout(inv)
    except UserError as error:
        raise inv.usage_error(error.message) from error
