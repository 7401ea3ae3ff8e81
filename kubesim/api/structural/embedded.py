"""Judging the objects that are embedded in a custom resource. Mirrors schema/objectmeta's Validate."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, required
from kubesim.api.metadata_validation import validate_embedded_metadata
from kubesim.api.structural.schemas import EMBEDDED, additional, child, items_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema


def validate_embedded(value: Any, schema: Schema | None, path: str = "") -> list[FieldError]:
    """What is wrong with the metadata of all embedded objects in a value."""
    if schema is None:
        return []
    wrong: list[FieldError] = []
    if isinstance(value, list):
        items = items_of(schema)
        for index, item in enumerate(value):
            wrong += validate_embedded(item, items, f"{path}[{index}]")
    elif isinstance(value, dict):
        if schema.get(EMBEDDED):
            wrong += _validate_object(value, path)
        properties, any_schema = schema.get("properties") or {}, additional(schema)
        for key in sorted(value):
            if key in properties:
                wrong += validate_embedded(value[key], properties[key], child(path, key))
            elif any_schema is not None:
                wrong += validate_embedded(value[key], any_schema, f"{path}[{key}]")
    return wrong


def _validate_object(value: Obj, path: str) -> list[FieldError]:
    wrong = [required(child(path, key)) for key in ("apiVersion", "kind") if key not in value]
    if "apiVersion" in value:
        wrong += _validate_text(value["apiVersion"], child(path, "apiVersion"), _api_version_problems)
    if "kind" in value:
        wrong += _validate_text(value["kind"], child(path, "kind"), _kind_problems)
    if "metadata" in value:
        wrong += _validate_metadata(value["metadata"], child(path, "metadata"))
    return wrong


def _validate_text(value: Any, path: str, problems: Any) -> list[FieldError]:
    if not isinstance(value, str):
        return [invalid(path, value, "must be a string")]
    if not value:
        return [invalid(path, value, "must not be empty")]
    return [invalid(path, value, problem) for problem in problems(value)]


def _api_version_problems(text: str) -> list[str]:
    """Mirrors ParseGroupVersion."""
    return [f"unexpected GroupVersion string: {text}"] if text.count("/") > 1 else []


def _kind_problems(text: str) -> list[str]:
    problems = names.is_dns_1035_label(text.lower())
    return [f"may have mixed case, but should otherwise match: {','.join(problems)}"] if problems else []


def _validate_metadata(meta: Any, path: str) -> list[FieldError]:
    from kubesim.api.decode import DecodeError, read_object_meta

    try:
        read = read_object_meta(meta)
    except DecodeError as error:
        return [invalid(path, meta, str(error))]
    return validate_embedded_metadata({key: item for key, item in read.obj.items() if item is not None}, path)
