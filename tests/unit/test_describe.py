"""Descriptions, as recorded on a real cluster."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import SECOND, copy_of, parse_time, rfc3339
from kubesim.cluster import Kinds
from kubesim.kinds import built_in
from kubesim.kubectl.describe import describe as kubectl_describe
from kubesim.kubectl.describe.common import long_time
from kubesim.kubectl.describe.generic import smart_label
from kubesim.kubectl.describe.pod_template import describe_pod_template_raw
from kubesim.kubectl.describe.service import endpoints_text

KINDS = Kinds({})

Obj = dict[str, Any]
#: A blank at the end of a line, where expectations have one.
BLANK = "·"
NOW = parse_time("2026-11-23T03:09:30Z")


def ago(seconds: int) -> str:
    return rfc3339(NOW - seconds * SECOND)


class FakeReader:
    """A cluster that knows what it was given."""

    def __init__(self, objs: list[Obj] | None = None, events: list[Obj] | None = None) -> None:
        self.objs = objs or []
        self.events = events or []

    def find(self, kind: str, namespace: str, name: str) -> Obj | None:
        named = [obj for obj in self.list(kind, namespace or None) if obj["metadata"]["name"] == name]
        return named[0] if named else None

    def list(self, kind: str, namespace: str | None = None) -> list[Obj]:
        of_kind = [obj for obj in self.objs if obj["kind"] == kind]
        return [obj for obj in of_kind if namespace in (None, obj["metadata"].get("namespace"))]

    def owned(self, owner: Obj, kind: str) -> Any:
        return self.list(kind)

    def events_of(self, obj: Obj) -> Any:
        uid = obj["metadata"].get("uid", "")
        return [event for event in self.events if event["involvedObject"].get("uid", "") == uid]


def describe(obj: Obj, reader: FakeReader | None = None, *, show_events: bool = True) -> str:
    return kubectl_describe(obj, reader or FakeReader(), NOW, show_events=show_events)


def made(kind: str, spec: Obj | None = None, status: Obj | None = None, **more: Any) -> Obj:
    """An object with its defaults."""
    metadata = {"name": "web", "namespace": "default", "creationTimestamp": ago(12), **more.pop("metadata", {})}
    obj = {"apiVersion": built_in(kind).api_version, "kind": kind, "metadata": metadata, **more}
    if spec is not None:
        obj["spec"] = copy_of(spec)
    KINDS.load(kind).default(obj)
    return {**obj, **({} if status is None else {"status": status})}


def event(age: int, message: str, **more: Any) -> Obj:
    return {
        "metadata": {"name": f"web.{more.pop('name', 'a')}"},
        "involvedObject": {"fieldPath": more.pop("path", ""), "uid": more.pop("uid", "")},
        "type": "Normal",
        "reason": "ScalingReplicaSet",
        "source": {"component": "deployment-controller"},
        "message": message,
        "firstTimestamp": ago(age),
        "lastTimestamp": ago(age),
        **more,
    }


TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {
        "containers": [
            {
                "name": "nginx",
                "image": "nginx:1.20",
                "ports": [{"containerPort": 80, "name": "http"}],
                "env": [
                    {"name": "COLOR", "value": "blue"},
                    {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                ],
                "resources": {
                    "requests": {"cpu": "100m", "memory": "64Mi"},
                    "limits": {"cpu": "500m", "memory": "128Mi"},
                },
                "readinessProbe": {
                    "httpGet": {"path": "/", "port": "http"},
                    "initialDelaySeconds": 1,
                    "periodSeconds": 3,
                },
                "livenessProbe": {"tcpSocket": {"port": 80}},
                "volumeMounts": [{"name": "cache", "mountPath": "/cache"}],
            }
        ],
        "volumes": [{"name": "cache", "emptyDir": {}}],
    },
}
PLAIN_TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "nginx", "image": "nginx:1.20"}]},
}

DEPLOYMENT = """\
Name:                   web
Namespace:              default
CreationTimestamp:      Mon, 23 Nov 2026 03:09:18 +0000
Labels:                 app=web
Annotations:            deployment.kubernetes.io/revision: 1
Selector:               app=web
Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        1
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
  Containers:
   nginx:
    Image:      nginx:1.20
    Port:       80/TCP (http)
    Host Port:  0/TCP (http)
    Limits:
      cpu:     500m
      memory:  128Mi
    Requests:
      cpu:      100m
      memory:   64Mi
    Liveness:   tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3
    Readiness:  http-get http://:http/ delay=1s timeout=1s period=3s #success=1 #failure=3
    Environment:
      COLOR:  blue
      POD:     (v1:metadata.name)
    Mounts:
      /cache from cache (rw)
  Volumes:
   cache:
    Type:          EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:········
    SizeLimit:     <unset>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
  Progressing    True    NewReplicaSetAvailable
