"""Processes and the node as commands in containers find them, and the signals that they send."""

from __future__ import annotations

import kubesim
import pytest

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: 'nginx:1.27'}]
---
apiVersion: v1
kind: Pod
metadata: {name: loop}
spec:
  containers:
  - {name: loop, image: 'busybox:1.36', command: [sh, -c, 'while true; do date; sleep 5; done']}
---
apiVersion: v1
kind: Pod
metadata: {name: nap}
spec:
  containers: [{name: nap, image: 'busybox:1.36', command: [sh, -c, 'echo hi; sleep 3600']}]
---
apiVersion: v1
kind: Pod
metadata: {name: both}
spec:
  shareProcessNamespace: true
  containers:
  - {name: redis, image: 'redis:7'}
  - {name: tools, image: 'busybox:1.36', command: [sleep, '3600']}
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.apply(PODS)
    cluster.advance("30s")
    return cluster


def run(c: kubesim.Cluster, pod: str, *command: str, container: str = "") -> str:
    result = c.kubectl(["exec", pod, *(["-c", container] if container else []), "--", *command])
    return result.stdout + result.stderr


def restarts(c: kubesim.Cluster, pod: str) -> str:
    return c.kubectl(["get", "pod", pod, "-o", "jsonpath={.status.containerStatuses[0].restartCount}"]).stdout


HEADER = "PID   USER     TIME  COMMAND\n"


def test_a_script_and_what_it_runs_just_now_are_processes(c: kubesim.Cluster) -> None:
    script = "sh -c while true; do date; sleep 5; done"
    assert run(c, "loop", "ps") == (
        f"{HEADER}    1 root      0:00 {script}\n    7 root      0:00 sleep 5\n    8 root      0:00 ps\n"
    )


def test_the_last_command_of_a_script_takes_its_place(c: kubesim.Cluster) -> None:
    assert run(c, "nap", "sh", "-c", "ps aux") == (
        f"{HEADER}    1 root      0:00 sleep 3600\n    7 root      0:00 ps aux\n"
    )
    assert run(c, "nap", "sh", "-c", "ps; echo $$").endswith(
        "    7 root      0:00 sh -c ps; echo $$\n    8 root      0:00 ps\n7\n"
    )
    assert run(c, "nap", "pidof", "sleep") == "1\n"
    assert run(c, "nap", "pgrep", "-l", "slee") == "1 sleep\n"


def test_a_pod_may_share_its_processes(c: kubesim.Cluster) -> None:
    assert run(c, "both", "ps", container="tools") == (
        f"{HEADER}    1 65535     0:00 /pause\n    7 999       0:00 redis-server *:6379\n"
        "    8 root      0:00 sleep 3600\n    9 root      0:00 ps\n"
    )
    assert "kubesim does not know what SIGTERM does" in run(c, "both", "kill", "1", container="tools")


def test_a_server_that_is_sent_a_signal_ends_and_is_restarted(c: kubesim.Cluster) -> None:
    assert run(c, "web", "sh", "-c", "kill -HUP 1; kill -9 1; echo here") == "here\n"
    c.advance("10s")
    assert restarts(c, "web") == "0"
    assert run(c, "web", "sh", "-c", "kill 1") == ""
    c.advance("10s")
    assert restarts(c, "web") == "1"
    end = "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}"
    assert c.kubectl(["get", "pod", "web", "-o", end]).stdout == "0"


def test_a_first_process_without_a_handler_gets_no_signal() -> None:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z", profile="kind")
    cluster.kubectl(["run", "nap", "--image=busybox:1.36", "--command", "--", "sleep", "3600"])
    cluster.advance("30s")
    for signal in ("-TERM", "-9"):
        assert run(cluster, "nap", "kill", signal, "1") == ""
    cluster.advance("10s")
    assert restarts(cluster, "nap") == "0"


def test_the_node_is_seen_from_within(c: kubesim.Cluster) -> None:
    assert run(c, "nap", "nproc") == "16\n"
    assert run(c, "nap", "uname", "-r") == "6.8.0-51-generic\n"
    assert run(c, "nap", "sh", "-c", "free -m | awk '/Mem/ {print $2}'") == "32768\n"
    assert run(c, "nap", "df", "-h", "/etc/hosts").split("\n")[1].startswith("/dev/vda1               250.0G")
    assert run(c, "web", "df", "/dev/shm").split("\n") == [
        "Filesystem     1K-blocks  Used Available Use% Mounted on",
        "shm                65536     0     65536   0% /dev/shm",
        "",
    ]
    assert run(c, "nap", "uptime").startswith(" 00:00:30 up ")


def test_the_kernel_has_the_limits_and_the_variables_of_a_container(c: kubesim.Cluster) -> None:
    overrides = (
        '{"spec": {"containers": [{"name": "box", "image": "busybox:1.36", "command": ["sleep", "99"], '
        '"env": [{"name": "COLOR", "value": "red"}], '
        '"resources": {"limits": {"cpu": "250m", "memory": "64Mi"}}}]}}'
    )
    c.kubectl(["run", "box", "--image=busybox:1.36", f"--overrides={overrides}"])
    c.advance("20s")
    assert run(c, "box", "cat", "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/memory.max") == "25000 100000\n67108864\n"
    assert run(c, "nap", "cat", "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/memory.max") == "max 100000\nmax\n"
    listed = run(c, "box", "sh", "-c", "tr '\\0' '\\n' < /proc/1/environ")
    assert "\nHOSTNAME=box\nCOLOR=red\n" in listed


def test_nginx_tells_of_itself(c: kubesim.Cluster) -> None:
    assert run(c, "web", "nginx", "-v") == "nginx version: nginx/1.27.5\n"
    assert run(c, "web", "nginx", "-t").endswith("nginx.conf test is successful\n")
    assert run(c, "web", "nginx", "-s", "reload").endswith(" signal process started\n")
    changed = run(c, "web", "sh", "-c", "echo > /etc/nginx/conf.d/default.conf; nginx -t")
    assert changed == "error: kubesim does not know what nginx prints\n"


def test_nothing_is_installed_from_the_internet(c: kubesim.Cluster) -> None:
    said = "error: kubesim does not know what apt-get gets from outside of the cluster\n"
    assert run(c, "web", "apt-get", "update") == said
