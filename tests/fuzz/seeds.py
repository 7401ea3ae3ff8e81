"""A valid manifest of every kind that can be kept, with most of what somebody acts on in it: fuzzing begins there."""

from __future__ import annotations

POD_SPEC = """
  restartPolicy: {restart}
  terminationGracePeriodSeconds: 2
  initContainers: [{{name: first, image: busybox, command: [sleep, "1"]}}]
  containers:
  - name: main
    image: nginx:1.25
    command: {command}
    args: [a, b]
    ports: [{{name: http, containerPort: 80, protocol: TCP}}]
    env:
    - {{name: A, value: b}}
    - {{name: C, valueFrom: {{configMapKeyRef: {{name: configmap, key: a, optional: true}}}}}}
    envFrom: [{{configMapRef: {{name: configmap, optional: true}}}}]
    resources: {{requests: {{cpu: 10m, memory: 8Mi}}, limits: {{cpu: "1", memory: 1Gi}}}}
    volumeMounts: [{{name: v, mountPath: /v, readOnly: true}}]
    readinessProbe: {{httpGet: {{path: /, port: http}}, periodSeconds: 3, initialDelaySeconds: 1}}
    livenessProbe: {{tcpSocket: {{port: 80}}, failureThreshold: 2}}
    startupProbe: {{exec: {{command: ["true"]}}, timeoutSeconds: 2}}
    lifecycle: {{preStop: {{exec: {{command: [sleep, "1"]}}}}}}
    securityContext: {{runAsUser: 1000, capabilities: {{add: [NET_ADMIN]}}}}
  volumes: [{{name: v, configMap: {{name: configmap, optional: true, items: [{{key: a, path: b}}]}}}}]
  nodeSelector: {{kubernetes.io/os: linux}}
  tolerations: [{{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 60}}]
  affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [
    {{matchExpressions: [{{key: kubernetes.io/os, operator: In, values: [linux]}}]}}]}}}}}}
  topologySpreadConstraints: [{{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}}]
"""


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" for line in text.splitlines(keepends=True))


def _template(indent: int, restart: str = "Always", command: str = "[sleep, '100']") -> str:
    spec = _indented(POD_SPEC.format(restart=restart, command=command), indent)
    labels = f"{' ' * indent}metadata: {{labels: {{app: web}}, annotations: {{note: x}}}}\n"
    return f"\n{labels}{' ' * indent}spec:{spec}"


def _head(api_version: str, kind: str, name: str = "") -> str:
    labels = "labels: {app: web, tier: front}, annotations: {note: words}"
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name or kind.lower()}, {labels}}}\n"


_SELECTOR = "selector: {matchLabels: {app: web}, matchExpressions: [{key: app, operator: In, values: [web]}]}"

# A request for a certificate of CN=a.
_REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISE1HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1HQnlx"
    "R1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCSGVPL2pleklGK0JPMGhGeVNYTDhLNkxkWE9lamhKT3lDL1QrelhZRUxzbzdUTW81"
    "ZjFNWUh1Z1ExUFdRYW5kCkd2elh1U2ZHOVpTTE52VmZRd3ljcGhtZ0FEQUtCZ2dxaGtqT1BRUURBZ05KQURCR0FpRUE2U0RiM3Y0"
    "TWtKWGQKZEZ2R3JqTEdyZzYwMjYvbEd4TFVSN3RDbHdIWG9FTUNJUURzNlc5UGI0bjRCc1Nxb2QrUzRrakhjbmdBNHNqSApWd2pJ"
    "M2JZNlJ0ZnhOZz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo="
)

