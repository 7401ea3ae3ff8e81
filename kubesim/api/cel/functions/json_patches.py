"""Keys in the paths of JSON patches. Mirrors apiserver's library/jsonpatch.go."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "jsonpatch.escapeKey": lambda key: key.replace("~", "~0").replace("/", "~1"),
}
