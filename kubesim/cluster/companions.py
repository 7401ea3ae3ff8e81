"""Objects that there is one of for each object of another kind: a Service's IPAddresses, a node's CSINode.

Nothing of them is stored, and they go with the objects that they belong to.  Mirrors what the allocators of addresses
(pkg/registry/core/service/ipallocator) and kubelets (pkg/volume/csi/nodeinfomanager) keep.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import dig
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kubesim.api.meta import Obj

_MANAGED_BY, _ALLOCATOR = "ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io"
# What drivers of the cloud's volumes took over from the kubelet.
_MIGRATED = ",".join(
    f"kubernetes.io/{name}"
    for name in ("aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume")
)


def with_companions(kind: str, stored: list[Obj], owners: list[Obj], seed: int, deleted: Collection[str]) -> list[Obj]:
    """The stored objects of a kind and the companions of ``owners``, by name.

    Of those with a uid in ``deleted`` a Service's are there anew, a node's are gone.
    """
    make = _ip_addresses if kind == "IPAddress" else _csi_nodes
    objs = {obj["metadata"]["name"]: obj for owner in owners for obj in make(owner, seed, deleted)}
    objs.update({obj["metadata"]["name"]: obj for obj in stored if not _is_released(obj, objs)})
    return [objs[name] for name in sorted(objs)]


def _is_released(stored: Obj, objs: dict[str, Obj]) -> bool:
    """Whether an address was a Service's that is gone."""
    meta = stored["metadata"]
    return meta["name"] not in objs and dig(meta, "labels", _MANAGED_BY) == _ALLOCATOR


def _ip_addresses(service: Obj, seed: int, deleted: Collection[str]) -> Iterator[Obj]:
    meta = service["metadata"]
    for address in dig(service, "spec", "clusterIPs", default=()):
        if address == "None":
            continue
        family = "IPv6" if ":" in address else "IPv4"
        more = {"labels": {"ipaddress.kubernetes.io/ip-family": family, _MANAGED_BY: _ALLOCATOR}}
        parent = {"name": meta["name"], "namespace": meta["namespace"], "resource": "services"}
        times = 0
        while (uid := _uid_of("IPAddress", address, service, seed, times)) in deleted:
            times += 1
        yield _companion("IPAddress", address, uid, more, {"parentRef": parent}, service)


def _csi_nodes(node: Obj, seed: int, deleted: Collection[str]) -> Iterator[Obj]:
    """None of a node without a kubelet."""
    meta = node["metadata"]
    uid = _uid_of("CSINode", meta["name"], node, seed)
    if uid not in deleted and dig(node, "status", "nodeInfo", "kubeletVersion"):
        owner = {"apiVersion": "v1", "kind": "Node", "name": meta["name"], "uid": meta["uid"]}
        annotations = {"storage.alpha.kubernetes.io/migrated-plugins": _MIGRATED}
        more = {"annotations": annotations, "ownerReferences": [owner]}
        yield _companion("CSINode", meta["name"], uid, more, {"drivers": None}, node)


def _uid_of(kind: str, name: str, owner: Obj, seed: int, times: int = 0) -> str:
    digest = hex_digest(seed, f"{kind}/{name}/{owner['metadata']['uid']}/{times}")
    return "-".join((digest[:8], digest[8:12], f"4{digest[13:16]}", f"8{digest[17:20]}", digest[20:32]))


def _companion(kind: str, name: str, uid: str, more: Obj, spec: Obj, owner: Obj) -> Obj:
    metadata = {
        "name": name,
        **more,
        "creationTimestamp": owner["metadata"]["creationTimestamp"],
        "resourceVersion": owner["metadata"]["resourceVersion"],
        "uid": uid,
    }
    return {"apiVersion": built_in(kind).api_version, "kind": kind, "metadata": metadata, "spec": spec}
