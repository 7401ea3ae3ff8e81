"""A file's object as a client with types of its own reads it. Mirrors cli-runtime's Builder.WithScheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.resources import Info


def typed(info: Info, obj: Obj) -> Obj:
    """The object as its Go type prints it, without unknown fields; UserError for values that do not fit their types."""
    from kubesim.api.decode import DecodeError, decode_into
    from kubesim.api.encode import encode

    version, kind = obj["apiVersion"], obj["kind"]
    try:
        return encode(decode_into(obj, version, kind, strict="Ignore").obj, version, kind)
    except DecodeError as error:
        raise UserError(f'unable to decode "{info.source}": {error}') from error
