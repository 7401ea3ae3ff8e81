"""Fixtures that several crash tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    opened = Terminal(tmp_path)
    opened.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    opened.ok("annotate", "deployment", "web", "n=0")
    return opened
