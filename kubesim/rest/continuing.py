"""Tokens with which a list goes on: the version that its first piece had, and the key of what comes next.

Mirrors apiserver's pkg/storage/continue.go and etcd3/errors.go.
"""

from __future__ import annotations

import posixpath

from kubesim import errors
from kubesim.errors import StatusError
from kubesim.startup.named_tuple import NamedTuple

_FORMAT = "meta.k8s.io/v1"
_INVALID = "continue key is not valid"
#: In place of a version: that of the present, whatever the pieces before had.
_PRESENT = -1
_INCONSISTENT = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


class Continuation(NamedTuple):
    """From which key on, and of which version (0: the present one)."""

    start: str
    version: int


def encoded(start: str, version: int) -> str:
    """Mirrors EncodeContinue."""
    from kubesim.golang.base64 import encode_url
    from kubesim.golang.json import dumps

    return encode_url(dumps({"v": _FORMAT, "rv": version, "start": start}, sort_keys=False).encode())


def decoded(token: str) -> Continuation:
    """StatusError BadRequest. Mirrors DecodeContinue."""
    from kubesim.golang.base64 import decode_url
    from kubesim.golang.json import loads

    try:
        found = loads(decode_url(token).decode(errors="replace"))
        start, version = str(found.get("start", "")), int(found.get("rv", 0))
    except (ValueError, TypeError, AttributeError) as error:
        raise _wrong(f": {error}") from error
    if found.get("v") != _FORMAT:
        raise _wrong(f": server does not recognize this encoded version {found.get('v', '')}")
    if not version:
        raise _wrong(f": incorrect encoded start resourceVersion (version {_FORMAT})")
    if not start:
        raise _wrong(f": encoded start key empty (version {_FORMAT})")
    rooted = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(rooted) != rooted:  # it leads out of where the list is
        raise _wrong(f": {start}")
    return Continuation(rooted[1:], max(version, 0))


def too_old(start: str) -> StatusError:
    """The rest of a list whose version is gone, with a token for what of it is there now."""
    return StatusError("Expired", _INCONSISTENT, 410, continue_=encoded(start, _PRESENT))


def _wrong(why: str) -> StatusError:
    return errors.bad_request(f"invalid continue token: {_INVALID}{why}")
