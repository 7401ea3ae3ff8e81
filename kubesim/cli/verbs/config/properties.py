"""Single values of the kubeconfig by their path: ``contexts.team.namespace``.

Mirrors kubectl pkg/cmd/config (set.go, navigation_step_parser.go).
"""

from __future__ import annotations

from kubesim.cli.verbs.config.contexts import BOOL, BYTES, FIELDS, OBJECT, STRINGS
from kubesim.errors import UserError
from kubesim.golang.numbers import parse_bool
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cli.verbs.config.contexts import Kubeconfig

CURRENT = "current-context"
_PRINTED = {"clusters": "Cluster", "users": "AuthInfo", "contexts": "Context"}


def steps_of(path: str) -> list[str]:
    """The steps of a path: a sort of entry, a name that may have dots, a field; UserError."""
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
    """Set the value at a path; UserError for what is no single value, or cannot be read as one."""
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
    """Take away what is at a path: a value, an entry or a sort of entries; UserError."""
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
            raise UserError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax") from error
    if type_ == OBJECT:
        raise UserError("unrecognized type: <nil>")
    if type_ == STRINGS:
        raise UserError("unrecognized slice type. string")
    return _bytes(text, raw=raw_bytes) if type_ == BYTES else text


def _bytes(text: str, *, raw: bool) -> str:
    """Bytes as they are kept: in base64, which is also how they are given unless ``raw``."""
    import base64
    import binascii

    if raw:
        return base64.b64encode(text.encode(errors="surrogateescape")).decode()
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        complete = len(text) - len(text) % 4
        raise UserError(f"error decoding input value: illegal base64 data at input byte {complete}") from error
    return text
