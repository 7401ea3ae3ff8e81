"""Patches in three forms. Expectations follow the recordings and upstream's patch_test.go."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from kubesim.api.patch import PatchError, json_merge, json_patch, strategic_merge, strategic_merge_leaving
from kubesim.api.patch.difference import difference
from kubesim.api.patch.operations import apply_operations
from kubesim.api.schema import Type, type_of
from kubesim.errors import StatusError


def the_type(api_version: str = "apps/v1", kind: str = "Deployment") -> Type:
    found = type_of(api_version, kind)
    assert found is not None
    return found


def pod_spec(**fields: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": fields}}}


def merged_pod_spec(original: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    merged = strategic_merge(pod_spec(**original), pod_spec(**patch), the_type())
    spec: dict[str, Any] = merged["spec"]["template"]["spec"]
    return spec


def named(*names: str) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


NGINX, SIDE = {"name": "nginx", "image": "nginx:1.20"}, {"name": "side", "image": "busybox"}

STRATEGIC = [
    ("a new element comes before the live ones", [NGINX], {"containers": [SIDE]}, [SIDE, NGINX]),
    (
        "an element of the same name is merged in its place",
        [NGINX, SIDE],
        {"containers": [{"name": "nginx", "image": "nginx:1.21"}]},
        [{"name": "nginx", "image": "nginx:1.21"}, SIDE],
    ),
    ("an element is deleted", [NGINX, SIDE], {"containers": [{"name": "side", "$patch": "delete"}]}, [NGINX]),
    (
        "a list is replaced",
        [NGINX, SIDE],
        {"containers": [{"name": "only"}, {"$patch": "replace"}]},
        [{"name": "only"}],
    ),
    (
        "elements come in the order that is asked for",
        [NGINX, SIDE],
        {"$setElementOrder/containers": named("side", "nginx")},
        [SIDE, NGINX],
    ),
    (
        "elements that only the server has keep their place",
        named("a", "server", "b"),
        {"$setElementOrder/containers": named("a", "b"), "containers": [{"name": "b", "image": "x"}]},
        [{"name": "a"}, {"name": "server"}, {"name": "b", "image": "x"}],
    ),
    (
        "elements that the patch adds come where the order says",
        named("a", "c"),
        {"$setElementOrder/containers": named("a", "b", "c"), "containers": named("b")},
        named("a", "b", "c"),
    ),
    (
        "an element that takes the place of a deleted one comes after those of the server",
        named("r", "q", "p"),
        {
            "$setElementOrder/containers": named("s", "p"),
            "containers": [*named("s"), {"name": "q", "$patch": "delete"}],
        },
        named("r", "s", "p"),
    ),
    (
        "a null deletes a field of an element",
        [NGINX],
        {"containers": [{"name": "nginx", "image": None}]},
        [{"name": "nginx"}],
    ),
]


@pytest.mark.parametrize(
    ("live", "patch", "result"), [row[1:] for row in STRATEGIC], ids=[str(row[0]) for row in STRATEGIC]
)
def test_containers_merge_by_name(live: list[Any], patch: dict[str, Any], result: list[Any]) -> None:
    assert merged_pod_spec({"containers": live}, patch)["containers"] == result


def test_a_list_without_a_strategy_is_replaced() -> None:
    assert merged_pod_spec({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}) == {
        "tolerations": [{"key": "b"}]
    }


def test_maps_merge_and_nulls_delete() -> None:
    live = {"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"replicas": 2}}
    patch = {"metadata": {"labels": {"a": None, "c": "3"}}, "spec": {"replicas": None, "paused": True}}
    assert strategic_merge(live, patch, the_type()) == {
        "metadata": {"labels": {"b": "2", "c": "3"}},
        "spec": {"paused": True},
    }


def test_retained_keys_clear_the_others() -> None:
    live = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic_merge(live, patch, the_type())["spec"]["strategy"] == {"type": "Recreate"}


def test_a_map_is_replaced_or_deleted_by_a_directive() -> None:
    live = {"metadata": {"labels": {"a": "1"}}}
    replaced = strategic_merge(live, {"metadata": {"labels": {"$patch": "replace", "b": "2"}}}, the_type())
    assert replaced["metadata"]["labels"] == {"b": "2"}
    deleted = strategic_merge(live, {"metadata": {"labels": {"$patch": "delete"}}}, the_type())
    assert deleted["metadata"]["labels"] == {}


def test_scalars_of_a_merging_list_are_added_once_and_deleted_by_a_parallel_list() -> None:
    live = {"metadata": {"finalizers": ["a", "b"]}}
    added = strategic_merge(live, {"metadata": {"finalizers": ["b", "c"]}}, the_type())
    assert sorted(added["metadata"]["finalizers"]) == ["a", "b", "c"]
    deleted = strategic_merge(live, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}, the_type())
    assert deleted["metadata"]["finalizers"] == ["b"]


def test_unknown_fields_of_a_patch_are_kept_for_the_decoder_to_tell_of() -> None:
    assert strategic_merge({"spec": {}}, {"spec": {"nosuch": {"x": 1}}}, the_type()) == {"spec": {"nosuch": {"x": 1}}}


@pytest.mark.parametrize("patch", [{"spec": {"replicas": 3}}, pod_spec(containers=[SIDE], nodeSelector={"a": None})])
def test_nothing_that_is_passed_in_is_changed(patch: dict[str, Any]) -> None:
    live = pod_spec(containers=[NGINX], nodeSelector={"a": "b"})
    before = copy.deepcopy((live, patch))
    strategic_merge(live, patch, the_type())
    json_merge(live, patch)
    assert (live, patch) == before


def test_of_a_patch_there_is_left_what_upstream_shows_in_errors() -> None:
    order = {"$setElementOrder/containers": named("nginx"), "containers": [{"name": "nginx", "x": 1}]}
    _, rest = strategic_merge_leaving(pod_spec(containers=[NGINX]), pod_spec(**order), the_type())
    assert rest == pod_spec()


@pytest.mark.parametrize(
    ("patch", "reason", "words"),
    [
        ([], "BadRequest", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        (pod_spec(containers=[{"image": "x"}]), "", "map: map[image:x] does not contain declared merge key: name"),
        (
            pod_spec(containers=[{"name": "x", "$patch": "nosuch"}]),
            *("", "unknown patch type: nosuch in map: map[$patch:nosuch name:x]"),
        ),
        (
            {"spec": {"strategy": {"$retainKeys": ["rollingUpdate"], "type": "Recreate"}}},
            *("BadRequest", "invalid patch format of retainKeys"),
        ),
        (
            {"spec": {"selector": {"matchLabels": {"a": {"b": {}}}}}},
            "",
            "merging an object in json but data type is not struct, instead is: map",
        ),
    ],
)
def test_a_strategic_patch_that_does_not_fit_is_refused(patch: Any, reason: str, words: str) -> None:
    live = {
        **pod_spec(containers=[NGINX]),
    }
    live["spec"] = {
        **live["spec"],
        "strategy": {"type": "RollingUpdate"},
        "selector": {"matchLabels": {"a": {"b": {}}}},
    }
    with pytest.raises(StatusError) as caught:
        strategic_merge(live, patch, the_type())
    assert (caught.value.reason, caught.value.message) == (reason, words)


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [  # the examples of RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"a": "foo"}, {"b": None}, {"a": "foo"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_merges_maps_and_replaces_all_else(original: Any, patch: Any, result: Any) -> None:
    assert json_merge(original, patch) == result


DOCUMENT = {"metadata": {"labels": {"a/b": "1"}}, "items": [1, 2, 3], "replicas": 4}


@pytest.mark.parametrize(
    ("operation", "path", "result"),
    [
        ({"op": "add", "path": "/metadata/labels/tier", "value": "x"}, "labels", {"a/b": "1", "tier": "x"}),
        ({"op": "replace", "path": "/metadata/labels/a~1b", "value": "2"}, "labels", {"a/b": "2"}),
        ({"op": "remove", "path": "/metadata/labels/a~1b"}, "labels", {}),
        ({"op": "add", "path": "/items/1", "value": 9}, "items", [1, 9, 2, 3]),
        ({"op": "add", "path": "/items/-", "value": 9}, "items", [1, 2, 3, 9]),
        ({"op": "remove", "path": "/items/0"}, "items", [2, 3]),
        ({"op": "replace", "path": "/items/-1", "value": 9}, "items", [1, 2, 9]),
        ({"op": "move", "from": "/items/0", "path": "/items/2"}, "items", [2, 3, 1]),
        ({"op": "copy", "from": "/items/0", "path": "/items/-"}, "items", [1, 2, 3, 1]),
        ({"op": "test", "path": "/replicas", "value": 4}, "items", [1, 2, 3]),
        ({"op": "test", "path": "/nosuch", "value": None}, "items", [1, 2, 3]),
    ],
)
def test_an_operation_of_a_json_patch(operation: dict[str, Any], path: str, result: Any) -> None:
    patched = json_patch(DOCUMENT, [operation])
    assert (patched["items"] if path == "items" else patched["metadata"]["labels"]) == result
    assert DOCUMENT["items"] == [1, 2, 3]


FAILURES = [
    ({"op": "test", "path": "/replicas", "value": 9}, "testing value /replicas failed: test failed"),
    ({"op": "test", "path": "/items/0", "value": True}, "testing value /items/0 failed: test failed"),
    (
        {"op": "remove", "path": "/nosuch"},
        "error in remove for path: '/nosuch': Unable to remove nonexistent key: nosuch: missing value",
    ),
    (
        {"op": "remove", "path": "/spec/nosuch"},
        'remove operation does not apply: doc is missing path: "/spec/nosuch": missing value',
    ),
    (
        {"op": "add", "path": "/items/9", "value": 1},
        "error in add for path: '/items/9': Unable to access invalid index: 9: invalid index referenced",
    ),
    (
        {"op": "replace", "path": "/items/9", "value": 1},
        "replace operation does not apply: doc is missing key: /items/9: missing value",
    ),
    ({"op": "nosuch", "path": "/items"}, "Unexpected kind: nosuch"),
]


@pytest.mark.parametrize(("operation", "words"), FAILURES, ids=[row[1] for row in FAILURES])
def test_an_operation_that_does_not_apply(operation: dict[str, Any], words: str) -> None:
    with pytest.raises(PatchError) as local:
        apply_operations(DOCUMENT, [operation])
    assert str(local.value) == words
    with pytest.raises(StatusError) as caught:
        json_patch(DOCUMENT, [operation])
    assert (caught.value.reason, caught.value.code) == ("Invalid", 422)
    assert caught.value.message == "the server rejected our request due to an error in our request"


@pytest.mark.parametrize(
    ("apply", "patch", "words"),
    [
        (
            json_patch,
            {},
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
        (
            json_merge,
            [],
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
    ],
)
def test_what_is_no_patch_of_its_form_is_refused(apply: Any, patch: Any, words: str) -> None:
    with pytest.raises(StatusError) as caught:
        apply(DOCUMENT, patch)
    assert (caught.value.reason, caught.value.message) == ("BadRequest", words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (named("a", "b"), named("b", "a")),
        (named("a", "b"), named("b")),
        (named("a"), named("c", "a", "b")),
        ([{"name": "a", "image": "1", "tty": True}], [{"name": "a", "image": "2"}]),
        (named("a"), []),
        ([], named("a")),
        ([{"name": "a", "env": named("x", "y")}], [{"name": "a", "env": named("z", "x")}]),
    ],
)
def test_the_difference_of_two_objects_makes_the_one_of_the_other(before: list[Any], after: list[Any]) -> None:
    original, modified = pod_spec(containers=before), pod_spec(containers=after)
    patch = difference(original, modified, the_type())
    assert strategic_merge(original, patch, the_type()) == modified
    assert difference(modified, modified, the_type()) == {}
