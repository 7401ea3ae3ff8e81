"""Applies objects as ``kubectl apply`` does, for ``sim check``."""

from __future__ import annotations

from kubesim.api.patch import without_nulls
from kubesim.cli.support.last_applied import with_last_applied
from kubesim.cli.verbs.apply.client_side import GENERATED, patch_kind, three_way
from kubesim.cluster import Client, RequestContext, requests
from kubesim.errors import UserError
from kubesim.kinds.versions import in_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.kubectl.printers.style import Output
    from kubesim.views.check.model import Given

MANAGER = "kubectl-client-side-apply"


class Applier:
    """Applies objects to a cluster; ``err`` takes what kubectl warns of before it gives up."""

    def __init__(self, cluster: Cluster, err: Output) -> None:
        self._warnings: list[str] = []
        self._client = Client(cluster, RequestContext(field_manager=MANAGER, warn=self._warnings.append))
        self._err = err

    def apply(self, given: Given) -> list[str]:
        """Apply an object; gives what the API server warns of. StatusError or UserError for a refusal."""
        self._warnings.clear()
        obj = given.obj
        if not given.key.name:
            raise UserError(GENERATED.format(name=obj["metadata"].get("generateName", "")))
        found = self._client.find(*given.key)
        if found is None:
            requests.create(self._client, without_nulls(with_last_applied(obj)), validation="Strict")
        else:
            self._patch(given, in_version(found, obj["apiVersion"]))
        return list(dict.fromkeys(self._warnings))

    def _patch(self, given: Given, current: Obj) -> None:
        obj = given.obj
        patch = three_way(obj, current, self._err)
        if patch:
            names = self._client.kinds.of(obj).names._replace(version=obj["apiVersion"].rpartition("/")[2])
            _, namespace, name = given.key
            requests.patch(self._client, names, namespace, name, patch_kind(obj), patch, validation="Strict")