OldReplicaSets:  web-1 (0/0 replicas created)
NewReplicaSet:   web-868df55b9c (2/2 replicas created)
Events:
  Type    Reason             Age   From                   Message
  ----    ------             ----  ----                   -------
  Normal  ScalingReplicaSet  12s   deployment-controller  Scaled up replica set web-868df55b9c from 0 to 2
"""


def deployment() -> Obj:
    conditions = [
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
        {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
    ]
    spec = {
        "replicas": 2,
        "minReadySeconds": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": TEMPLATE,
    }
    status = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "conditions": conditions}
    annotations = {
        "deployment.kubernetes.io/revision": "1",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
    }
    return made("Deployment", spec, status, metadata={"labels": {"app": "web"}, "annotations": annotations})


def replica_set(name: str, replicas: int, template: Obj) -> Obj:
    labels = {**template["metadata"]["labels"], "pod-template-hash": name}
    template = {**template, "metadata": {"labels": labels}}
    selector = {"matchLabels": labels}
    status = {"replicas": replicas}
    return {
        **made("ReplicaSet", {"replicas": replicas, "selector": selector, "template": template}, status),
        "metadata": {"name": f"web-{name}", "namespace": "default", "creationTimestamp": ago(12)},
    }


def test_a_deployment_with_its_replica_sets_and_events() -> None:
    new, old = replica_set("868df55b9c", 2, TEMPLATE), replica_set("1", 0, PLAIN_TEMPLATE)
    reader = FakeReader([new, old], [event(12, "Scaled up replica set web-868df55b9c from 0 to 2")])
    assert describe(deployment(), reader) == DEPLOYMENT.replace(BLANK, " ")


def test_without_events_the_section_is_left_out() -> None:
    assert describe(deployment(), show_events=False).endswith("  Progressing   True    NewReplicaSetAvailable\n")


def test_no_events_are_told_as_none() -> None:
    assert describe(deployment()).endswith("  Progressing   True    NewReplicaSetAvailable\nEvents:         <none>\n")


REPLICA_SET = """\
Name:           web-868df55b9c
Namespace:      default
Selector:       app=web,pod-template-hash=868df55b9c
Labels:         app=web
                pod-template-hash=868df55b9c
Annotations:    deployment.kubernetes.io/desired-replicas: 2
                deployment.kubernetes.io/max-replicas: 3
                deployment.kubernetes.io/revision: 1
Controlled By:  Deployment/web
Replicas:       2 current / 2 desired
Pods Status:    2 Running / 1 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash=868df55b9c
  Containers:
   nginx:
    Image:         nginx:1.20
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:            <none>
"""


def test_a_replica_set() -> None:
    obj = replica_set("868df55b9c", 2, PLAIN_TEMPLATE)
    obj["metadata"] |= {
        "labels": {"app": "web", "pod-template-hash": "868df55b9c"},
        "annotations": {
            "deployment.kubernetes.io/revision": "1",
            "deployment.kubernetes.io/desired-replicas": "2",
            "deployment.kubernetes.io/max-replicas": "3",
        },
        "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": True}],
    }
    pods = [{"kind": "Pod", "metadata": {}, "status": {"phase": phase}} for phase in ("Running", "Running", "Pending")]
    assert describe(obj, FakeReader(pods)) == REPLICA_SET


POD = """\
Name:             web-868df55b9c-mtwlc
Namespace:        default
Priority:         0
Service Account:  default
Node:             node02/172.30.1.4
Start Time:       Mon, 23 Nov 2026 03:09:18 +0000
Labels:           app=web
                  pod-template-hash=868df55b9c
Annotations:      <none>
Status:           Running
IP:               192.168.2.152
IPs:
  IP:           192.168.2.152
