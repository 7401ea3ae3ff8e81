"""The plugin DefaultTolerationSeconds: a pod stays for five minutes on a node that is not well.

Mirrors plugin/pkg/admission/defaulttolerationseconds.
"""

from __future__ import annotations

from kubesim.api.well_known import TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

TOLERATION_SECONDS = 300
NODE_TROUBLES = (TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE)


def admit(attributes: Attributes, client: Client) -> None:  # noqa: ARG001
    """Add the tolerations that the pod does not have."""
    spec = attributes.new["spec"]
    given = spec.get("tolerations") or []
    added = [_toleration(key) for key in NODE_TROUBLES if not any(_tolerates(one, key) for one in given)]
    if added:
        spec["tolerations"] = [*given, *added]


def _tolerates(toleration: Obj, key: str) -> bool:
    """Whether a toleration of that taint is there already."""
    return toleration.get("key", "") in ("", key) and toleration.get("effect", "") in ("", "NoExecute")


def _toleration(key: str) -> Obj:
    return {"effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": TOLERATION_SECONDS}
