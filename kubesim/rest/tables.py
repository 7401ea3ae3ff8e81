"""Tables: objects as the server prints them for clients that show columns.

Mirrors apiserver's handlers/response.go (asTable) and pkg/printers/storage.
"""

from __future__ import annotations

import json
import os

from kubesim import errors
from kubesim.api.meta import dig
from kubesim.golang.json import dumps
from kubesim.rest.encoding import list_of_texts
from kubesim.rest.texts import metadata_texts, whole_texts
from kubesim.startup.function_cache import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.kinds.base import Kind
    from kubesim.rest.call import Call
    from kubesim.rest.listing import Listed
    from kubesim.rest.negotiation import Form
    from kubesim.rest.request import Request
    from kubesim.rest.texts import Texts

NONE, METADATA, OBJECT = "None", "Metadata", "Object"
#: Columns that other servers' printers have, or that are there only with some features.
_OTHERS = {
    "SERVICE": ("Service", "string", "The reference to the service that hosts this API endpoint."),
    "AVAILABLE": ("Available", "string", "Whether this service is available."),
    "TOKENREQUESTS": ("TokenRequests", "string", ""),
    "REQUIRESREPUBLISH": ("RequiresRepublish", "boolean", ""),
}
#: Columns that upstream declares as text and fills with numbers.
_NUMBERS = {
    "ConfigMap": ("Data",),
    "Deployment": ("Up-to-date", "Available"),
    "Event": ("Count",),
    "FlowSchema": ("MatchingPrecedence",),
    "HorizontalPodAutoscaler": ("MaxPods", "Replicas"),
    "PriorityLevelConfiguration": ("NominalConcurrencyShares", "Queues", "HandSize", "QueueLengthLimit"),
    "Secret": ("Data",),
}


def include_of(request: Request) -> str:
    """What of an object its row has beside its cells; StatusError BadRequest."""
    asked = request.parameter("includeObject") or METADATA
    if asked not in (NONE, METADATA, OBJECT):
        why = f"includeObject: Invalid value: \"{asked}\": must be 'Metadata', 'Object', 'None', or empty"
        raise errors.bad_request(f"Unable to convert to Table as requested: {why}")
    return asked


def table_text(call: Call, form: Form, kind: Kind, listed: Listed, *, headers: bool = True) -> str:
    """The text of a Table of objects that are in the version that is asked for."""
    meta_version, include = form.media_type.meta_version, include_of(call.request)
    columns = column_definitions(kind)
    head = {
        "kind": "Table",
        "apiVersion": meta_version,
        "metadata": listed.meta,
        "columnDefinitions": columns if headers else None,
    }
    texts = _included_texts(call.client.cluster, meta_version, include)
    rows = [_row_text(kind, obj, columns, texts, call.client.now) for obj in kind.in_table_order(listed.items)]
    before = f'{dumps(head, sort_keys=False)[:-1]},"rows":'
    has_printer = kind.names.is_custom or kind.names.kind in _table()
    return list_of_texts(before, rows, "}") if rows or has_printer else f"{before}null}}"


def _included_texts(cluster: Cluster, meta_version: str, include: str) -> Texts | None:
    """The texts of what a row has beside its cells; None for nothing."""
    if include == NONE:
        return None
    return whole_texts(cluster) if include == OBJECT else metadata_texts(cluster, meta_version)


def bookmark_table(kind: Kind, mark: Obj, meta_version: str) -> Obj:
    """The Table of an event that shows no object, but how far a watch has come."""
    meta = {"kind": "PartialObjectMetadata", "apiVersion": meta_version, "metadata": mark["metadata"]}
    row = {"cells": ["" for _ in kind.columns], "object": meta}
    version = {"resourceVersion": mark["metadata"]["resourceVersion"]}
    return {
        "kind": "Table",
        "apiVersion": meta_version,
        "metadata": version,
        "columnDefinitions": None,
        "rows": [row],
    }


def _row_text(kind: Kind, obj: Obj, columns: Sequence[Obj], texts: Texts | None, now: int) -> str:
    pairs = zip(columns, kind.row(obj, now), strict=True)
    if kind.names.is_custom:
        row: Obj = {"cells": [_custom_cell(column["type"], cell) for column, cell in pairs]}
    else:
        row = {"cells": [_cell(kind.names.kind, column, cell) for column, cell in pairs]}
    conditions = _conditions(obj)
    if conditions:
        row["conditions"] = conditions
    shown = texts.of(obj) if texts is not None else "null"
    return f'{dumps(row, sort_keys=False)[:-1]},"object":{shown}}}'


def _cell(kind: str, column: Obj, text: str) -> Any:
    """A number or truth where the column has such, if it is one."""
    type_ = column["type"]
    is_number = type_ == "integer" or column["name"] in _NUMBERS.get(kind, ())
    if is_number and text.removeprefix("-").isdigit():
        return int(text)
    if type_ == "boolean" and text in ("true", "false"):  # some print True and False, which are texts
        return text == "true"
    return text


def _custom_cell(type_: str, text: str) -> Any:
    """A custom resource's cell as data of its column's type; nothing where there is no value."""
    if not text:
        return None
    return json.loads(text) if type_ in ("integer", "number", "boolean") else text


def _conditions(obj: Obj) -> list[Obj]:
    """The conditions of the row of a pod that is over. Mirrors podSuccessConditions and podFailedConditions."""
    phase = dig(obj, "status", "phase") if obj.get("kind") == "Pod" else None
    messages = {
        "Succeeded": "The pod has completed successfully.",
        "Failed": "The pod failed.",
    }
    if phase not in messages:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": messages[phase]}]


def column_definitions(kind: Kind) -> list[Obj]:
    """The columns of a kind, as a Table describes them."""
    described = kind.described_columns()
    if described is not None:
        age = {**_definitions("Pod")["AGE"], "type": "date"}
        return [_definitions("Pod")["NAME"], *(described or [age])]
    known = _definitions(kind.names.kind)
    return [known.get(column.name) or _definition(column.name, wide=column.wide) for column in kind.columns]


def _definition(name: str, *, wide: bool) -> Obj:
    """A column that upstream's printers do not have. Mirrors rest.NewDefaultTableConvertor."""
    described = _definitions("Pod")
    if name in ("NAME", "AGE"):
        return described[name]
    if name in _OTHERS:
        words, type_, about = _OTHERS[name]
        return {"name": words, "type": type_, "format": "", "description": about, "priority": 0}
    words = " ".join(word.capitalize() for word in name.split(" "))
    if name == "CREATED AT":
        about = described["AGE"]["description"]
        return {"name": words, "type": "date", "format": "", "description": about, "priority": 0}
    return {"name": words, "type": "string", "format": "", "description": "", "priority": int(wide)}


@cache
def _definitions(kind: str) -> dict[str, Obj]:
    table = _table()
    descriptions = table["descriptions"]
    return {
        name.upper(): {
            "name": name,
            "type": type_,
            "format": form,
            "description": descriptions[number],
            "priority": priority,
        }
        for name, type_, form, number, priority in table.get(kind, ())
    }


@cache
def _table() -> dict[str, list[Any]]:
    with open(os.path.join(os.path.dirname(__file__), "data", "columns.json"), "rb") as file:
        table: dict[str, list[Any]] = json.loads(file.read())
    return table
