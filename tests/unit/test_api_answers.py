"""What an API server v1.36.2 answered to objects of many kinds, good and bad, in a dry run.

``api_answers.jsonl`` has an object a line: the manifest, and the object that came back or the refusal, and the warnings.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kubesim.cluster import Client, RequestContext, requests
from kubesim.errors import StatusError
from kubesim.kubeadm.init import namespace, new_cluster_head
from kubesim.life.live_cluster import born

NAMESPACE = "apidiff"
CASES = [json.loads(line) for line in (Path(__file__).parent / "api_answers.jsonl").read_text().splitlines()]

UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# Maps are walked in no order in Go: of several refusals about their keys, any may come first.
UNORDERED = {"ResourceQuota"}


def answer_to(manifest: dict[str, Any]) -> dict[str, Any]:
    cluster = born(new_cluster_head(1_790_000_000_000, seed=1)).cluster
    cluster.create(namespace(NAMESPACE))
    warnings: list[str] = []
    context = RequestContext(dry_run=True, warn=lambda text: None if text in warnings else warnings.append(text))
    client = Client(cluster, context)
    metadata = {**(manifest.get("metadata") or {}), "namespace": NAMESPACE}
    answer: dict[str, Any] = {"manifest": manifest}
    try:
        answer["answer"] = shown(requests.create(client, placed(manifest, metadata), validation="Strict"))
    except StatusError as error:
        answer["refusal"] = error.message
    return {**answer, "warnings": warnings} if warnings else answer


def placed(manifest: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    from kubesim.kinds import built_in

    if not built_in(manifest["kind"]).namespaced:
        del metadata["namespace"]
    return {**manifest, "metadata": metadata}


def shown(obj: dict[str, Any]) -> Any:
    metadata = {k: v for k, v in obj["metadata"].items() if k not in ("uid", "creationTimestamp", "managedFields")}
    return json.loads(TIME.sub("TIME", UID.sub("UID", json.dumps({**obj, "metadata": metadata}))))


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["manifest"]["kind"] in UNORDERED and "refusal" in answer:
        return {**answer, "refusal": sorted(answer["refusal"])}
    return answer


def called(case: dict[str, Any]) -> str:
    return f"{case['manifest']['kind']}-{(case['manifest'].get('metadata') or {}).get('name')}"


@pytest.mark.parametrize("case", CASES, ids=called)
def test_the_api_server_answers_alike(case: dict[str, Any]) -> None:
    assert comparable(answer_to(case["manifest"])) == comparable(case)
