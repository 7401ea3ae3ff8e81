"""Values of the kubeconfig by their paths: ``contexts.team.namespace``.

Mirrors kubectl pkg/cmd/config (set.go, navigation_step_parser.go).
"""

from __future__ import annotations

from kubesim.cli.support.kubeconfig import BOOL, BYTES, FIELDS, OBJECT, STRINGS
from kubesim.errors import UserError
from kubesim.golang.numbers import parse_bool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cli.support.kubeconfig import Kubeconfig

CURRENT = "current-context"


def steps_of(path: str) -> list[str]:
    """The steps of a path: the sort of entry, the name, which may have dots, and the field; UserError."""
    first, *rest = path.split(".")
    if first == CURRENT and not rest:
        return [first]
    if first == CURRENT:
        raise UserError(f"unable to parse one or more field values of {path}")
    if first not in FIELDS:
        raise UserError(f"unable to parse {path} after [] at api.Config")
    if not rest:
        return [first]
    known = next((at for at, part in enumerate(rest) if at and part in FIELDS[first]), None)
    if known is None:
        return [first, ".".join(rest)]
    if known + 1 < len(rest):
        raise UserError(f"unable to parse one or more field values of {path}")
    return [first, ".".join(rest[:known]), rest[known]]


def set_property(config: Kubeconfig, path: str, text: str, *, raw_bytes: bool) -> None:
    """Set the value at a path; UserError for a path to several values, or a text that is not valid there."""
    steps = steps_of(path)
    if steps == [CURRENT]:
        config.current = text
        return
    sort = steps[0]
    entries = config.entries(sort)
    if len(steps) < 3:
        raise UserError(f"can't set a map to a value: map[{' '.join(sorted(entries))}]")
    name, field = steps[1:]
    value = _value(FIELDS[sort][field], text, raw_bytes=raw_bytes)
    entries.setdefault(name, {})[field] = value


def unset_property(config: Kubeconfig, path: str) -> None:
    """Remove the value, the entry or all entries at a path; UserError."""
    steps = steps_of(path)
    if steps == [CURRENT]:
        config.current = ""
        return
    entries = config.entries(steps[0])
    if len(steps) == 1:
        entries.clear()
    elif len(steps) == 2:
        entries.pop(steps[1], None)
    elif steps[1] not in entries:
        raise UserError(f"current map key `{steps[1]}` is invalid")
    else:
        entries[steps[1]].pop(steps[2], None)


def _value(type_: str, text: str, *, raw_bytes: bool) -> Any:
    if type_ == BOOL:
        try:
            return parse_bool(text)
        except ValueError as error:
            raise UserError(str(error)) from error
    if type_ == OBJECT:
        raise UserError("unrecognized type: <nil>")
    if type_ == STRINGS:
        raise UserError("unrecognized slice type. string")
    return _bytes(text, raw=raw_bytes) if type_ == BYTES else text


def _bytes(text: str, *, raw: bool) -> str:
    """Bytes in base64; the text is in base64 already unless it is ``raw``. UserError."""
    from base64 import b64encode

    from kubesim.golang.base64 import decode

    if raw:
        return b64encode(text.encode(errors="surrogateescape")).decode()
    try:
        decode(text)
    except ValueError as error:
        raise UserError(f"error decoding input value: {error}") from error
    return text
