"""What the API server fills in."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.cluster import Client, Cluster, Kinds
from kubesim.errors import StatusError
from kubesim.kinds import built_in
from kubesim.kinds.pod_spec.image_name import tag_of
from kubesim.kinds.pod_spec.resources import quality_of_service
from kubesim.kinds.versions import stored

KINDS = Kinds({})

Obj = dict[str, Any]


def deployment(**spec: Any) -> Obj:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "nginx", "image": "nginx:1.20"}]},
    }
    given = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": given}


def defaulted(obj: Obj) -> Obj:
    KINDS.load(obj["kind"]).default(obj)
    return obj


def test_a_deployment_is_stored_as_the_recordings_show_it() -> None:
    assert defaulted(deployment(replicas=2))["spec"] == {
        "progressDeadlineSeconds": 600,
        "replicas": 2,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "image": "nginx:1.20",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "nginx",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                    }
                ],
                "dnsPolicy": "ClusterFirst",
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30,
            },
        },
    }


def test_defaulting_twice_changes_nothing() -> None:
    once = defaulted(deployment())
    before = repr(once)
    assert repr(defaulted(once)) == before


def test_a_deployment_that_recreates_has_no_rolling_update() -> None:
    assert defaulted(deployment(strategy={"type": "Recreate"}))["spec"]["strategy"] == {"type": "Recreate"}


TAGS = [
    ("nginx", "latest"),
    ("nginx:latest", "latest"),
    ("nginx:1.20", "1.20"),
    ("localhost:5000/nginx", "latest"),
    ("localhost:5000/nginx:2", "2"),
    ("nginx@sha256:" + "a" * 64, ""),
    ("nginx:", ""),
    ("Nginx", ""),
    ("nginx:1@sha256:" + "a" * 64, "1"),
]


@pytest.mark.parametrize(("image", "tag"), TAGS)
def test_an_image_is_pulled_by_its_tag(image: str, tag: str) -> None:
    assert tag_of(image) == tag


CONTAINER: list[tuple[str, Obj, Obj]] = [
    ("the latest image is always pulled", {"image": "nginx"}, {"imagePullPolicy": "Always"}),
    ("a policy stays", {"image": "nginx", "imagePullPolicy": "Never"}, {"imagePullPolicy": "Never"}),
    (
        "a port is for TCP",
        {"ports": [{"containerPort": 80}]},
        {"ports": [{"containerPort": 80, "protocol": "TCP"}]},
    ),
    (
        "a field is one of v1",
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
        {"env": [{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}]},
    ),
    (
        "a probe by HTTP",
        {"livenessProbe": {"httpGet": {"port": 80}, "timeoutSeconds": 0}},
        {
            "livenessProbe": {
                "failureThreshold": 3,
                "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
                "periodSeconds": 10,
                "successThreshold": 1,
                "timeoutSeconds": 1,
            }
        },
    ),
    (
        "a hook by HTTP",
        {"lifecycle": {"preStop": {"httpGet": {"port": "http"}}}},
        {"lifecycle": {"preStop": {"httpGet": {"path": "/", "port": "http", "scheme": "HTTP"}}}},
    ),
    ("limits alone stay alone", {"resources": {"limits": {"cpu": "1"}}}, {"resources": {"limits": {"cpu": "1"}}}),
]


@pytest.mark.parametrize(("given", "expected"), [c[1:] for c in CONTAINER], ids=[c[0] for c in CONTAINER])
def test_a_container_of_a_template_is_completed(given: Obj, expected: Obj) -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"]["containers"] = [{"name": "c", "image": "nginx:1", **given}]
    stored = defaulted(obj)["spec"]["template"]["spec"]["containers"][0]
    assert {name: stored[name] for name in expected} == expected


VOLUMES: list[tuple[str, Obj, Obj]] = [
    ("nothing is an empty folder", {}, {"emptyDir": {}}),
    ("a config map", {"configMap": {"name": "a"}}, {"configMap": {"defaultMode": 420, "name": "a"}}),
    ("a secret of one's own mode", {"secret": {"defaultMode": 256}}, {"secret": {"defaultMode": 256}}),
    ("a path of the node", {"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}),
    (
        "a token",
        {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
        {
            "projected": {
                "defaultMode": 420,
                "sources": [{"serviceAccountToken": {"expirationSeconds": 3600, "path": "t"}}],
            }
        },
    ),
    ("iscsi", {"iscsi": {"iqn": "i"}}, {"iscsi": {"iqn": "i", "iscsiInterface": "default"}}),
    (
        "rbd",
        {"rbd": {"image": "i"}},
        {"rbd": {"image": "i", "keyring": "/etc/ceph/keyring", "pool": "rbd", "user": "admin"}},
    ),
    (
        "a claim of the pod's own",
        {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
        {
            "ephemeral": {
                "volumeClaimTemplate": {
                    "metadata": {},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {}, "volumeMode": "Filesystem"},
                }
            }
        },
    ),
]


@pytest.mark.parametrize(("given", "expected"), [c[1:] for c in VOLUMES], ids=[c[0] for c in VOLUMES])
def test_a_volume_is_completed(given: Obj, expected: Obj) -> None:
    obj = deployment()
    obj["spec"]["template"]["spec"]["volumes"] = [{"name": "v", **given}]
    assert defaulted(obj)["spec"]["template"]["spec"]["volumes"] == [{"name": "v", **expected}]


def cluster() -> Client:
    made = Client(Cluster({"seed": 1, "serial": 0, "resourceVersion": 0}, now=1_767_225_600_000))
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return made


def created(kind: str, spec: Obj, name: str = "a", where: Client | None = None, **fields: Any) -> Obj:
    version = built_in(kind).api_version
    obj = {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
        **fields,
    }
    return (where or cluster()).create(obj)


def test_a_pod_gets_what_admission_adds() -> None:
    pod = created("Pod", {"containers": [{"name": "c", "image": "nginx:1"}]})
    spec = pod["spec"]
    volume = spec["volumes"][0]["name"]
    assert volume.startswith("kube-api-access-")
    assert spec["containers"][0]["volumeMounts"] == [
        {"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": volume, "readOnly": True}
    ]
    assert (spec["serviceAccount"], spec["serviceAccountName"]) == ("default", "default")
    assert (spec["priority"], spec["preemptionPolicy"], spec["enableServiceLinks"]) == (0, "PreemptLowerPriority", True)
    assert [(t["key"], t["tolerationSeconds"]) for t in spec["tolerations"]] == [
        ("node.kubernetes.io/not-ready", 300),
        ("node.kubernetes.io/unreachable", 300),
    ]
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_a_pod_that_mounts_no_token_gets_none() -> None:
    pod = created("Pod", {"automountServiceAccountToken": False, "containers": [{"name": "c", "image": "nginx:1"}]})
    assert "volumes" not in pod["spec"]


def test_a_priority_class_that_is_not_there_is_refused() -> None:
    with pytest.raises(StatusError, match='pods "a" is forbidden: no PriorityClass with name high was found'):
        created("Pod", {"priorityClassName": "high", "containers": [{"name": "c", "image": "nginx:1"}]})


def test_a_pod_asks_for_its_limits() -> None:
    container = {"name": "c", "image": "nginx:1", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}
    pod = created("Pod", {"containers": [container]})
    assert pod["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "1", "memory": "1Gi"}
    assert pod["status"]["qosClass"] == "Guaranteed"


QUALITY: list[tuple[str, list[Obj], str]] = [
    ("nothing", [{}], "BestEffort"),
    ("requests alone", [{"requests": {"cpu": "1"}}], "Burstable"),
    (
        "equal in both",
        [{"requests": {"cpu": "1", "memory": "1"}, "limits": {"cpu": "1000m", "memory": "1"}}],
        "Guaranteed",
    ),
    ("one container without", [{"limits": {"cpu": "1", "memory": "1"}}, {}], "Burstable"),
    ("storage counts for nothing", [{"requests": {"ephemeral-storage": "1Gi"}}], "BestEffort"),
]


@pytest.mark.parametrize(("resources", "quality"), [c[1:] for c in QUALITY], ids=[c[0] for c in QUALITY])
def test_the_quality_of_service(resources: list[Obj], quality: str) -> None:
    assert quality_of_service({"containers": [{"resources": one} for one in resources]}) == quality


def test_ports_on_the_node_s_network_are_the_node_s() -> None:
    container = {"name": "c", "image": "nginx:1", "ports": [{"containerPort": 80}]}
    pod = created("Pod", {"hostNetwork": True, "containers": [container]})
    assert pod["spec"]["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_a_namespace_is_labelled_and_held() -> None:
    namespace = cluster().get("Namespace", "", "default")
    assert namespace["metadata"]["labels"] == {"kubernetes.io/metadata.name": "default"}
    assert namespace["spec"] == {"finalizers": ["kubernetes"]}
    assert namespace["status"] == {"phase": "Active"}


def test_a_job_selects_its_pods_by_its_uid() -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}
    job = created("Job", {"template": template})
    uid = job["metadata"]["uid"]
    assert job["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert job["spec"]["template"]["metadata"]["labels"] == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "a",
        "controller-uid": uid,
        "job-name": "a",
    }
    assert job["metadata"]["labels"] == job["spec"]["template"]["metadata"]["labels"]
    assert {name: job["spec"][name] for name in ("backoffLimit", "completions", "parallelism", "suspend")} == {
        "backoffLimit": 6,
        "completions": 1,
        "parallelism": 1,
        "suspend": False,
    }


@pytest.mark.parametrize(
    ("own", "of_pods", "expected"),
    [
        ({}, {}, {"job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"}),
        ({"a": "b"}, {"app": "x"}, {"a"}),
    ],
)
def test_a_job_without_labels_has_those_of_its_pods(own: Obj, of_pods: Obj, expected: set[str]) -> None:
    pods = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}
    spec = {"template": {"metadata": {"labels": of_pods}, "spec": pods}}
    job = created("Job", spec, metadata={"name": "a", "namespace": "default", "labels": own})
    assert set(job["metadata"]["labels"]) == expected


def test_a_secret_s_texts_become_data() -> None:
    secret = defaulted({"kind": "Secret", "metadata": {}, "stringData": {"password": "s3cret"}, "data": {"a": "Yg=="}})
    assert secret == {
        "kind": "Secret",
        "metadata": {},
        "data": {"a": "Yg==", "password": "czNjcmV0"},
        "type": "Opaque",
    }


def test_an_autoscaler_of_v1_is_one_of_v2() -> None:
    obj = {
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {},
        "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 50},
    }
    obj = defaulted(stored(obj))
    assert obj["apiVersion"] == "autoscaling/v2"
    target = {"type": "Utilization", "averageUtilization": 50}
    assert obj["spec"] == {
        "maxReplicas": 3,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        "minReplicas": 1,
    }


def test_a_daemon_set_counts_its_templates() -> None:
    where = cluster()
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}
    made = created("DaemonSet", {"selector": {"matchLabels": {"a": "b"}}, "template": template}, where=where)
    name = "deprecated.daemonset.template.generation"
    assert made["metadata"]["annotations"] == {name: "1"}
    pods = {**made["spec"]["template"]["spec"], "terminationGracePeriodSeconds": 1}
    changed = {**made, "spec": {**made["spec"], "template": {**made["spec"]["template"], "spec": pods}}}
    assert where.update(changed)["metadata"]["annotations"] == {name: "2"}


PORTS = [{"port": 80}]


def test_a_service_gets_an_address_and_keeps_it() -> None:
    where = cluster()
    made = created("Service", {"selector": {"app": "a"}, "ports": PORTS}, where=where)
    spec = made["spec"]
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert spec["clusterIP"].startswith("10.")
    assert spec["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert (spec["type"], spec["sessionAffinity"], spec["internalTrafficPolicy"]) == ("ClusterIP", "None", "Cluster")
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    replaced = {**made, "spec": {"selector": {"app": "b"}, "ports": [{"port": 80}]}}
    assert where.update(replaced)["spec"]["clusterIP"] == spec["clusterIP"]


def test_a_service_gets_a_node_port_and_loses_it_with_its_type() -> None:
    where = cluster()
    made = created("Service", {"type": "NodePort", "ports": [{"port": 80}]}, where=where)
    number = made["spec"]["ports"][0]["nodePort"]
    assert 30000 <= number <= 32767
    assert made["spec"]["externalTrafficPolicy"] == "Cluster"
    back = where.update({**made, "spec": {**made["spec"], "type": "ClusterIP"}})
    assert "nodePort" not in back["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in back["spec"]
    assert made["spec"]["ports"][0]["nodePort"] == number


def test_a_headless_service_has_no_address() -> None:
    spec = created("Service", {"clusterIP": "None", "selector": {"a": "b"}, "ports": PORTS})["spec"]
    assert (spec["clusterIP"], spec["clusterIPs"]) == ("None", ["None"])


def test_an_address_or_node_port_is_given_once() -> None:
    where = cluster()
    created("Service", {"clusterIP": "10.96.0.9", "ports": PORTS}, name="one", where=where)
    with pytest.raises(
        StatusError, match=r'clusterIPs: Invalid value: \["10.96.0.9"\]: failed to allocate IP 10.96.0.9: pr'
    ):
        created("Service", {"clusterIP": "10.96.0.9", "ports": PORTS}, name="two", where=where)
    with pytest.raises(
        StatusError, match=r"spec.ports\[0\].nodePort: Invalid value: 80: provided port is not in the valid"
    ):
        created("Service", {"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}, name="three", where=where)
