"""The variables that an expression names."""

from __future__ import annotations

from kubesim.api.cel.literal_checks import children
from kubesim.api.cel.syntax import Ident, Node, Select


def names_in(node: Node) -> set[str]:
    """The names of all variables in an expression, those that its macros bind included."""
    if isinstance(node, Ident):
        return {node.name}
    found = {node.qualified} if isinstance(node, Select) and node.qualified else set()
    return found.union(*map(names_in, children(node)))
