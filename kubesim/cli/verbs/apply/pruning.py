"""``apply --prune`` deletes the objects that were applied once and are in no file now.

Mirrors kubectl pkg/cmd/apply/prune.go and pkg/util/prune.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.support import klog
from kubesim.errors import UserError
from kubesim.golang.quoting import quote
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cluster import Client, Kinds
    from kubesim.kinds import Names

NAMESPACED = (
    *("ConfigMap", "Endpoints", "PersistentVolumeClaim", "Pod", "ReplicationController", "Secret", "Service"),
    *("Job", "CronJob", "Ingress", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
)
CLUSTER_WIDE = ("Namespace", "PersistentVolume")


DEPRECATED = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace "
    "flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in "
    "the --prune-allowlist flag."
)


def allowed(kinds: Kinds, texts: Sequence[str]) -> list[Names]:
    """The kinds of --prune-allowlist; UserError for unknown ones."""
    return [_parsed(kinds, text) for text in texts]


def _parsed(kinds: Kinds, text: str) -> Names:
    """``core/v1/ConfigMap``. Mirrors ParseResources."""
    parts = text.split("/")
    if len(parts) != 3:
        raise UserError(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
    group, version, kind = parts
    api_version = f"{group}/{version}" if group not in ("", "core") else version
    # a version that is not given is any
    names = kinds.names_for(api_version, kind) if version else kinds.preferred(group.removeprefix("core"), kind)
    if names is None:
        raise UserError(f"no matches for kind {quote(kind)} in version {quote(api_version)}")
    return names


def prunable(inv: Invocation, allowlist: Sequence[Names]) -> Sequence[Names]:
    """The kinds to prune: those of the allowlist, else upstream's, with a warning. Mirrors GetRESTMappings.

    The warning is about --namespace, but comes without it too, because kubectl always has a namespace.
    """
    if allowlist:
        return allowlist
    klog.warning(inv.err, "prune.go:71", DEPRECATED)
    return [built_in(kind) for kind in (*NAMESPACED, *CLUSTER_WIDE)]


def left_over(
    cluster: Client, types: Sequence[Names], namespaces: Collection[str], selector: str, visited: Collection[str]
) -> Iterator[Obj]:
    """The objects to prune: applied once, matched by the selector, and not among the ``visited`` uids."""
    from kubesim.api.selector_parser import parse_selector

    matches = parse_selector(selector).matches
    places = [(names, space) for space in sorted(namespaces) for names in types if names.namespaced]
    places += [(names, "") for names in types if not names.namespaced]
    for names, namespace in places:
        cluster.warn_of_deprecation(names.api_version, names.kind)
        for obj in cluster.list(names.key, namespace):
            meta = obj["metadata"]
            if (
                LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(obj)
                and meta["uid"] not in visited
                and matches(meta.get("labels") or {})
            ):
                yield obj
