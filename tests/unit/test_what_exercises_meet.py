"""What exercises and tutorials have their readers do, and what a real cluster answers to that."""

from __future__ import annotations

import kubesim
import pytest


@pytest.fixture
def c() -> kubesim.Cluster:
    return kubesim.Cluster(seed=5, at="2026-01-01T00:00:00Z")


def said(cluster: kubesim.Cluster, line: str) -> str:
    """What a command line prints on both streams."""
    result = cluster.kubectl(line)
    return f"{result.stdout}{result.stderr}"


def test_another_image_has_a_container_replaced_though_its_pod_is_never_restarted(c: kubesim.Cluster) -> None:
    c.kubectl("run web --image=nginx:1.27 --restart=Never")
    c.advance("5s")
    c.kubectl("set image pod/web web=nginx:1.28")
    c.advance("1s")
    assert c.get("pod/web")["status"]["phase"] == "Running"
    c.advance("5s")
    status = c.get("pod/web")["status"]
    assert (status["phase"], status["containerStatuses"][0]["restartCount"]) == ("Running", 1)
    assert "Container web definition changed, will be restarted" in said(c, "describe pod web")


def test_a_path_that_an_image_has_not_is_missed_by_its_programs(c: kubesim.Cluster) -> None:
    c.kubectl("run lists --image=busybox --restart=Never -- ls /notexist")
    c.advance("5s")
    assert said(c, "logs lists") == "ls: /notexist: No such file or directory\n"
    assert c.get("pod/lists")["status"]["phase"] == "Failed"


def test_nothing_is_written_outside_of_volumes_where_that_is_forbidden(c: kubesim.Cluster) -> None:
    c.kubectl(
        [
            *("run", "locked", "--image=busybox", "--restart=Never", "--overrides"),
            '{"spec": {"containers": [{"name": "locked", "image": "busybox", "command": ["touch", "/tmp/a"],'
            ' "securityContext": {"readOnlyRootFilesystem": true}}]}}',
        ]
    )
    c.advance("5s")
    assert said(c, "logs locked") == "touch: /tmp/a: Read-only file system\n"


def test_a_log_is_followed_until_the_end_that_is_foreseen(c: kubesim.Cluster) -> None:
    c.kubectl(["create", "job", "says", "--image=busybox", "--", "sh", "-c", "echo hello; sleep 300; echo world"])
    assert c.kubectl("logs job/says -f").stdout == "hello\nworld\n"


def test_a_terminal_is_known_to_programs_by_its_name(c: kubesim.Cluster) -> None:
    c.kubectl("run typed --image=busybox --restart=Never -i -t -- env")
    c.advance("5s")
    lines = said(c, "logs typed").splitlines()
    assert "TERM=xterm" in lines
    assert lines[0].startswith("PATH=")


def test_a_server_prints_the_version_that_its_tag_means(c: kubesim.Cluster) -> None:
    for name, image in (("one", "nginx:1.25-alpine"), ("two", "redis:7-alpine")):
        c.kubectl(f"run {name} --image={image}")
    c.advance("5s")
    assert "nginx/1.25.5\n" in said(c, "logs one")
    assert "Redis version" not in said(c, "logs two")
    assert said(c, "exec one -- printenv NGINX_VERSION") == "1.25.5\n"


def test_volumes_are_as_old_as_their_pod(c: kubesim.Cluster) -> None:
    c.kubectl("create configmap colors --from-literal=a=red")
    c.apply(
        """
apiVersion: v1
kind: Pod
metadata: {name: sees}
spec:
  containers:
  - {name: sees, image: busybox, command: [sleep, 1d], volumeMounts: [{name: colors, mountPath: /colors}]}
  volumes: [{name: colors, configMap: {name: colors}}]
"""
    )
    c.advance("5s")
    assert "Jan  1 00:00 a -> ..data/a\n" in said(c, "exec sees -- ls -l /colors")


def test_wget_says_the_host_as_it_was_written(c: kubesim.Cluster) -> None:
    c.kubectl("run web --image=nginx --port=80 --expose")
    c.kubectl("run asks --image=busybox -- sleep 1d")
    c.advance("5s")
    for host in ("web", "web:80"):
        answer = c.kubectl(["exec", "asks", "--", "wget", "-O", "/dev/null", f"http://{host}/"])
        assert answer.stderr.startswith(f"Connecting to {host} (10.")


@pytest.mark.parametrize(("tag", "reason"), [("v1", ""), ("v10", "ImagePullBackOff")])
def test_the_tutorials_image_has_few_tags(c: kubesim.Cluster, tag: str, reason: str) -> None:
    c.kubectl(f"run app --image=gcr.io/google-samples/kubernetes-bootcamp:{tag}")
    c.advance("40s")
    state = c.get("pod/app")["status"]["containerStatuses"][0]["state"]
    assert state.get("waiting", {}).get("reason", "") == reason


def test_the_tutorials_image_says_when_it_started(c: kubesim.Cluster) -> None:
    c.kubectl("run app --image=gcr.io/google-samples/kubernetes-bootcamp:v1")
    c.advance("5s")
    started = "Kubernetes Bootcamp App Started At: 2026-01-01T00:00:02."
    assert said(c, "logs app").startswith(started)
    assert said(c, "logs app").endswith("Z | Running On:  app \n\n")


def test_a_page_from_outside_is_there_though_nobody_knows_it(c: kubesim.Cluster) -> None:
    c.apply(
        """
apiVersion: v1
kind: Pod
metadata: {name: fetched}
spec:
  initContainers:
  - name: fetches
    image: busybox
    command: [wget, -O, /made/index.html, "http://example.org"]
    volumeMounts: [{name: made, mountPath: /made}]
  containers: [{name: serves, image: nginx, volumeMounts: [{name: made, mountPath: /usr/share/nginx/html}]}]
  volumes: [{name: made, emptyDir: {}}]
"""
    )
    c.advance("15s")
    assert said(c, "exec fetched -c serves -- ls /usr/share/nginx/html") == "index.html\n"
    answer = c.kubectl("exec fetched -c serves -- curl -s localhost")
    assert (answer.stdout, answer.code) == ("", 1)
    assert "kubesim does not know" in answer.stderr


def test_the_tutorials_small_image_has_curl(c: kubesim.Cluster) -> None:
    c.kubectl("run web --image=nginx --port=80 --expose")
    c.kubectl("run asks --image=radial/busyboxplus:curl -- sleep 1d")
    c.advance("5s")
    assert said(c, "exec asks -- curl -s -o /dev/null -w %{http_code} web") == "200"
    assert said(c, "exec asks -- nslookup web").splitlines()[0].startswith("Server:    10.")
