"""How a pod began that another process made: what a watch would have shown."""

from __future__ import annotations

from kubesim.api.meta import condition_of, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj


def beginnings(pod: Obj) -> Iterator[Obj]:
    """The pod as it was created and, once it has a node, as it was bound to it; not what it is now."""
    if not (pod.get("status") or {}).get("conditions"):
        return
    status = {"phase": "Pending", **{field: value for field, value in pod["status"].items() if field == "qosClass"}}
    spec = {field: value for field, value in pod["spec"].items() if field != "nodeName"}
    created = with_metadata({**pod, "spec": spec, "status": status}, deletionTimestamp=None)
    yield created
    scheduled = condition_of(pod, "PodScheduled")
    if pod["spec"].get("nodeName") and scheduled is not None:
        yield {**created, "spec": pod["spec"], "status": {**status, "conditions": [scheduled]}}
