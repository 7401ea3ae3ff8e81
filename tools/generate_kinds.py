"""Write kubesim/kinds/generated/discovery.py from a discovery listing.

    python tools/generate_kinds.py RESOURCES.json

The listing has an object a resource, as metav1.APIResource has it, with its groupVersion.  ``more_resources.json`` has,
in the same form, the resources of groups that some listings leave out; a person keeps it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TARGET = HERE.parent / "kubesim" / "kinds" / "generated" / "discovery.py"

HEAD = '''"""Every resource that discovery lists: made by tools/generate_kinds.py, not by hand."""

from __future__ import annotations

# kind, group, version, plural, singular, short names, namespaced, categories, verbs
ROWS: tuple[tuple[str, str, str, str, str, tuple[str, ...], bool, tuple[str, ...], str], ...] = (
'''

#: The groups of more_resources.json, each with the group that it comes before.
FOLLOWED_BY = {"apiregistration.k8s.io": "apps", "admissionregistration.k8s.io": "apiextensions.k8s.io"}

Resource = dict[str, Any]


def group_of(resource: Resource) -> str:
    return str(resource["groupVersion"]).rpartition("/")[0]


def complete(resources: list[Resource], more: list[Resource]) -> list[Resource]:
    """The listing with the groups that it leaves out, in the order of their priorities."""
    for group, next_group in FOLLOWED_BY.items():
        missing = [resource for resource in more if group_of(resource) == group and resource not in resources]
        at = next(at for at, resource in enumerate(resources) if group_of(resource) == next_group)
        resources[at:at] = missing
    return resources


def row(resource: Resource) -> str:
    group, _, version = str(resource["groupVersion"]).rpartition("/")
    fields = (
        resource["kind"],
        group,
        version,
        resource["name"],
        resource["singularName"],
        tuple(resource.get("shortNames", ())),
        resource["namespaced"],
        tuple(resource.get("categories", ())),
        " ".join(resource["verbs"]),
    )
    return (
        "    (" + ", ".join(json.dumps(field) if isinstance(field, str) else _tuple(field) for field in fields) + "),\n"
    )


def _tuple(value: object) -> str:
    if not isinstance(value, tuple):
        return repr(value)
    return "(" + "".join(json.dumps(part) + ", " for part in value).removesuffix(" ") + ")"


def main() -> None:
    listed = json.loads(Path(sys.argv[1]).read_text())
    resources = complete(listed, json.loads((HERE / "more_resources.json").read_text()))
    rows = (row(resource) for resource in resources if "/" not in resource["name"])
    TARGET.write_text(HEAD + "".join(rows) + ")\n")


if __name__ == "__main__":
    main()
