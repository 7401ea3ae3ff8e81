"""What the sub-commands of ``create secret`` have in common. Mirrors kubectl pkg/cmd/create/create_secret.go."""

from __future__ import annotations

from kubesim.api import names
from kubesim.cli.verbs.create.creation import new_object
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

FAILURE = "failed to create secret"


def new_secret(name: str, kind: str, pairs: Iterable[tuple[str, bytes]], *, append_hash: bool) -> Obj:
    """A secret of a type (empty: the server's default) with these keys and values."""
    data = _encoded(pairs)
    if append_hash:
        from kubesim.cli.verbs.create.name_hash import with_hash

        name = with_hash(name, {"kind": "Secret", "type": kind, "data": data})
    rest = {"data": data, "type": kind}
    return new_object("Secret", name, **{field: part for field, part in rest.items() if part})


def _encoded(pairs: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """The values in base64; UserError for a key that is not valid, and for one that comes twice."""
    from base64 import b64encode

    data: dict[str, str] = {}
    for key, value in pairs:
        if wrong := names.is_config_map_key(key):
            raise UserError(f'"{key}" is not valid key name for a Secret {";".join(wrong)}')
        if key in data:
            raise UserError(f"cannot add key {key}, another key by that name already exists")
        data[key] = b64encode(value).decode()
    return data
