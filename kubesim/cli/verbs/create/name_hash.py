"""``--append-hash``: a name that changes with what is in the object. Mirrors kubectl pkg/util/hash/hash.go."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_LENGTH = 10
_WITHOUT_VOWELS = str.maketrans("013ae", "ghkmt")  # so that no bad word is formed


def with_hash(name: str, content: Obj) -> str:
    """The name with a hash of its object's content, which has the name in it."""
    from hashlib import sha256

    from kubesim.golang.json import dumps

    digest = sha256(dumps({**content, "name": name}).encode(errors="surrogateescape")).hexdigest()
    return f"{name}-{digest[:_LENGTH].translate(_WITHOUT_VOWELS)}"
