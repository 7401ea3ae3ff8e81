"""What every new cluster holds: nodes, four namespaces, and what every namespace gets."""

from __future__ import annotations

import os

from kubesim.api.meta import Obj, rfc3339
from kubesim.api.well_known import (
    BETA_ARCH,
    BETA_OS,
    CONTROLLER_MANAGED_ATTACH_ANNOTATION,
    LABEL_ARCH_STABLE,
    LABEL_HOSTNAME,
    LABEL_METADATA_NAME,
    LABEL_NODE_EXCLUDE_BALANCERS,
    LABEL_NODE_ROLE_CONTROL_PLANE,
    LABEL_OS_STABLE,
    OBJECT_TTL_ANNOTATION_KEY,
)
from kubesim.cluster.kubernetes_service import api_addresses, api_service
from kubesim.cluster.namespace_defaults import default_service_account, root_ca_config_map
from kubesim.kubeadm import system
from kubesim.sim.images.name import image_id, image_size, parse_image
from kubesim.sim.profiles import BARE, USUAL_SIZE, Size, asked_profile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.cluster.drawers import Head

VERSION = "v1.36.2"
_COMPONENTS = ("controller-manager", "etcd-0", "scheduler")
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")

_CONTROL_PLANE_LABELS = {
    LABEL_NODE_ROLE_CONTROL_PLANE: "",
    LABEL_NODE_EXCLUDE_BALANCERS: "",
}

# On bare clusters a hundred thousand small pods have room on each node. A pod that asks for 64 cpus fits nowhere.
_BARE_CAPACITY = {
    "cpu": "32",
    "ephemeral-storage": "1000Gi",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "128Gi",
    "pods": "100k",
}
_CAPACITY = {**_BARE_CAPACITY, "cpu": "16", "ephemeral-storage": "250Gi", "memory": "32Gi", "pods": "110"}

# Images that every node has from the start, as the nodes of a playground do; all others are pulled at first use.
_IMAGES = ("nginx:1.25", "busybox:1.36")

# Blocks of 256 addresses for pods, by the profile: the first nodes have neighbouring ones. A node that had more pods
# takes every 16th block after its own (see ``pod_ip``), so that the next 16 nodes begin some way on.
_POD_NETWORK = {BARE: (192, 168)}
_POD_NETWORK_ELSE, _LARGE_POD_NETWORK = (10, 244), (10, 112)
_NEIGHBOURS, _STRIDE = 16, 64

_NODE_INFO = {
    "architecture": "amd64",
    "bootID": "5b1c2d9e-4c36-4ee2-9d0b-3f8a1c7f2e64",
    "containerRuntimeVersion": "containerd://2.1.3",
    "kernelVersion": "6.8.0-51-generic",
    "kubeProxyVersion": "",
    "kubeletVersion": VERSION,
    "machineID": "9a0c4a6a7f3e4a2f8b6d5e1c3b2a1908",
    "operatingSystem": "linux",
    "osImage": "Ubuntu 24.04.2 LTS",
    "systemUUID": "0e9d8c7b-6a5f-4e3d-2c1b-0a9f8e7d6c5b",
}

_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def bootstrap_objects(now: int, profile: str = BARE, size: Size = USUAL_SIZE) -> list[Obj]:
    """Every object of a new cluster at ``now`` (ms), but for its system; complete but for what any object is given.

    What runs in kube-system is added by ``kubesim.kubeadm.system``.
    """
    objects = [namespace(name) for name in NAMESPACES]
    for name in NAMESPACES:
        objects += [root_ca_config_map(name), default_service_account(name)]
    objects += [*node_objects(now, profile, size), api_service(), *api_addresses(), *_priority_classes()]
    return objects if profile == BARE else [*objects, *map(_component_status, _COMPONENTS)]


def _component_status(name: str) -> Obj:
    """A part of the control plane that is well."""
    healthy = {"message": "ok", "status": "True", "type": "Healthy"}
    return {"apiVersion": "v1", "conditions": [healthy], "kind": "ComponentStatus", "metadata": {"name": name}}


def _priority_classes() -> list[Obj]:
    """What pods of the system have."""
    classes = {
        "system-cluster-critical": (
            2000000000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if "
            "necessary.",
        ),
        "system-node-critical": (
            2000001000,
            "Used for system critical pods that must not be moved from their current node.",
        ),
    }
    return [
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "description": description,
            "kind": "PriorityClass",
            "metadata": {"name": name},
            "preemptionPolicy": "PreemptLowerPriority",
            "value": value,
        }
        for name, (value, description) in classes.items()
    ]


