"""``exec``: commands in containers, what they find there, and what is kept of what they write."""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING, Any

import kubesim
import pytest
from kubesim.cli import main
from kubesim.cli.support.container_streams import PAUSE
from kubesim.controllers.kubelet.execution import Execution
from kubesim.life.saved_cluster import SavedCluster
from kubesim.store import lock

if TYPE_CHECKING:
    from command_lines import Shell

WEB = """
apiVersion: v1
kind: ConfigMap
metadata: {name: paint}
data: {color: red}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sleep, "3600"]
    env:
    - {name: COLOR, valueFrom: {configMapKeyRef: {name: paint, key: color}}}
    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    volumeMounts:
    - {name: paint, mountPath: /etc/paint}
    - {name: shared, mountPath: /shared}
  - name: other
    image: busybox:1.36
    command: [sh, -c, 'while true; do date +%s >> /pub/log; sleep 10; done']
    volumeMounts: [{name: shared, mountPath: /pub}]
  volumes:
  - {name: paint, configMap: {name: paint}}
  - {name: shared, emptyDir: {}}
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.apply(WEB)
    cluster.wait("pod/web", "condition=Ready")
    return cluster


def run(c: kubesim.Cluster, script: str, container: str = "app") -> str:
    result = c.kubectl(["exec", "web", "-c", container, "--", "sh", "-c", script])
    assert (result.stderr, result.code) == ("", 0)
    return result.stdout


def test_the_first_container_is_meant_and_named(c: kubesim.Cluster) -> None:
    result = c.kubectl("exec web -- echo hello")
    assert result == ("hello\n", 'Defaulted container "app" out of: app, other\n', 0)
    assert c.kubectl("exec web -q -- echo hello").stderr == ""


def test_the_status_of_the_command_is_the_commands(c: kubesim.Cluster) -> None:
    result = c.kubectl(["exec", "web", "-c", "app", "--", "sh", "-c", "echo out; echo err >&2; exit 3"])
    assert result == ("out\n", "err\ncommand terminated with exit code 3\n", 3)


def test_a_program_that_the_image_has_not_is_not_started(c: kubesim.Cluster) -> None:
    result = c.kubectl("exec web -c app -- bash")
    assert result.code == 1
    assert re.fullmatch(
        "error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec "
        'in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start '
        r'container process: exec: "bash": executable file not found in \$PATH: unknown\n',
        result.stderr,
    )


def test_what_was_written_is_there_for_the_next_command_until_the_container_restarts(c: kubesim.Cluster) -> None:
    run(c, "echo kept > /tmp/note; mkdir -p /data/deep; echo x > /data/deep/file")
    assert run(c, "cat /tmp/note /data/deep/file") == "kept\nx\n"
    c.kubectl("sim fault kill web -c app")
    c.advance("30s")
    assert run(c, "cat /tmp/note 2>/dev/null || echo gone") == "gone\n"


def test_a_volume_outlives_a_container_and_is_shared(c: kubesim.Cluster) -> None:
    run(c, "echo both > /shared/note")
    c.kubectl("sim fault kill web -c app")
    c.advance("30s")
    assert run(c, "cat /shared/note") == "both\n"
    assert run(c, "cat /pub/note", "other") == "both\n"


def test_what_another_containers_program_writes_is_seen_as_time_goes_on(c: kubesim.Cluster) -> None:
    before = run(c, "wc -l < /shared/log")
    c.advance("1m")
    assert int(run(c, "wc -l < /shared/log")) == int(before) + 6


def test_a_mounted_config_map_follows_a_change_after_a_while_and_a_variable_does_not(c: kubesim.Cluster) -> None:
    assert run(c, "cat /etc/paint/color; echo; echo $COLOR") == "red\nred\n"
    c.patch("configmap/paint", {"data": {"color": "blue"}})
    assert run(c, "cat /etc/paint/color") == "red"
    c.advance("2m")
    assert run(c, "cat /etc/paint/color; echo; echo $COLOR") == "blue\nred\n"
    c.kubectl("sim fault kill web -c app")
    c.advance("30s")
    assert run(c, "echo $COLOR") == "blue\n"


def test_a_file_mounted_by_a_sub_path_does_not_follow_until_the_container_restarts(c: kubesim.Cluster) -> None:
    c.apply(
        WEB.replace("mountPath: /etc/paint}", "mountPath: /etc/color, subPath: color}").replace(
            "name: web", "name: api"
        )
    )
    c.wait("pod/api", "condition=Ready")
    c.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "paint"}, "data": {"color": "blue"}})
    c.advance("2m")
    assert c.kubectl("exec api -c app -- cat /etc/color").stdout == "red"
    c.advance("60m")
    assert c.kubectl("exec api -c app -- cat /etc/color").stdout == "blue"


def test_a_deleted_config_map_stays_mounted(c: kubesim.Cluster) -> None:
    c.delete("configmap/paint")
    c.advance("10m")
    assert run(c, "cat /etc/paint/color") == "red"
    c.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "paint"}, "data": {"color": "green"}})
    c.advance("2m")
    assert run(c, "cat /etc/paint/color") == "green"


def test_a_command_that_sleeps_lets_the_cluster_live(c: kubesim.Cluster) -> None:
    before = c.now
    assert run(c, "sleep 90; cat /shared/log | wc -l")
    assert (c.now - before).total_seconds() == 90


def test_an_unknown_program_is_not_guessed(c: kubesim.Cluster) -> None:
    c.apply(WEB.replace("name: web", "name: api").replace("busybox:1.36", "example.com/api:1"))
    c.advance("30s")
    result = c.kubectl("exec api -c app -- /app/report --all")
    assert (result.stdout, result.code) == ("", 1)
    assert result.stderr.startswith("error: kubesim does not know ")


def test_a_pod_that_is_over_or_not_there(c: kubesim.Cluster) -> None:
    c.kubectl("run done --image=busybox --restart=Never -- true")
    c.settle()
    result = c.kubectl("exec done -- ls")
    assert (result.stderr, result.code) == (
        "error: cannot exec into a container in a completed pod; current phase is Succeeded\n",
        1,
    )
    assert c.kubectl("exec no -- ls").stderr == 'Error from server (NotFound): pods "no" not found\n'
    c.kubectl("run bad --image=nginx:nosuchtag")
    c.settle()
    result = c.kubectl("exec bad -- ls")
    assert (result.stderr, result.code) == ('error: unable to upgrade connection: container not found ("bad")\n', 1)


def test_standard_input_is_passed_on_only_if_asked(c: kubesim.Cluster) -> None:
    line = ["exec", "web", "-c", "app", "--", "cat"]
    assert c.kubectl(line, stdin="one\ntwo\n").stdout == ""
    assert c.kubectl([line[0], "-i", *line[1:]], stdin="one\ntwo\n").stdout == "one\ntwo\n"


def test_a_probe_finds_what_a_command_wrote(c: kubesim.Cluster) -> None:
    pod = """
