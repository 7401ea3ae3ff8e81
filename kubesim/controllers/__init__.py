"""The controllers, each imported once there is something for it to do: something changed of its kind or, where there
are objects of its kind, of the others that it watches.

One never imports another: they meet through objects.  The rank is the order in which they act at one instant:
what counts pods comes after what moves them.
"""

from __future__ import annotations

from kubesim.sim.engine import ANY_KIND, Registered
from kubesim.startup.module_import import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.sim.engine import Controller

_CLAIM, _VOLUME, _AUTOSCALER = "PersistentVolumeClaim", "PersistentVolume", "HorizontalPodAutoscaler"
_DEFINITION = "CustomResourceDefinition"
_VAC_PROTECTION = ("volume_attributes_class", "VolumeAttributesClassProtection")
_POLICY = "ValidatingAdmissionPolicy"
_POLICY_STATUS = ("validating_admission_policy_status", "ValidatingAdmissionPolicyStatusController")
_SCALED = "Deployment ReplicaSet ReplicationController StatefulSet"
_SCALERS = f"APIService {_SCALED}"
_AWAITED = "DaemonSet Deployment EndpointSlice Job Service StatefulSet"  # what programs wait for

# name, kind, rank, module, class, the kinds that it watches beside its own
_ROWS: tuple[tuple[str, str, int, str, str, str], ...] = (
    ("customresourcedefinition", _DEFINITION, 2, "custom_resource_definition", f"{_DEFINITION}Controller", ""),
    ("garbage-collector", ANY_KIND, 5, "garbage_collector", "GarbageCollector", ""),
    ("node-lifecycle", "Node", 4, "node_lifecycle", "NodeLifecycleController", ""),
    ("node-status", "Node", 3, "kubelet.node_status", "NodeStatus", ""),
    ("persistentvolumeclaim", _CLAIM, 6, "persistent_volume", "ClaimController", "PersistentVolume Pod StorageClass"),
    ("local-path-provisioner", _CLAIM, 6, "local_path_provisioner", "Provisioner", "Pod"),
    ("local-path-deleter", _VOLUME, 7, "local_path_provisioner", "Deleter", "Pod"),
    ("persistentvolume", _VOLUME, 7, "persistent_volume", "VolumeController", "PersistentVolumeClaim"),
    ("vac-protection", "VolumeAttributesClass", 7, *_VAC_PROTECTION, f"{_CLAIM} {_VOLUME}"),
    ("clusterrole-aggregation", "ClusterRole", 5, "cluster_role_aggregation", "ClusterRoleAggregationController", ""),
    ("validatingadmissionpolicy-status", _POLICY, 5, *_POLICY_STATUS, ""),
    ("resourcequota", "ResourceQuota", 8, "resource_quota", "ResourceQuotaController", ANY_KIND),
    ("ephemeral-volume", "Pod", 9, "ephemeral_volume", "EphemeralVolumeController", _CLAIM),
    ("pod-gc", "Pod", 9, "pod_gc", "PodGarbageCollector", "Node"),
    ("taint-eviction", "Pod", 9, "taint_eviction", "TaintEvictionController", "Node"),
    ("kubelet", "Pod", 10, "kubelet", "Kubelet", f"ConfigMap Node {_CLAIM} Secret {_AWAITED}"),
    ("scheduler", "Pod", 20, "scheduler", "Scheduler", "Node PersistentVolume PersistentVolumeClaim StorageClass"),
    ("endpointslice", "Service", 25, "endpoint_slice", "EndpointSliceController", "EndpointSlice Endpoints Pod"),
    ("apiservice", "APIService", 26, "api_service", "APIServiceController", "EndpointSlice Service"),
    ("replicaset", "ReplicaSet", 30, "replica_set", "ReplicaSetController", "Pod"),
    ("replicationcontroller", "ReplicationController", 30, "replica_set", "ReplicationManager", "Pod"),
    ("daemonset", "DaemonSet", 40, "daemon_set", "DaemonSetController", "ControllerRevision Node Pod"),
    ("job", "Job", 40, "job", "JobController", "Pod"),
    ("statefulset", "StatefulSet", 40, "stateful_set", "StatefulSetController", "ControllerRevision Pod"),
    ("ingress-nginx", "Ingress", 45, "ingress_nginx", "IngressNginxController", "DaemonSet Deployment IngressClass"),
    ("deployment", "Deployment", 50, "deployment", "DeploymentController", "ReplicaSet"),
    ("disruption", "PodDisruptionBudget", 55, "disruption", "DisruptionController", f"Pod {_SCALED}"),
    ("cronjob", "CronJob", 60, "cron_job", "CronJobController", "Job"),
    ("horizontalpodautoscaler", _AUTOSCALER, 60, "horizontal_pod_autoscaler", f"{_AUTOSCALER}Controller", _SCALERS),
    ("namespace", "Namespace", 70, "namespace", "NamespaceController", "ConfigMap ServiceAccount"),
    ("csrsigning", "CertificateSigningRequest", 72, "certificate_signing", "CertificateSigningController", ""),
    ("flow-schema", "FlowSchema", 73, "flow_schema", "FlowSchemaController", "PriorityLevelConfiguration"),
    ("kubernetes-service", "Namespace", 71, "kubernetes_service", "KubernetesServiceController", "Service"),
)


def registry() -> list[Registered]:
    """Every controller of the cluster, for the engine."""
    return [
        Registered(
            name, kind, rank, _loader(module, cls), None if watched == ANY_KIND else frozenset((kind, *watched.split()))
        )
        for name, kind, rank, module, cls, watched in _ROWS
    ]


def _loader(module: str, cls: str) -> Callable[[], Controller]:
    def load() -> Controller:
        controller: Controller = getattr(import_module(f"kubesim.controllers.{module}"), cls)()
        return controller

    return load