def namespace(name: str) -> Obj:
    """An active namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"labels": {LABEL_METADATA_NAME: name}, "name": name},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def node_objects(now: int, profile: str, size: Size) -> list[Obj]:
    """The control plane's node, which is tainted unless it is the only one, and the workers."""
    capacity = dict(_BARE_CAPACITY if profile == BARE else _CAPACITY)
    if size.pods_per_node is not None:
        capacity["pods"] = str(size.pods_per_node)
    images = [_node_image(image) for image in (*_IMAGES, *(() if profile == BARE else system.images()))]
    digits = max(2, len(str(size.nodes - 1)))
    names = ["controlplane", *(f"node{index:0{digits}d}" for index in range(1, size.nodes))]
    network = _pod_network(profile, size)
    nodes = [_node(name, index, network, _node_status(capacity, images, now)) for index, name in enumerate(names)]
    nodes[0]["metadata"]["labels"].update(_CONTROL_PLANE_LABELS)
    if size.nodes > 1:
        nodes[0]["spec"]["taints"] = [{"effect": "NoSchedule", "key": LABEL_NODE_ROLE_CONTROL_PLANE}]
    return nodes


def _pod_network(profile: str, size: Size) -> tuple[int, int]:
    """The first two numbers of the first pod's address."""
    is_large = profile != BARE and size.nodes > 700
    return _LARGE_POD_NETWORK if is_large else _POD_NETWORK.get(profile, _POD_NETWORK_ELSE)


def _pod_cidr(index: int, network: tuple[int, int]) -> str:
    """The range of pods' addresses of a node."""
    first, second = network
    block = second * 256 + index // _NEIGHBOURS * _STRIDE + index % _NEIGHBOURS
    return f"{first}.{block // 256}.{block % 256}.0/24"


def node_address(index: int) -> str:
    """The InternalIP of a node."""
    place = 256 + 2 + index
    return f"172.30.{place // 256}.{place % 256}"


def _node(name: str, index: int, network: tuple[int, int], status: Obj) -> Obj:
    cidr, address = _pod_cidr(index, network), node_address(index)
    addresses = [{"address": address, "type": "InternalIP"}, {"address": name, "type": "Hostname"}]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "annotations": {
                OBJECT_TTL_ANNOTATION_KEY: "0",
                CONTROLLER_MANAGED_ATTACH_ANNOTATION: "true",
            },
            "labels": {
                BETA_ARCH: "amd64",
                BETA_OS: "linux",
                LABEL_ARCH_STABLE: "amd64",
                LABEL_HOSTNAME: name,
                LABEL_OS_STABLE: "linux",
            },
            "name": name,
        },
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": {"addresses": addresses, **status},
    }


def _node_status(capacity: dict[str, str], images: list[Obj], now: int) -> Obj:
    """What a node's kubelet reports, but for its addresses."""
    return {
        "allocatable": dict(capacity),
        "capacity": dict(capacity),
        "conditions": [_node_condition(*row, rfc3339(now)) for row in _CONDITIONS],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "images": images,
        "nodeInfo": dict(_NODE_INFO),
    }


def _node_image(image: str) -> Obj:
    name = parse_image(image)
    assert name is not None
    return {"names": [image_id(name), name.full], "sizeBytes": image_size(name)}


def _node_condition(kind: str, status: str, reason: str, message: str, stamp: str) -> Obj:
    return {
        "lastHeartbeatTime": stamp,
        "lastTransitionTime": stamp,
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    }


def node_lease(node: Obj) -> Obj:
    """The lease of a node, by which its kubelet reports that it is alive."""
    name = node["metadata"]["name"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
    return {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": name, "namespace": "kube-node-lease", "ownerReferences": [owner]},
        "spec": {"holderIdentity": name, "leaseDurationSeconds": 40},
    }


def found_cluster(cluster: Cluster, size: Size = USUAL_SIZE) -> None:
    """Fill a new cluster with what its profile has, all of it settled already but on a bare one."""
    begins, cluster.now = cluster.now, int(cluster.head["epoch"])
    for obj in bootstrap_objects(cluster.now, cluster.profile, size):
        cluster.create(obj)
    system.install(cluster)
    for node in cluster.list("Node"):
        cluster.create(node_lease(node))
    if cluster.now != begins:
        cluster.now = begins
        cluster.changes.clear()


def new_cluster_head(wall: int, *, at: int | None = None, seed: int | None = None, profile: str = "") -> Head:
    """The head of a cluster whose clock shows ``at`` (ms, ``wall`` if None) when the wall clock shows ``wall``.

    The seed is random if None: with one and the same seed the same commands give the same names. ``profile`` is the
    one that the environment names, or the default, if it is empty.  A cluster with a system came up a while before.
    """
    begins = wall if at is None else at
    profile = asked_profile(profile)
    return {
        "profile": profile,
        "seed": int.from_bytes(os.urandom(4), "big") if seed is None else seed,
        "epoch": begins if profile == BARE else begins - system.UP_TIME,
        "serial": 0,
        "resourceVersion": 0,
        "clock": {"sim": begins, "wall": wall, "speed": 1},
        "wake": None,
        "notes": {},
        "config": {},
    }
