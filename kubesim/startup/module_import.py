"""``import_module`` as ``importlib`` has it, for absolute names, without its import, which brings in ``warnings``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


def import_module(name: str) -> ModuleType:
    """The module of that name, imported if it is not yet."""
    __import__(name)
    return sys.modules[name]
