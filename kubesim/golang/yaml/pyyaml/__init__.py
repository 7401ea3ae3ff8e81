"""PyYAML's modules under a name of ours: ``yaml`` itself, as a package, imports ten times what its parser needs."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def _folders() -> Iterator[str]:
    """Where PyYAML lies."""
    for finder in sys.meta_path:
        spec = finder.find_spec("yaml", None)
        if spec is not None:
            yield from spec.submodule_search_locations or ()
            return


__path__ = list(_folders())
