"""What a request carries beside its object: its user, its options, and where its warnings go."""

from __future__ import annotations

from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster.identity import Identity


def _ignore(_warning: str) -> None:
    """Drop a warning."""


class RequestContext(NamedTuple):
    """The context of a client's requests. Mirrors endpoints/request, and metav1's CreateOptions and UpdateOptions.

    ``user`` is the user who asks, None for the administrator.  ``field_manager`` becomes the owner of the fields that a
    request sets; of an empty one no owners are recorded.  A ``dry_run`` is answered, and stores nothing.  ``warn`` gets
    each warning of the API server.  ``account`` is the ServiceAccount of a controller that asks (of kube-system);
    its rights are not checked.
    """

    user: Identity | None = None
    field_manager: str = "kubectl"
    dry_run: bool = False
    warn: Callable[[str], None] = _ignore
    account: str = ""


#: The context of a controller that needs defaults and admission: without warnings and managed fields.
CONTROLLER = RequestContext(field_manager="", account="kube-controller-manager")


@lru_cache(maxsize=None)
def of_controller(account: str) -> RequestContext:
    """The context of the controller with that ServiceAccount."""
    return CONTROLLER._replace(account=account)
