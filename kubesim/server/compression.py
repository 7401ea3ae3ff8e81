"""Large objects are sent compressed to clients that take it. Mirrors apiserver's responsewriters.SerializeObject."""

from __future__ import annotations

import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.rest.request import Answer, Request

_THRESHOLD = 128 * 1024  # bytes
_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS  # how zlib is told to write gzip's format


def is_worth_it(request: Request, answer: Answer) -> bool:
    """Whether an answer is large, and the client takes gzip."""
    if not answer.compresses or len(answer.body) <= _THRESHOLD:
        return False
    return any(one.strip() == "gzip" for one in request.header("accept-encoding").split(","))


def compressed(answer: Answer) -> Answer:
    """The same answer with its content in gzip."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    body = packer.compress(answer.body) + packer.flush()
    headers = (*answer.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
    return answer._replace(body=body, headers=headers)
