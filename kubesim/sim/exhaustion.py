"""What is left on a node whose disk or memory is used up, and what its containers use of it.

Nothing runs, so nothing is measured: the amounts are such as a node shows, and follow from the seed.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.identity import hex_digest
from kubesim.api.meta import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster

DISK, MEMORY = "ephemeral-storage", "memory"
BLOCK = 4096  # bytes: nothing is used by less

#: The kubelet's evictionHard: nodefs.available<10% and memory.available<100Mi. The share is a float32.
NODEFS_SHARE = 0.10000000149011612
LEAST_MEMORY = 100 * 1024 * 1024

#: How many blocks a container uses, at least and at most: what it has written, and its working set.
_USES = {DISK: (4, 60), MEMORY: (512, 8192)}


def threshold(node: Obj, resource: str) -> int:
    """The bytes of which less has to be left before the kubelet evicts."""
    if resource == MEMORY:
        return LEAST_MEMORY
    return int(quantity.value(dig(node, "status", "capacity", resource, default="0")) * NODEFS_SHARE)


def left(cluster: Cluster, node: Obj, resource: str) -> int:
    """The bytes that are left, between a tenth and nine tenths of the threshold."""
    share = 100 + _chance(cluster.seed, f"{node['metadata']['name']}/{resource}", 800)
    return threshold(node, resource) // BLOCK * share // 1000 * BLOCK


def used(pod: Obj, container: str, resource: str) -> int:
    """The bytes that a running container of a pod uses."""
    least, most = _USES[resource]
    seed = int(pod["metadata"]["uid"].replace("-", ""), 16)
    return (least + _chance(seed, f"{container}/{resource}", most - least)) * BLOCK


def _chance(seed: int, text: str, choices: int) -> int:
    return int(hex_digest(seed, text, 8), 16) % choices


def text_of(amount: int) -> str:
    """An amount of bytes as a Quantity prints it: ``60Ki``. Mirrors NewQuantity of the format BinarySI."""
    for unit in ("", "Ki", "Mi", "Gi"):
        if amount % 1024 or not amount:
            return f"{amount}{unit}"
        amount //= 1024
    return f"{amount}Ti"
