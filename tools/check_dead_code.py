"""Refuses code of kubesim that no other code of kubesim uses: what only tests call is dead.

A module's functions, classes and constants are looked for where they are imported; methods and attributes by their
names, wherever they stand. A name that a string spells (a table's, of what is imported when it is needed) is used.
Usage: python tools/check_dead_code.py
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = "kubesim"

# Names that Python, typer and click have chosen, and those by which a module is asked that a table names.
CALLED_BY_NAME = frozenset(
    (
        *("app", "collect_usage_pieces", "format_help", "list_commands", "parse_args", "params", "_protected_args"),
        *("COMMAND", "FUNCTIONS", "TOOLS", "from_stored", "to_stored"),
        *("names", "made"),  # by which modules of derived objects are asked
        "run_live",  # the door for verbs that run commands in containers
        *("admit", "validate"),  # by which the chain of admission plugins asks each
        *("coerce", "validate", "validate_status", "MAP_TYPE"),  # the doors of api/structural
        "capture_signals",  # which uvicorn calls around its loop
        *("connection_made", "data_received", "eof_received", "pause_writing", "resume_writing"),  # asyncio's
        *(
            "coerce",
            "validate",
            "validate_status",
            "validate_update",
            "warnings_for_formats",
            "MAP_TYPE",
        ),  # the doors of api/structural
        "register",  # how a cluster is given kinds of its own, for callers of the library
    )
)
DOORS = ("kubesim.library", "kubesim.testing")  # their public names are for other programs, and for pytest
MADE_NAMES = ("describe_",)
READ_BY_OTHERS = ("_Reading", "_Text")  # classes whose attributes Python's JSON scanner reads, and PyYAML's


class Definition(NamedTuple):
    """Something that a module defines; ``owner`` is the class whose member it is, or empty."""

    module: str
    owner: str
    name: str
    line: int
    path: Path


class Uses:
    """All that the package uses: ``imported`` names by their modules, other names by the definition that has them."""

    def __init__(self) -> None:
        self.imported: set[tuple[str, str]] = set()
        self.names: dict[str, set[tuple[str, str]]] = {}
        self.members: dict[str, set[tuple[str, str]]] = {}
        self.spelled: set[str] = set()


def main() -> int:
    """Print what is dead; 1 if anything is."""
    dead = dead_code(ROOT)
    for definition in dead:
        owner = f"{definition.owner}." if definition.owner else ""
        print(f"{definition.path.relative_to(ROOT)}:{definition.line}: nothing uses {owner}{definition.name}")
    return 1 if dead else 0


def dead_code(root: Path) -> list[Definition]:
    """The definitions of the package below ``root`` that nothing in it uses."""
    paths = {_module(path.relative_to(root)): path for path in sorted((root / PACKAGE).rglob("*.py"))}
    trees = {module: ast.parse(path.read_text(), str(path)) for module, path in paths.items()}
    uses = Uses()
    for module, tree in trees.items():
        _Reader(module, trees, uses).visit(tree)
    found = (definition for module, tree in trees.items() for definition in _definitions(module, tree, paths[module]))
    return [definition for definition in found if not _is_used(definition, uses)]


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _definitions(module: str, tree: ast.Module, path: Path) -> list[Definition]:
    found: list[Definition] = []
    for statement in tree.body:
        found += [Definition(module, "", name, statement.lineno, path) for name in _defined(statement)]
        if isinstance(statement, ast.ClassDef):
            found += [Definition(module, statement.name, *member, path) for member in _members(statement)]
    return found


def _members(class_: ast.ClassDef) -> list[tuple[str, int]]:
    """A class's methods and attributes, with their lines; a tuple's fields are used when it is unpacked."""
    is_tuple = any(isinstance(base, ast.Name) and base.id == "NamedTuple" for base in class_.bases)
    found = [
        (name, member.lineno)
        for member in class_.body
        for name in _defined(member)
        if not (is_tuple and isinstance(member, ast.AnnAssign))
    ]
    for node in ast.walk(class_):
        is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        if is_own and isinstance(node.ctx, ast.Store):
            found.append((node.attr, node.lineno))
    return sorted(set(found), key=lambda member: member[1])


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    flat = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [target.id for target in flat if isinstance(target, ast.Name)]


def _is_used(definition: Definition, uses: Uses) -> bool:
    name = definition.name
    if name.startswith(("__", *MADE_NAMES)) or name in CALLED_BY_NAME or definition.owner in READ_BY_OTHERS:
        return True
    if definition.module.startswith(DOORS) and not name.startswith("_"):
        return True
    if definition.owner.endswith(("Options", "Flags")) and name.startswith("_"):
        return True  # a flag that is taken and not heeded
    if definition.owner:
        users = uses.members.get(name, set()) - {(definition.module, f"{definition.owner}.{name}")}
        return bool(users) or name in uses.spelled
    if not name.islower() and name in uses.spelled:
        return True  # a class in a table
    own = (definition.module, name)
    return own in uses.imported or any(
        user != own and user[0] == definition.module for user in uses.names.get(name, ())
    )


class _Reader(ast.NodeVisitor):
    """Notes what one module uses, and in which of its definitions."""

    def __init__(self, module: str, modules: dict[str, ast.Module], uses: Uses) -> None:
        self._module = module
        self._modules = modules
        self._uses = uses
        self._within: list[str] = []
        self._aliases: dict[str, str] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._define(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._define(node)

    def _define(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()

    def _user(self) -> tuple[str, str]:
        return self._module, ".".join(self._within[:2])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._uses.imported.add((node.module or "", alias.name))
            if f"{node.module}.{alias.name}" in self._modules:
                self._aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._uses.names.setdefault(node.id, set()).add(self._user())

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self._uses.members.setdefault(node.attr, set()).add(self._user())
        if isinstance(node.value, ast.Name) and node.value.id in self._aliases:
            self._uses.imported.add((self._aliases[node.value.id], node.attr))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.isidentifier():
            self._uses.spelled.add(node.value)


if __name__ == "__main__":
    sys.exit(main())
