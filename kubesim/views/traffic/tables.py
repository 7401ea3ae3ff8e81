"""Traffic as data: JSON with all that is in it, CSV with a row for all requests of one fate to one pod at a time."""

from __future__ import annotations

import json

from kubesim.api.meta import SECOND, rfc3339_micro

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.views.traffic.model import Requests, Traffic


def as_json(traffic: Traffic) -> str:
    """The traffic as one object. Seconds count from its beginning, a date."""
    rules = traffic.rules
    counts: dict[str, int] = {}
    for (outcome, _), count in traffic.counts().items():
        counts[outcome] = counts.get(outcome, 0) + count
    document = {
        "kind": traffic.service.kind,
        "namespace": traffic.service.namespace,
        "name": traffic.service.name,
        "port": traffic.port,
        "begin": rfc3339_micro(traffic.begin),
        "seconds": (traffic.end - traffic.begin) / SECOND,
        "model": {
            "rate": rules.rate,
            "requestSeconds": rules.length / SECOND,
            "propagationSeconds": rules.propagation / SECOND,
            "drains": rules.drains,
            "connections": rules.connections,
            "retries": rules.retries,
        },
        "requests": traffic.total,
        "failed": traffic.failed,
        "outcomes": counts,
        "stretches": [_row(traffic, requests) for requests in traffic.requests],
    }
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def as_csv(traffic: Traffic) -> str:
    """A row for all requests of a stretch of time that went to one pod and had one fate."""
    rows = ["begin,end,workload,revision,pod,outcome,cause,requests"]
    rows += [",".join(map(str, _row(traffic, requests).values())) for requests in traffic.requests]
    return "".join(f"{row}\n" for row in rows)


def _row(traffic: Traffic, requests: Requests) -> dict[str, Any]:
    origin = requests.origin
    return {
        "begin": (requests.begin - traffic.begin) / SECOND,
        "end": (requests.end - traffic.begin) / SECOND,
        "workload": "" if origin is None else origin.workload,
        "revision": 0 if origin is None else origin.revision,
        "pod": requests.pod,
        "outcome": requests.fate.outcome,
        "cause": requests.fate.cause,
        "requests": requests.count,
    }
