"""Certificates and keys, which an entry keeps itself or knows where they are."""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation


def read_embedded(inv: Invocation, *fields: str) -> dict[str, str]:
    """What --embed-certs embeds, in base64, by the flag that names the file; UserError where it cannot be read."""
    _check_embedded(inv, *fields)
    if not inv.flag("embed-certs"):
        return {}
    return {field: _data_of(str(inv.flag(field)), field) for field in fields if inv.changed(field)}


def _data_of(path: str, field: str) -> str:
    from base64 import b64encode

    try:
        with open(path, "rb") as file:
            return b64encode(file.read()).decode()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UserError(f"could not read {field} data from {path}: open {path}: {why}") from error


def _check_embedded(inv: Invocation, *fields: str) -> None:
    """UserError where --embed-certs has nothing to embed, or not the file that is named."""
    import os

    if not inv.flag("embed-certs"):
        return
    named = {field: str(inv.flag(field)) for field in fields if inv.flag(field)}
    if not named:
        raise UserError(f"you must specify a {' or '.join(f'--{field}' for field in fields)} to embed")
    for field, path in named.items():
        try:
            os.stat(path)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise UserError(f"could not stat {field} file {path}: stat {path}: {why}") from error


def with_file(inv: Invocation, entry: Obj, field: str, embedded: dict[str, str]) -> Obj:
    """The entry with the file that the flag of the field's name names, or with what of it is embedded."""
    import os

    path = str(inv.flag(field))
    bare = {name: value for name, value in entry.items() if name not in (field, f"{field}-data")}
    if field in embedded:
        return {**bare, f"{field}-data": embedded[field]}
    return {**bare, field: os.path.abspath(path)} if path else bare
