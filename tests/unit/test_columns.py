"""What each kind shows in a table, and which fields can be selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kubesim.api.meta import SECOND, parse_time, rfc3339
from kubesim.cluster import Kinds
from kubesim.kinds import built_in

if TYPE_CHECKING:
    from command_lines import Shell

KINDS = Kinds({})

Obj = dict[str, Any]
NOW = parse_time("2026-11-23T03:10:00Z")


def ago(seconds: int) -> str:
    return rfc3339(NOW - seconds * SECOND)


def pod(
    phase: str = "Running",
    containers: list[Obj] | None = None,
    init: list[Obj] | None = None,
    conditions: list[Obj] | None = None,
    spec: Obj | None = None,
    **status: Any,
) -> Obj:
    containers, init = containers or [], init or []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default", "creationTimestamp": ago(12)},
        "spec": {
            "containers": [{"name": status["name"]} for status in containers] or [{"name": "main"}],
            "initContainers": [{"name": status["name"], **status.pop("spec", {})} for status in init],
            **(spec or {}),
        },
        "status": {
            "phase": phase,
            "conditions": conditions or [],
            "containerStatuses": containers,
            "initContainerStatuses": init,
            **status,
        },
    }


def container(name: str = "main", *, ready: bool = False, restarts: int = 0, **state: Any) -> Obj:
    last = state.pop("last", None)
    status = {"name": name, "ready": ready, "restartCount": restarts, "state": state}
    return {**status, "lastState": {"terminated": last}} if last else status


def waiting(reason: str, **more: Any) -> Obj:
    return container(waiting={"reason": reason}, **more)


def running(name: str = "main", **more: Any) -> Obj:
    return container(name, ready=True, running={"startedAt": ago(5)}, **more)


def terminated(name: str = "main", code: int = 0, **more: Any) -> Obj:
    return container(name, terminated={"exitCode": code, **more})


def with_metadata(obj: Obj, **metadata: Any) -> Obj:
    return {**obj, "metadata": {**obj["metadata"], **metadata}}


READY = {"type": "Ready", "status": "True"}
INITIALIZED = {"type": "Initialized", "status": "True"}
SIDECAR = {"spec": {"restartPolicy": "Always"}}

# ready, status, restarts
PODS = {
    "not scheduled yet": (pod("Pending"), "0/1", "Pending", "0"),
    "held back from the scheduler": (
        pod("Pending", conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]),
        "0/1",
        "SchedulingGated",
        "0",
    ),
    "starting": (pod("Pending", [waiting("ContainerCreating")]), "0/1", "ContainerCreating", "0"),
    "running": (pod("Running", [running()]), "1/1", "Running", "0"),
    "running, but its probe fails": (pod("Running", [container(running={})]), "0/1", "Running", "0"),
    "restarted ten seconds ago": (
        pod("Running", [running(restarts=2, last={"exitCode": 1, "finishedAt": ago(10)})]),
        "1/1",
        "Running",
        "2 (10s ago)",
    ),
    "an image that cannot be pulled": (pod("Pending", [waiting("ErrImagePull")]), "0/1", "ErrImagePull", "0"),
    "backing off": (
        pod("Running", [waiting("CrashLoopBackOff", restarts=3, last={"exitCode": 1, "finishedAt": ago(65)})]),
        "0/1",
        "CrashLoopBackOff",
        "3 (65s ago)",
    ),
    "crashed just now": (pod("Running", [terminated(code=1, reason="Error")]), "0/1", "Error", "0"),
    "crashed for no told reason": (pod("Running", [terminated(code=3)]), "0/1", "ExitCode:3", "0"),
    "killed by a signal": (pod("Running", [terminated(code=137, signal=9)]), "0/1", "Signal:9", "0"),
    "done": (pod("Succeeded", [terminated(reason="Completed")]), "0/1", "Completed", "0"),
    "one container done, the other runs and is ready": (
        pod("Running", [terminated("a", reason="Completed"), running("b")], conditions=[READY]),
        "1/2",
        "Running",
        "0",
    ),
    "one container done, the other runs": (
        pod("Running", [terminated("a", reason="Completed"), running("b")]),
        "1/2",
        "NotReady",
        "0",
    ),
    "one container done, the other failed": (
        pod("Failed", [terminated("a", reason="Completed"), terminated("b", code=1, reason="Error")]),
        "0/2",
        "Error",
        "0",
    ),
    "of two containers the first one's state wins": (
        pod("Pending", [{**waiting("ImagePullBackOff"), "name": "a"}, {**waiting("ErrImagePull"), "name": "b"}]),
        "0/2",
        "ImagePullBackOff",
        "0",
    ),
    "evicted": (pod("Failed", reason="Evicted"), "0/1", "Evicted", "0"),
    "an init container runs": (
        pod("Pending", [waiting("PodInitializing")], [container("setup", running={})]),
        "0/1",
        "Init:0/1",
        "0",
    ),
    "the second init container waits for its turn": (
        pod("Pending", [], [terminated("a"), container("b", waiting={"reason": "PodInitializing"})]),
        "0/1",
        "Init:1/2",
        "0",
    ),
    "an init container failed": (
        pod("Pending", [waiting("PodInitializing")], [terminated("setup", code=1, reason="Error", finishedAt=ago(1))]),
        "0/1",
        "Init:Error",
        "0",
    ),
    "an init container backs off, its restarts count": (
        pod(
            "Pending",
            [waiting("PodInitializing")],
            [{**waiting("CrashLoopBackOff", restarts=2, last={"exitCode": 1, "finishedAt": ago(9)}), "name": "setup"}],
        ),
        "0/1",
        "Init:CrashLoopBackOff",
        "2 (9s ago)",
    ),
    "an init container that was restarted no longer counts once it is done": (
        pod("Running", [running()], [{**terminated("setup"), "restartCount": 4}], [INITIALIZED]),
        "1/1",
        "Running",
        "0",
    ),
    "a sidecar counts as a container": (
        pod("Running", [running()], [{**running("side", restarts=1), "started": True, **SIDECAR}], [INITIALIZED]),
        "2/2",
        "Running",
        "1",
    ),
    "a sidecar that starts holds the others back": (
        pod("Pending", [waiting("PodInitializing")], [{**container("side", running={}), "started": False, **SIDECAR}]),
        "0/2",
        "Init:0/1",
        "0",
    ),
    "being deleted": (
        with_metadata(pod("Running", [running()]), deletionTimestamp=ago(-30)),
        "1/1",
        "Terminating",
        "0",
    ),
    "being deleted once it ended": (
        with_metadata(pod("Succeeded", [terminated(reason="Completed")]), deletionTimestamp=ago(-30)),
        "0/1",
        "Completed",
        "0",
    ),
    "being deleted on a node that is lost": (
        with_metadata(pod("Running", [running()], reason="NodeLost"), deletionTimestamp=ago(-30)),
        "1/1",
        "Unknown",
        "0",
    ),
}


@pytest.mark.parametrize("case", PODS)
def test_the_status_of_a_pod_that_is(case: str) -> None:
    obj, ready, status, restarts = PODS[case]
    assert KINDS.load("Pod").row(obj, NOW)[1:5] == [ready, status, restarts, "12s"]


def test_the_wide_columns_of_a_pod() -> None:
    gates = [{"conditionType": "a"}, {"conditionType": "b"}]
    obj = pod(
        "Running",
        [running()],
        conditions=[{"type": "a", "status": "True"}, {"type": "b", "status": "False"}],
        spec={"nodeName": "node01", "readinessGates": gates},
        podIPs=[{"ip": "192.168.1.2"}],
    )
    assert KINDS.load("Pod").row(obj, NOW)[5:] == ["192.168.1.2", "node01", "<none>", "1/2"]
    assert KINDS.load("Pod").row(pod("Pending"), NOW)[5:] == ["<none>"] * 4


TEMPLATE = {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.20"}, {"name": "redis", "image": "redis:7"}]}}
CONTAINERS = ["nginx,redis", "nginx:1.20,redis:7"]
SELECTOR = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}


def made(kind: str, spec: Obj | None = None, status: Obj | None = None, **more: Any) -> Obj:
    metadata = {"name": "x", "namespace": "default", "creationTimestamp": ago(90), **more.pop("metadata", {})}
    obj = {"apiVersion": built_in(kind).api_version, "kind": kind, "metadata": metadata, **more}
    return {**obj, **({"spec": spec} if spec is not None else {}), **({"status": status} if status is not None else {})}


def metric(name: str, target: Obj, kind: str = "Resource") -> Obj:
    return {"type": kind, "resource": {"name": name, "target": target}}


ROWS = {
    "a Deployment": (
        made(
            "Deployment",
            {"replicas": 3, "selector": SELECTOR, "template": TEMPLATE},
            {"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1},
        ),
        ["x", "1/3", "2", "1", "90s", *CONTAINERS, "app=web,tier"],
    ),
    "a Deployment that no controller has seen": (
        made("Deployment", {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}),
        ["x", "0/3", "0", "0", "90s", *CONTAINERS, "app=web"],
    ),
    "a ReplicaSet": (
        made(
            "ReplicaSet",
            {"replicas": 2, "selector": {"matchLabels": {"b": "2", "a": "1"}}, "template": TEMPLATE},
            {"replicas": 2, "readyReplicas": 1},
        ),
        ["x", "2", "2", "1", "90s", *CONTAINERS, "a=1,b=2"],
    ),
    "a DaemonSet": (
        made(
            "DaemonSet",
            {"selector": SELECTOR, "template": {"spec": {**TEMPLATE["spec"], "nodeSelector": {"disk": "ssd"}}}},
            {"desiredNumberScheduled": 3, "currentNumberScheduled": 2, "numberReady": 1, "updatedNumberScheduled": 2},
        ),
        ["x", "3", "2", "1", "2", "0", "disk=ssd", "90s", *CONTAINERS, "app=web,tier"],
    ),
    "a StatefulSet": (
        made("StatefulSet", {"replicas": 3, "template": TEMPLATE}, {"readyReplicas": 2}),
        ["x", "2/3", "90s", *CONTAINERS],
    ),
    "a ControllerRevision": (
        made(
            "ControllerRevision",
            revision=2,
            metadata={
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "logs", "controller": True}]
            },
        ),
        ["x", "daemonset.apps/logs", "2", "90s"],
    ),
    "a job that is complete": (
        made(
            "Job",
            {"completions": 2, "template": TEMPLATE, "selector": {"matchLabels": {"a": "b"}}},
            {
                "succeeded": 2,
                "startTime": ago(90),
                "completionTime": ago(84),
                "conditions": [{"type": "Complete", "status": "True"}],
            },
        ),
        ["x", "Complete", "2/2", "6s", "90s", *CONTAINERS, "a=b"],
    ),
    "a job that runs": (
        made("Job", {"parallelism": 3, "template": TEMPLATE, "selector": {}}, {"startTime": ago(5)}),
        ["x", "Running", "0/1 of 3", "5s", "90s", *CONTAINERS, "<none>"],
    ),
    "a job that is held": (
        made(
            "Job",
            {"completions": 1, "template": TEMPLATE, "selector": {}},
            {"conditions": [{"type": "Suspended", "status": "True"}]},
        ),
        ["x", "Suspended", "0/1", "", "90s", *CONTAINERS, "<none>"],
    ),
    "a CronJob": (
        made(
            "CronJob",
            {"schedule": "0 3 * * *", "suspend": False, "jobTemplate": {"spec": {"template": TEMPLATE}}},
            {},
        ),
        ["x", "0 3 * * *", "<none>", "False", "0", "<none>", "90s", *CONTAINERS, "<none>"],
    ),
    "a namespace": (made("Namespace", {}, {"phase": "Active"}), ["x", "Active", "90s"]),
    "a ConfigMap": (made("ConfigMap", data={"a": "1"}, binaryData={"b": "AA=="}), ["x", "2", "90s"]),
    "a Secret": (made("Secret", type="Opaque", data={"a": "AA=="}), ["x", "Opaque", "1", "90s"]),
    "a ServiceAccount": (made("ServiceAccount"), ["x", "90s"]),
    "a service in the cluster": (
        made(
            "Service",
            {"type": "ClusterIP", "clusterIPs": ["10.96.0.1"], "ports": [{"port": 443, "protocol": "TCP"}]},
        ),
        ["x", "ClusterIP", "10.96.0.1", "<none>", "443/TCP", "90s", "<none>"],
    ),
    "a service on nodes' ports": (
        made(
            "Service",
            {
                "type": "NodePort",
                "clusterIPs": ["10.96.0.1"],
                "ports": [{"port": 80, "nodePort": 31234, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
                "selector": {"app": "web"},
            },
        ),
        ["x", "NodePort", "10.96.0.1", "<none>", "80:31234/TCP,53/UDP", "90s", "app=web"],
    ),
    "a load balancer that has no address yet": (
        made("Service", {"type": "LoadBalancer", "clusterIPs": ["10.96.0.1"], "ports": []}),
        ["x", "LoadBalancer", "10.96.0.1", "<pending>", "<none>", "90s", "<none>"],
    ),
    "a name elsewhere": (
        made("Service", {"type": "ExternalName", "externalName": "example.com"}),
        ["x", "ExternalName", "<none>", "example.com", "<none>", "90s", "<none>"],
    ),
    "an EndpointSlice of more endpoints than fit": (
        made(
            "EndpointSlice",
            addressType="IPv4",
            ports=[{"port": 8080}],
            endpoints=[{"addresses": [f"10.0.0.{at}"]} for at in range(5)],
        ),
        ["x", "IPv4", "8080", "10.0.0.0,10.0.0.1,10.0.0.2 + 2 more...", "90s"],
    ),
    "an EndpointSlice of none": (
        made("EndpointSlice", addressType="IPv4", ports=[], endpoints=[]),
        ["x", "IPv4", "<unset>", "<unset>", "90s"],
    ),
    "a node": (
        made(
            "Node",
            {"unschedulable": True},
            {
                "conditions": [{"type": "Ready", "status": "True"}],
                "addresses": [{"type": "InternalIP", "address": "172.30.1.2"}],
                "nodeInfo": {
                    "kubeletVersion": "v1.36.2",
                    "osImage": "Ubuntu 24.04.2 LTS",
                    "kernelVersion": "6.8.0-51-generic",
                    "architecture": "amd64",
                    "containerRuntimeVersion": "containerd://2.1.3",
                },
            },
            metadata={"labels": {"node-role.kubernetes.io/control-plane": ""}},
        ),
        [
            "x",
            "Ready,SchedulingDisabled",
            "control-plane",
            "90s",
            "v1.36.2",
            "172.30.1.2",
            "<none>",
            "Ubuntu 24.04.2 LTS",
            "6.8.0-51-generic (amd64)",
            "containerd://2.1.3",
        ],
    ),
    "an autoscaler": (
        made(
            "HorizontalPodAutoscaler",
            {
                "scaleTargetRef": {"kind": "Deployment", "name": "web"},
                "minReplicas": 2,
                "maxReplicas": 5,
                "metrics": [
                    metric("cpu", {"type": "Utilization", "averageUtilization": 80}),
                    metric("memory", {"type": "AverageValue", "averageValue": "1Gi"}),
                ],
            },
            {"currentReplicas": 2, "currentMetrics": [{"resource": {"current": {"averageUtilization": 20}}}]},
        ),
        ["x", "Deployment/web", "cpu: 20%/80%, memory: <unknown>/1Gi", "2", "5", "2", "90s"],
    ),
    "an event": (
        made(
            "Event",
            involvedObject={"kind": "Pod", "name": "web", "fieldPath": "spec.containers{main}"},
            type="Normal",
            reason="Pulling",
            message=" Pulling image \n",
            source={"component": "kubelet", "host": "node01"},
            firstTimestamp=ago(33),
            lastTimestamp=ago(20),
            count=2,
        ),
        [
            "20s",
            "Normal",
            "Pulling",
            "pod/web",
            "spec.containers{main}",
            "kubelet, node01",
            "Pulling image",
            "33s",
            "2",
            "x",
        ],
    ),
    "a scheduler's event": (
        made(
            "Event",
            involvedObject={"kind": "Pod", "name": "web"},
            type="Normal",
            reason="Scheduled",
            message="Assigned",
            reportingComponent="default-scheduler",
            reportingInstance="controlplane",
            eventTime=ago(33),
        ),
        ["33s", "Normal", "Scheduled", "pod/web", "", "default-scheduler, controlplane", "Assigned", "33s", "1", "x"],
    ),
    "a Lease": (made("Lease", {"holderIdentity": "node01"}), ["x", "node01", "90s"]),
    "a default StorageClass": (
        made(
            "StorageClass",
            provisioner="local",
            metadata={"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        ),
        ["x (default)", "local", "Delete", "Immediate", "false", "90s"],
    ),
    "a Role": (made("Role"), ["x", ago(90)]),
    "a RoleBinding": (
        made(
            "RoleBinding",
            roleRef={"kind": "Role", "name": "view"},
            subjects=[
                {"kind": "User", "name": "jane"},
                {"kind": "ServiceAccount", "namespace": "default", "name": "bot"},
            ],
        ),
        ["x", "Role/view", "90s", "jane", "", "default/bot"],
    ),
    "a PodDisruptionBudget": (
        made("PodDisruptionBudget", {"minAvailable": "50%"}, {"disruptionsAllowed": 1}),
        ["x", "50%", "N/A", "1", "90s"],
    ),
    "a claim without a volume": (
        made("PersistentVolumeClaim", {"volumeMode": "Filesystem"}, {"phase": "Pending"}),
        ["x", "Pending", "", "", "", "", "<unset>", "90s", "Filesystem"],
    ),
    "an Ingress": (
        made("Ingress", {"rules": [{"host": "a.com"}, {"host": "b.com"}], "tls": [{}]}),
        ["x", "<none>", "a.com,b.com", "", "80, 443", "90s"],
    ),
    "a ResourceQuota": (
        made("ResourceQuota", {}, {"hard": {"pods": "3", "limits.cpu": "1"}, "used": {"pods": "1"}}),
        ["x", "pods: 1/3", "limits.cpu: 0/1", "90s"],
    ),
    "Endpoints": (
        made("Endpoints", subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]),
        ["x", "10.0.0.1:80", "90s"],
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_the_row_of(case: str) -> None:
    obj, cells = ROWS[case]
    kind = KINDS.load(obj["kind"])
    assert kind.row(obj, NOW) == cells
    assert len(kind.columns) == len(cells)


def test_the_headings_of_storage_classes() -> None:
    assert [column.name for column in KINDS.load("StorageClass").columns] == [
        "NAME",
        "PROVISIONER",
        "RECLAIMPOLICY",
        "VOLUMEBINDINGMODE",
        "ALLOWVOLUMEEXPANSION",
        "AGE",
    ]


FIELDS = [
    ("Pod", "status.phase", "Running"),
    ("Pod", "spec.nodeName", ""),
    ("Pod", "spec.hostNetwork", "false"),
    ("Pod", "metadata.name", "web"),
    ("Pod", "spec.containers", None),
    ("Deployment", "metadata.namespace", "default"),
    ("Deployment", "spec.replicas", None),
    ("Event", "involvedObject.kind", "Pod"),
    ("Event", "source", "kubelet"),
    ("Event", "message", None),
    ("Node", "spec.unschedulable", "true"),
    ("Node", "metadata.namespace", None),
    ("Namespace", "status.phase", "Active"),
    ("Secret", "type", "Opaque"),
    ("Service", "spec.type", "ClusterIP"),
    ("ReplicaSet", "status.replicas", None),
    ("Job", "status.successful", "2"),
]


@pytest.mark.parametrize(("kind", "path", "value"), FIELDS)
def test_the_fields_that_can_be_selected(kind: str, path: str, value: str | None) -> None:
    objs: dict[str, Obj] = {}
    for obj, _ in ROWS.values():
        objs.setdefault(obj["kind"], obj)
    objs["Pod"] = pod("Running", [running()])
    assert KINDS.load(kind).field(objs[kind], path) == value


def test_services_are_selected_by_type_before_there_is_one_to_look_at(shell: Shell) -> None:
    assert shell.ok("get svc --field-selector spec.type=ClusterIP -o name") == "service/kubernetes\n"
    assert shell.ok("get svc -A --field-selector spec.type=NodePort -o name") == ""
