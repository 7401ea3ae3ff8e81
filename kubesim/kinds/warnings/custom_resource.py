"""What a client is warned of that writes a custom resource. Mirrors customresource's validateKubeFinalizerName."""

from __future__ import annotations

from kubesim.api import names
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

STANDARD_FINALIZERS = ("orphan", "foregroundDeletion", "kubernetes")
PREFER = "prefer a domain-qualified finalizer name"
AVOID = "to avoid accidental conflicts with other finalizer writers"


def finalizer_warnings(new: Obj, old: Obj | None) -> list[str]:
    """What is odd about the finalizers that the object got."""
    added = set(new["metadata"]["finalizers"]) - set((old or new)["metadata"].get("finalizers") or () if old else ())
    return [f"metadata.finalizers: {quote(name)}: {why}" for name in sorted(added) for why in _odd(name)]


def _odd(name: str) -> list[str]:
    odd = list(names.is_qualified_name(name))
    if "/" not in name and name not in STANDARD_FINALIZERS:
        odd.append(f"{PREFER} including a path (/) {AVOID}" if "." in name else f"{PREFER} {AVOID}")
    return odd
