"""Timelines as data: JSON, CSV, and the Trace Event Format."""

from __future__ import annotations

import csv
import io
import json

import pytest
from kubesim.views.timeline.tables import as_csv, as_json
from kubesim.views.timeline.trace import as_trace
from timeline_tape import recreated, rolled


def test_json_has_all_of_it():
    document = json.loads(as_json([recreated()]))
    assert {name: document[name] for name in ("kind", "namespace", "name", "strategy", "zero", "begin", "end")} == {
        "kind": "Deployment",
        "namespace": "default",
        "name": "web",
        "strategy": "Recreate",
        "zero": "2026-11-23T02:13:20.000000Z",
        "begin": -1.0,
        "end": 8.0,
    }
    assert document["verdict"] == {
        "sentence": "3 s with no pod ready, 3.5 s below the floor of 2, never more than 2 pods; still in progress",
        "outcome": "still in progress",
        "secondsBelowFloor": 3.5,
        "secondsWithoutReady": 3.0,
        "leastReady": 0,
        "leastAvailable": 0,
        "mostPods": 2,
    }
    assert document["marks"] == [
        {"at": 0.0, "kind": "command", "text": "kubesim set image deployment/web nginx=nginx:1.21"}
    ]
    assert document["steps"][3] == {
        "at": 3.0,
        "readyOld": 0,
        "readyNew": 1,
        "notReady": 1,
        "terminating": 0,
        "updated": 2,
        "available": 1,
        "desired": 2,
        "floor": 2,
        "ceiling": 2,
    }
    assert document["pods"][0] == {
        "name": "web-a-1",
        "owner": "web-a",
        "revision": 1,
        "spans": [
            {"state": "Ready", "status": "Running", "newestTemplate": True, "begin": -1.0, "end": 0.0},
            {"state": "Terminating", "status": "Terminating", "newestTemplate": False, "begin": 0.0, "end": 0.5},
        ],
    }


def test_several_timelines_are_a_list():
    assert [one["strategy"] for one in json.loads(as_json([rolled(), recreated()]))] == ["RollingUpdate", "Recreate"]


def test_csv_has_a_row_for_each_step():
    rows = list(csv.DictReader(io.StringIO(as_csv([recreated(), rolled()]))))
    assert [(row["workload"], row["begin"], row["end"], row["readyNew"], row["floor"]) for row in rows[:5]] == [
        ("deployment/web", "-1.0", "0.0", "2", "2"),
        ("deployment/web", "0.0", "0.5", "0", "2"),
        ("deployment/web", "0.5", "3.0", "0", "2"),
        ("deployment/web", "3.0", "3.5", "1", "2"),
        ("deployment/web", "3.5", "8.0", "2", "2"),
    ]
    assert len(rows) == 5 + 6


@pytest.fixture
def events():
    return json.loads(as_trace([rolled(), recreated(begin=-3000)]))["traceEvents"]


def of_phase(events, phase, process=2):
    return [event for event in events if event["ph"] == phase and event["pid"] == process]


def test_a_trace_has_a_slice_for_each_state_of_a_pod(events):
    names = {event["tid"]: event["args"]["name"] for event in of_phase(events, "M") if event["name"] == "thread_name"}
    slices = [(names[e["tid"]], e["name"], e["ts"], e["dur"]) for e in of_phase(events, "X")]
    assert slices[:2] == [("web-a-1", "Ready", 0, 3_000_000), ("web-a-1", "Terminating", 3_000_000, 500_000)]
    assert ("web-b-1", "Pulling", 3_500_000, 2_500_000) in slices


def test_a_trace_counts_pods_whenever_that_changes(events):
    pods = [(event["ts"], event["args"]) for event in of_phase(events, "C") if event["name"] == "pods"]
    assert pods[1] == (3_000_000, {"ready, older": 0, "ready, newest": 0, "not ready": 0})
    assert pods[2] == (3_500_000, {"ready, older": 0, "ready, newest": 0, "not ready": 2})
    assert {event["args"]["pods"] for event in of_phase(events, "C") if event["name"] == "floor"} == {2}


def test_commands_are_instants_and_the_zeros_of_timelines_coincide(events):
    assert [(of_phase(events, "i", process)[0]["ts"]) for process in (1, 2)] == [3_000_000, 3_000_000]
    assert min(event["ts"] for event in events if "ts" in event) == 0


def test_a_trace_names_its_timelines(events):
    names = [event["args"]["name"] for event in events if event["name"] == "process_name"]
    assert names == ["deployment/web RollingUpdate", "deployment/web Recreate"]
