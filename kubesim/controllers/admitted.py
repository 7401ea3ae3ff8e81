"""What controllers make that plugins may change or refuse, as the API server lets them."""

from __future__ import annotations

from kubesim.cluster import Client, admission
from kubesim.cluster.request_context import of_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


def create(cluster: Cluster, obj: Obj, account: str) -> Obj:
    """Store a new object that the controller of that ServiceAccount made; StatusError where it is refused."""
    meta, names = obj["metadata"], cluster.kinds.of(obj).names
    made = {**obj, "metadata": dict(meta)}
    request = admission.Attributes(admission.CREATE, names, meta.get("namespace", ""), meta["name"], made)
    client = Client(cluster, of_controller(account))
    admission.mutate(request, client)
    admission.validate(request, client)
    return cluster.create(made)
