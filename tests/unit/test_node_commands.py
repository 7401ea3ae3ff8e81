"""``sim sh`` and ``sim curl``: commands on a node, and from the host beside it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import kubesim
import pytest

if TYPE_CHECKING:
    from command_lines import Shell

WORLD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  nodeName: node01
  containers:
  - name: app
    image: nginx:1.25
    volumeMounts: [{name: pages, mountPath: /usr/share/nginx/html}, {name: data, mountPath: /host}]
  volumes:
  - {name: pages, persistentVolumeClaim: {claimName: pages}}
  - {name: data, hostPath: {path: /data}}
---
apiVersion: v1
kind: Pod
metadata: {name: store}
spec: {containers: [{name: app, image: 'redis:7'}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pages}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: {path: /mnt/pages}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pages}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  resources: {requests: {storage: 1Gi}}
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    sh(cluster, "sudo mkdir /mnt/pages; echo hello | sudo tee /mnt/pages/index.html > /dev/null", "node01")
    cluster.apply(WORLD)
    cluster.wait("pod/web", "condition=Ready")
    cluster.wait("pod/store", "condition=Ready")
    return cluster


def sh(c: kubesim.Cluster, script: str, node: str = "controlplane") -> str:
    result = c.kubectl(["sim", "sh", node, "-c", script])
    assert (result.stderr, result.code) == ("", 0)
    return result.stdout


def curl(c: kubesim.Cluster, *words: str) -> str:
    result = c.kubectl(["sim", "curl", "-s", *words])
    assert (result.stderr, result.code) == ("", 0)
    return result.stdout


def test_a_node_port_is_reached_on_every_node_and_on_localhost(c: kubesim.Cluster) -> None:
    for place in ("localhost:30080", "127.0.0.1:30080", "http://172.30.1.3:30080/", "172.30.1.4:30080"):
        assert curl(c, place) == "hello\n"


def test_addresses_of_services_and_pods_are_reached(c: kubesim.Cluster) -> None:
    service, pod = c.get("svc/web")["spec"]["clusterIP"], c.get("pod/web")["status"]["podIP"]
    assert curl(c, service, f"{pod}/") == "hello\nhello\n"
    assert '"GET / HTTP/1.1" 200 6 ' in c.kubectl("logs web").stdout


def test_a_node_does_not_know_the_names_of_services(c: kubesim.Cluster) -> None:
    result = c.kubectl("sim curl -sS web")
    assert result == ("", "curl: (6) Could not resolve host: web\n", 6)
    assert curl(c, "--resolve", "web:30080:127.0.0.1", "web:30080") == "hello\n"


def test_the_options_are_curls_and_so_is_the_status(c: kubesim.Cluster) -> None:
    assert curl(c, "-o", "/dev/null", "-w", "%{http_code}\\n", "localhost:30080/x") == "404\n"
    assert curl(c, "-I", "-H", "Host: a", "localhost:30080").startswith("HTTP/1.1 200 OK\r\n")
    refused = c.kubectl("sim curl -sS --max-time 2 localhost:30081")
    assert refused == (
        "",
        "curl: (7) Failed to connect to localhost port 30081 after 2 ms: Couldn't connect to server\n",
        7,
    )
    assert c.kubectl("sim curl -sf localhost:30080/x").code == 22
    assert c.kubectl("sim curl --nosuch x").code == 2


def test_the_function_of_the_documentation_sends_cluster_addresses_alone() -> None:
    page = (Path(__file__).parents[2] / "docs" / "network.md").read_text()
    function = next(text for text in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "curl()" in text)
    told = function.replace("kubesim sim curl", "echo cluster").replace("command curl", "echo elsewhere")
    for place in ("localhost:30080", "http://172.30.1.2:31000/x", "-H Host:a 10.96.0.1", "127.0.0.1:32767"):
        assert shell_says(f"{told}\ncurl -s {place}") == f"cluster -s {place}\n"
    for place in ("localhost:8080", "https://example.com:3000", "localhost"):
        assert shell_says(f"{told}\ncurl -s {place}") == f"elsewhere -s {place}\n"


def shell_says(script: str) -> str:
    return subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True).stdout


def test_help_is_the_verbs_own(c: kubesim.Cluster) -> None:
    assert "sim curl [CURL'S OPTIONS] URL..." in c.kubectl("sim curl --help").stdout


def test_flags_before_the_word_are_kubesims(c: kubesim.Cluster) -> None:
    assert c.kubectl("sim --context nosuch curl -s localhost:30080").stderr == (
        "Error in configuration: context was not found for specified context: nosuch\n"
    )


def test_the_command_line_is_logged_as_it_was_typed(c: kubesim.Cluster) -> None:
    curl(c, "localhost:30080")
    assert "sim curl -s localhost:30080\n" in c.kubectl("sim log").stdout


def test_a_server_that_does_not_speak_http_hangs_up(c: kubesim.Cluster) -> None:
    address = c.get("pod/store")["status"]["podIP"]
    assert c.kubectl(f"sim curl -sS {address}:6379") == ("", "curl: (52) Empty reply from server\n", 52)


def test_files_that_curl_reads_and_writes_are_the_users_own(
    c: kubesim.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "body").write_text("a=b")
    assert curl(c, "-o", "page", "localhost:30080") == ""
    assert (tmp_path / "page").read_text() == "hello\n"
    assert curl(c, "-o", "/dev/null", "-w", "%{method}", "-d", "@body", "localhost:30080") == "POST"
    failed = c.kubectl("sim curl -sS -o nosuch/page localhost:30080")
    assert failed.code == 23
    assert "Failure writing output to destination" in failed.stderr


def test_a_name_that_was_given_to_an_address_on_the_node_is_found(c: kubesim.Cluster) -> None:
    sh(c, "echo 172.30.1.3 hello.example.com >> /etc/hosts")
    assert sh(c, "curl -s hello.example.com:30080") == "hello\n"
    assert c.kubectl(["sim", "sh", "node02", "-c", "curl -s hello.example.com:30080"]).code == 1


# a shell on a node


def test_a_node_has_its_own_name_user_and_files(c: kubesim.Cluster) -> None:
    assert sh(c, "hostname; whoami; pwd; cat /etc/hostname; ls -d /var/lib/kubelet; echo $HOME", "node02") == (
        "node02\nroot\n/root\nnode02\n/var/lib/kubelet\n/root\n"
    )
    assert 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\n' in sh(c, "cat /etc/os-release")


def test_what_is_written_stays_and_is_that_nodes(c: kubesim.Cluster) -> None:
    sh(c, "echo mine > f", "node01")
    assert sh(c, "cat /root/f", "node01") == "mine\n"
    assert sh(c, "ls", "node02") == ""


def test_pods_and_their_node_share_the_folders_that_are_mounted(c: kubesim.Cluster) -> None:
    assert sh(c, "ls /data", "node01") == ""
    c.kubectl(["exec", "web", "--", "sh", "-c", "ls /host; echo pod > /host/a"])
    sh(c, "cat /data/a; echo node > /data/b", "node01")
    assert c.kubectl("exec web -- cat /host/a /host/b") == ("pod\nnode\n", "", 0)
    assert sh(c, "cat /data/a /data/b", "node01") == "pod\nnode\n"


def test_a_page_that_is_changed_on_the_node_is_served(c: kubesim.Cluster) -> None:
    sh(c, "echo changed > /mnt/pages/index.html", "node01")
    assert curl(c, "localhost:30080") == "changed\n"
    assert sh(c, "curl -s localhost:30080") == "changed\n"


def test_a_shell_reads_its_input_and_its_status_is_the_commands(shell: Shell) -> None:
    assert shell("sim sh node01", stdin="echo one\necho two >&2\nexit 4\n") == (4, "one\n", "two\n")
    assert shell("sim sh -c nosuch") == (127, "", "bash: line 1: nosuch: command not found\n")


def test_a_node_that_is_not_there_or_down_is_refused(c: kubesim.Cluster) -> None:
    assert c.kubectl("sim sh nosuch") == ("", 'Error from server (NotFound): nodes "nosuch" not found\n', 1)
    c.kubectl("sim fault node-down node01")
    assert c.kubectl("sim sh node01 -c ls") == ("", "error: connect to node01: Connection timed out\n", 255)
    assert c.kubectl("sim sh a b").code == 1


def test_what_a_node_has_that_is_not_known_is_said(c: kubesim.Cluster) -> None:
    result = c.kubectl(["sim", "sh", "-c", "systemctl status kubelet"])
    assert (result.stdout, result.code) == ("", 1)
    assert result.stderr == "error: kubesim does not know what systemctl does\n"
