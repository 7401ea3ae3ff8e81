"""How tables are laid out: widths, headers, namespaces, labels, kinds."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import SECOND, parse_time, rfc3339
from kubesim.cluster import Kinds
from kubesim.golang.tabwriter import TabWriter
from kubesim.kubectl.printers.tables import TableOptions, TablePrinter

KINDS = Kinds({})
NOW = parse_time("2026-11-23T02:22:25Z")


def deployment(name: str = "web", namespace: str = "default", **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels,
            "creationTimestamp": rfc3339(NOW - 4 * SECOND),
        },
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.20"}]}},
        },
        "status": {"replicas": 2, "readyReplicas": 2, "updatedReplicas": 2, "availableReplicas": 2},
    }


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}}


def event(message: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "web.1", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "web"},
        "type": "Normal",
        "reason": "Told",
        "message": message,
        "lastTimestamp": rfc3339(NOW),
    }


TABLES = {
    "a plain table": (
        TableOptions(),
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/2     2            2           4s\n",
    ),
    "without headers a column is six wide at least": (
        TableOptions(no_headers=True),
        "web   2/2   2     2     4s\n",
    ),
    "wide": (
        TableOptions(wide=True),
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES       SELECTOR\n"
        "web    2/2     2            2           4s    nginx        nginx:1.20   app=web\n",
    ),
    "with all labels": (
        TableOptions(show_labels=True),
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE   LABELS\n"
        "web    2/2     2            2           4s    app=web,tier=front\n",
    ),
    "with a column for a label, named without its prefix": (
        TableOptions(label_columns=("app", "example.com/zone")),
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE   APP   ZONE\n"
        "web    2/2     2            2           4s    web   \n",
    ),
    "with its namespace": (
        TableOptions(with_namespace=True),
        "NAMESPACE   NAME   READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "default     web    2/2     2            2           4s\n",
    ),
    "with its kind": (
        TableOptions(with_kind=True),
        "NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "deployment.apps/web   2/2     2            2           4s\n",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_deployment_as_a_table(case: str) -> None:
    options, expected = TABLES[case]
    assert TablePrinter(KINDS, options).print([deployment(app="web", tier="front")], NOW) == expected


def test_kinds_are_divided_by_a_blank_line_and_the_core_group_has_no_name() -> None:
    printed = TablePrinter(KINDS, TableOptions(with_kind=True)).print([deployment(), config_map("a", k="v")], NOW)
    assert printed == (
        "NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "deployment.apps/web   2/2     2            2           4s\n"
        "\n"
        "NAME          DATA   AGE\n"
        "configmap/a   1      <unknown>\n"
    )


def test_without_headers_no_blank_line_divides_kinds() -> None:
    printed = TablePrinter(KINDS, TableOptions(no_headers=True)).print([config_map("a"), namespace("b")], NOW)
    assert printed == "a     0     <unknown>\nb     Active   <unknown>\n"


def test_a_cluster_wide_kind_shows_no_namespace_column() -> None:
    printed = TablePrinter(KINDS, TableOptions(with_namespace=True)).print([namespace("default")], NOW)
    assert printed.splitlines()[0] == "NAME      STATUS   AGE"


def test_nothing_prints_nothing() -> None:
    assert TablePrinter(KINDS, TableOptions()).print([], NOW) == ""


def test_a_watch_prints_headers_once_and_never_narrows_a_column() -> None:
    printer = TablePrinter(KINDS, TableOptions())
    assert printer.print([config_map("a-long-name", k="v")], NOW).splitlines() == [
        "NAME          DATA   AGE",
        "a-long-name   1      <unknown>",
    ]
    assert printer.print([config_map("b")], NOW) == "b             0      <unknown>\n"


def test_a_watch_event_comes_first() -> None:
    printed = TablePrinter(KINDS, TableOptions(with_namespace=True)).print([config_map("a")], NOW, event="ADDED")
    assert printed == "EVENT      NAMESPACE   NAME   DATA   AGE\nADDED      default     a      0      <unknown>\n"


def test_an_events_name_column_is_wide_so_it_gets_no_kind() -> None:
    printed = TablePrinter(KINDS, TableOptions(with_kind=True)).print([event("hello")], NOW)
    assert printed == "LAST SEEN   TYPE     REASON   OBJECT    MESSAGE\n0s          Normal   Told     pod/web   hello\n"


CELLS = {
    "a cell ends at its first newline": ("one\ntwo", "one..."),
    "a cell ends at a carriage return": ("one\rtwo", "one..."),
    "what steers a terminal is shown": ("\x1b[31mred", "^[[31mred"),
    "so is what kubectl lets through": ("\x9b31m\x07\u202e\x7f", "\\x9b31m^G\\u202e^?"),
}


@pytest.mark.parametrize("case", CELLS)
def test_cells_stay_on_one_line(case: str) -> None:
    message, shown = CELLS[case]
    row = TablePrinter(KINDS, TableOptions(no_headers=True)).print([event(message)], NOW)
    assert row == f"0s    Normal   Told   pod/web   {shown}\n"


def test_a_column_is_a_block_of_neighbouring_lines() -> None:
    rows = [["Name:", "x"], ["Selector:", "a=b"], ["Pod Template:"], ["  Labels:", "c"], ["", "d"]]
    assert TabWriter(0, 2).layout(rows) == [
        "Name:      x",
        "Selector:  a=b",
        "Pod Template:",
        "  Labels:  c",
        "           d",
    ]


def test_a_last_cell_that_is_empty_leaves_the_padding_before_it() -> None:
    assert TabWriter(0, 2).layout([["Medium:", ""], ["SizeLimit:", "1"]]) == ["Medium:     ", "SizeLimit:  1"]
