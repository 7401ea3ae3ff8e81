"""Faults of the sorts that people make, for the tests of ``sim why``: what is made, what is asked, what is answered."""

from __future__ import annotations

from typing import Any, NamedTuple

Obj = dict[str, Any]


class Fault(NamedTuple):
    """``steps`` are manifests to create and command lines to run; then so much time passes, and ``ask`` is asked.

    ``code`` names the cause that is to be found, ``says`` is part of what is said of it.  ``repairs``: whether the
    command that is given repairs it, which is seen after ``heals``.
    """

    name: str
    steps: list[Obj | str]
    ask: str
    code: str
    says: str
    wait: str = "30s"
    repairs: bool = True
    heals: str = "2m"


def container(image: str = "nginx:1.25", name: str = "main", **fields: Any) -> Obj:
    return {"name": name, "image": image, **fields}


def pod_spec(*containers: Obj, **fields: Any) -> Obj:
    return {"containers": list(containers) or [container()], **fields}


def workload(kind: str = "Deployment", *containers: Obj, name: str = "web", pod: Obj | None = None, **spec: Any) -> Obj:
    """A workload whose pods have the label app=NAME; ``pod`` are fields of their spec."""
    template = {"metadata": {"labels": {"app": name}}, "spec": pod_spec(*containers, **(pod or {}))}
    version = "batch/v1" if kind == "Job" else "apps/v1"
    selector = {} if kind == "Job" else {"selector": {"matchLabels": {"app": name}}}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": {**selector, "template": template, **spec},
    }


def pod(*containers: Obj, name: str = "web", **fields: Any) -> Obj:
    meta = {"name": name, "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod_spec(*containers, **fields)}


def service(selector: dict[str, str], name: str = "web", port: Obj | None = None, **spec: Any) -> Obj:
    ports = [port or {"port": 80}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": selector, "ports": ports, **spec},
    }


def claim(name: str = "data", **spec: Any) -> Obj:
    given = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": given}


def v1(kind: str, name: str, **fields: Any) -> Obj:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **fields}


def probe(kind: str, **action: Any) -> Obj:
    return {f"{kind}Probe": {"periodSeconds": 5, **action}}


WEB = workload(replicas=2)
HTTP = {"httpGet": {"port": 80, "path": "/"}}
DATA = {"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}
MOUNT = {"volumeMounts": [{"name": "d", "mountPath": "/d"}]}
SPREAD = {
    "requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}
    ]
}


def quota(**hard: str) -> Obj:
    return v1("ResourceQuota", "q", spec={"hard": {name.replace("_", "."): amount for name, amount in hard.items()}})


