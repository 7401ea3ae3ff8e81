"""The checks of ``make lint`` that are this project's own."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])


def test_a_circle_of_files_is_found_and_shown_at_its_shortest() -> None:
    from check_imports import components, ring

    imports = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["c"], "e": ["a"]}
    circles = [component for component in components(imports) if len(component) > 1]
    assert [sorted(circle) for circle in circles] == [["a", "b", "c", "d"]]
    assert ring(circles[0], imports) == ["a", "b", "c"]


def test_files_without_a_circle_are_all_by_themselves() -> None:
    from check_imports import components

    assert [len(found) for found in components({"a": ["b", "c"], "b": ["c"], "c": []})] == [1, 1, 1]


SOURCE = """
LIVE, DEAD = 1, 2

def used():
    return LIVE

def recursive():
    return recursive()

class Box:
    def __init__(self):
        self.kept = self.lost = used()

    def read(self):
        return self.kept
"""


def test_dead_code_is_what_nothing_but_itself_uses(tmp_path: Path) -> None:
    from check_dead_code import dead_code

    package = tmp_path / "kubesim"
    package.mkdir()
    (package / "__init__.py").write_text("from kubesim.parts import Box\nprint(Box().read())\n")
    (package / "parts.py").write_text(SOURCE)
    assert [(found.owner, found.name) for found in dead_code(tmp_path)] == [
        ("", "DEAD"), ("", "recursive"), ("Box", "lost"),
    ]  # fmt: skip


def test_a_docstring_is_no_part_of_a_functions_length() -> None:
    from check_sizes import functions, length

    tree = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n')
    assert [length(function) for function in functions(tree)] == [2]