Controlled By:  ReplicaSet/web-868df55b9c
Containers:
  nginx:
    Container ID:   containerd://dad673
    Image:          nginx:1.20
    Image ID:       docker.io/library/nginx@sha256:08ef
    Port:           80/TCP (http)
    Host Port:      0/TCP (http)
    State:          Running
      Started:      Mon, 23 Nov 2026 03:09:19 +0000
    Ready:          True
    Restart Count:  0
    Limits:
      cpu:     500m
      memory:  128Mi
    Requests:
      cpu:      100m
      memory:   64Mi
    Liveness:   tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3
    Readiness:  http-get http://:http/ delay=1s timeout=1s period=3s #success=1 #failure=3
    Environment:
      COLOR:  blue
      POD:    web-868df55b9c-mtwlc (v1:metadata.name)
    Mounts:
      /cache from cache (rw)
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-5w4sl (ro)
Conditions:
  Type                        Status
  PodReadyToStartContainers   True·
  Initialized                 True·
  Ready                       True·
  ContainersReady             True·
  PodScheduled                True·
Volumes:
  cache:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:·····
    SizeLimit:  <unset>
  kube-api-access-5w4sl:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
QoS Class:                   Burstable
Node-Selectors:              <none>
Tolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
"""
ACCESS = {
    "name": "kube-api-access-5w4sl",
    "projected": {
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt"}},
            {"downwardAPI": {"items": []}},
        ]
    },
}
ACCESS_MOUNT = {
    "name": "kube-api-access-5w4sl",
    "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    "readOnly": True,
}


def toleration(key: str) -> Obj:
    return {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}


def running_pod() -> Obj:
    spec = copy_of(TEMPLATE["spec"])
    spec |= {
        "priority": 0,
        "serviceAccountName": "default",
        "nodeName": "node02",
        "tolerations": [toleration("unreachable"), toleration("not-ready")],
    }
    spec["volumes"].append(ACCESS)
    spec["containers"][0]["volumeMounts"].append(ACCESS_MOUNT)
    types = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    status = {
        "phase": "Running",
        "hostIP": "172.30.1.4",
        "podIP": "192.168.2.152",
        "podIPs": [{"ip": "192.168.2.152"}],
        "startTime": ago(12),
        "qosClass": "Burstable",
        "conditions": [{"type": kind, "status": "True"} for kind in types],
        "containerStatuses": [
            {
                "name": "nginx",
                "containerID": "containerd://dad673",
                "imageID": "docker.io/library/nginx@sha256:08ef",
                "ready": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": ago(11)}},
            }
        ],
    }
    metadata = {
        "name": "web-868df55b9c-mtwlc",
        "labels": {"app": "web", "pod-template-hash": "868df55b9c"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "web-868df55b9c", "controller": True}],
    }
    return made("Pod", spec, status, metadata=metadata)


def test_a_pod_that_runs() -> None:
    assert describe(running_pod(), show_events=False) == POD.replace(BLANK, " ")


FAILING = """\
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       Error
      Exit Code:    1
      Started:      Mon, 23 Nov 2026 03:09:20 +0000
      Finished:     Mon, 23 Nov 2026 03:09:20 +0000
    Ready:          False
    Restart Count:  2
"""


def test_a_container_that_crashes_tells_its_last_state() -> None:
    obj = running_pod()
    ended = {"exitCode": 1, "reason": "Error", "startedAt": ago(10), "finishedAt": ago(10)}
    obj["status"]["containerStatuses"][0] |= {
        "ready": False,
        "restartCount": 2,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    assert FAILING in describe(obj)


def test_a_pod_that_is_being_deleted() -> None:
    obj = running_pod()
    obj["metadata"] |= {"deletionTimestamp": ago(5), "deletionGracePeriodSeconds": 30}
    lines = describe(obj).splitlines()
    assert "Status:                    Terminating (lasts 5s)" in lines
    assert "Termination Grace Period:  30s" in lines


EVENTS = """\
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  33s                default-scheduler  Successfully assigned default/web to node02
  Normal   Pulling    20s (x2 over 33s)  kubelet            spec.containers{main}: Pulling image "nginx:no"
  Warning  Failed     19s (x2 over 32s)  kubelet            spec.containers{main}: Error: ErrImagePull