IMAGES = [
    Fault(
        "a tag that lacks a dot",
        [WEB, "set image deployment/web main=nginx:1.161"],
        "deployment/web",
        "ImageNotFound",
        "nginx has no tag 1.161",
    ),
    Fault(
        "a tag that lacks a letter",
        [workload("Deployment", container("nginx:1.27-alpin"))],
        "deployment/web",
        "ImageNotFound",
        "no tag 1.27-alpin",
    ),
    Fault("an image that lacks a letter", [pod(container("ngnix:1.25"))], "pod/web", "ImageNotFound", "ngnix"),
    Fault(
        "a tag that says so itself",
        [WEB, "set image deployment/web main=nginx:does-not-exist"],
        "deployment/web",
        "ImageNotFound",
        "does-not-exist",
    ),
    Fault(
        "a first image that is nowhere",
        [workload("Deployment", container("nginx:typo"))],
        "deployment/web",
        "ImageNotFound",
        "typo",
    ),
    Fault(
        "a rule of the user's",
        [WEB, "sim images app:2=missing", "set image deployment/web main=app:2"],
        "deployment/web",
        "ImageNotFound",
        "your rule app:2=missing",
    ),
    Fault(
        "capitals in a name",
        [workload("Deployment", container("Nginx:1.25"))],
        "deployment/web",
        "InvalidImageName",
        "no name of an image",
    ),
    Fault(
        "an image that is never pulled",
        [workload("Deployment", container("httpd:2.4", imagePullPolicy="Never"))],
        "deployment/web",
        "ImageNeverPulled",
        "imagePullPolicy Never",
    ),
    Fault(
        "a bad image in a StatefulSet",
        [
            workload("StatefulSet", container(), replicas=2, serviceName="web"),
            "sim advance 30s",
            "set image statefulset/web main=nginx:1.27-alpin",
        ],
        "statefulset/web",
        "ImageNotFound",
        "no tag",
        heals="4m",
    ),
    Fault(
        "a bad image in a DaemonSet",
        [workload("DaemonSet"), "sim advance 30s", "set image daemonset/web main=nginx:1.27-alpin"],
        "daemonset/web",
        "ImageNotFound",
        "no tag",
        heals="3m",
    ),
    Fault(
        "a bad image in a Job",
        [workload("Job", container("busybox:1.366", command=["true"]), pod={"restartPolicy": "Never"})],
        "job/web",
        "ImageNotFound",
        "no tag",
    ),
    Fault(
        "a bad image in an init container",
        [
            workload(
                "Deployment",
                container(),
                pod={"initContainers": [container("busybox:lates", "init", command=["true"])]},
            )
        ],
        "deployment/web",
        "ImageNotFound",
        "no tag lates",
    ),
    Fault(
        "a bad image in a ReplicaSet",
        [workload("ReplicaSet", container("nginx:1.27-alpin"), replicas=2)],
        "replicaset/web",
        "ImageNotFound",
        "no tag",
    ),
]
CONFIGURATION = [
    Fault(
        "no ConfigMap for a variable",
        [
            workload(
                "Deployment",
                container(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}]),
            )
        ],
        "deployment/web",
        "ConfigMapMissing",
        "configmap/settings is not there",
    ),
    Fault(
        "a ConfigMap by a slip",
        [
            "create configmap settings --from-literal=a=1",
            workload(
                "Deployment",
                container(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "setings", "key": "a"}}}]),
            ),
        ],
        "deployment/web",
        "ConfigMapMissing",
        "configmap/setings",
    ),
    Fault(
        "no such key",
        [
            "create configmap settings --from-literal=b=1",
            workload(
                "Deployment",
                container(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}]),
            ),
        ],
        "deployment/web",
        "ConfigMapKeyMissing",
        "has no key a",
    ),
    Fault(
        "no Secret for all variables",
        [workload("Deployment", container(envFrom=[{"secretRef": {"name": "login"}}]))],
        "deployment/web",
        "SecretMissing",
        "secret/login",
    ),
    Fault(
        "no Secret for a volume",
        [
            workload(
                "Deployment",
                container(volumeMounts=[{"name": "s", "mountPath": "/s"}]),
                pod={
                    "volumes": [{"name": "s", "secret": {"secretName": "login", "items": [{"key": "a", "path": "a"}]}}]
                },
            )
        ],
        "deployment/web",
        "SecretMissing",
        "secret/login",
        heals="5m",
    ),
    Fault(
        "a ConfigMap for a volume of a bare pod",
        [
            pod(
                container(volumeMounts=[{"name": "s", "mountPath": "/s"}]),
                volumes=[{"name": "s", "configMap": {"name": "files"}}],
            )
        ],
        "pod/web",
        "ConfigMapMissing",
        "configmap/files",
        heals="5m",
    ),
    Fault(
        "root where that is forbidden",
        [workload("Deployment", container(securityContext={"runAsNonRoot": True}))],
        "deployment/web",
        "RunsAsRoot",
        "runAsNonRoot",
    ),
    Fault(
        "a folder of the node that is none",
        [
            workload(
                "Deployment",
                container(volumeMounts=[{"name": "h", "mountPath": "/h"}]),
                pod={"volumes": [{"name": "h", "hostPath": {"path": "/var/lib/docker", "type": "Directory"}}]},
            )
        ],
        "deployment/web",
        "HostPathType",
        "/var/lib/docker",
        heals="3m",
    ),
]
PROGRAMS = [
    Fault(
        "a program by a slip",
        [workload("Deployment", container("busybox:1.36", command=["sleeep", "3600"]))],
        "deployment/web",
        "ProgramMissing",
        "no program sleeep",
    ),
    Fault(
        "a shell without a command",
        [workload("Deployment", container("busybox:1.36"))],
        "deployment/web",
        "Completes",
        "exit code 0",
    ),
    Fault(
        "a command that ends",
        [
            WEB,
            "sim advance 20s",
            """patch deployment/web -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"busybox:1.36","command":["sleep","5"]}]}}}}' """,
        ],
        "deployment/web",
        "Completes",
        "ends after 5 s",
    ),
    Fault(
        "a database without a password",
        [workload("Deployment", container("postgres:16"))],
        "deployment/web",
        "NeedNotMet",
        "POSTGRES_PASSWORD",
    ),
    Fault(
        "a script that fails",
        [workload("Deployment", container("busybox:1.36", command=["sh", "-c", "echo no disk; sleep 1; exit 3"]))],
        "deployment/web",
        "Crashes",
        'exits with 3 after 1 s; it printed "no disk"',
        repairs=False,
    ),
    Fault(
        "an image that crashes",
        [WEB, "sim advance 20s", "set image deployment/web main=nginx:crash"],
        "deployment/web",
        "Crashes",
        "exits with 1",
        wait="1m",
    ),
    Fault(
        "too little memory",
        [
            workload(
                "Deployment",
                container(
                    "polinux/stress",
                    command=["stress"],
                    args=["--vm", "1", "--vm-bytes", "250M"],
                    resources={"limits": {"memory": "100Mi"}},
                ),
            )
        ],
        "deployment/web",
        "OutOfMemory",
        "OOMKilled",
    ),
    Fault(
        "a hook that fails",
        [workload("Deployment", container(lifecycle={"postStart": {"exec": {"command": ["sh", "-c", "exit 1"]}}}))],
        "deployment/web",
        "HookFailed",
        "postStart hook",
        heals="3m",
    ),
    Fault(
        "an init container that waits for no Service",
        [
            workload(
                "Deployment",
                container(),
                pod={
                    "initContainers": [
                        container("busybox:1.36", "wait", command=["sh", "-c", "until nslookup db; do sleep 2; done"])
                    ]
                },
            )
        ],
        "deployment/web",
        "ServiceMissing",
        "no service/db",
    ),
    Fault(
        "an init container that waits for a Service by a slip",
        [
            workload(name="database"),
            "expose deployment/database --port=80",
            workload(
                "Deployment",
                container(),
                pod={
                    "initContainers": [
                        container(
                            "busybox:1.36", "wait", command=["sh", "-c", "until nc -z databse 80; do sleep 2; done"]
                        )
                    ]
                },
            ),
        ],
        "deployment/web",
        "ServiceMissing",
        "no service/databse",
    ),
    Fault(
        "a Job that fails",
        [
            workload(
                "Job",
                container("busybox:1.36", command=["sh", "-c", "exit 1"]),
                pod={"restartPolicy": "Never"},
                backoffLimit=1,
            )
        ],
        "job/web",
        "JobFailed",
        "(BackoffLimitExceeded): main exited with 1",
        wait="2m",
        repairs=False,
    ),
    Fault(
        "a Job that is suspended",
        [workload("Job", container("busybox:1.36", command=["true"]), pod={"restartPolicy": "Never"}, suspend=True)],
        "job/web",
        "Suspended",
        "suspended",
    ),
    Fault(
        "a pod that has failed",
        [pod(container("busybox:1.36", command=["sh", "-c", "exit 1"]), restartPolicy="Never")],
        "pod/web",
        "PodFailed",
        "main exited with 1",
        repairs=False,
    ),
]
PROBES = [
    Fault(
        "a readiness probe on a wrong port",
        [
            WEB,
            "sim advance 20s",
            workload("Deployment", container(name="main", **probe("readiness", httpGet={"port": 8080})), name="other"),
        ],
        "deployment/other",
        "ProbeFails",
        "it asks port 8080, and main listens on 80",
    ),
    Fault(
        "a readiness probe of a wrong page",
        [workload("Deployment", container(**probe("readiness", httpGet={"port": 80, "path": "/healthz"})))],
        "deployment/web",
        "ProbeFails",
        "asks for /healthz and gets 404",
    ),
    Fault(
        "a readiness probe by HTTP of a database",
        [workload("Deployment", container("redis:7", **probe("readiness", httpGet={"port": 6379})))],
        "deployment/web",
        "ProbeFails",
        "asks in HTTP",
    ),
    Fault(
        "a readiness probe of a port without that name",
        [
            workload(
                "Deployment",
                container(ports=[{"name": "http", "containerPort": 80}], **probe("readiness", httpGet={"port": "web"})),
            )
        ],
        "deployment/web",
        "ProbeFails",
        'port "web"',
    ),
    Fault(
        "a liveness probe on a wrong port",
        [workload("Deployment", container(**probe("liveness", httpGet={"port": 8080}, failureThreshold=1)))],
        "deployment/web",
        "ProbeKills",
        "the liveness probe of main ends it",
        wait="1m",
        heals="3m",
    ),
    Fault(
        "a liveness probe before a slow start",
        [
            "sim images 'app:1=starts-in 60s'",
            workload(
                "Deployment",
                container(
                    "app:1", **probe("liveness", httpGet={"port": 80}), **probe("readiness", httpGet={"port": 80})
                ),
            ),
        ],
        "deployment/web",
        "ProbeKills",
        "answers 1m after its start",
        wait="2m",
        heals="5m",
    ),
    Fault(
        "a startup probe that gives up too early",
        [
            "sim images 'app:1=starts-in 60s'",
            workload("Deployment", container("app:1", **probe("startup", httpGet={"port": 80}))),
        ],
        "deployment/web",
        "ProbeKills",
        "the startup probe",
        wait="2m",
        heals="5m",
    ),
    Fault(
        "an image that never turns ready",
        [WEB, "sim advance 20s", "set image deployment/web main=nginx:notready"],
        "deployment/web",
        "NeverReady",
        "never turns ready",
    ),
    Fault(
        "a probe of a container that sleeps",
        [
            workload(
                "Deployment",
                container("busybox:1.36", command=["sleep", "3600"], **probe("readiness", tcpSocket={"port": 80})),
            )
        ],
        "deployment/web",
        "ProbeFails",
        "listens nowhere",
        repairs=False,
    ),
    Fault(
        "a command as a probe that fails",
        [
            workload(
                "Deployment",
                container(
                    "busybox:1.36",
                    command=["sleep", "3600"],
                    **probe("readiness", exec={"command": ["cat", "/tmp/ready"]}),
                ),
            )
        ],
        "deployment/web",
        "ProbeFails",
        'it runs "cat /tmp/ready"',
        repairs=False,
    ),
]
NODES = [
    Fault(
        "a label that no node has",
        [workload("Deployment", pod={"nodeSelector": {"disktype": "ssd"}})],
        "deployment/web",
        "NodesDoNotMatch",
        "nodeSelector disktype=ssd",
    ),
    Fault(
        "a label by a slip",
        ["label node node01 disktype=ssd", workload("Deployment", pod={"nodeSelector": {"disktyp": "ssd"}})],
        "deployment/web",
        "NodesDoNotMatch",
        "disktyp=ssd",
    ),
    Fault(
        "a taint on every node",
        ["taint node node01 gpu=true:NoSchedule", "taint node node02 gpu=true:NoSchedule", WEB],
        "deployment/web",
        "NodesTainted",
        "2 nodes have the taint gpu=true:NoSchedule",
    ),
    Fault(
        "nodes that are cordoned",
        ["cordon node01", "cordon node02", WEB],
        "deployment/web",
        "NodesCordoned",
        "2 nodes are cordoned",
    ),
    Fault(
        "more cpu than there is",
        [workload("Deployment", container(resources={"requests": {"cpu": "100"}}), replicas=2)],
        "deployment/web",
        "TooLittleRoom",
        "cpu (100 asked for",
    ),
    Fault(
        "a port of the node that is taken",
        [workload("Deployment", container(ports=[{"containerPort": 80, "hostPort": 80}]), replicas=3)],
        "deployment/web",
        "HostPortTaken",
        "host port taken",
    ),
    Fault(
        "a rollout without room beside the old pods",
        [
            workload("Deployment", container(), replicas=2, pod={"affinity": {"podAntiAffinity": SPREAD}}),
            "sim advance 20s",
            "set image deployment/web main=nginx:1.26",
        ],
        "deployment/web",
        "AntiAffinity",
        "anti-affinity",
    ),
    Fault(
        "a pod that asks for company",
        [
            pod(
                affinity={
                    "podAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            {
                                "topologyKey": "kubernetes.io/hostname",
                                "labelSelector": {"matchLabels": {"app": "cache"}},
                            }
                        ]
                    }
                }
            )
        ],
        "pod/web",
        "Affinity",
        "affinity asks for",
    ),
    Fault("a node that is not there", [pod(nodeName="node99")], "pod/web", "NodeMissing", "node99"),
    Fault(
        "a scheduler that is not there",
        [workload("Deployment", pod={"schedulerName": "mine"})],
        "deployment/web",
        "NoScheduler",
        "called mine",
    ),
    Fault(
        "a scheduling gate",
        [pod(schedulingGates=[{"name": "example.com/later"}])],
        "pod/web",
        "SchedulingGated",
        "example.com/later",
    ),
    Fault(
        "a DaemonSet without nodes",
        [workload("DaemonSet", pod={"nodeSelector": {"gpu": "yes"}})],
        "daemonset/web",
        "NoNodes",
        "gpu=yes",
    ),
]
REFUSALS = [
    Fault(
        "a quota of pods",
        [quota(pods="1"), workload(replicas=3)],
        "deployment/web",
        "QuotaExceeded",
        "pods 1 of 1 used",
        heals="20m",
    ),
    Fault(
        "a quota that leaves no room for the surge",
        [quota(pods="2"), WEB, "sim advance 30s", "set image deployment/web main=nginx:1.26"],
        "deployment/web",
        "QuotaExceeded",
        "quota q is used up",
        heals="20m",
    ),
    Fault(
        "a quota of cpu that the pods do not name",
        [quota(requests_cpu="2"), WEB],
        "deployment/web",
        "QuotaUnnamed",
        "requests.cpu",
    ),
    Fault(
        "a limit of the namespace",
        [
            v1("LimitRange", "l", spec={"limits": [{"type": "Container", "max": {"cpu": "1"}}]}),
            workload("Deployment", container(resources={"limits": {"cpu": "2"}})),
        ],
        "deployment/web",
        "LimitRange",
        "at most 1",
    ),
    Fault(
        "a least request of the namespace",
        [
            v1("LimitRange", "l", spec={"limits": [{"type": "Container", "min": {"memory": "64Mi"}}]}),
            workload("Deployment", container(resources={"requests": {"memory": "16Mi"}})),
        ],
        "deployment/web",
        "LimitRange",
        "at least 64Mi",
    ),
    Fault(
        "a service account that is not there",
        [workload("Deployment", pod={"serviceAccountName": "robot"})],
        "deployment/web",
        "ServiceAccountMissing",
        "serviceaccount/robot",
        heals="10m",
    ),
    Fault(
        "a priority class that is not there",
        [workload("Deployment", pod={"priorityClassName": "urgent"})],
        "deployment/web",
        "PriorityClassMissing",
        "priorityclass/urgent",
        heals="10m",
    ),
    Fault(
        "a runtime class that is not there",
        [workload("Deployment", pod={"runtimeClassName": "gvisor"})],
        "deployment/web",
        "RuntimeClassMissing",
        "runtimeclass/gvisor",
    ),
    Fault(
        "a StatefulSet that a quota stops",
        [quota(pods="1"), workload("StatefulSet", replicas=2, serviceName="web")],
        "statefulset/web",
        "QuotaExceeded",
        "quota q",
        heals="20m",
    ),
]
STORAGE = [
    Fault(
        "a claim that is not there",
        [workload("Deployment", container(**MOUNT), pod=DATA)],
        "deployment/web",
        "ClaimMissing",
        "pvc/data is not there",
    ),
    Fault(
        "a class that is not there",
        [claim(storageClassName="fast"), workload("Deployment", container(**MOUNT), pod=DATA)],
        "pvc/data",
        "ClassMissing",
        "storageclass fast is not there",
    ),
    Fault(
        "a claim that many nodes are to write",
        [claim(accessModes=["ReadWriteMany"]), workload("Deployment", container(**MOUNT), pod=DATA)],
        "pvc/data",
        "AccessMode",
        "ReadWriteOnce volumes alone",
        heals="5m",
    ),
    Fault("no class and no volume", [claim(storageClassName="")], "pvc/data", "NoVolume", "no class makes a volume"),
    Fault(
        "a volume that is too small",
        [
            claim(storageClassName="manual"),
            v1(
                "PersistentVolume",
                "small",
                spec={
                    "capacity": {"storage": "500Mi"},
                    "accessModes": ["ReadWriteOnce"],
                    "storageClassName": "manual",
                    "hostPath": {"path": "/mnt"},
                },
            ),
        ],
        "pvc/data",
        "ClassMissing",
        "pv/small has 500Mi of the 1Gi",
    ),
    Fault(
        "a volume that is gone",
        [
            v1(
                "PersistentVolume",
                "v",
                spec={"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/mnt"}},
            ),
            claim(storageClassName=""),
            "sim advance 10s",
            "delete pv v --wait=false",
            """patch pv v -p '{"metadata":{"finalizers":null}}' """,
        ],
        "pvc/data",
        "VolumeLost",
        "pv/v is gone",
        repairs=False,
    ),
    Fault(
        "a provisioner that does not run",
        [
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": "ebs"},
                "provisioner": "ebs.csi.aws.com",
            },
            claim(storageClassName="ebs"),
        ],
        "pvc/data",
        "NoProvisioner",
        "ebs.csi.aws.com, which does not run here",
    ),
]
SERVICES = [
    Fault(
        "a selector by a slip",
        [WEB, service({"app": "wbe"})],
        "service/web",
        "SelectorMatchesNothing",
        "app=wbe matches no pod; 2 pods have app=web",
    ),
    Fault(
        "a selector with a label too many",
        [WEB, service({"app": "web", "tier": "front"})],
        "service/web",
        "SelectorMatchesNothing",
        "2 pods have app=web",
    ),
    Fault(
        "a target port that is closed",
        [WEB, service({"app": "web"}, port={"port": 80, "targetPort": 8080})],
        "service/web",
        "TargetPortClosed",
        "leads to 8080, where nothing listens",
    ),
    Fault(
        "a target port without that name",
        [
            workload("Deployment", container(ports=[{"name": "http", "containerPort": 80}])),
            service({"app": "web"}, port={"port": 80, "targetPort": "web"}),
        ],
        "service/web",
        "TargetPortUnnamed",
        'called "web"',
    ),
    Fault(
        "pods that are not ready",
        [workload("Deployment", container("nginx:1.27-alpin")), service({"app": "web"})],
        "service/web",
        "ImageNotFound",
        "its pod is not ready: nginx has no tag",
    ),
    Fault(
        "a Deployment without replicas",
        [workload(replicas=0), service({"app": "web"})],
        "service/web",
        "ScaledToZero",
        "deployment/web, which has such pods, has no replicas",
    ),
    Fault(
        "no selector",
        [WEB, v1("Service", "web", spec={"ports": [{"port": 80}]})],
        "service/web",
        "NoSelector",
        "has no selector",
    ),
    Fault(
        "a balancer that nobody gives",
        [WEB, service({"app": "web"}, type="LoadBalancer")],
        "service/web",
        "NoLoadBalancer",
        "no external IP",
    ),
]
HELD = [
    Fault(
        "a rollout that is paused",
        [WEB, "sim advance 20s", "rollout pause deployment/web", "set image deployment/web main=nginx:1.26"],
        "deployment/web",
        "Paused",
        "paused",
    ),
    Fault(
        "a pod with a finalizer",
        [
            {**pod(), "metadata": {"name": "web", "finalizers": ["example.com/hold"]}},
            "sim advance 20s",
            "delete pod web --wait=false",
        ],
        "pod/web",
        "FinalizerHolds",
        "example.com/hold",
        wait="2m",
    ),
    Fault(
        "a namespace that does not end",
        [
            "create namespace n",
            "-n n create configmap c",
            """-n n patch configmap c -p '{"metadata":{"finalizers":["example.com/hold"]}}' """,
            "delete namespace n --wait=false",
        ],
        "namespace/n",
        "FinalizerHolds",
        "configmap/c is held by example.com/hold",
    ),
    Fault(
        "a budget that lets nobody go",
        [WEB, "create pdb web --selector=app=web --min-available=2"],
        "pdb/web",
        "BudgetAllowsNone",
        "2 of 2 have to be",
    ),
    Fault(
        "a node that cannot be drained",
        [WEB, "create pdb web --selector=app=web --min-available=2", "sim advance 20s", "cordon node01"],
        "node/node01",
        "DrainBlocked",
        "pdb/web keeps pod/web",
        repairs=False,
    ),
    Fault(
        "a StatefulSet that is updated by hand",
        [
            workload("StatefulSet", replicas=1, serviceName="web", updateStrategy={"type": "OnDelete"}),
            "sim advance 20s",
            "set image statefulset/web main=nginx:1.26",
        ],
        "statefulset/web",
        "OnDelete",
        "OnDelete",
    ),
]
VOLUME = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/mnt"}}
RARE = [
    Fault(
        "a claim that names no volume that is there",
        [claim(volumeName="nosuch", storageClassName="")],
        "pvc/data",
        "VolumeMissing",
        "pv/nosuch, which is not there",
        repairs=False,
    ),
    Fault(
        "a claim that names a volume of another claim",
        [
            v1("PersistentVolume", "v", spec=VOLUME),
            claim("other", storageClassName=""),
            "sim advance 10s",
            claim(volumeName="v", storageClassName=""),
        ],
        "pvc/data",
        "VolumeTaken",
        "bound to pvc/other",
        repairs=False,
    ),
    Fault(
        "a claim that names a volume that is too small",
        [
            v1("PersistentVolume", "v", spec={**VOLUME, "capacity": {"storage": "1Mi"}}),
            claim(volumeName="v", storageClassName=""),
        ],
        "pvc/data",
        "VolumeUnfit",
        "too small",
        repairs=False,
    ),
    Fault(
        "a class that binds too early",
        [
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": "early"},
                "provisioner": "rancher.io/local-path",
            },
            claim(storageClassName="early"),
        ],
        "pvc/data",
        "BindsTooEarly",
        "has to know the node first",
    ),
    Fault(
        "a selector of a claim of a class",
        [claim(selector={"matchLabels": {"a": "b"}}), workload("Deployment", container(**MOUNT), pod=DATA)],
        "pvc/data",
        "ClaimSelector",
        "for a selector",
        heals="5m",
    ),
    Fault(
        "a claim that is deleted in use",
        [
            claim(),
            workload("Deployment", container(**MOUNT), pod=DATA),
            "sim advance 30s",
            "delete pvc data --wait=false",
        ],
        "pvc/data",
        "BeingDeleted",
        "no longer uses it",
        repairs=False,
    ),
    Fault(
        "a readiness gate",
        [pod(readinessGates=[{"conditionType": "example.com/ready"}])],
        "pod/web",
        "ReadinessGate",
        "example.com/ready",
    ),
    Fault(
        "a budget that covers nothing",
        ["create pdb web --selector=app=web --min-available=1"],
        "pdb/web",
        "BudgetCoversNothing",
        "matches no pod",
        repairs=False,
    ),
    Fault(
        "a budget that is not met",
        [
            workload("Deployment", container("nginx:typo"), replicas=2),
            "create pdb web --selector=app=web --min-available=1",
        ],
        "pdb/web",
        "ImageNotFound",
        "0 of 1 pods that there must be are healthy",
    ),
    Fault("a node that is cordoned", ["cordon node01"], "node/node01", "NodeCordoned", "cordoned"),
    Fault(
        "a node that is tainted",
        ["taint node node01 gpu=true:NoSchedule"],
        "node/node01",
        "NodeTainted",
        "gpu=true:NoSchedule",
    ),
    Fault(
        "an init container that waits for a Job",
        [
            workload(
                "Deployment",
                container(),
                pod={"initContainers": [container("groundnuty/k8s-wait-for:v2.0", "wait", args=["job", "migration"])]},
            )
        ],
        "deployment/web",
        "WaitsForObject",
        "job/migration",
        repairs=False,
    ),
    Fault(
        "an init container that waits for a Service without pods",
        [
            workload(name="db", replicas=0),
            "expose deployment/db --port=80",
            workload(
                "Deployment",
                container(),
                pod={
                    "initContainers": [
                        container("busybox:1.36", "wait", command=["sh", "-c", "until nc -z db 80; do sleep 2; done"])
                    ]
                },
            ),
        ],
        "deployment/web",
        "ScaledToZero",
        "waits for db:80: its selector app=db matches no pod",
    ),
    Fault(
        "a limit too far above its request",
        [
            v1("LimitRange", "l", spec={"limits": [{"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}}]}),
            workload("Deployment", container(resources={"limits": {"cpu": "1"}, "requests": {"cpu": "100m"}})),
        ],
        "deployment/web",
        "LimitRange",
        "2 times the request at most",
    ),
    Fault(
        "a DaemonSet that a quota stops",
        [quota(pods="1"), workload("DaemonSet")],
        "daemonset/web",
        "QuotaExceeded",
        "quota q",
        heals="20m",
    ),
    Fault(
        "more pods than there is room for",
        ["sim reset --nodes 2 --pods-per-node 12", workload(replicas=20)],
        "deployment/web",
        "TooManyPods",
        "as many pods as it may",
    ),
    Fault(
        "pods that are to be spread by a label that no node has",
        [
            workload(
                "Deployment",
                pod={
                    "topologySpreadConstraints": [
                        {
                            "maxSkew": 1,
                            "topologyKey": "zone",
                            "whenUnsatisfiable": "DoNotSchedule",
                            "labelSelector": {"matchLabels": {"app": "web"}},
                        }
                    ]
                },
            )
        ],
        "deployment/web",
        "TopologySpread",
        "label zone",
    ),
    Fault(
        "an owner that waits for a pod with a finalizer",
        [
            {**workload(), "metadata": {"name": "web"}},
            "sim advance 20s",
            "HOLD",
            "delete deployment web --cascade=foreground --wait=false",
        ],
        "deployment/web",
        "DependentsRemain",
        "held by the finalizer example.com/hold",
        wait="2m",
    ),
    Fault(
        "a pod that was given to a node that is full",
        [pod(container(resources={"requests": {"cpu": "100"}}), nodeName="node01")],
        "pod/web",
        "PodOutOfcpu",
        "cpu",
        repairs=False,
    ),
]
SHORT = [
    Fault(
        "nodes whose disks are full",
        ["sim fault node-full node01 --disk", "sim fault node-full node02 --disk", WEB],
        "deployment/web",
        "NodeUnderPressure",
        "2 nodes have no disk left (DiskPressure), 1 is the control plane's",
        heals="6m",
    ),
    Fault(
        "a node whose disk is full",
        [WEB, "sim fault node-full node01 --disk"],
        "node/node01",
        "NodeUnderPressure",
        "it has no disk left (DiskPressure): its kubelet takes no new pods, and evicts those that it has",
        heals="6m",
    ),
    Fault(
        "a DaemonSet where there is no disk left",
        [workload("DaemonSet"), "sim advance 30s", "sim fault node-full node01 --disk"],
        "daemonset/web",
        "PodEvicted",
        "The node had condition: [DiskPressure]",
        wait="1m",
        heals="15m",
    ),
    Fault(
        "a pod that was evicted",
        [
            pod(),
            "sim advance 30s",
            "sim fault node-full node01 --memory",
            "sim fault node-full node02 --memory --for 30s",
        ],
        "pod/web",
        "PodEvicted",
        "The node was low on resource: memory. ",
        wait="1m",
        repairs=False,
    ),
]

# what brings requests, and what follows the load


def ingress(service: str = "web", port: Obj | None = None, **spec: Any) -> Obj:
    backend = {"service": {"name": service, "port": port or {"number": 80}}}
    given = {"ingressClassName": "nginx", "defaultBackend": backend, **spec}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"}, "spec": given}


CLASS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "nginx"},
    "spec": {"controller": "k8s.io/ingress-nginx"},
}
CONTROLLER = pod(container("registry.k8s.io/ingress-nginx/controller:v1.11.1"), name="controller")
SERVED = [WEB, service({"app": "web"}), CLASS, CONTROLLER]
INGRESSES = [
    Fault(
        "a backend by a name that is near",
        [*SERVED, service({"app": "web"}, "frontend"), ingress("frontent")],
        "ingress/web",
        "BackendMissing",
        "its backend service/frontent is not there",
    ),
    Fault(
        "a backend whose Deployment has no Service",
        [workload("Deployment", container(), name="shop"), CLASS, CONTROLLER, ingress("shop")],
        "ingress/web",
        "BackendMissing",
        "its backend service/shop is not there",
    ),
    Fault(
        "a port that the backend does not have",
        [*SERVED, ingress(port={"number": 8080})],
        "ingress/web",
        "BackendPortMissing",
        "has no port 8080; it has 80",
    ),
    Fault(
        "a port by a name that the backend does not have",
        [*SERVED, ingress(port={"name": "http"})],
        "ingress/web",
        "BackendPortMissing",
        "has no port http",
    ),
    Fault(
        "a backend that does not answer",
        [WEB, service({"app": "weeb"}), CLASS, CONTROLLER, ingress()],
        "ingress/web",
        "SelectorMatchesNothing",
        "its backend service/web does not answer: its selector app=weeb",
    ),
    Fault(
        "a certificate that nobody made",
        [*SERVED, ingress(tls=[{"hosts": ["example.com"], "secretName": "web-tls"}])],
        "ingress/web",
        "CertificateMissing",
        "secret/web-tls with its certificate is not there",
        repairs=False,
    ),
    Fault(
        "a class by a name that is near",
        [*SERVED, ingress(ingressClassName="ngnix")],
        "ingress/web",
        "IngressClassMissing",
        "ingressclass ngnix is not there (there is nginx)",
    ),
    Fault(
        "no class",
        [*SERVED, ingress(ingressClassName=None)],
        "ingress/web",
        "NoIngressClass",
        "no class is the default",
    ),
    Fault(
        "a class whose controller does not run",
        [WEB, service({"app": "web"}), CLASS, ingress()],
        "ingress/web",
        "NoIngressController",
        "k8s.io/ingress-nginx, of which no pod is ready",
        repairs=False,
    ),
]


def autoscaler(name: str = "web", target: str = "web", **spec: Any) -> Obj:
    given = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}, "maxReplicas": 5}
    utilization = {"type": "Utilization", "averageUtilization": 50}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {"metrics": metrics, **given, **spec},
    }