apiVersion: v1
kind: Pod
metadata: {name: probed}
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sleep, "3600"]
    readinessProbe: {exec: {command: [cat, /tmp/ready]}, periodSeconds: 5}
"""
    c.apply(pod)
    c.advance("30s")
    assert c.get("pod/probed")["status"]["containerStatuses"][0]["ready"] is False
    assert c.kubectl("exec probed -- touch /tmp/ready").code == 0
    c.advance("10s")
    assert c.get("pod/probed")["status"]["containerStatuses"][0]["ready"] is True
    assert c.kubectl("exec probed -- rm /tmp/ready").code == 0
    c.advance("20s")
    assert c.get("pod/probed")["status"]["containerStatuses"][0]["ready"] is False


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
WRITER = """
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sh, -c, 'echo by the program > /data/program; sleep 3600']
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""
READER = WRITER.replace("name: writer", "name: reader").replace("echo by the program > /data/program; ", "")


def test_a_claim_outlives_the_pods_that_wrote_to_it(c: kubesim.Cluster) -> None:
    c.apply(CLAIM + "---" + WRITER)
    c.wait("pod/writer", "condition=Ready")
    assert c.kubectl(["exec", "writer", "--", "sh", "-c", "echo by hand > /data/hand"]).code == 0
    c.apply(READER)
    c.wait("pod/reader", "condition=Ready")
    assert c.kubectl("exec reader -- cat /data/program /data/hand").stdout == "by the program\nby hand\n"
    c.delete("pod/writer")
    c.advance("1m")
    assert c.kubectl("exec reader -- cat /data/program /data/hand").stdout == "by the program\nby hand\n"
    c.delete("pod/reader")
    c.advance("1m")
    c.apply(READER)
    c.wait("pod/reader", "condition=Ready")
    assert c.kubectl("exec reader -- cat /data/program /data/hand").stdout == "by the program\nby hand\n"


def test_what_a_command_wrote_can_be_taken_back_and_brought_back(c: kubesim.Cluster) -> None:
    line = ["exec", "web", "-c", "app", "--", "sh", "-c", "echo x > /tmp/x"]
    assert c.kubectl(line).code == 0
    assert c.kubectl("exec web -c app -- cat /tmp/x").stdout == "x\n"
    assert c.kubectl("sim undo").stdout.startswith("undone: exec web -c app -- sh -c ")
    assert c.kubectl("exec web -c app -- cat /tmp/x").code == 1
    assert c.kubectl("sim redo").code == 0
    assert c.kubectl("exec web -c app -- cat /tmp/x").stdout == "x\n"


