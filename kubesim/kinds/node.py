"""A Node: a machine that runs pods."""

from __future__ import annotations

from kubesim.api.meta import condition_of, dig, labels_of
from kubesim.api.well_known import LABEL_NODE_ROLE_PREFIX, NODE_LABEL_ROLE
from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Node(Kind):
    """Mirrors pkg/registry/core/node."""

    has_status = True
    columns = (
        Column("NAME"),
        Column("STATUS"),
        Column("ROLES"),
        Column("AGE"),
        Column("VERSION"),
        Column("INTERNAL-IP", wide=True),
        Column("EXTERNAL-IP", wide=True),
        Column("OS-IMAGE", wide=True),
        Column("KERNEL-VERSION", wide=True),
        Column("CONTAINER-RUNTIME", wide=True),
    )

    def default(self, obj: Obj) -> None:
        """What a node can offer is all that it has, unless its kubelet says otherwise."""
        spec = obj.setdefault("spec", {})
        networks = spec.get("podCIDRs") or []
        if spec.get("podCIDR") and spec["podCIDR"] not in networks[:1]:
            spec["podCIDRs"] = [spec["podCIDR"]]
        elif networks:
            spec["podCIDR"] = networks[0]
        status = obj.setdefault("status", {})
        if "capacity" in status:
            status.setdefault("allocatable", dict(status["capacity"]))

    def prepare_for_create(self, obj: Obj) -> None:
        """Nodes register with their status."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.node import validate_node

        return validate_node(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.node import validate_node_update

        return validate_node_update(new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printNode."""
        info = dig(obj, "status", "nodeInfo", default={})
        kernel = info.get("kernelVersion") or "<unknown>"
        architecture = info.get("architecture")
        return [
            obj["metadata"]["name"],
            _status(obj),
            ",".join(roles_of(obj)) or "<none>",
            age_of(obj, now),
            info.get("kubeletVersion", ""),
            _address(obj, "InternalIP"),
            _address(obj, "ExternalIP"),
            info.get("osImage") or "<unknown>",
            f"{kernel} ({architecture})" if architecture else kernel,
            info.get("containerRuntimeVersion") or "<unknown>",
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        if path == "spec.unschedulable":
            return "true" if dig(obj, "spec", "unschedulable") else "false"
        return super().field(obj, path)


def _status(obj: Obj) -> str:
    ready = condition_of(obj, "Ready")
    words = ["Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"]
    if dig(obj, "spec", "unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _address(obj: Obj, kind: str) -> str:
    """The node's first address of that type."""
    for address in dig(obj, "status", "addresses", default=()):
        if address["type"] == kind:
            return str(address["address"])
    return "<none>"


def roles_of(obj: Obj) -> list[str]:
    """The roles that the node's labels give it. Mirrors findNodeRoles."""
    roles = set()
    for label, value in labels_of(obj).items():
        if label.startswith(LABEL_NODE_ROLE_PREFIX):
            roles.add(label[len(LABEL_NODE_ROLE_PREFIX) :])
        elif label == NODE_LABEL_ROLE:
            roles.add(value)
    return sorted(roles - {""})