"""


def test_events_are_in_the_order_in_which_they_were_last_seen() -> None:
    kubelet = {"source": {"component": "kubelet"}, "path": "spec.containers{main}"}
    events = [
        event(
            19,
            "Error: ErrImagePull",
            reason="Failed",
            type="Warning",
            count=2,
            **kubelet,
            firstTimestamp=ago(32),
        ),
        event(20, 'Pulling image "nginx:no"', reason="Pulling", count=2, firstTimestamp=ago(33), **kubelet),
        event(
            0,
            "Successfully assigned default/web to node02",
            reason="Scheduled",
            source={},
            reportingComponent="default-scheduler",
            firstTimestamp=None,
            lastTimestamp=None,
            eventTime=ago(33),
        ),
    ]
    assert describe(running_pod(), FakeReader(events=events)).endswith(EVENTS)


NAMESPACE = """\
Name:         team
Labels:       kubernetes.io/metadata.name=team
Annotations:  <none>
Status:       Active

No resource quota.

No LimitRange resource.
"""
SERVICE = """\
Name:                     shop
Namespace:                default
Labels:                   app=shop
Annotations:              <none>
Selector:                 app=shop
Type:                     ClusterIP
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.100.21.142
IPs:                      10.100.21.142
Port:                     http  80/TCP
TargetPort:               8080/TCP
Endpoints:                192.168.1.154:8080,192.168.2.130:8080
Session Affinity:         None
Internal Traffic Policy:  Cluster
Events:                   <none>
"""
CONFIG_MAP = """\
Name:         shop
Namespace:    default
Labels:       <none>
Annotations:  <none>

Data
====
MODE:
----
fast

app.properties:
----
a=1
b=2



BinaryData
====

Events:  <none>
"""
SECRET = """\
Name:         shop
Namespace:    default
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
password:  6 bytes
"""
DAEMON_SET = """\
Name:           logs
Namespace:      default
Selector:       app=logs
Node-Selector:  <none>
Labels:         app=logs
Annotations:    deprecated.daemonset.template.generation: 3
Desired Number of Nodes Scheduled: 3
Current Number of Nodes Scheduled: 3
Number of Nodes Scheduled with Up-to-date Pods: 3
Number of Nodes Scheduled with Available Pods: 3
Number of Nodes Misscheduled: 0
Pods Status:  0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
  Containers:
   nginx:
    Image:         nginx:1.20
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:            <none>
"""
STATEFUL_SET = """\
Name:               db
Namespace:          default
CreationTimestamp:  Mon, 23 Nov 2026 03:09:18 +0000
Selector:           app=db
Labels:             <none>
Annotations:        <none>
Replicas:           1 desired | 1 total
Update Strategy:    RollingUpdate
  Partition:        2
Pods Status:        0 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
  Containers:
   nginx:
    Image:         nginx:1.20
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Volume Claims:     <none>
Events:            <none>
"""
SERVICE_ACCOUNT = """\
Name:                bot
Namespace:           default
Labels:              <none>
Annotations:         <none>
Image pull secrets:  a
                     b
