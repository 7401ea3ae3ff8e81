"""``debug``: ephemeral containers, copies of pods, pods on nodes, and what profiles allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import kubesim
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {note: x}}
spec:
  containers:
  - name: app
    image: nginx:1.25
    livenessProbe: {httpGet: {path: /, port: 80}}
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.apply(WEB)
    cluster.wait("pod/web", "condition=Ready")
    return cluster


def pod(c: kubesim.Cluster, name: str = "web") -> Any:
    return json.loads(c.kubectl(f"get pod {name} -o json").stdout)


def test_an_ephemeral_container_runs_beside_the_others_and_is_never_restarted(c: kubesim.Cluster) -> None:
    result = c.kubectl(["debug", "web", "-i", "-q", "-c", "look", "--image=busybox:1.36", "--", "sh", "-c", "hostname"])
    assert result == ("web\n", "", 0)
    c.advance("30s")
    found = pod(c)
    (status,) = found["status"]["ephemeralContainerStatuses"]
    assert (status["name"], status["ready"], status["restartCount"]) == ("look", False, 0)
    assert status["state"]["terminated"]["exitCode"] == 0
    assert "started" not in status
    assert found["metadata"]["generation"] == 2
    assert found["status"]["phase"] == "Running"
    assert c.kubectl("get pod web --no-headers").stdout.split()[1] == "1/1"
    events = c.kubectl("get events -o json").stdout
    assert "spec.ephemeralContainers{look}" in events
    assert "Ephemeral Containers:\n  look:\n" in c.kubectl("describe pod web").stdout
    assert c.kubectl("logs web -c look").stdout == "web\n"
    assert c.kubectl("logs web --all-containers").stdout.endswith("\nweb\n")


def test_its_name_is_made_and_it_aims_at_a_container(c: kubesim.Cluster) -> None:
    result = c.kubectl("debug web --image=busybox:1.36 --target=app")
    aims, named = result.stdout.splitlines()
    assert aims.startswith('Targeting container "app". If you')
    assert named.startswith("Defaulting debug container name to debugger-")
    (container,) = pod(c)["spec"]["ephemeralContainers"]
    assert container["name"] == named.split()[-1].rstrip(".")
    assert container["targetContainerName"] == "app"
    assert container["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}}
    wrong = c.kubectl("debug web -q --image=busybox:1.36 --target=nosuch").stderr
    why = 'spec.ephemeralContainers[1].targetContainerName: Not found: "nosuch"'
    assert wrong == f'The Pod "web" is invalid: {why}\n'


def test_it_ends_with_its_pod_and_its_output_is_its_log(c: kubesim.Cluster) -> None:
    c.kubectl("debug web -q -c look --image=busybox:1.36 -- sh -c 'echo a; sleep 1000'")
    c.advance("5s")
    assert "running" in pod(c)["status"]["ephemeralContainerStatuses"][0]["state"]
    assert c.kubectl("logs web -c look").stdout == "a\n"
    assert c.kubectl("exec web -c look -- hostname").stdout == "web\n"
    c.kubectl("delete pod web")
    assert c.kubectl("get pods").stderr == "No resources found in default namespace.\n"


@pytest.mark.parametrize(
    ("profile", "context"),
    [
        ("legacy", None),
        ("general", {"capabilities": {"add": ["SYS_PTRACE"]}}),
        ("baseline", None),
        ("netadmin", {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}),
        ("sysadmin", {"privileged": True}),
        (
            "restricted",
            {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        ),
    ],
)
def test_a_profile_says_what_the_container_may_do(c: kubesim.Cluster, profile: str, context: Any) -> None:
    c.kubectl(f"debug web -q --image=busybox:1.36 --profile={profile}")
    assert pod(c)["spec"]["ephemeralContainers"][0].get("securityContext") == context


def test_a_copy_is_left_without_labels_annotations_and_probes(c: kubesim.Cluster) -> None:
    result = c.kubectl("debug web --copy-to=copy --set-image=*=nginx:1.27")
    assert result == ("", "", 0)
    copied = pod(c, "copy")
    (container,) = copied["spec"]["containers"]
    assert container["image"] == "nginx:1.27"
    assert copied["metadata"]["labels"] == {"app": "web"}  # no profile is applied where only images change
    c.kubectl("debug web -q --copy-to=other --image=busybox:1.36 --share-processes=false -c look -- sleep 1000")
    other = pod(c, "other")
    assert "labels" not in other["metadata"]
    assert "livenessProbe" not in other["spec"]["containers"][0]
    assert [one["name"] for one in other["spec"]["containers"]] == ["app", "look"]
    assert other["spec"].get("shareProcessNamespace") in (None, False)


def test_a_copy_may_take_the_place_of_the_pod_and_run_another_program(c: kubesim.Cluster) -> None:
    line = "debug web --copy-to=copy --container=app --same-node --replace --keep-labels -- sleep 1000"
    assert c.kubectl(line) == ("", "", 0)
    copied = pod(c, "copy")
    assert copied["spec"]["containers"][0]["command"] == ["sleep", "1000"]
    assert copied["metadata"]["labels"] == {"app": "web"}
    assert copied["spec"]["shareProcessNamespace"] is True
    c.advance("2s")
    assert c.kubectl("get pod web").code == 1


def test_a_node_is_debugged_from_a_pod_on_it(c: kubesim.Cluster) -> None:
    result = c.kubectl("debug node/node01 -i --image=busybox:1.36 -- hostname")
    told, name = result.stdout.splitlines()
    assert told.startswith("Creating debugging pod node-debugger-node01-")
    assert told.endswith(" with container debugger on node node01.")
    assert name == "node01"
    made = pod(c, told.split()[3])
    assert made["spec"]["hostPID"] is made["spec"]["hostNetwork"] is made["spec"]["hostIPC"] is True
    assert {"mountPath": "/host", "name": "host-root"} in made["spec"]["containers"][0]["volumeMounts"]
    assert {"hostPath": {"path": "/", "type": ""}, "name": "host-root"} in made["spec"]["volumes"]
    assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "kubectl-debug"}


def test_a_file_says_more_of_the_container(c: kubesim.Cluster, tmp_path: Path) -> None:
    file = tmp_path / "custom.yml"
    file.write_text("env: [{name: A, value: b}]\nsecurityContext: {runAsUser: 0}\n")
    c.kubectl(f"debug web -q --image=busybox:1.36 --custom={file}")
    (container,) = pod(c)["spec"]["ephemeralContainers"]
    assert container["env"] == [{"name": "A", "value": "b"}]
    assert container["securityContext"] == {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsUser": 0}
    file.write_text("image: x\n")
    wrong = "error: name, command, image, lifecycle and volume devices are not modifiable via custom profile\n"
    assert c.kubectl(f"debug web --image=busybox --custom={file}").stderr == wrong


def test_what_cannot_be_debugged_is_said(c: kubesim.Cluster) -> None:
    c.kubectl("create service clusterip x --tcp=80")
    refused = c.kubectl("debug service/x --image=busybox").stderr
    assert refused == 'error: "/v1, Kind=Service" not supported by debug\n'
    assert c.kubectl("debug web --image=A:").stderr == 'error: invalid image name "A:": invalid reference format\n'


def test_an_ephemeral_container_stays_as_it_is(c: kubesim.Cluster) -> None:
    c.kubectl("debug web -q -c look --image=busybox:1.36")
    patch = '{"spec":{"ephemeralContainers":[{"name":"look","image":"alpine"}]}}'
    wrong = c.kubectl(["patch", "pod", "web", "--subresource=ephemeralcontainers", "-p", patch]).stderr
    assert 'existing ephemeral containers "look" may not be changed' in wrong or "subresource" in wrong


def test_an_ephemeral_container_is_not_begun_again_when_its_node_is_back(c: kubesim.Cluster) -> None:
    node = pod(c)["spec"]["nodeName"]
    c.kubectl("debug web -q -c look --image=busybox:1.36 -- sleep 1000")
    c.advance("5s")
    c.kubectl(f"sim fault node-down {node} --for 30s")
    c.advance("3m")
    (status,) = pod(c)["status"]["ephemeralContainerStatuses"]
    assert (status["state"]["terminated"]["exitCode"], status["restartCount"]) == (255, 0)
    assert pod(c)["status"]["containerStatuses"][0]["ready"]
