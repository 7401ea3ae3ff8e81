"""Kubernetes' own kinds: what each is called, and where its behaviour is.

Which kinds a cluster has is for the cluster to say: see ``kubesim.cluster.kinds``.
"""

from __future__ import annotations

from kubesim.api.meta import api_version_of, kind_key
from kubesim.kinds.generated.discovery import ROWS
from kubesim.startup.named_tuple import NamedTuple

# Kinds with a file of their own: kubesim/kinds/<module>.py holds a class of the kind's name; close kin share one.
MODULES = {
    "APIService": "api_service",
    "CSIDriver": "csi_driver",
    "CSINode": "csi_node",
    "CSIStorageCapacity": "csi_storage_capacity",
    "CertificateSigningRequest": "certificate_signing_request",
    "ClusterRole": "role",
    "ClusterRoleBinding": "role_binding",
    "ConfigMap": "config_map",
    "ControllerRevision": "controller_revision",
    "CronJob": "cron_job",
    "CustomResourceDefinition": "custom_resource_definition",
    "DaemonSet": "daemon_set",
    "Deployment": "deployment",
    "DeviceClass": "device_class",
    "EndpointSlice": "endpoint_slice",
    "Endpoints": "endpoints",
    "Event": "event",
    "FlowSchema": "flow_schema",
    "HorizontalPodAutoscaler": "horizontal_pod_autoscaler",
    "IPAddress": "ip_address",
    "Ingress": "ingress",
    "IngressClass": "ingress_class",
    "Job": "job",
    "Lease": "lease",
    "LimitRange": "limit_range",
    "MutatingAdmissionPolicy": "admission_policy",
    "MutatingAdmissionPolicyBinding": "admission_policy",
    "MutatingWebhookConfiguration": "webhook_configuration",
    "Namespace": "namespace",
    "NetworkPolicy": "network_policy",
    "Node": "node",
    "PersistentVolume": "persistent_volume",
    "PersistentVolumeClaim": "persistent_volume_claim",
    "Pod": "pod",
    "PodDisruptionBudget": "pod_disruption_budget",
    "PodTemplate": "pod_template",
    "PriorityClass": "priority_class",
    "PriorityLevelConfiguration": "priority_level_configuration",
    "ReplicaSet": "replica_set",
    "ReplicationController": "replication_controller",
    "ResourceClaim": "resource_claim",
    "ResourceClaimTemplate": "resource_claim_template",
    "ResourceQuota": "resource_quota",
    "ResourceSlice": "resource_slice",
    "Role": "role",
    "RoleBinding": "role_binding",
    "RuntimeClass": "runtime_class",
    "Scale": "scale",
    "Secret": "secret",
    "Service": "service",
    "ServiceAccount": "service_account",
    "ServiceCIDR": "service_cidr",
    "StatefulSet": "stateful_set",
    "StorageClass": "storage_class",
    "ValidatingAdmissionPolicy": "admission_policy",
    "ValidatingAdmissionPolicyBinding": "admission_policy",
    "ValidatingWebhookConfiguration": "webhook_configuration",
    "VolumeAttachment": "volume_attachment",
    "VolumeAttributesClass": "volume_attributes_class",
}

# Groups that serve a kind in more than one version; discovery lists the preferred one.
SERVED_VERSIONS = {"autoscaling": ("v2", "v1")}


class Names(NamedTuple):
    """What discovery says of a resource. Mirrors metav1.APIResource.

    The last five are there of custom resources alone: ``versions`` are those that are served, the preferred one first,
    ``storage`` is the one that objects are stored in, ``deprecations`` are versions with what clients are warned of,
    and ``is_revised`` says that the definition changed since it was made.
    """

    kind: str
    group: str
    version: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    namespaced: bool
    categories: tuple[str, ...]
    verbs: str
    list_kind: str = ""
    versions: tuple[str, ...] = ()
    storage: str = ""
    deprecations: tuple[tuple[str, str], ...] = ()
    is_revised: bool = False

    @property
    def api_version(self) -> str:
        return api_version_of(self.group, self.version)

    @property
    def key(self) -> str:
        """What stands for the kind in keys (see ``kind_key``)."""
        return kind_key(self.api_version, self.kind)

    @property
    def qualified(self) -> str:
        """``deployments.apps``, as ``-o name`` and errors call the resource."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def is_custom(self) -> bool:
        """Whether a CustomResourceDefinition defines the kind."""
        return bool(self.storage)

    @property
    def is_served(self) -> bool:
        """Whether the cluster answers in this version; of others clients may still know (see ``remembered``)."""
        return not self.is_custom or self.version in self.versions

    @property
    def served(self) -> tuple[str, ...]:
        """The versions that the kind is served in, the preferred one first."""
        return self.versions if self.is_custom else SERVED_VERSIONS.get(self.group, (self.version,))


#: What the scale subresource speaks: no resource of its own, and so not in discovery's list.
SCALE = Names("Scale", "autoscaling", "v1", "scales", "scale", (), True, (), "")


def built_in(kind: str) -> Names:
    """The names of a kind of Kubernetes' own; of one that two groups serve (Event), the first group's."""
    return SCALE if kind == SCALE.kind else Names(*next(row for row in ROWS if row[0] == kind))


#: Kinds that are on their way out: since when, and what to use. Mirrors the types' APILifecycle methods.
DEPRECATED = {
    ("v1", "ComponentStatus"): "v1.19+",
    ("v1", "Endpoints"): "v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}


def unserved(api_version: str, kind: str) -> Names:
    """How a kind is called that the cluster does not serve."""
    group, _, version = api_version.rpartition("/")
    return Names(kind, group, version, f"{kind.lower()}s", kind.lower(), (), namespaced=True, categories=(), verbs="")
