"""What differs between two versions of an object, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.field_changes import ABSENT, field_changes


@pytest.mark.parametrize(
    ("why", "old", "new", "changes"),
    [
        ("nothing", {"a": 1}, {"a": 1}, []),
        ("a value", {"spec": {"replicas": 2}}, {"spec": {"replicas": 3}}, [("spec.replicas", 2, 3)]),
        ("what came", {}, {"a": {"b": 1}}, [("a", ABSENT, {"b": 1})]),
        ("what went", {"a": 1}, {}, [("a", 1, ABSENT)]),
        ("null is not absent", {"a": None}, {}, [("a", None, ABSENT)]),
        ("another type", {"a": 1}, {"a": "1"}, [("a", 1, "1")]),
        ("bookkeeping", {"metadata": {"resourceVersion": "1"}}, {"metadata": {"resourceVersion": "2"}}, []),
        ("a list of values is one", {"a": [1, 2]}, {"a": [1, 3]}, [("a", [1, 2], [1, 3])]),
        (
            "items are told apart by their names",
            {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
            {"containers": [{"name": "b", "image": "z"}, {"name": "a", "image": "x"}]},
            [("containers[b].image", "y", "z")],
        ),
        (
            "items that come and go",
            {"conditions": [{"type": "A", "status": "True"}]},
            {"conditions": [{"type": "B", "status": "True"}]},
            [
                ("conditions[A]", {"type": "A", "status": "True"}, ABSENT),
                ("conditions[B]", ABSENT, {"type": "B", "status": "True"}),
            ],
        ),
        ("a name with a dot", {"labels": {"a.b/c": "1"}}, {"labels": {"a.b/c": "2"}}, [("labels[a.b/c]", "1", "2")]),
        ("items without names", {"a": [{"x": 1}]}, {"a": [{"x": 2}]}, [("a", [{"x": 1}], [{"x": 2}])]),
    ],
)
def test_field_changes(why: str, old: dict[str, Any], new: dict[str, Any], changes: list[tuple[Any, ...]]) -> None:
    assert [tuple(change) for change in field_changes(old, new)] == changes, why
