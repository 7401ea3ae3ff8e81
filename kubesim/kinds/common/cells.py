"""What the cells of several kinds' rows have in common: lists, labels, containers, ages.

Mirrors the formatters of pkg/printers/internalversion/printers.go and apimachinery's labels.FormatLabels.
"""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import Obj, dig, parse_time
from kubesim.kinds.base import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: The wide columns of a workload, as ``template_cells`` fills them.
TEMPLATE_COLUMNS = (Column("CONTAINERS", wide=True), Column("IMAGES", wide=True))
SELECTOR_COLUMN = Column("SELECTOR", wide=True)


def format_labels(labels: Mapping[str, str] | None) -> str:
    """Labels on one line, by key; ``<none>`` without any. Mirrors labels.FormatLabels."""
    if not labels:
        return "<none>"
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels))


def template_cells(template: Obj) -> list[str]:
    """The containers' names and the containers' images. Mirrors layoutContainerCells."""
    containers = dig(template, "spec", "containers", default=())
    return [",".join(container.get(field, "") for container in containers) for field in ("name", "image")]


def selector_cell(selector: Obj | None) -> str:
    """A label selector on one line. Mirrors metav1.FormatLabelSelector."""
    if selector and not selector.get("matchExpressions"):
        return format_labels(selector.get("matchLabels"))
    from kubesim.api.selectors import format_label_selector

    return format_label_selector(selector)


def since(instant: str | None, now: int) -> str:
    """How long ago ``instant`` (RFC 3339) was at ``now`` (ms). Mirrors translateTimestampSince."""
    return human_duration(now - parse_time(instant)) if instant else "<unknown>"


def number(obj: Any, *path: str) -> str:
    """The number under ``path``; one that is not there is 0."""
    return str(dig(obj, *path, default=0))


def boolean(value: bool) -> str:
    """Mirrors printBool."""
    return "True" if value else "False"


def first_few(items: Sequence[str], limit: int = 3) -> str:
    """The first items, and how many more there are. Mirrors listWithMoreString."""
    shown = ",".join(items[:limit])
    return f"{shown} + {len(items) - limit} more..." if len(items) > limit else shown


_SHORT_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def access_modes(modes: Sequence[str] | None) -> str:
    """``RWO,ROX``: each mode once, in a fixed order. Mirrors GetAccessModesAsString."""
    return ",".join(short for mode, short in _SHORT_MODES.items() if mode in (modes or ()))
