"""Tags by which clients know that they have a document already. Mirrors what Go's http.ServeContent does with them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.rest.request import Request


def digest_of(content: bytes) -> str:
    """What changes when the content does."""
    from hashlib import sha512

    return sha512(content).hexdigest().upper()


def tag_of(content: bytes) -> str:
    """The tag of a content, as headers have it."""
    return f'"{digest_of(content)}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client says that it has what has the tag."""
    given = request.header("if-none-match")
    return given.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in given.split(","))