Events:              <none>
"""
SERVICE_SPEC = {
    "type": "ClusterIP",
    "clusterIP": "10.100.21.142",
    "clusterIPs": ["10.100.21.142"],
    "ipFamilies": ["IPv4"],
    "ipFamilyPolicy": "SingleStack",
    "internalTrafficPolicy": "Cluster",
    "sessionAffinity": "None",
    "selector": {"app": "shop"},
    "ports": [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}],
}
SCHEDULED = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable")
SHOP = {"metadata": {"name": "shop"}}
DESCRIBED = {
    "a namespace": (
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "team", "labels": {"kubernetes.io/metadata.name": "team"}},
            "status": {"phase": "Active"},
        },
        NAMESPACE,
    ),
    "a service": (made("Service", SERVICE_SPEC, metadata={"name": "shop", "labels": {"app": "shop"}}), SERVICE),
    "a ConfigMap": (made("ConfigMap", data={"app.properties": "a=1\nb=2\n", "MODE": "fast"}, **SHOP), CONFIG_MAP),
    "a Secret": (made("Secret", data={"password": "czNjcmV0"}, type="Opaque", **SHOP), SECRET),
    "a DaemonSet": (
        made(
            "DaemonSet",
            {"selector": {"matchLabels": {"app": "logs"}}, "template": PLAIN_TEMPLATE},
            {**dict.fromkeys(SCHEDULED, 3), "numberMisscheduled": 0},
            metadata={
                "name": "logs",
                "labels": {"app": "logs"},
                "annotations": {"deprecated.daemonset.template.generation": "3"},
            },
        ),
        DAEMON_SET,
    ),
    "a StatefulSet": (
        made(
            "StatefulSet",
            {
                "replicas": 1,
                "selector": {"matchLabels": {"app": "db"}},
                "template": PLAIN_TEMPLATE,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
            },
            {"replicas": 1},
            metadata={"name": "db"},
        ),
        STATEFUL_SET,
    ),
    "a ServiceAccount": (
        made("ServiceAccount", imagePullSecrets=[{"name": "a"}, {"name": "b"}], metadata={"name": "bot"}),
        SERVICE_ACCOUNT,
    ),
}
SLICE = {
    "kind": "EndpointSlice",
    "metadata": {"namespace": "default", "labels": {"kubernetes.io/service-name": "shop"}},
    "ports": [{"name": "http", "port": 8080}],
    "endpoints": [
        {"addresses": ["192.168.1.154"], "conditions": {"ready": True}},
        {"addresses": ["192.168.2.129"], "conditions": {"ready": False}},
        {"addresses": ["192.168.2.130"]},
    ],
}


@pytest.mark.parametrize("case", DESCRIBED)
def test_the_description_of(case: str) -> None:
    obj, expected = DESCRIBED[case]
    assert describe(obj, FakeReader([SLICE])) == expected


def test_endpoints_beyond_three_are_counted() -> None:
    many = {**SLICE, "endpoints": [{"addresses": [f"10.0.0.{at}"]} for at in range(5)]}
    assert endpoints_text([many], "http") == "10.0.0.0:8080,10.0.0.1:8080,10.0.0.2:8080 + 2 more..."
    assert endpoints_text([many], "https") == ""
    assert endpoints_text([], "http") == "<none>"


JOB_LINES = (
    "Parallelism:      1",
    "Completions:      2",
    "Completion Mode:  NonIndexed",
    "Suspend:          false",
    "Backoff Limit:    6",
    "Start Time:       Mon, 23 Nov 2026 03:09:18 +0000",
    "Completed At:     Mon, 23 Nov 2026 03:09:24 +0000",
    "Duration:         6s",
    "Pods Statuses:    0 Active (0 Ready) / 2 Succeeded / 0 Failed",
)


def test_a_job() -> None:
    status = {"startTime": ago(12), "completionTime": ago(6), "succeeded": 2, "ready": 0}
    spec = {"completions": 2, "selector": {"matchLabels": {"a": "b"}}, "template": copy_of(PLAIN_TEMPLATE)}
    lines = describe(made("Job", spec, status)).splitlines()
    at = lines.index(JOB_LINES[0])
    assert tuple(lines[at : at + len(JOB_LINES)]) == JOB_LINES


def test_a_cron_job() -> None:
    spec = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": copy_of(PLAIN_TEMPLATE)}}}
    lines = describe(made("CronJob", spec, {"active": [{"name": "a"}, {"name": "b"}]})).splitlines()
    assert lines[4:7] == [
        "Schedule:                      0 3 * * *",
        "Concurrency Policy:            Allow",
        "Suspend:                       False",
    ]
    assert lines[-3:] == ["Last Schedule Time:  <unset>", "Active Jobs:         a, b", "Events:              <none>"]


def test_an_autoscaler() -> None:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"},
        "minReplicas": 2,
        "maxReplicas": 5,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}],
    }
    assert describe(made("HorizontalPodAutoscaler", spec, {"currentReplicas": 2, "desiredReplicas": 2})).endswith(
        "Reference:                                             Deployment/web\n"
        "Metrics:                                               ( current / target )\n"
        "  resource cpu on pods  (as a percentage of request):  <unknown> / 80%\n"
        "Min replicas:                                          2\n"
        "Max replicas:                                          5\n"
        "Deployment pods:                                       2 current / 2 desired\n"
        "Events:                                                <none>\n"
    )


NODE_END = """\
PodCIDR:                      192.168.1.0/24
PodCIDRs:                     192.168.1.0/24
Non-terminated Pods:          (1 in total)
  Namespace                   Name                    CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------                   ----                    ------------  ----------  ---------------  -------------  ---
  default                     web-868df55b9c-mtwlc    100m (10%)    500m (50%)  64Mi (3%)        128Mi (6%)     12s
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests    Limits
  --------           --------    ------
  cpu                100m (10%)  500m (50%)
  memory             64Mi (3%)   128Mi (6%)
  ephemeral-storage  0 (0%)      0 (0%)
