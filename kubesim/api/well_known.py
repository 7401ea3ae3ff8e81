"""Labels, annotations, taints, finalizers and types that Kubernetes itself gives a meaning, each by upstream's name."""

from __future__ import annotations

# Deployments, ReplicaSets and their rollouts

DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY = "pod-template-hash"
REVISION_ANNOTATION = "deployment.kubernetes.io/revision"
REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS_ANNOTATION = "deployment.kubernetes.io/max-replicas"
DEPRECATED_ROLLBACK_TO = "deprecated.deployment.rollback.to"
POD_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

# What kubectl writes

LAST_APPLIED_CONFIG_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause"
RESTARTED_AT_ANNOTATION = "kubectl.kubernetes.io/restartedAt"
DEFAULT_CONTAINER_ANNOTATION_NAME = "kubectl.kubernetes.io/default-container"
CRON_JOB_INSTANTIATE_ANNOTATION = "cronjob.kubernetes.io/instantiate"

# StatefulSets and DaemonSets

CONTROLLER_REVISION_HASH_LABEL_KEY = "controller-revision-hash"
DAEMON_SET_TEMPLATE_GENERATION_KEY = "pod-template-generation"
DEPRECATED_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
STATEFUL_SET_POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"

# Jobs and CronJobs

CONTROLLER_UID_LABEL = "batch.kubernetes.io/controller-uid"
LEGACY_CONTROLLER_UID_LABEL = "controller-uid"
JOB_NAME_LABEL = "batch.kubernetes.io/job-name"
LEGACY_JOB_NAME_LABEL = "job-name"
JOB_TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"
JOB_COMPLETION_INDEX_ANNOTATION = "batch.kubernetes.io/job-completion-index"
JOB_INDEX_FAILURE_COUNT_ANNOTATION = "batch.kubernetes.io/job-index-failure-count"
JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION = "batch.kubernetes.io/job-index-ignored-failure-count"
CRON_JOB_SCHEDULED_TIMESTAMP_ANNOTATION = "batch.kubernetes.io/cronjob-scheduled-timestamp"

# Pods

MIRROR_POD_ANNOTATION_KEY = "kubernetes.io/config.mirror"
SECCOMP_POD_ANNOTATION_KEY = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER_ANNOTATION_KEY_PREFIX = "container.seccomp.security.alpha.kubernetes.io/"
DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX = "container.apparmor.security.beta.kubernetes.io/"
LIMIT_RANGER_ANNOTATION = "kubernetes.io/limit-ranger"

# Nodes, and the keys of their taints

LABEL_HOSTNAME = "kubernetes.io/hostname"
LABEL_ARCH_STABLE = "kubernetes.io/arch"
LABEL_OS_STABLE = "kubernetes.io/os"
BETA_ARCH = "beta.kubernetes.io/arch"
BETA_OS = "beta.kubernetes.io/os"
NODE_LABEL_ROLE = "kubernetes.io/role"
LABEL_NODE_ROLE_PREFIX = "node-role.kubernetes.io/"
LABEL_NODE_ROLE_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
LABEL_NODE_EXCLUDE_BALANCERS = "node.kubernetes.io/exclude-from-external-load-balancers"
OBJECT_TTL_ANNOTATION_KEY = "node.alpha.kubernetes.io/ttl"
CONTROLLER_MANAGED_ATTACH_ANNOTATION = "volumes.kubernetes.io/controller-managed-attach-detach"
TAINT_NODE_NOT_READY = "node.kubernetes.io/not-ready"
TAINT_NODE_UNREACHABLE = "node.kubernetes.io/unreachable"
TAINT_NODE_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
TAINT_NODE_MEMORY_PRESSURE = "node.kubernetes.io/memory-pressure"
TAINT_NODE_DISK_PRESSURE = "node.kubernetes.io/disk-pressure"
TAINT_NODE_NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable"
TAINT_NODE_PID_PRESSURE = "node.kubernetes.io/pid-pressure"

# Services and their endpoints

LABEL_SERVICE_NAME = "kubernetes.io/service-name"
LABEL_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
LABEL_SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
LEADER_ELECTION_RECORD = "control-plane.alpha.kubernetes.io/leader"
ENDPOINTS_LABEL_MANAGED_BY = "endpoints.kubernetes.io/managed-by"
ENDPOINTS_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
ENDPOINTS_LAST_CHANGE_TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
IS_HEADLESS_SERVICE = "service.kubernetes.io/headless"
ANNOTATION_TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
DEPRECATED_ANNOTATION_TOPOLOGY_AWARE_HINTS = "service.kubernetes.io/topology-aware-hints"
ANNOTATION_LOAD_BALANCER_SOURCE_RANGES_KEY = "service.beta.kubernetes.io/load-balancer-source-ranges"
ANNOTATION_INGRESS_CLASS = "kubernetes.io/ingress.class"
ANNOTATION_IS_DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"

# Volumes

ANN_BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
ANN_BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
ANN_DYNAMICALLY_PROVISIONED = "pv.kubernetes.io/provisioned-by"
ANN_SELECTED_NODE = "volume.kubernetes.io/selected-node"
ANN_STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
ANN_BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
BETA_STORAGE_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
MOUNT_OPTION_ANNOTATION = "volume.beta.kubernetes.io/mount-options"
IS_DEFAULT_STORAGE_CLASS_ANNOTATION = "storageclass.kubernetes.io/is-default-class"
PV_PROTECTION_FINALIZER = "kubernetes.io/pv-protection"
VAC_PROTECTION_FINALIZER = "kubernetes.io/vac-protection"
PVC_PROTECTION_FINALIZER = "kubernetes.io/pvc-protection"

# Namespaces, access and the cluster itself

LABEL_METADATA_NAME = "kubernetes.io/metadata.name"
DESCRIPTION_ANNOTATION = "kubernetes.io/description"
ENFORCE_MOUNTABLE_SECRETS_ANNOTATION = "kubernetes.io/enforce-mountable-secrets"
SERVICE_ACCOUNT_NAME_KEY = "kubernetes.io/service-account.name"
CREDENTIAL_ID_KEY = "authentication.kubernetes.io/credential-id"
AUTO_UPDATE_ANNOTATION_KEY = "rbac.authorization.kubernetes.io/autoupdate"
BOOTSTRAPPING_LABEL = "kubernetes.io/bootstrapping"
AUTO_REGISTER_MANAGED_LABEL = "kube-aggregator.kubernetes.io/automanaged"
CLUSTER_SERVICE_LABEL = "kubernetes.io/cluster-service"
SERVICE_DISPLAY_NAME_LABEL = "kubernetes.io/name"
DEPRECATED_AUTOSCALER_ANNOTATION_PREFIX = "autoscaling.alpha.kubernetes.io/"

# Classes of priority that every cluster has, with their values

SYSTEM_PRIORITY_CLASSES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}

# Types of Secrets

SECRET_TYPE_SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token"
SECRET_TYPE_DOCKERCFG = "kubernetes.io/dockercfg"
SECRET_TYPE_DOCKER_CONFIG_JSON = "kubernetes.io/dockerconfigjson"
SECRET_TYPE_BASIC_AUTH = "kubernetes.io/basic-auth"
SECRET_TYPE_SSH_AUTH = "kubernetes.io/ssh-auth"
SECRET_TYPE_TLS = "kubernetes.io/tls"
