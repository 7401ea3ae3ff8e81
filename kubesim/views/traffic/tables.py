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
    return json.dumps(document_of(traffic, traffic.begin), indent=4, ensure_ascii=False) + "\n"


def document_of(traffic: Traffic, zero: int) -> dict[str, Any]:
    """The traffic as JSON has it; the seconds of its stretches count from ``zero`` (ms)."""
    rules = traffic.rules
    counts: dict[str, int] = {}
    for (outcome, _), count in traffic.counts().items():
        counts[outcome] = counts.get(outcome, 0) + count
    return {
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
        "stretches": [_row(requests, zero) for requests in traffic.requests],
    }


def as_csv(traffic: Traffic) -> str:
    """A row for all requests of a stretch of time that went to one pod and had one fate."""
    rows = ["begin,end,workload,revision,pod,outcome,cause,requests"]
    rows += [",".join(map(str, _row(requests, traffic.begin).values())) for requests in traffic.requests]
    return "".join(f"{row}\n" for row in rows)


def _row(requests: Requests, zero: int) -> dict[str, Any]:
    origin = requests.origin
    return {
        "begin": (requests.begin - zero) / SECOND,
        "end": (requests.end - zero) / SECOND,
        "workload": "" if origin is None else origin.workload,
        "revision": 0 if origin is None else origin.revision,
        "pod": requests.pod,
        "outcome": requests.fate.outcome,
        "cause": requests.fate.cause,
        "requests": requests.count,
    }
