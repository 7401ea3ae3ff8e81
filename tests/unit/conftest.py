"""Fixtures that several test modules use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT, Shell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder but for ``web.yml``, with a cluster that begins with the first command."""
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "state.json"))
    monkeypatch.setenv("KUBESIM_SPEED", "max")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yml").write_text(DEPLOYMENT)
    return Shell(tmp_path)
