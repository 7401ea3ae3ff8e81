"""``--append-hash``: a name that changes with the content of the object. Mirrors kubectl pkg/util/hash/hash.go."""

from __future__ import annotations

from kubesim.cli.signature import Annotated, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

AppendHash = Annotated[bool, Option(help="Append a hash of the data to the name.")]

_LENGTH = 10
_WITHOUT_VOWELS = str.maketrans("013ae", "ghkmt")  # so that no bad word can appear


def with_hash(name: str, content: Obj) -> str:
    """The name with a hash of the name and the content of its object."""
    from hashlib import sha256

    from kubesim.golang.json import dumps

    digest = sha256(dumps({**content, "name": name}).encode(errors="surrogateescape")).hexdigest()
    return f"{name}-{digest[:_LENGTH].translate(_WITHOUT_VOWELS)}"
