"""Nodes as Go prints what they are decoded to, by %#v: errors about objects that JSON cannot hold begin so."""

from __future__ import annotations

from kubesim.golang.fmt import go_syntax
from kubesim.golang.quoting import quote
from kubesim.golang.yaml.v3 import OddKey, Scalar, Styled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def go_value(node: Any) -> str:
    """A map, list or scalar in Go's syntax."""
    if isinstance(node, dict):
        is_odd = any(isinstance(key, OddKey) for key in node)
        pairs = sorted(node.items(), key=lambda pair: (isinstance(pair[0], OddKey), pair[0]))
        shown = [f"{key if isinstance(key, OddKey) else quote(key)}:{go_value(value)}" for key, value in pairs]
        return f"map[{'interface {}' if is_odd else 'string'}]interface {{}}{{{', '.join(shown)}}}"
    if isinstance(node, list):
        return f"[]interface {{}}{{{', '.join(map(go_value, node))}}}"
    if isinstance(node, str):
        return quote(node.printed if isinstance(node, Styled) else node)
    return _scalar(node.printed, node.text) if isinstance(node, Scalar) else _scalar(node, "")


def _scalar(value: Any, text: str) -> str:
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, str) and value.endswith("T00:00:00Z"):
        year, month, day = map(int, text.split("-"))
        return f"time.Date({year}, time.{_MONTHS[month - 1]}, {day}, 0, 0, 0, 0, time.UTC)"
    return hex(value) if isinstance(value, int) and value >= 2**63 else go_syntax(value)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
