"""``describe`` of storage, access, networks and limits, as kubectl showed the same objects of a real cluster.

``descriptions.jsonl`` has a manifest and its description a line.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.kinds import names_of

if TYPE_CHECKING:
    from command_lines import Shell

CASES = [json.loads(line) for line in (Path(__file__).parent / "descriptions.jsonl").read_text().splitlines()]


def called(case: dict[str, Any]) -> str:
    return f"{case['manifest']['kind']}-{case['manifest']['metadata']['name']}"


@pytest.mark.parametrize("case", CASES, ids=called)
def test_an_object_is_described_alike(case: dict[str, Any], shell: Shell) -> None:
    manifest = case["manifest"]
    shell.ok("create namespace apidiff")
    shell(f"create -n apidiff -f {shell.write('m.json', json.dumps(manifest))}")
    names = names_of(manifest["kind"])
    shown = shell(f"describe -n apidiff {names.qualified} {manifest['metadata']['name']}")[1]
    assert re.sub("Created on:.*", "Created on: TIME", shown) == case["description"]
