"""The design page names files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "design.md").read_text()
PATHS = sorted(set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.(?:py|txt|md))?)`", TEXT)))


def test_the_page_names_files() -> None:
    assert len(PATHS) > 30


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists() or (ROOT / "kubesim" / path).exists()
