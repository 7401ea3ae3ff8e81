"""What a client is warned of that writes a CustomResourceDefinition. Mirrors its strategy's WarningsOnCreate."""

from __future__ import annotations

from kubesim.kinds.validation.custom_resource_definition.hoisting import hoisted, schemas_of
from kubesim.kinds.validation.custom_resource_definition.schema_walk import every_schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema


def warnings_for_formats(new: Obj, old: Obj | None) -> list[str]:
    """Formats that the API server does not know, and that were not there before."""
    from kubesim.golang.quoting import quote

    before = set() if old is None else set(_unknown_formats(old))
    return [f"unrecognized format {quote(name)}" for name in _unknown_formats(new) if name not in before]


def _unknown_formats(crd: Obj) -> list[str]:
    parts = [part for schema in schemas_of(hoisted(crd["spec"])) for part in every_schema(schema)]
    return [part["format"] for part in parts if part.get("format") and not _is_known(part)]


def _is_known(schema: Schema) -> bool:
    type_, name = schema.get("type", ""), schema["format"]
    if type_ in ("", "string"):
        from kubesim.api.structural.formats import is_known

        return is_known(name)
    from kubesim.api.structural.numbers import FORMATS

    return name in FORMATS.get(type_, ())
