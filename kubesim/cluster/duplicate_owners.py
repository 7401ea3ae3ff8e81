"""Owners that are named twice. Mirrors dedupOwnerReferencesAndAddWarning of apiserver's endpoints/handlers/rest.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client

_WARNING = (
    ".metadata.ownerReferences contains duplicate entries{when}; API server dedups owner references in 1.20+, and may "
    "reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {uids}"
)


def with_each_owner_once(client: Client, obj: Obj, *, patched: bool) -> Obj:
    """The object without references that it has already; a warning names their UIDs.

    What was ``patched`` is looked through when admission plugins have had their turn, and the warning says so.
    """
    kept: list[Obj] = []
    uids = []
    for reference in obj["metadata"]["ownerReferences"]:
        if reference in kept:
            uids.append(reference.get("uid", ""))
        else:
            kept.append(reference)
    if not uids:
        return obj
    when = " after mutating admission happens" if patched else ""
    client.warn(_WARNING.format(when=when, uids=", ".join(uids)))
    return with_metadata(obj, ownerReferences=kept)
