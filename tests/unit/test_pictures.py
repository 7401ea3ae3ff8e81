"""README's pictures are what the commands that made them draw now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("make_pictures", ROOT / "tools" / "make_pictures.py")
assert _SPEC is not None
assert _SPEC.loader is not None
make_pictures = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make_pictures)


@pytest.mark.parametrize("name", make_pictures.PICTURES)
def test_a_picture_is_made_again_to_the_last_byte(name: str) -> None:
    assert make_pictures.made(make_pictures.PICTURES[name]) == (make_pictures.IMAGES / name).read_text(), (
        "make docs makes the pictures anew; see that they are still what README says of them"
    )


def test_readme_shows_each_picture() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(docs/images/(\S+)\)", (ROOT / "README.md").read_text())
    assert set(make_pictures.PICTURES) <= set(shown)


def test_a_command_that_fails_makes_no_picture() -> None:
    with pytest.raises(RuntimeError, match="sim timeline deployment/none"):
        make_pictures.made("sim timeline deployment/none -o svg")
