"""Makes the table of the roles and bindings that a cluster has from the beginning.

Usage: kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o json |
python tools/generate_bootstrap_policy.py > kubesim/kinds/generated/bootstrap_policy.py

The list is that of a new API server without controllers, which have not aggregated any rules yet; what kubeadm and kind
add is in tools/system/rbac-*.yaml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SYSTEM = Path(__file__).parent / "system"
AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
HEAD = '''"""Roles and bindings that a cluster has from the beginning: tools/generate_bootstrap_policy.py makes this.

A row: kind, namespace, name; the profiles that have it (a: all, m: kind and kubeadm, k: kind); the role that it is
aggregated to; then a role's rules (verbs, groups, resources, resource names; or verbs and paths), or what is bound (the
role's kind and name, then subjects: kind, namespace, name).
"""

from __future__ import annotations

ROWS: tuple[tuple[str, str, str, str, str, tuple[tuple[str, ...], ...]], ...] = ('''


def rows() -> Iterator[tuple[Any, ...]]:
    """A row an object, sorted."""
    for obj in json.load(sys.stdin)["items"]:
        yield _row(obj, "a")
    for mark, name in (("m", "kubeadm"), ("k", "kind")):
        for obj in yaml.safe_load_all((SYSTEM / f"rbac-{name}.yaml").read_text()):
            yield _row(obj, mark)


def _row(obj: Any, mark: str) -> tuple[Any, ...]:
    meta = obj["metadata"]
    labels = meta.get("labels") or {}
    target = next((key.removeprefix(AGGREGATE) for key in labels if key.startswith(AGGREGATE)), "")
    content = tuple(_bound(obj) if "roleRef" in obj else map(_rule, obj.get("rules") or ()))
    return obj["kind"], meta.get("namespace", ""), meta["name"], mark, target, content


def _rule(rule: Any) -> tuple[str, ...]:
    if "nonResourceURLs" in rule:
        return ",".join(rule["verbs"]), ",".join(rule["nonResourceURLs"])
    fields = ("verbs", "apiGroups", "resources", "resourceNames")
    return tuple(",".join(rule.get(field) or ()) for field in fields)


def _bound(obj: Any) -> Iterator[tuple[str, ...]]:
    yield obj["roleRef"]["kind"], obj["roleRef"]["name"]
    for subject in obj.get("subjects") or ():
        yield subject["kind"], subject.get("namespace", ""), subject["name"]


if __name__ == "__main__":
    print(HEAD)
    for made in sorted(rows()):
        print(f"    {json.dumps(made)},".replace("[", "(").replace("]", ",)").replace(",,", ",").replace("(,)", "()"))
    print(")")