def test_all_that_a_command_writes_between_its_sleeps_is_kept(c: kubesim.Cluster) -> None:
    run(c, "for i in 1 2 3; do echo $i >> /tmp/log; echo $i > /tmp/$i; sleep 5; done; echo end >> /tmp/log")
    assert run(c, "cat /tmp/log; ls /tmp") == "1\n2\n3\nend\n1\n2\n3\nlog\n"


def test_what_two_commands_add_to_a_file_at_once_is_all_in_it(c: kubesim.Cluster) -> None:
    with SavedCluster(c._home, clock=c._clock).writing() as life:
        pod = life.cluster.get("Pod", "default", "web")
        one, other = Execution(life.cluster, pod, "app"), Execution(life.cluster, pod, "app")
        for name, execution in (("one", one), ("other", other), ("one", one)):
            execution.files.write("/tmp/log", execution.age, f"{name}\n", appends=True)
        other.keep(life.cluster)
        one.keep(life.cluster)
    assert run(c, "cat /tmp/log") == "other\none\none\n"


SITE = """
apiVersion: v1
kind: Pod
metadata: {name: site}
spec:
  containers:
  - name: site
    image: nginx:1.27
    readinessProbe: {httpGet: {path: PATH, port: 80}, periodSeconds: 2, failureThreshold: 1}
"""


def is_ready(c: kubesim.Cluster) -> bool:
    c.advance(10)
    return bool(c.get("pod/site")["status"]["containerStatuses"][0]["ready"])


@pytest.mark.parametrize(
    ("path", "command", "before", "after", "words"),
    [
        ("/", "rm /usr/share/nginx/html/index.html", True, False, "HTTP probe failed with statuscode: 403"),
        ("/up", "touch /usr/share/nginx/html/up", False, True, "HTTP probe failed with statuscode: 404"),
        ("/", "rm /usr/share/nginx/html/50x.html", True, True, ""),
    ],
)
def test_a_probe_finds_the_pages_that_a_command_left(
    path: str, command: str, before: bool, after: bool, words: str
) -> None:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.apply(SITE.replace("PATH", path))
    assert is_ready(cluster) is before
    cluster.kubectl(["exec", "site", "--", *command.split()])
    assert is_ready(cluster) is after
    assert words in cluster.kubectl("describe pod site").stdout


DICE = """
apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  containers:
  - name: dice
    image: IMAGE
    command: [sh, -c, 'while true; do echo "got $RANDOM and $RANDOM" | tee -a /tmp/log; sleep 5; done']
"""


def test_random_numbers_are_the_pods_own_and_stay_what_they_were() -> None:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    for name, image in (("one", "busybox:1.36"), ("two", "busybox:1.36"), ("none", "debian:12")):
        cluster.apply(DICE.replace("NAME", name).replace("IMAGE", image))
    cluster.advance(20)
    first = cluster.kubectl("logs one").stdout
    numbers = [word for word in first.split() if word.isdigit()]
    assert len(numbers) >= 6
    assert len({*numbers}) == len(numbers)
    assert all(0 <= int(number) < 32768 for number in numbers)
    assert cluster.kubectl("exec one -- cat /tmp/log").stdout == first
    cluster.advance(60)
    assert cluster.kubectl("logs one").stdout.startswith(first)
    assert cluster.kubectl("logs two").stdout != cluster.kubectl("logs one").stdout
    assert cluster.kubectl("logs none").stdout.startswith("got  and \n")  # dash has none


def test_an_expression_that_python_would_match_for_ever_is_not_simulated(c: kubesim.Cluster) -> None:
    asked = c.kubectl(["exec", "web", "-c", "app", "--", "sh", "-c", f"echo {'a' * 60} | grep -E '(a+)+b'"])
    assert asked.stderr == "error: kubesim does not know what (a+)+b matches: a repetition of a repetition\n"
    assert run(c, r"echo 10.0.0.1 | grep -E '^([0-9]+\.)+[0-9]+$'") == "10.0.0.1\n"


class Typist(io.StringIO):
    """Types a line after a while, and sees from then on whether others may write before the next one comes."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state
        self.could_write: list[bool] = []

    def readline(self, *_: Any) -> str:
        with lock.exclusive_if_free(f"{self._state}.lock") as held:
            self.could_write.append(held is not None)
        if len(self.could_write) > 2:
            return ""
        time.sleep(2 * PAUSE)
        return "echo here\n"


def test_a_command_that_waits_for_a_line_keeps_nobody_from_writing(shell: Shell) -> None:
    shell.ok("run app --image=nginx")
    shell.ok("wait --for=condition=Ready pod/app")
    typist, out = Typist(str(shell.folder / "state.json")), io.StringIO()
    assert main.answer(["exec", "-i", "app", "--", "sh"], typist, out, io.StringIO()) == 0
    assert out.getvalue() == "here\nhere\n"
    assert typist.could_write == [True] * 3
