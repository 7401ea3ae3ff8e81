"""What the API server refuses, in its words and its order."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import copy_of
from kubesim.cluster import Kinds
from kubesim.golang.cron import ScheduleError, parse_schedule

KINDS = Kinds({})

Obj = dict[str, Any]


def errors_of(obj: Obj) -> list[str]:
    kind = KINDS.load(obj["kind"])
    kind.default(obj)
    return [str(error) for error in kind.validate(obj)]


def container(**fields: Any) -> Obj:
    return {"name": "c", "image": "nginx:1", **fields}


def pod(**spec: Any) -> Obj:
    return {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container()], **spec}}


def template(**spec: Any) -> Obj:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()], **spec}}


def workload(kind: str, **spec: Any) -> Obj:
    given = {"selector": {"matchLabels": {"app": "web"}}, "template": template(), **spec}
    return {"kind": kind, "metadata": {"name": "web"}, "spec": {k: v for k, v in given.items() if v is not None}}


MISMATCH = "`selector` does not match template `labels`"
DEPLOYMENTS: list[tuple[str, Obj, list[str]]] = [
    ("all is well", {}, []),
    (
        "no selector",
        {"selector": None},
        [
            "spec.selector: Required value",
            f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
        ],
    ),
    (
        "nothing but replicas",
        {"selector": None, "template": None},
        [
            "spec.selector: Required value",
            f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}",
            "spec.template.spec.containers: Required value",
        ],
    ),
    (
        "an empty selector",
        {"selector": {}},
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ),
    (
        "an operator that is none",
        {"selector": {"matchExpressions": [{"key": "app", "operator": "Like", "values": ["web"]}]}},
        [
            'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
            'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Like","values":["web"]}]}: '
            "invalid label selector",
        ],
    ),
    ("fewer than none", {"replicas": -1}, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    (
        "a strategy that is none",
        {"strategy": {"type": "Rolling"}},
        [
            'spec.strategy: Unsupported value: {"Type":"Rolling","RollingUpdate":null}: '
            'supported values: "Recreate", "RollingUpdate"'
        ],
    ),
    (
        "a strategy that is none, with numbers",
        {"strategy": {"type": "X", "rollingUpdate": {"maxSurge": 1}}},
        [
            'spec.strategy: Unsupported value: {"Type":"X","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":1}}: '
            'supported values: "Recreate", "RollingUpdate"'
        ],
    ),
    (
        "recreating step by step",
        {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ),
    (
        "no room to move",
        {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
        ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
    ),
    (
        "no room to move, in per cent",
        {"strategy": {"rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "0%"}}},
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ),
    (
        "more than all",
        {"strategy": {"rollingUpdate": {"maxUnavailable": "150%"}}},
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%'],
    ),
    (
        "no percentage",
        {"strategy": {"rollingUpdate": {"maxSurge": "abc"}}},
        [
            'spec.strategy.rollingUpdate.maxSurge: Invalid value: "abc": '
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        ],
    ),
    (
        "a deadline before the pods are ready",
        {"progressDeadlineSeconds": 5, "minReadySeconds": 10},
        ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
    ),
    (
        "negative times",
        {"minReadySeconds": -1, "revisionHistoryLimit": -2},
        [
            "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
            "spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
        ],
    ),
    (
        "pods that end",
        {"template": template(restartPolicy="Never", activeDeadlineSeconds=9)},
        [
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported",
        ],
    ),
]


@pytest.mark.parametrize(("spec", "wrong"), [c[1:] for c in DEPLOYMENTS], ids=[c[0] for c in DEPLOYMENTS])
def test_a_deployment(spec: Obj, wrong: list[str]) -> None:
    assert errors_of(workload("Deployment", **copy_of(spec))) == wrong


CONTAINERS: list[tuple[str, Obj, list[str]]] = [
    ("no image", {"image": ""}, ["image: Required value"]),
    (
        "an image in blanks",
        {"image": " nginx "},
        ['image: Invalid value: " nginx ": must not have leading or trailing whitespace'],
    ),
    (
        "a policy that is none",
        {"imagePullPolicy": "Sometimes"},
        ['imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'],
    ),
    (
        "a port that is none",
        {"ports": [{"containerPort": 70000}]},
        ["ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ),
    ("no port", {"ports": [{"name": "http"}]}, ["ports[0].containerPort: Required value"]),
    (
        "ports of one name, and a protocol that is none",
        {"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a", "protocol": "ICMP"}]},
        [
            'ports[1].name: Duplicate value: "a"',
            'ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        ],
    ),
    ("a variable without a name", {"env": [{"value": "1"}]}, ["env[0].name: Required value"]),
    (
        "a variable with two values",
        {"env": [{"name": "A", "value": "1", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]},
        ['env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ),
    (
        "a variable from nowhere",
        {"env": [{"name": "A", "valueFrom": {}}]},
        [
            'env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, '
            "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        ],
    ),
    (
        "a field that is none",
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}}]},
        [
            'env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": '
            "error converting fieldPath: field label not supported: spec.foo"
        ],
    ),
    (
        "an environment from nowhere",
        {"envFrom": [{"prefix": "A_"}]},
        ['envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ),
    (
        "mounts of nothing, in one place",
        {"volumeMounts": [{"name": "data", "mountPath": "/a"}, {"name": "data", "mountPath": "/a"}]},
        [
            'volumeMounts[0].name: Not found: "data"',
            'volumeMounts[1].name: Not found: "data"',
            'volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
        ],
    ),
    ("a probe of nothing", {"livenessProbe": {}}, ["livenessProbe: Required value: must specify a handler type"]),
    (
        "a probe of two things",
        {"readinessProbe": {"exec": {"command": ["a"]}, "tcpSocket": {"port": 80}}},
        ["readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
    ),
    (
        "a probe that waits backwards and must succeed twice",
        {"livenessProbe": {"tcpSocket": {"port": 0}, "initialDelaySeconds": -1, "successThreshold": 2}},
        [
            "livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive",
            "livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0",
            "livenessProbe.successThreshold: Invalid value: 2: must be 1",
        ],
    ),
    (
        "more asked for than allowed",
        {"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}},
        ['resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    (
        "less than nothing asked for",
        {"resources": {"requests": {"memory": "-1"}}},
        ['resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0'],
    ),
    (
        "a resource that is none",
        {"resources": {"requests": {"cores": "1"}}},
        [
            'resources.requests[cores]: Invalid value: "cores": must be a standard resource type or fully qualified',
            'resources.requests[cores]: Invalid value: "cores": must be a standard resource for containers',
        ],
    ),
    (
        "half a device",
        {"resources": {"limits": {"x.com/gpu": "500m"}, "requests": {"x.com/gpu": "500m"}}},
        [
            'resources.limits[x.com/gpu]: Invalid value: "500m": must be an integer',
            'resources.requests[x.com/gpu]: Invalid value: "500m": must be an integer',
        ],
    ),
    (
        "privileged, and kept from it",
        {"securityContext": {"privileged": True, "allowPrivilegeEscalation": False}},
        [
            'securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,'
            '"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,'
            '"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: '
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        ],
    ),
    (
        "a user that is none",
        {"securityContext": {"runAsUser": -1}},
        ["securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"],
    ),
]


@pytest.mark.parametrize(("fields", "wrong"), [c[1:] for c in CONTAINERS], ids=[c[0] for c in CONTAINERS])
def test_a_container(fields: Obj, wrong: list[str]) -> None:
    assert errors_of(pod(containers=[container(**copy_of(fields))])) == [
        f"spec.containers[0].{error}" for error in wrong
    ]


PODS: list[tuple[str, Obj, list[str]]] = [
    ("all is well", {}, []),
    ("no container", {"containers": []}, ["spec.containers: Required value"]),
    (
        "containers of one name",
        {"containers": [container(), container()]},
        ['spec.containers[1].name: Duplicate value: "c"'],
    ),
    (
        "one port of the node for two",
        {
            "containers": [
                container(ports=[{"containerPort": 80, "hostPort": 80}]),
                container(name="d", ports=[{"containerPort": 80, "hostPort": 80}]),
            ]
        },
        ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
    ),
    (
        "a first container that is probed, and of a name that is taken",
        {"initContainers": [container(livenessProbe={"exec": {"command": ["a"]}})]},
        [
            'spec.initContainers[0].name: Duplicate value: "c"',
            "spec.initContainers[0].livenessProbe: Forbidden: "
            "may not be set for init containers without restartPolicy=Always",
        ],
    ),
    (
        "volumes",
        {
            "volumes": [
                {"name": "A b"},
                {"name": "v"},
                {"name": "v"},
                {"name": "w", "hostPath": {"path": "/x"}, "nfs": {}},
            ]
        },
        [
            'spec.volumes[0].name: Invalid value: "A b": a lowercase RFC 1123 label must consist of lower case '
            "alphanumeric characters or '-', and must start and end with an alphanumeric character "
            "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
            'spec.volumes[2].name: Duplicate value: "v"',
            "spec.volumes[3].nfs: Forbidden: may not specify more than 1 volume type",
        ],
    ),
    (
        "volumes of nothing",
        {"volumes": [{"name": "a", "configMap": {}}, {"name": "b", "persistentVolumeClaim": {}}]},
        [
            "spec.volumes[0].configMap.name: Required value",
            "spec.volumes[1].persistentVolumeClaim.claimName: Required value",
        ],
    ),
    (
        "policies that are none",
        {"restartPolicy": "Sometimes", "dnsPolicy": "Mine"},
        [
            'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
            'spec.dnsPolicy: Unsupported value: "Mine": '
            'supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
        ],
    ),
    (
        "names for nothing resolved",
        {"dnsPolicy": "None"},
        ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
    ),
    (
        "a deadline of no time",
        {"activeDeadlineSeconds": 0},
        ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"],
    ),
    (
        "tolerations",
        {
            "tolerations": [
                {"operator": "Equal"},
                {"key": "a", "operator": "Exists", "value": "b", "tolerationSeconds": 1},
            ]
        },
        [
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, '
            'which means "match all values and all keys"',
            'spec.tolerations[1].effect: Invalid value: "": '
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
            "spec.tolerations[1].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'",
        ],
    ),
    (
        "affinities",
        {
            "affinity": {
                "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}},
                "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}, {}]},
            }
        },
        [
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: "
            "Required value: must have at least one node selector term",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[1].topologyKey: "
            "Required value: can not be empty",
        ],
    ),
    (
        "spread",
        {"topologySpreadConstraints": [{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "Maybe"}]},
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe": '
            'supported values: "DoNotSchedule", "ScheduleAnyway"',
        ],
    ),
    (
        "an alias of no address",
        {"hostAliases": [{"ip": "10.0.0.256"}]},
        [
            'spec.hostAliases[0].ip: Invalid value: "10.0.0.256": '
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        ],
    ),
    (
        "a gate on a node",
        {"nodeName": "a", "schedulingGates": [{"name": "x.io/y"}]},
        ["spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"],
    ),
]


@pytest.mark.parametrize(("spec", "wrong"), [c[1:] for c in PODS], ids=[c[0] for c in PODS])
def test_a_pod(spec: Obj, wrong: list[str]) -> None:
    found = errors_of(pod(**copy_of(spec)))
    assert [error for error in found if "name part" not in error] == wrong


def update_errors(old: Obj, **spec: Any) -> list[str]:
    kind = KINDS.load(old["kind"])
    kind.default(old)
    new = copy_of(old)
    new["spec"].update(spec)
    kind.default(new)
    return [str(error) for error in kind.validate_update(new, old)]


def test_a_selector_cannot_change() -> None:
    other = {"metadata": {"labels": {"app": "other"}}, "spec": template()["spec"]}
    assert update_errors(workload("Deployment"), selector={"matchLabels": {"app": "other"}}, template=other) == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable'
    ]


def test_a_pod_s_image_may_change() -> None:
    assert update_errors(pod(), containers=[container(image="nginx:2")]) == []


def test_a_pod_s_tolerations_only_grow() -> None:
    old = pod(tolerations=[{"key": "a", "operator": "Exists"}])
    assert update_errors(old, tolerations=[*old["spec"]["tolerations"], {"key": "b", "operator": "Exists"}]) == []
    assert update_errors(old, tolerations=[]) == [
        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"
    ]


def test_a_pod_s_containers_stay() -> None:
    assert update_errors(pod(), containers=[container(), container(name="d")]) == [
        "spec.containers: Forbidden: pod updates may not add or remove containers"
    ]


def test_what_else_of_a_pod_changed_is_shown_as_a_diff() -> None:
    (error,) = update_errors(pod(), containers=[container(command=["x"])])
    said, _, shown = error.partition("\n")
    assert said == (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    assert shown.splitlines() == [
        "@@ -5,7 +5,9 @@",
        "   {",
        '    "Name": "c",',
        '    "Image": "nginx:1",',
        '-   "Command": null,',
        '+   "Command": [',
        '+    "x"',
        "+   ],",
        '    "Args": null,',
        '    "WorkingDir": "",',
        '    "Ports": null,',
    ]


OTHERS: list[tuple[str, Obj, list[str]]] = [
    (
        "a daemon set that surges and is unavailable",
        workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxSurge": 1}}),
        [
            "spec.updateStrategy.rollingUpdate.maxSurge: "
            "Invalid value: 1: may not be set when maxUnavailable is non-zero"
        ],
    ),
    (
        "a stateful set with a policy that is none",
        workload("StatefulSet", podManagementPolicy="Any"),
        ["spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'"],
    ),
    (
        "a stateful set's claim for no storage",
        workload("StatefulSet", volumeClaimTemplates=[{"metadata": {"name": "d"}, "spec": {"accessModes": ["Any"]}}]),
        [
            'spec.volumeClaimTemplates[0].spec.accessModes: Unsupported value: "Any": supported values: '
            '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
        ],
    ),
    (
        "a job that never ends",
        workload("Job", manualSelector=True),
        ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ),
    (
        "a cron job",
        {
            "kind": "CronJob",
            "metadata": {"name": "n" * 53},
            "spec": {
                "schedule": "* * *",
                "concurrencyPolicy": "Maybe",
                "jobTemplate": {"spec": {"template": template(restartPolicy="Never")}},
            },
        },
        [
            'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
            'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
            f'metadata.name: Invalid value: "{"n" * 53}": must be no more than 52 characters',
        ],
    ),
    (
        "a service without ports",
        {"kind": "Service", "metadata": {"name": "a"}, "spec": {}},
        ["spec.ports: Required value"],
    ),
    (
        "a service with nameless ports of a kind that is none",
        {
            "kind": "Service",
            "metadata": {"name": "a"},
            "spec": {"type": "Mine", "ports": [{"port": 80}, {"port": 80, "name": "b"}]},
        },
        [
            "spec.ports[0].name: Required value",
            'spec.type: Unsupported value: "Mine": '
            'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
            'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,'
            '"NodePort":0}',
        ],
    ),
    (
        "an external name that is none",
        {"kind": "Service", "metadata": {"name": "a"}, "spec": {"type": "ExternalName"}},
        ["spec.externalName: Required value"],
    ),
    (
        "a config map's key",
        {"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a/b": "1"}},
        [
            'data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '
            "'-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation "
            "is '[-._a-zA-Z0-9]+')"
        ],
    ),
    (
        "a certificate without its key",
        {"kind": "Secret", "metadata": {"name": "a"}, "type": "kubernetes.io/tls", "data": {"tls.crt": ""}},
        ["data[tls.key]: Required value"],
    ),
    (
        "an autoscaler with fewer at most than at least",
        {
            "kind": "HorizontalPodAutoscaler",
            "apiVersion": "autoscaling/v2",
            "metadata": {"name": "a"},
            "spec": {
                "minReplicas": 3,
                "maxReplicas": 2,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            },
        },
        ["spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`"],
    ),
    (
        "a node's taint",
        {"kind": "Node", "metadata": {"name": "n"}, "spec": {"taints": [{"key": "a", "effect": "No"}]}},
        [
            'metadata.taints[0].effect: Unsupported value: "No": '
            'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'
        ],
    ),
    (
        "an endpoint slice of addresses of no kind",
        {"kind": "EndpointSlice", "metadata": {"name": "a"}, "endpoints": [{}]},
        [
            "addressType: Required value",
            "endpoints[0].addresses: Required value: must contain at least 1 address",
        ],
    ),
]


@pytest.mark.parametrize(("obj", "wrong"), [c[1:] for c in OTHERS], ids=[c[0] for c in OTHERS])
def test_the_other_kinds(obj: Obj, wrong: list[str]) -> None:
    assert errors_of(copy_of(obj)) == wrong


def test_a_stateful_set_s_claims_cannot_change() -> None:
    claim = {
        "metadata": {"name": "d"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}},
    }
    assert update_errors(workload("StatefulSet"), volumeClaimTemplates=[claim], serviceName="x") == [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' "
        "and 'minReadySeconds' are forbidden"
    ]


def test_a_job_s_template_cannot_change_and_is_shown_whole() -> None:
    job = workload("Job", manualSelector=True, template=template(restartPolicy="Never"))
    (error,) = update_errors(job, template=template(restartPolicy="OnFailure"))
    beginning = 'spec.template: Invalid value: {"labels":{"app":"web"},"Spec":{"Volumes":null,"InitContainers":null,'
    assert error.startswith(beginning + '"Containers":[{"Name":"c","Image":"nginx:1","Command":null,')
    assert error.endswith('"HostnameOverride":null,"SchedulingGroup":null}}: field is immutable')


def test_what_was_sealed_stays_as_it_was() -> None:
    kind = KINDS.load("ConfigMap")
    old = {"kind": "ConfigMap", "metadata": {"name": "a"}, "immutable": True, "data": {"a": "1"}}
    new = {"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "2"}}
    assert [str(error) for error in kind.validate_update(new, old)] == [
        "immutable: Forbidden: field is immutable when `immutable` is set",
        "data: Forbidden: field is immutable when `immutable` is set",
    ]


SCHEDULES = [
    ("", "empty spec string"),
    ("@often", "unrecognized descriptor: @often"),
    ("60 * * * *", "end of range (60) above maximum (59): 60"),
    ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
    ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
    ("*/0 * * * *", "step of range should be a positive number: */0"),
    ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
    ("1/2/3 * * * *", "too many slashes: 1/2/3"),
    ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
    ("@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"'),
]


@pytest.mark.parametrize(("text", "message"), SCHEDULES)
def test_a_wrong_schedule_is_told_so(text: str, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(text)
    assert str(caught.value) == message


def test_a_schedule_is_read() -> None:
    schedule = parse_schedule("*/20 9-11 1,15 jan mon-wed")
    assert sorted(schedule.minute.numbers) == [0, 20, 40]
    assert sorted(schedule.hour.numbers) == [9, 10, 11]
    assert sorted(schedule.day.numbers) == [1, 15]
    assert sorted(schedule.month.numbers) == [1]
    assert sorted(schedule.weekday.numbers) == [1, 2, 3]
    assert (schedule.day.is_any, parse_schedule("@daily").day.is_any) == (False, True)
    assert parse_schedule("@every 1h30m").every == 5400


HOST_PROCESS = {"windowsOptions": {"hostProcess": True}}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {"containers": [container(securityContext=HOST_PROCESS)]},
            [
                "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers"
            ],
        ),
        (
            {"hostNetwork": True, "containers": [container(securityContext=HOST_PROCESS), container(name="d")]},
            [
                'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be '
                "HostProcess containers"
            ],
        ),
        ({"hostNetwork": True, "securityContext": HOST_PROCESS}, []),
    ],
)
def test_containers_are_processes_of_the_host_all_or_none(spec: Obj, told: list[str]) -> None:
    assert errors_of(pod(**spec)) == told
