"""Write kubesim/kinds/table.py from a discovery listing.

python tools/generate_kinds.py RESOURCES.json > kubesim/kinds/table.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HEAD = '''"""Every kind that discovery lists: made by tools/generate_kinds.py, not by hand."""

from __future__ import annotations

# kind, group, version, plural, singular, short names, namespaced, categories, verbs
ROWS: tuple[tuple[str, str, str, str, str, tuple[str, ...], bool, tuple[str, ...], str], ...] = (
'''


def row(resource: dict[str, object]) -> str:
    group, _, version = str(resource["groupVersion"]).rpartition("/")
    fields = (
        resource["kind"],
        group,
        version,
        resource["name"],
        resource["singularName"],
        tuple(resource.get("shortNames", ())),  # type: ignore[arg-type]
        resource["namespaced"],
        tuple(resource.get("categories", ())),  # type: ignore[arg-type]
        " ".join(resource["verbs"]),  # type: ignore[arg-type]
    )
    return "    (" + ", ".join(json.dumps(f) if isinstance(f, str) else _tuple(f) for f in fields) + "),\n"


def _tuple(value: object) -> str:
    if not isinstance(value, tuple):
        return repr(value)
    return "(" + "".join(json.dumps(v) + ", " for v in value).removesuffix(" ") + ")"


def main() -> None:
    resources = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(HEAD)
    sys.stdout.writelines(row(r) for r in resources if "/" not in r["name"])
    sys.stdout.write(")\n")


if __name__ == "__main__":
    main()
