"""The compact form of drawers: what is packed comes back exactly, small, and shared."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kubesim.api.identity import container_id_of, uid_of
from kubesim.cluster.drawers import Drawer
from kubesim.store.row_reader import unpack
from kubesim.store.row_writer import pack
from kubesim.store.shapes import NotTwinsError, fold, unfold

SEED = 7


def text_of(value: Any) -> str:
    """JSON text tells what ``==`` does not: the order of keys, 1 from True and 1.0, 0.0 from -0.0."""
    return json.dumps(value)


def through_the_file(drawer: Drawer) -> Drawer:
    return unpack_or_plain(json.loads(json.dumps(pack(drawer, SEED), allow_nan=False)))


def unpack_or_plain(stored: dict[str, Any]) -> Drawer:
    return unpack(stored) if "rows" in stored else Drawer(stored["objects"], stored.get("memory", {}))


def same(left: Drawer, right: Drawer) -> bool:
    records = [text_of(sorted(drawer.memory.items())) for drawer in (left, right)]
    return text_of(left.objects) == text_of(right.objects) and records[0] == records[1]


# Arbitrary objects

INSTANTS = ["2026-11-23T02:22:21Z", "2026-11-23T02:22:22Z", "2026-11-24T00:00:00Z", "2026-13-24T00:00:00Z"]
TIMES = st.sampled_from(INSTANTS)
UIDS = st.integers(0, 9).map(lambda serial: uid_of(SEED, serial)) | st.just(uid_of(SEED + 1, 5))
TEXTS = (
    TIMES
    | UIDS
    | st.sampled_from(["", "a", "web-x", "web-y", "web-x.1", "web-y.2", "on web-x now", "on web-y now"])
    | st.sampled_from(["\0", "=", "7", "10", "007"])
    | st.text(max_size=8)
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
KEYS = st.sampled_from("abc=") | st.text(max_size=2)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(["metadata", "spec", "status"]), VALUES, max_size=3)


@given(
    st.dictionaries(st.text(max_size=4), OBJECTS, max_size=8),
    st.dictionaries(st.text(max_size=4), OBJECTS, max_size=4),
)
def test_any_objects_come_back_exactly(objects: dict[str, Any], memory: dict[str, Any]) -> None:
    drawer = Drawer(objects, memory)
    assert same(through_the_file(drawer), drawer)


@st.composite
def twins(draw: st.DrawFn) -> Drawer:
    """Objects that differ in a few leaves only, as pods of a ReplicaSet do."""
    keys = draw(st.lists(st.sampled_from(["name", "uid", "at", "message", "count"]), unique=True))
    kinds = {key: draw(st.sampled_from([LEAVES, TEXTS, TIMES, UIDS, st.integers(0, 10**13)])) for key in keys}
    names = draw(st.lists(st.text("xyz", min_size=1, max_size=3).map("web-".__add__), unique=True, max_size=12))
    with_record = draw(st.booleans())
    drawer = Drawer()
    for name in names:
        meta = {key: draw(kinds[key]) for key in keys}
        about = draw(st.sampled_from([name, f"on {name} now", name.rpartition("-")[0], "nobody"]))
        drawer.objects[name] = {"metadata": {"name": name, **meta}, "status": {"about": [about, {"same": True}]}}
        if with_record:
            drawer.memory[name] = {"since": draw(st.integers(10**12, 10**12 + 9)), "at": meta.get("at")}
    return drawer


@given(twins())
def test_twins_come_back_exactly(drawer: Drawer) -> None:
    assert same(through_the_file(drawer), drawer)


@given(twins())
@settings(max_examples=50)
def test_what_came_back_is_packed_the_same(drawer: Drawer) -> None:
    assert text_of(pack(through_the_file(drawer), SEED)) == text_of(pack(drawer, SEED))


# Shapes


@pytest.mark.parametrize(
    ("why", "values", "shape", "leaves"),
    [
        ("what is the same stays", [{"a": 1, "b": 2}, {"a": 1, "b": 3}], {"a": 1, "b": {"=": 0}}, [(2, 3)]),
        ("lists of one length", [[1, "x"], [1, "y"]], [1, {"=": 0}], [("x", "y")]),
        ("one is not true", [[1], [True]], [{"=": 0}], [(1, True)]),
        ("one is not one point zero", [[1], [1.0]], [{"=": 0}], [(1, 1.0)]),
        ("null beside a text is a leaf", [{"a": None}, {"a": "x"}], {"a": {"=": 0}}, [(None, "x")]),
        ("the same everywhere", [{"a": {"b": []}}, {"a": {"b": []}}], {"a": {"b": []}}, []),
    ],
)
def test_fold(why: str, values: list[Any], shape: Any, leaves: list[Any]) -> None:
    found: list[Any] = []
    assert text_of(fold(values, found)) == text_of(shape), why
    assert text_of(found) == text_of(leaves), why
    assert text_of(unfold(shape, found, len(values))) == text_of(values), why


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("other keys", [{"a": 1}, {"b": 1}]),
        ("another order of keys", [{"a": 1, "b": 2}, {"b": 2, "a": 1}]),
        ("other lengths", [[1], [1, 2]]),
        ("a list beside a dict", [{"a": []}, {"a": {}}]),
        ("a text beside a dict", [{"a": "x"}, {"a": {}}]),
        ("something that looks like a hole", [{"=": 1}, {"=": 2}]),
        ("something shared that looks like a hole", [{"a": hole} for hole in [{"b": [{"=": 1}]}] * 2]),
    ],
)
def test_values_that_are_not_twins(why: str, values: list[Any]) -> None:
    with pytest.raises(NotTwinsError):
        fold(values, [])


def test_objects_share_what_is_the_same_in_them() -> None:
    objects = {str(n): {"name": str(n), "spec": {"image": ["nginx"]}, "at": {"time": n // 50}} for n in range(100)}
    back = through_the_file(Drawer(objects)).objects
    assert back["0"]["spec"] is back["99"]["spec"]
    assert back["0"]["at"] is back["49"]["at"], "made of equal leaves"
    assert back["0"]["at"] is not back["50"]["at"]


def test_an_object_without_a_twin_is_written_as_itself() -> None:
    objects = {"a": {"spec": {"x": 1}}, "b": {"spec": {"y": 1}}}
    assert pack(Drawer(objects, {"a": {"since": 5}}), SEED) == {"objects": objects, "memory": {"a": {"since": 5}}}


def test_the_order_of_objects_is_kept() -> None:
    objects = {str(n): {"x": n} if n % 3 else {"y": {"z": n}} for n in range(20)} | {"odd": {"odd": 1}}
    assert list(through_the_file(Drawer(objects)).objects) == list(objects)


# Sizes


def pod(serial: int) -> dict[str, Any]:
    container_id = container_id_of(uid_of(SEED, serial), "nginx", 1 if serial == 7 else 0)
    name = f"web-854998db69-{serial * 7919 % 99991:05d}"
    made, ready = "2026-11-23T02:22:21Z", f"2026-11-23T02:22:{22 + serial % 3}Z"
    return {
        "kind": "Pod",
        "metadata": {
            "creationTimestamp": made,
            "generateName": "web-854998db69-",
            "labels": {"app": "web", "pod-template-hash": "854998db69"},
            "name": name,
            "resourceVersion": str(1000 + serial * 5),
            "uid": uid_of(SEED, serial),
        },
        "spec": {"containers": [{"image": "nginx:1.25", "name": "nginx"}], "nodeName": f"node-{serial % 3}"},
        "status": {
            "conditions": [{"lastTransitionTime": ready, "status": "True", "type": "Ready"}],
            "containerStatuses": [{"containerID": container_id, "name": "nginx", "restartCount": 0}],
            "podIP": f"10.244.{serial % 3}.{serial}",
            "startTime": made,
        },
    }


def pods(count: int) -> Drawer:
    objects = {obj["metadata"]["name"]: obj for obj in map(pod, range(count))}
    return Drawer(objects, {name: {"since": 1795400541000 + n} for n, name in enumerate(objects)})


def size_of(drawer: Drawer) -> int:
    return len(json.dumps(pack(drawer, SEED), separators=(",", ":")))


def test_a_pod_costs_at_most_150_bytes_though_another_was_restarted() -> None:
    assert same(through_the_file(pods(1000)), pods(1000))
    assert size_of(pods(1000)) - size_of(pods(500)) <= 500 * 150


def test_container_ids_are_derived_where_they_can_be() -> None:
    steady = pods(400)
    del steady.objects[list(steady.objects)[7]]
    assert same(through_the_file(steady), steady)
    assert size_of(steady) <= size_of(pods(400)) - 400 * 64


def event(serial: int, pod_name: str, reason: str, message: str) -> dict[str, Any]:
    at = f"2026-11-23T02:22:{21 + serial % 9}Z"
    return {
        "count": 1,
        "firstTimestamp": at,
        "involvedObject": {"kind": "Pod", "name": pod_name, "uid": uid_of(SEED, serial // 4)},
        "kind": "Event",
        "lastTimestamp": at,
        "message": message,
        "metadata": {"name": f"{pod_name}.18a2b3c4d5e6f{serial:03x}", "uid": uid_of(SEED, 5000 + serial)},
        "reason": reason,
    }


def events(count: int) -> Drawer:
    drawer = Drawer()
    for n in range(count):
        name = f"web-854998db69-{n // 4 * 7919 % 99991:05d}"
        reason, message = [
            ("Scheduled", f"Successfully assigned default/{name} to node-{n % 3}"),
            ("Pulled", 'Container image "nginx:1.25" already present on machine and can be accessed by the pod'),
            ("Created", "Container created"),
            ("Started", "Container started"),
        ][n % 4]
        obj = event(n, name, reason, message)
        drawer.objects[obj["metadata"]["name"]] = obj
    return drawer


def test_an_event_costs_at_most_60_bytes() -> None:
    assert same(through_the_file(events(400)), events(400))
    assert size_of(events(800)) - size_of(events(400)) <= 400 * 60
