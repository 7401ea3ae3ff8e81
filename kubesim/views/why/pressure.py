"""A node that is short of disk or memory: the words for that, and the command that ends it."""

from __future__ import annotations

from kubesim.api.meta import condition_of
from kubesim.api.well_known import TAINT_NODE_DISK_PRESSURE, TAINT_NODE_MEMORY_PRESSURE
from kubesim.sim.exhaustion import DISK, MEMORY
from kubesim.sim.faults import numbered_shortages
from kubesim.views.why.model import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.views.why.model import Repair

CODE = "NodeUnderPressure"
TAINTS = (TAINT_NODE_DISK_PRESSURE, TAINT_NODE_MEMORY_PRESSURE)
_RESOURCES = dict(zip(TAINTS, (DISK, MEMORY), strict=True))
_CONDITIONS = {DISK: "DiskPressure", MEMORY: "MemoryPressure"}
_WORDS = {DISK: "disk", MEMORY: "memory"}


def text_of_taints(taints: Iterable[Obj]) -> str:
    """``has no disk left (DiskPressure)``; empty unless all of the taints say such a thing."""
    short = [_RESOURCES.get(taint["key"]) for taint in taints]
    return _text([one for one in short if one is not None]) if short and None not in short else ""


def text_of_node(node: Obj) -> str:
    """The same of a node's conditions."""
    return _text([one for one, kind in _CONDITIONS.items() if (condition_of(node, kind) or {}).get("status") == "True"])


def _text(short: list[str]) -> str:
    if not short:
        return ""
    words, kinds = (" and ".join(table[one] for one in short) for table in (_WORDS, _CONDITIONS))
    return f"has no {words} left ({kinds})"


def ending(cluster: Cluster, node: str) -> Repair | None:
    """The command that ends the node's shortage; None where it is over, and shows for a while only."""
    numbers = numbered_shortages(cluster, node)
    return command("sim", "fault", "clear", *map(str, numbers), is_namespaced=False) if numbers else None
