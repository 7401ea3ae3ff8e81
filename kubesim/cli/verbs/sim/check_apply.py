"""Applies objects as ``kubectl apply`` does, for ``sim check``."""

from __future__ import annotations

from kubesim.api.meta import with_metadata
from kubesim.cli.verbs.apply.client_side import apply_one
from kubesim.cluster import Client, RequestContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.kubectl.printers.style import Output
    from kubesim.views.check.model import Given

MANAGER = "kubectl-client-side-apply"
_LIVE = ("resourceVersion", "uid")  # of a manifest that was taken from a cluster
STALE = "metadata.{field} lets apply succeed in one state of one cluster alone, and is left out here"


class Applier:
    """Applies objects to a cluster; ``err`` takes what kubectl warns of before it gives up."""

    def __init__(self, cluster: Cluster, err: Output) -> None:
        self._warnings: list[str] = []
        self._client = Client(cluster, RequestContext(field_manager=MANAGER, warn=self._warnings.append))
        self._err = err

    def apply(self, given: Given) -> list[str]:
        """Apply an object; gives what the API server warns of. StatusError or UserError for a refusal."""
        self._warnings.clear()
        _, namespace, name = given.key
        live = [field for field in _LIVE if field in given.obj["metadata"]]
        self._warnings += [STALE.format(field=field) for field in live]
        manifest = with_metadata(given.obj, **dict.fromkeys(live))
        names = self._client.kinds.of(manifest).names._replace(version=manifest["apiVersion"].rpartition("/")[2])
        apply_one(self._client, names, namespace, name, manifest, self._err)
        return list(dict.fromkeys(self._warnings))
