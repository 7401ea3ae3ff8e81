"""The plugin TaintNodesByCondition: a new node is not ready. Mirrors plugin/pkg/admission/nodetaint."""

from __future__ import annotations

from kubesim.api.well_known import TAINT_NODE_NOT_READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:  # noqa: ARG001
    """Add the taint unless the node has it."""
    spec = attributes.new["spec"]
    taints = spec.get("taints") or []
    if not any(taint.get("key") == TAINT_NODE_NOT_READY and taint.get("effect") == "NoSchedule" for taint in taints):
        spec["taints"] = [*taints, {"effect": "NoSchedule", "key": TAINT_NODE_NOT_READY}]