ASKING = workload("Deployment", container(resources={"requests": {"cpu": "100m"}}), replicas=2)
NAMED = workload("Deployment", container(resources={"requests": {"cpu": "100m"}}), name="frontend")
AUTOSCALERS = [
    Fault(
        "a target by a near name",
        [NAMED, autoscaler(target="frontent")],
        "hpa/web",
        "TargetMissing",
        "deployment/frontent",
    ),
    Fault(
        "a target of a version in which it cannot be scaled",
        [ASKING, autoscaler(scaleTargetRef={"apiVersion": "extensions/v1", "kind": "Deployment", "name": "web"})],
        "hpa/web",
        "TargetMissing",
        "a Deployment of extensions/v1",
    ),
    Fault("no requests to measure by", [WEB, autoscaler()], "hpa/web", "RequestsMissing", "for no cpu, so that 50%"),
    Fault(
        "a target of no pods",
        [ASKING, "scale deployment/web --replicas=0", autoscaler()],
        "hpa/web",
        "ScaledToZero",
        "is scaled to 0 replicas",
    ),
    Fault(
        "two for one", [ASKING, autoscaler(), autoscaler("b")], "hpa/web", "SeveralAutoscalers", "hpa/b has the same"
    ),
]
DEVICES = [
    Fault(
        "a device that no node has",
        [workload("Deployment", container(resources={"limits": {"nvidia.com/gpu": 1}}))],
        "deployment/web",
        "DeviceMissing",
        "2 nodes have no nvidia.com/gpu",
    ),
    Fault(
        "a device that only the new revision wants",
        [WEB, "sim advance 30s", "set resources deployment/web --limits=nvidia.com/gpu=1"],
        "deployment/web",
        "DeviceMissing",
        "have no nvidia.com/gpu",
    ),
    Fault(
        "a device on every node",
        [workload("DaemonSet", container(resources={"limits": {"nvidia.com/gpu": 1}}))],
        "daemonset/web",
        "DeviceMissing",
        "its node has no nvidia.com/gpu",
    ),
    Fault(
        "a socket of another container runtime",
        [
            workload(
                "DaemonSet",
                container(volumeMounts=[{"name": "s", "mountPath": "/run/docker.sock"}]),
                pod={"volumes": [{"name": "s", "hostPath": {"path": "/run/docker.sock", "type": "Socket"}}]},
            )
        ],
        "daemonset/web",
        "HostPathType",
        "on its node to be a Socket, which it is not; its container runtime listens on /run/containerd/containerd.sock",
        heals="3m",
    ),
]
FAULTS = [
    *(*IMAGES, *CONFIGURATION, *PROGRAMS, *PROBES, *NODES, *REFUSALS, *STORAGE, *SERVICES, *HELD, *RARE),
    *(*INGRESSES, *DEVICES, *SHORT),
]
