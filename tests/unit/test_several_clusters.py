"""Several clusters in one process know nothing of one another: neither what was worked out for one, nor its kinds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from kubesim.cluster import Cluster
from kubesim.controllers import pod_control
from tests.property.lives import Act, Uncut, deployment, workload

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

LIMITS: Obj = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "limits", "namespace": "default"},
    "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "500m"}}]},
}
NOTE: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "note", "namespace": "default"}}
ACTS = [
    Act("create", deployment(3), 5_000),
    Act("image", "nginx:1.21", 8_000),
    Act("scale", 5, 2_000),
    Act("create", workload("StatefulSet", "nginx:1.20", replicas=2), 20_000),
    Act("undo", None, 30_000),
]


def replica_set(cluster: Cluster, template: Obj) -> Obj:
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    meta = {"name": "web", "namespace": "default"}
    return cluster.create({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": spec, "status": {}})


def requests_of(pod: Obj) -> Any:
    return pod["spec"]["containers"][0]["resources"].get("requests")


def test_a_cluster_completes_the_pods_of_a_template_by_its_own_limits() -> None:
    """The two have the same seed, and one template, so that nothing but the cluster tells their owners apart."""
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}
    limited, free = Uncut.new().cluster, Uncut.new().cluster
    limited.create(LIMITS)
    free.create(NOTE)
    owners = [replica_set(cluster, template) for cluster in (limited, free)]
    assert owners[0]["metadata"]["uid"] == owners[1]["metadata"]["uid"]
    pods = [
        pod_control.create_pod(cluster, owner, "replicaset-controller")
        for cluster, owner in zip((limited, free), owners, strict=True)
    ]
    assert [requests_of(pod) for pod in pods] == [{"cpu": "500m"}, None]


def test_clusters_in_threads_live_as_they_do_alone() -> None:
    seeds = [7, 7, 8, 9]
    alone = {seed: Uncut.new(seed).live(ACTS).objects() for seed in set(seeds)}
    with ThreadPoolExecutor(len(seeds)) as threads:
        together = list(threads.map(lambda seed: Uncut.new(seed).live(ACTS).objects(), seeds))
    assert together == [alone[seed] for seed in seeds]
