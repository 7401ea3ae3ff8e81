"""``--pod-running-timeout``. Mirrors cmdutil.GetPodRunningTimeoutFlag."""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation


def check_pod_running_timeout(timeout: int) -> None:
    """UserError if a time (ms) to wait for a pod that runs is no time at all."""
    if timeout <= 0:
        raise UserError("--pod-running-timeout must be higher than zero")


def check_pod_running_timeout_of(inv: Invocation, timeout: int) -> None:
    """The same, of a verb that points to its help then."""
    try:
        check_pod_running_timeout(timeout)
    except UserError as error:
        raise inv.usage_error(error.message) from error
