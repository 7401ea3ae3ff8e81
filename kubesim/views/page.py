"""What the web page shows of a namespace, as a document: its Deployments as they are, the events, the clock."""

from __future__ import annotations

from kubesim.api.meta import key_of, rfc3339
from kubesim.views.timeline.past import recorded_past
from kubesim.views.watch.scene import KINDS, Director

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.sim.clock import Speed
    from kubesim.views.watch.scene import DeploymentPart, EventRow, PodCell, ReplicaSetRow


def document_of(cluster: Cluster, namespace: str, speed: Speed) -> dict[str, Any]:
    """The page's document. ``version`` is another one whenever anything but the clock has changed."""
    objects = [obj for kind in KINDS for obj in cluster.list(kind, namespace)]
    scene = Director(objects, namespace).scene(cluster.now)
    return {
        "version": int(cluster.head["resourceVersion"]),
        "clock": {"now": rfc3339(cluster.now).replace("T", " ").removesuffix("Z"), "speed": str(speed)},
        "namespaces": [obj["metadata"]["name"] for obj in cluster.list("Namespace")],
        "deployments": [_deployment(part) for part in scene.deployments],
        "events": [_event(row) for row in scene.events],
    }


def timeline_picture(saved: SavedCluster, namespace: str, name: str, program: str) -> str:
    """The last rollout of a Deployment as SVG; StatusError NotFound, UserError where none is known."""
    from kubesim.views.timeline import svg

    workload = key_of(saved.read().cluster.get("Deployment", namespace, name))
    past = recorded_past(saved, namespace, program, [workload])
    return svg.render([past.timeline(workload, past.rollout(workload))])


def _deployment(part: DeploymentPart) -> dict[str, Any]:
    return {
        "name": part.name,
        "strategy": part.strategy,
        "desired": part.desired,
        "updated": part.updated,
        "ready": part.ready,
        "available": part.available,
        "message": part.message,
        "done": part.is_done,
        "replicaSets": [_replica_set(row) for row in part.replica_sets],
    }


def _replica_set(row: ReplicaSetRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "revision": row.revision,
        "new": row.is_new,
        "desired": row.desired,
        "ready": row.ready,
        "pods": [_pod(cell) for cell in row.pods],
    }


def _pod(cell: PodCell) -> dict[str, Any]:
    return {"name": cell.name, "state": cell.state.value.lower(), "new": cell.is_new, "reason": cell.reason}


def _event(row: EventRow) -> dict[str, Any]:
    return {
        "at": rfc3339(row.instant)[11:19],
        "type": row.type,
        "reason": row.reason,
        "about": row.about,
        "message": row.message,
        "count": row.count,
    }
