"""Refuses functions and modules of kubesim that are too long to be read at once.

The docstring of a function does not count. A module that a tool makes says so in its first line and may be long.
Usage: python tools/check_sizes.py
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 7
LONGEST_MODULE = 400


def main() -> int:
    """Print what is too long; 1 if anything is."""
    wrong: list[str] = []
    lengths: list[int] = []
    for path in sorted((ROOT / "kubesim").rglob("*.py")):
        text, place = path.read_text(), path.relative_to(ROOT)
        lines = text.splitlines()
        if len(lines) > LONGEST_MODULE and "made by tools/" not in lines[0]:
            wrong.append(f"{place}: a module of {len(lines)} lines")
        for function in functions(ast.parse(text)):
            lengths.append(length(function))
            if lengths[-1] > LONGEST_FUNCTION:
                wrong.append(f"{place}:{function.lineno}: {function.name} has {lengths[-1]} lines")
    if median(lengths) > MEDIAN_FUNCTION:
        wrong.append(f"half of all functions have more than {MEDIAN_FUNCTION} lines: the median is {median(lengths)}")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """All functions and methods."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    """How many lines a function has, without its docstring."""
    first = function.body[0]
    is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


if __name__ == "__main__":
    sys.exit(main())
