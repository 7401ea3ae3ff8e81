"""What patches say beside values: that something is to go, or to be replaced. Mirrors kyaml's yaml/merge2."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.nodes import is_null

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DIRECTIVE = "$patch"


class _Absent:
    """The type of ABSENT."""


ABSENT = _Absent()
"""What stands for a field that is not there, and for a result that is to be left out."""


def is_missing(node: Any) -> bool:
    """Whether there is nothing, or a null. Mirrors IsMissingOrNull."""
    return node is ABSENT or is_null(node)


def check_directive(directive: str) -> None:
    if directive not in ("delete", "replace", "merge"):
        raise BuildError(f"unknown patch strategy '{directive}'")
