"""Random resources of random schemas, and what a real API server (1.36.2) has against them.

A line of ``resource_answers.jsonl`` is a schema, a resource that was read and defaulted by it, the one in whose place it
is put (null: none), and the causes of the refusal, sorted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kubesim.api.structural.validation import validate

#: What every resource has besides; no schema speaks of it, so that a whole resource corresponds to no other.
COMMON = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"}}
ANSWERS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "resource_answers.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_a_resource_is_refused_for_what_a_real_server_refuses(answer: dict[str, Any]) -> None:
    old = answer["old"] if answer["old"] is None else {**COMMON, **answer["old"]}
    wrong = validate({**COMMON, **answer["new"]}, answer["schema"], old)
    assert sorted(map(str, wrong)) == answer["causes"]
