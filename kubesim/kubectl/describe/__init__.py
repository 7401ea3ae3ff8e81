"""The text of ``describe``: a file a kind, found by group and kind.

``writer`` lays text out, ``common`` has what all kinds share, ``pod_template``, ``containers`` and ``volumes`` what all
workloads share, and ``generic`` is for kinds that kubectl has no describer for.  Mirrors kubectl pkg/describe.
"""

from __future__ import annotations

from kubesim.startup.module_import import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Reader

# By group and kind, the module <name> with describe_<name>, which writes the text. Mirrors describerMap.
_DESCRIBERS = {
    ("", "ConfigMap"): "config_map",
    ("", "Endpoints"): "endpoints",
    ("", "LimitRange"): "limit_range",
    ("", "Namespace"): "namespace",
    ("", "Node"): "node",
    ("", "PersistentVolume"): "persistent_volume",
    ("", "PersistentVolumeClaim"): "persistent_volume_claim",
    ("", "Pod"): "pod",
    ("", "ReplicationController"): "replication_controller",
    ("", "ResourceQuota"): "resource_quota",
    ("", "Secret"): "secret",
    ("", "Service"): "service",
    ("", "ServiceAccount"): "service_account",
    ("apps", "DaemonSet"): "daemon_set",
    ("apps", "Deployment"): "deployment",
    ("apps", "ReplicaSet"): "replica_set",
    ("apps", "StatefulSet"): "stateful_set",
    ("autoscaling", "HorizontalPodAutoscaler"): "horizontal_pod_autoscaler",
    ("batch", "CronJob"): "cron_job",
    ("batch", "Job"): "job",
    ("certificates.k8s.io", "CertificateSigningRequest"): "certificate_signing_request",
    ("discovery.k8s.io", "EndpointSlice"): "endpoint_slice",
    ("networking.k8s.io", "Ingress"): "ingress",
    ("networking.k8s.io", "IngressClass"): "ingress_class",
    ("networking.k8s.io", "IPAddress"): "ip_address",
    ("networking.k8s.io", "NetworkPolicy"): "network_policy",
    ("networking.k8s.io", "ServiceCIDR"): "service_cidr",
    ("policy", "PodDisruptionBudget"): "pod_disruption_budget",
    ("rbac.authorization.k8s.io", "ClusterRole"): "role",
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): "role_binding",
    ("rbac.authorization.k8s.io", "Role"): "role",
    ("rbac.authorization.k8s.io", "RoleBinding"): "role_binding",
    ("scheduling.k8s.io", "PriorityClass"): "priority_class",
    ("storage.k8s.io", "CSINode"): "csi_node",
    ("storage.k8s.io", "StorageClass"): "storage_class",
    ("storage.k8s.io", "VolumeAttributesClass"): "volume_attributes_class",
}


def describe(obj: Obj, reader: Reader, now: int, *, show_events: bool = True) -> str:
    """The text of ``obj`` at ``now`` (ms), with what belongs to it as ``reader`` finds it. Mirrors DescriberFor."""
    group, _, _ = obj["apiVersion"].rpartition("/")
    name = _DESCRIBERS.get((group, obj["kind"]), "generic")
    describer: Callable[..., str] = getattr(import_module(f"kubesim.kubectl.describe.{name}"), f"describe_{name}")
    return describer(obj, reader, now, show_events=show_events)