Events:
  Type    Reason    Age   From             Message
  ----    ------    ----  ----             -------
  Normal  Starting  90s   kubelet··········
  Normal  Added     80s   node-controller  Node node02 event
"""


def test_a_node_with_its_pods_and_the_events_that_name_it_in_two_ways() -> None:
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node02", "uid": "u", "creationTimestamp": ago(90)},
        "spec": {"podCIDR": "192.168.1.0/24", "podCIDRs": ["192.168.1.0/24"]},
        "status": {"allocatable": {"cpu": "1", "memory": "2Gi", "pods": "110"}},
    }
    events = [
        event(90, "", reason="Starting", source={"component": "kubelet"}, uid="node02"),
        event(80, "Node node02 event", reason="Added", source={"component": "node-controller"}, uid="u"),
    ]
    described = describe(node, FakeReader([running_pod()], events))
    assert described.endswith(NODE_END.replace(BLANK, " "))
    assert "Taints:             <none>\nUnschedulable:      false\n" in described


RAW = (
    "Pod Template:\n"
    "  Labels:\tapp=myapp\n"
    "\tpod-template-hash=7fd4b8964b\n"
    "  Containers:\n"
    "   nginx:\n"
    "    Image:\tnginx:1.9.1\n"
    "    Port:\t<none>\n"
    "    Host Port:\t<none>\n"
    "    Environment:\t<none>\n"
    "    Mounts:\t<none>\n"
    "  Volumes:\t<none>\n"
    "  Node-Selectors:\t<none>\n"
    "  Tolerations:\tnode-role.kubernetes.io/control-plane:NoSchedule\n"
)


def test_the_history_of_a_rollout_shows_a_template_with_its_tabs() -> None:
    template = {
        "metadata": {"labels": {"app": "myapp", "pod-template-hash": "7fd4b8964b"}},
        "spec": {
            "containers": [{"name": "nginx", "image": "nginx:1.9.1"}],
            "tolerations": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
        },
    }
    assert describe_pod_template_raw(template) == RAW


def container_lines(spec: Obj) -> list[str]:
    """The lines of a template's only container, without their indentation."""
    text = describe_pod_template_raw({"spec": {"containers": [{"name": "c", "image": "i", **spec}]}})
    lines = [line.strip() for line in text.splitlines()]
    return lines[lines.index("c:") + 1 : lines.index("Volumes:\t<none>")]


