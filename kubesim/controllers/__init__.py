"""The controllers, each imported once an object of its kind is there.

One never imports another: they meet through objects.  The rank is the order in which they act at one instant:
what counts pods comes after what moves them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kubesim.sim.engine import ANY_KIND, Registered

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.sim.engine import Controller

# name, kind, rank, module, class
_ROWS = (
    ("garbage-collector", ANY_KIND, 5, "garbage_collector", "GarbageCollector"),
    ("persistentvolumeclaim", "PersistentVolumeClaim", 6, "persistent_volume", "ClaimController"),
    ("local-path-provisioner", "PersistentVolumeClaim", 6, "local_path_provisioner", "Provisioner"),
    ("local-path-deleter", "PersistentVolume", 7, "local_path_provisioner", "Deleter"),
    ("persistentvolume", "PersistentVolume", 7, "persistent_volume", "VolumeController"),
    ("resourcequota", "ResourceQuota", 8, "resource_quota", "ResourceQuotaController"),
    ("kubelet", "Pod", 10, "kubelet", "Kubelet"),
    ("scheduler", "Pod", 20, "scheduler", "Scheduler"),
    ("endpointslice", "Service", 25, "endpoint_slice", "EndpointSliceController"),
    ("replicaset", "ReplicaSet", 30, "replica_set", "ReplicaSetController"),
    ("replicationcontroller", "ReplicationController", 30, "replica_set", "ReplicationManager"),
    ("daemonset", "DaemonSet", 40, "daemon_set", "DaemonSetController"),
    ("job", "Job", 40, "job", "JobController"),
    ("statefulset", "StatefulSet", 40, "stateful_set", "StatefulSetController"),
    ("deployment", "Deployment", 50, "deployment", "DeploymentController"),
    ("disruption", "PodDisruptionBudget", 55, "disruption", "DisruptionController"),
    ("cronjob", "CronJob", 60, "cron_job", "CronJobController"),
    (
        *("horizontalpodautoscaler", "HorizontalPodAutoscaler", 60),
        *("horizontal_pod_autoscaler", "HorizontalPodAutoscalerController"),
    ),
    ("namespace", "Namespace", 70, "namespace", "NamespaceController"),
)


def registry() -> list[Registered]:
    """Every controller of the cluster, for the engine."""
    return [Registered(name, kind, rank, _loader(module, cls)) for name, kind, rank, module, cls in _ROWS]


def _loader(module: str, cls: str) -> Callable[[], Controller]:
    def load() -> Controller:
        controller: Controller = getattr(import_module(f"kubesim.controllers.{module}"), cls)()
        return controller

    return load