SEEDS = {
    "Deployment": f"""{_head("apps/v1", "Deployment")}spec:
  replicas: 2
  minReadySeconds: 1
  revisionHistoryLimit: 2
  progressDeadlineSeconds: 20
  paused: false
  strategy: {{type: RollingUpdate, rollingUpdate: {{maxSurge: 1, maxUnavailable: 25%}}}}
  {_SELECTOR}
  template:{_template(4)}""",
    "StatefulSet": f"""{_head("apps/v1", "StatefulSet")}spec:
  replicas: 2
  serviceName: service
  podManagementPolicy: OrderedReady
  updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: 0}}}}
  persistentVolumeClaimRetentionPolicy: {{whenDeleted: Delete, whenScaled: Retain}}
  ordinals: {{start: 1}}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
  {_SELECTOR}
  template:{_template(4)}""",
    "DaemonSet": f"""{_head("apps/v1", "DaemonSet")}spec:
  updateStrategy: {{type: RollingUpdate, rollingUpdate: {{maxSurge: 0, maxUnavailable: 1}}}}
  {_SELECTOR}
  template:{_template(4)}""",
    "ReplicaSet": f"""{_head("apps/v1", "ReplicaSet")}spec:
  replicas: 1
  minReadySeconds: 1
  {_SELECTOR}
  template:{_template(4)}""",
    "ReplicationController": f"""{_head("v1", "ReplicationController")}spec:
  replicas: 1
  selector: {{app: web}}
  template:{_template(4)}""",
    "Job": f"""{_head("batch/v1", "Job")}spec:
  completions: 2
  parallelism: 1
  backoffLimit: 2
  completionMode: Indexed
  activeDeadlineSeconds: 100
  ttlSecondsAfterFinished: 100
  suspend: false
  podFailurePolicy: {{rules: [{{action: FailJob, onExitCodes: {{operator: In, values: [7]}}}}]}}
  template:{_template(4, "Never", "[exit, '1']")}""",
    "CronJob": f"""{_head("batch/v1", "CronJob")}spec:
  schedule: "*/1 * * * *"
  timeZone: Etc/UTC
  startingDeadlineSeconds: 60
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      template:{_template(8, "OnFailure", "['true']")}""",
    "Pod": f"""{_head("v1", "Pod")}spec:{POD_SPEC.format(restart="Always", command="[sleep, '1000']")}""",
    "PodTemplate": f"""{_head("v1", "PodTemplate")}template:{_template(2)}""",
    "Service": f"""{_head("v1", "Service")}spec:
  type: NodePort
  selector: {{app: web}}
  ports: [{{name: http, port: 80, targetPort: http, nodePort: 30080}}, {{name: other, port: 81, targetPort: 8080}}]
  sessionAffinity: ClientIP
  sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 100}}}}
""",
    "HorizontalPodAutoscaler": f"""{_head("autoscaling/v2", "HorizontalPodAutoscaler")}spec:
  minReplicas: 1
  maxReplicas: 3
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: deployment}}
  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 50}}}}}}]
  behavior: {{scaleDown: {{stabilizationWindowSeconds: 1, policies: [{{type: Pods, value: 1, periodSeconds: 5}}]}}}}
""",
    "ConfigMap": f"""{_head("v1", "ConfigMap")}data: {{a: b, lines: "one\\ntwo\\n"}}\nbinaryData: {{x: YWJj}}\n""",
    "Secret": f"""{_head("v1", "Secret")}type: Opaque\ndata: {{a: YWJj}}\nstringData: {{b: c}}\nimmutable: false\n""",
    "ServiceAccount": f"""{_head("v1", "ServiceAccount")}imagePullSecrets: [{{name: secret}}]
automountServiceAccountToken: true\n""",
    "Namespace": f"""{_head("v1", "Namespace", "other")}spec: {{finalizers: [kubernetes]}}\n""",
    "Node": f"""{_head("v1", "Node", "extra")}spec: {{podCIDR: 10.1.0.0/24, unschedulable: true,
  taints: [{{key: k, value: v, effect: NoSchedule}}]}}\n""",
    "Endpoints": f"""{_head("v1", "Endpoints")}subsets: [{{addresses: [{{ip: 10.0.0.1}}], ports: [{{port: 80}}]}}]\n""",
    "EndpointSlice": f"""{_head("discovery.k8s.io/v1", "EndpointSlice")}addressType: IPv4
endpoints: [{{addresses: [10.0.0.1], conditions: {{ready: true}}, zone: a}}]\nports: [{{name: http, port: 80}}]\n""",
    "Event": f"""{_head("v1", "Event")}involvedObject: {{apiVersion: v1, kind: Pod, name: pod, namespace: default}}
type: Warning\nreason: Some\nmessage: words\ncount: 2\nfirstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:01Z"\nsource: {{component: c, host: h}}\n""",
    "LimitRange": f"""{_head("v1", "LimitRange")}spec: {{limits: [{{type: Container, max: {{cpu: "2"}},
  default: {{cpu: 100m}}, defaultRequest: {{cpu: 50m}}}}]}}\n""",
    "ResourceQuota": f"""{_head("v1", "ResourceQuota")}spec: {{hard: {{pods: "100", requests.cpu: "10"}}}}\n""",
    "PersistentVolumeClaim": f"""{_head("v1", "PersistentVolumeClaim")}spec: {{accessModes: [ReadWriteOnce],
  resources: {{requests: {{storage: 1Gi}}}}, storageClassName: standard, volumeMode: Filesystem}}\n""",
    "PersistentVolume": f"""{_head("v1", "PersistentVolume")}spec: {{capacity: {{storage: 1Gi}},
  accessModes: [ReadWriteOnce], hostPath: {{path: /x}}, storageClassName: standard}}\n""",
    "ControllerRevision": f"""{_head("apps/v1", "ControllerRevision")}revision: 1\ndata: {{a: b}}\n""",
    "CertificateSigningRequest": f"""{_head("certificates.k8s.io/v1", "CertificateSigningRequest")}spec:
  {{request: {_REQUEST}, signerName: a.io/b, usages: [client auth], expirationSeconds: 3600}}\n""",
    "Ingress": f"""{_head("networking.k8s.io/v1", "Ingress")}spec: {{ingressClassName: c, tls: [{{hosts: [a.b],
  secretName: secret}}], rules: [{{host: a.b, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{
  name: service, port: {{number: 80}}}}}}}}]}}}}]}}\n""",
    "IngressClass": f"""{_head("networking.k8s.io/v1", "IngressClass")}spec: {{controller: a.b/c}}\n""",
    "NetworkPolicy": f"""{_head("networking.k8s.io/v1", "NetworkPolicy")}spec: {{podSelector: {{matchLabels: {{
  app: web}}}}, policyTypes: [Ingress], ingress: [{{from: [{{podSelector: {{}}}}], ports: [{{port: 80}}]}}]}}\n""",
    "PodDisruptionBudget": f"""{_head("policy/v1", "PodDisruptionBudget")}spec: {{minAvailable: 50%, selector: {{
  matchLabels: {{app: web}}}}}}\n""",
    "Role": f"""{_head("rbac.authorization.k8s.io/v1", "Role")}rules: [{{apiGroups: [apps], resources: [deployments],
  verbs: [get, "*"], resourceNames: [web]}}]\n""",
    "RoleBinding": f"""{_head("rbac.authorization.k8s.io/v1", "RoleBinding")}roleRef: {{kind: Role, name: role,
  apiGroup: rbac.authorization.k8s.io}}\nsubjects: [{{kind: ServiceAccount, name: default, namespace: default}}]\n""",
    "ClusterRole": f"""{_head("rbac.authorization.k8s.io/v1", "ClusterRole")}rules: [{{nonResourceURLs: [/x],
  verbs: [get]}}]\naggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{a: b}}}}]}}\n""",
    "ClusterRoleBinding": f"""{_head("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")}roleRef: {{kind: ClusterRole,
  name: view, apiGroup: rbac.authorization.k8s.io}}\nsubjects: [{{kind: User, name: u,
  apiGroup: rbac.authorization.k8s.io}}]\n""",
    "StorageClass": f"""{_head("storage.k8s.io/v1", "StorageClass")}provisioner: a.b/c\nreclaimPolicy: Delete\n""",
    "PriorityClass": f"""{_head("scheduling.k8s.io/v1", "PriorityClass")}value: 7\ndescription: words\n""",
    "Lease": f"""{_head("coordination.k8s.io/v1", "Lease")}spec: {{holderIdentity: me, leaseDurationSeconds: 10,
  renewTime: "2026-01-01T00:00:00.000000Z"}}\n""",
    "RuntimeClass": f"""{_head("node.k8s.io/v1", "RuntimeClass")}handler: runc\n""",
    "CustomResourceDefinition": f"""{_head("apiextensions.k8s.io/v1", "CustomResourceDefinition", "as.b.io")}spec: {{
  group: b.io, scope: Namespaced, names: {{plural: as, singular: a, kind: A, listKind: AList}}, versions: [{{name: v1,
  served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}]}}\n""",
}
