"""Refuses circles of files: modules of kubesim that import each other, directly or through others.

Imports inside functions and those for type checkers alone count too: what two files know of each other is one thing.
Usage: python tools/check_imports.py
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGE = "kubesim"


def main() -> int:
    """Print every circle; 1 if there is one."""
    import grimp  # import-linter brings it; what follows needs it not

    graph = grimp.build_graph(PACKAGE)
    imports = {module: sorted(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}
    circles = [ring(component, imports) for component in components(imports) if len(component) > 1]
    for circle in circles:
        print("These files import each other: " + " -> ".join([*circle, circle[0]]))
    return 1 if circles else 0


def components(imports: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Modules that all reach each other, together. Mirrors Tarjan's algorithm, without recursion."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    for root in imports:
        visits = [(root, iter(imports[root]))] if root not in order else []
        while visits:
            module, left = visits[-1]
            if module not in order:
                order[module] = lowest[module] = len(order)
                path.append(module)
            following = next(left, None)
            if following is None:
                visits.pop()
                if visits:
                    parent = visits[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[module])
                if lowest[module] == order[module]:
                    start = path.index(module)
                    yield path[start:]
                    del path[start:]
            elif following not in order:
                visits.append((following, iter(imports[following])))
            elif following in path:
                lowest[module] = min(lowest[module], order[following])


def ring(component: list[str], imports: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest circle through the first of the modules."""
    start = min(component)
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop(0)
        for following in imports[way[-1]]:
            if following == start:
                return way
            if following in component and following not in seen:
                seen.add(following)
                ways.append([*way, following])
    raise AssertionError(f"{start} reaches itself")


if __name__ == "__main__":
    sys.exit(main())
