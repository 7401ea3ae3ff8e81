"""Owners that are named twice, as the API server answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell

OWNER = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1"}
OTHER = {**OWNER, "name": "b", "uid": "2"}
WARNING = (
    "Warning: .metadata.ownerReferences contains duplicate entries{when}; API server dedups owner references in 1.20+, "
    "and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {uids}\n"
)


def test_an_owner_that_is_named_twice_is_stored_once(shell: Shell) -> None:
    meta = {"name": "a", "ownerReferences": [OWNER, OWNER, {**OWNER, "name": "b"}, OTHER, OTHER]}
    shell.write("a.json", json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}))
    status, out, err = shell("create --dry-run=server -f a.json -o jsonpath={.metadata.ownerReferences[*].uid}")
    assert (status, out, err) == (0, "1 1 2", WARNING.format(when="", uids="1, 2"))


def test_a_patch_is_looked_through_after_admission(shell: Shell) -> None:
    shell.ok("create configmap a")
    patch = json.dumps({"metadata": {"ownerReferences": [OWNER, OWNER]}}, separators=(",", ":"))
    status, out, err = shell(f"patch configmap a --type merge --dry-run=server -p '{patch}' -o name")
    assert (status, out) == (0, "configmap/a\n")
    assert err == WARNING.format(when=" after mutating admission happens", uids="1")


def test_owners_that_differ_are_kept_without_a_word(shell: Shell) -> None:
    meta = {"name": "a", "ownerReferences": [OWNER, OTHER]}
    shell.write("a.json", json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}))
    assert shell.ok("create --dry-run=server -f a.json -o jsonpath={.metadata.ownerReferences[*].uid}") == "1 2"