CONTAINERS = {
    "several ports": (
        {"ports": [{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP", "name": "dns"}]},
        ["Ports:\t80/TCP, 53/UDP (dns)", "Host Ports:\t0/TCP, 0/UDP (dns)"],
    ),
    "a command of several lines": (
        {"command": ["sh", "-c"], "args": ["a\nb"]},
        ["Command:", "sh", "-c", "Args:", "a", "b"],
    ),
    "an exec probe": (
        {"startupProbe": {"exec": {"command": ["cat", "/x"]}, "periodSeconds": 1}},
        ["Startup:\texec [cat /x] delay=0s timeout=0s period=1s #success=0 #failure=0"],
    ),
    "a probe of another host": (
        {"livenessProbe": {"httpGet": {"host": "a.com", "path": "x y", "port": 80, "scheme": "HTTPS"}}},
        ["Liveness:\thttp-get https://a.com:80/x%20y delay=0s timeout=0s period=0s #success=0 #failure=0"],
    ),
    "variables from elsewhere": (
        {
            "envFrom": [
                {"configMapRef": {"name": "a"}},
                {"prefix": "P_", "secretRef": {"name": "b", "optional": True}},
            ]
        },
        [
            "Environment Variables from:",
            "a\tConfigMap\tOptional: false",
            "b\tSecret with prefix 'P_'\tOptional: true",
        ],
    ),
    "a variable of two lines": ({"env": [{"name": "A", "value": "1\n2"}]}, ["Environment:", "A:\t1", "2"]),
    "a variable from a key": (
        {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]},
        ["Environment:", "A:\t<set to the key 'k' in secret 's'>\tOptional: false"],
    ),
    "a variable from a limit that is not set": (
        {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]},
        ["Environment:", "A:\tnode allocatable (limits.cpu)"],
    ),
    "a variable from a limit in units of its own": (
        {
            "resources": {"limits": {"memory": "65Mi"}},
            "env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}}],
        },
        ["Limits:", "memory:\t65Mi", "Environment:", "A:\t65 (limits.memory)"],
    ),
    "mounts are sorted and tell their flags": (
        {
            "volumeMounts": [
                {"name": "v", "mountPath": "/b", "subPath": "x"},
                {"name": "v", "mountPath": "/a", "readOnly": True},
            ]
        },
        ["Mounts:", "/a from v (ro)", '/b from v (rw,path="x")'],
    ),
}


@pytest.mark.parametrize("case", CONTAINERS)
def test_a_container_with(case: str) -> None:
    spec, told = CONTAINERS[case]
    lines = container_lines(spec)
    at = lines.index(told[0])
    assert lines[at : at + len(told)] == told


VOLUMES = {
    "hostPath": (
        {"path": "/x"},
        ["Type:\tHostPath (bare host directory volume)", "Path:\t/x", "HostPathType:\t<none>"],
    ),
    "configMap": (
        {"name": "c", "optional": True},
        ["Type:\tConfigMap (a volume populated by a ConfigMap)", "Name:\tc", "Optional:\ttrue"],
    ),
    "secret": (
        {"secretName": "s"},
        ["Type:\tSecret (a volume populated by a Secret)", "SecretName:\ts", "Optional:\tfalse"],
    ),
    "downwardAPI": (
        {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]},
        ["Type:\tDownwardAPI (a volume populated by information about the pod)", "Items:", "metadata.labels -> l"],
    ),
    "madeUp": ({}, ["<unknown>"]),
}


@pytest.mark.parametrize("source", VOLUMES)
def test_a_volume_of(source: str) -> None:
    value, told = VOLUMES[source]
    text = describe_pod_template_raw({"spec": {"volumes": [{"name": "v", source: value}]}})
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("v:") + 1 : lines.index("Node-Selectors:\t<none>")] == told


LONG = "x" * 200


def test_long_annotations_get_lines_of_their_own_and_are_cut() -> None:
    obj = made("ConfigMap", metadata={"annotations": {"long": LONG, "short": "y", "two": "a\nb\n"}})
    assert describe(obj).splitlines()[3:9] == [
        "Annotations:  long:",
        f"                {LONG[:138]}...",
        "              short: y",
        "              two:",
        "                a",
        "                b",
    ]


GENERIC = """\
Name:         node01
Namespace:    kube-node-lease
Labels:       <none>
Annotations:  <none>
API Version:  coordination.k8s.io/v1
Kind:         Lease
Metadata:
  Creation Timestamp:  2026-11-23T03:09:18Z
  UID:                 u
Spec:
  Holder Identity:         node01
  Lease Duration Seconds:  40
Events:                    <none>
"""


def test_a_kind_without_a_description_of_its_own_shows_every_field() -> None:
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "node01", "namespace": "kube-node-lease", "creationTimestamp": ago(12), "uid": "u"},
        "spec": {"holderIdentity": "node01", "leaseDurationSeconds": 40},
    }
    assert describe(lease, FakeReader()) == GENERIC


LABELS = {
    "apiVersion": "API Version",
    "creationTimestamp": "Creation Timestamp",
    "uid": "UID",
    "podIPs": "Pod I Ps",
    "clusterIP": "Cluster IP",
    "app.kubernetes.io/name": "app.kubernetes.io/name",
}


@pytest.mark.parametrize("field", LABELS)
def test_fields_are_told_in_words(field: str) -> None:
    assert smart_label(field) == LABELS[field]


def test_no_time_is_the_first_of_all_days() -> None:
    assert long_time(None) == "Mon, 01 Jan 0001 00:00:00 +0000"
