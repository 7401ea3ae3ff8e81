"""On which lines fields of YAML documents stand."""

from __future__ import annotations

import pytest
from kubesim.golang.yaml.lines import Lines, steps_of

TEXT = """\
# a comment
---
metadata:
  annotations:
    example.com/owner: blue
spec:
  containers:
  - name: first
    image: nginx
  -
    image: redis
    name: second
    ports: [{containerPort: 80}, {containerPort: 81,
      name: other}]
---
# nothing
---
{"metadata": {"name": "web"},
 "data": {"a.b": "c"}}
"""


@pytest.mark.parametrize(
    ("document", "path", "line"),
    [
        (0, "", 3),
        (0, "metadata.annotations[example.com/owner]", 5),
        (0, "spec.containers[0].image", 9),
        (0, "spec.containers[first].image", 9),
        (0, "spec.containers[second].image", 11),
        (0, "spec.containers[1].ports[1].name", 14),
        (0, "spec.containers[1].ports[81]", 13),
        (0, "spec.containers[third].image", 7),
        (0, "spec.replicas", 6),
        (0, "status", 3),
        (1, "", 18),
        (1, "data[a.b]", 19),
        (2, "", 1),
    ],
)
def test_the_line_of_a_field(document: int, path: str, line: int) -> None:
    assert Lines(TEXT).line_of(document, path) == line


def test_a_text_that_is_no_yaml_has_one_line() -> None:
    assert Lines("a: b: c\n").line_of(0, "a") == 1


def test_steps_of_a_path() -> None:
    assert steps_of("spec.containers[0].ports[http].name") == ["spec", "containers", "0", "ports", "http", "name"]
    assert steps_of("metadata.labels[a.b/c]") == ["metadata", "labels", "a.b/c"]
    assert steps_of("") == []
