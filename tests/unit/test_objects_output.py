"""Objects as JSON, YAML and names."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.kubectl.printers import objects
from kubesim.kubectl.printers.objects import (
    JsonPrinter,
    NamePrinter,
    OmitManagedFields,
    TypedJsonPrinter,
    YamlPrinter,
    list_of,
)


def config_map(name: str, **metadata: Any) -> dict[str, Any]:
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name, **metadata}, "data": {"k": "<v>"}}


def test_json_is_indented_by_four_with_sorted_keys_and_html_escaped() -> None:
    assert JsonPrinter().print(config_map("a")) == (
        "{\n"
        '    "apiVersion": "v1",\n'
        '    "data": {\n'
        '        "k": "\\u003cv\\u003e"\n'
        "    },\n"
        '    "kind": "ConfigMap",\n'
        '    "metadata": {\n'
        '        "name": "a"\n'
        "    }\n"
        "}\n"
    )


def test_a_list_keeps_an_empty_resource_version() -> None:
    assert YamlPrinter().print(list_of([])) == (
        'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n'
    )


def test_yaml_documents_are_divided() -> None:
    printer = YamlPrinter()
    first, second = printer.print(config_map("a")), printer.print(config_map("b"))
    assert first.startswith("apiVersion: v1\n")
    assert second.startswith("---\napiVersion: v1\n")


def test_what_the_client_made_is_printed_in_the_order_of_gos_fields() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": {"run": "y"}, "name": "y"},
        "spec": {
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "containers": [{"resources": {}, "env": [{"value": "1", "name": "A"}], "image": "nginx", "name": "y"}],
        },
        "status": {},
    }
    assert TypedJsonPrinter().print(pod) == (
        '{\n    "kind": "Pod",\n    "apiVersion": "v1",\n'
        '    "metadata": {\n        "name": "y",\n        "labels": {\n            "run": "y"\n        }\n    },\n'
        '    "spec": {\n        "containers": [\n            {\n'
        '                "name": "y",\n                "image": "nginx",\n'
        '                "env": [\n                    {\n'
        '                        "name": "A",\n                        "value": "1"\n'
        "                    }\n                ],\n"
        '                "resources": {}\n            }\n        ],\n'
        '        "restartPolicy": "Always",\n        "dnsPolicy": "ClusterFirst"\n    },\n'
        '    "status": {}\n}\n'
    )


def test_an_unknown_kind_keeps_its_order() -> None:
    thing = {"spec": {"b": 1, "a": 2}, "kind": "Thing", "apiVersion": "example.com/v1"}
    assert list(objects.in_declared_order(thing)) == ["spec", "kind", "apiVersion"]


DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
NAMES = {
    "of a named group": (DEPLOYMENT, "deployment.apps/web\n"),
    "of the core group": (config_map("a"), "configmap/a\n"),
    "of each in a list": (list_of([config_map("a"), config_map("b")]), "configmap/a\nconfigmap/b\n"),
    "without a name": (config_map(""), "configmap/<unknown>\n"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names(case: str) -> None:
    obj, expected = NAMES[case]
    assert NamePrinter().print(obj) == expected


def test_a_name_tells_what_was_done() -> None:
    assert NamePrinter("created (dry run)").print(config_map("a")) == "configmap/a created (dry run)\n"


@pytest.mark.parametrize("wrap", [lambda obj: obj, lambda obj: list_of([obj])], ids=["alone", "in a list"])
def test_managed_fields_are_left_out_and_the_object_is_not_touched(wrap: Any) -> None:
    obj = config_map("a", managedFields=[{"manager": "x"}])
    assert "managedFields" not in OmitManagedFields(JsonPrinter()).print(wrap(obj))
    assert obj["metadata"]["managedFields"] == [{"manager": "x"}]


def test_a_watch_event_is_a_line_of_json() -> None:
    line = JsonPrinter().print({"type": "ADDED", "object": {"b": 1, "a": 2}})
    assert line == '{"type":"ADDED","object":{"a":2,"b":1}}\n'
