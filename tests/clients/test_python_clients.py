"""Clients in Python work with the server: each lists, writes, watches, and runs commands in its own way."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Served

pytestmark = pytest.mark.filterwarnings("ignore")  # of libraries that are not ours

OPERATOR = """
import kopf

@kopf.on.create("example.com", "v1", "widgets")
def made(spec, **_):
    return {"size": spec["size"]}
"""


def deployment() -> dict[str, Any]:
    container = {"name": "nginx", "image": "nginx:1.25"}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def test_kubernetes(served: Served) -> None:
    kubernetes = pytest.importorskip("kubernetes", reason="not installed: kubernetes")
    from kubernetes import dynamic, watch
    from kubernetes.stream import stream

    kubernetes.config.load_kube_config(served.config)
    core, apps = kubernetes.client.CoreV1Api(), kubernetes.client.AppsV1Api()
    apps.create_namespaced_deployment("default", deployment())
    running = set()
    for event in watch.Watch().stream(core.list_namespaced_pod, "default", timeout_seconds=30):
        if event["object"].status.phase == "Running":
            running.add(event["object"].metadata.name)
        if len(running) == 2:
            break
    pod = min(running)
    command = ["sh", "-c", "echo hello"]
    said = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        "default",
        command=command,
        stderr=True,
        stdin=False,
        stdout=True,
        tty=False,
    )
    assert said == "hello\n"
    assert apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 1}}).spec.replicas == 1
    maps = dynamic.DynamicClient(kubernetes.client.ApiClient()).resources.get(api_version="v1", kind="ConfigMap")
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "default"},
        "data": {"a": "b"},
    }
    assert maps.server_side_apply(body=body, field_manager="me").data.to_dict() == {"a": "b"}
    with pytest.raises(kubernetes.client.ApiException) as refused:
        core.read_namespaced_pod("nosuch", "default")
    assert refused.value.status == 404


def test_kr8s(served: Served) -> None:
    kr8s = pytest.importorskip("kr8s", reason="not installed: kr8s")
    from kr8s.objects import ConfigMap, Pod

    api = kr8s.api(kubeconfig=served.config)
    pod = Pod.gen(name="p", image="nginx:1.25")
    pod.create()
    pod.wait("condition=Ready", timeout=30)
    assert pod.exec(["echo", "hello"]).stdout == b"hello\n"
    made = ConfigMap({"metadata": {"name": "a"}, "data": {"a": "1"}})
    made.create()
    made.label({"x": "y"})
    assert [found.name for found in api.get("configmaps", label_selector={"x": "y"})] == ["a"]
    made.delete()
    pod.delete()


def test_lightkube(served: Served) -> None:
    lightkube = pytest.importorskip("lightkube", reason="not installed: lightkube")
    from lightkube.models.meta_v1 import ObjectMeta
    from lightkube.resources.core_v1 import ConfigMap

    client = lightkube.Client(config=lightkube.KubeConfig.from_file(served.config), field_manager="me")
    made = client.apply(ConfigMap(metadata=ObjectMeta(name="a", namespace="default"), data={"a": "1"}))
    made.data = {"b": "2"}
    assert client.replace(made).data == {"b": "2"}
    names = [found.metadata.name for found in client.list(ConfigMap, namespace="*", chunk_size=1)]
    assert names == ["a", *["kube-root-ca.crt"] * 4]
    client.delete(ConfigMap, "a")


def test_kubernetes_asyncio(served: Served) -> None:
    asynchronous = pytest.importorskip("kubernetes_asyncio", reason="not installed: kubernetes_asyncio")

    async def events() -> list[str]:
        await asynchronous.config.load_kube_config(served.config)
        async with asynchronous.client.ApiClient() as api:
            core = asynchronous.client.CoreV1Api(api)
            await core.create_namespaced_config_map("default", {"metadata": {"name": "a"}})
            watch = asynchronous.watch.Watch()
            async with watch.stream(core.list_namespaced_config_map, "default", timeout_seconds=1) as stream:
                return [event["object"].metadata.name async for event in stream]

    assert "a" in asyncio.run(events())


def test_kopf(served: Served, tmp_path: Path, widgets: str) -> None:
    pytest.importorskip("kopf", reason="not installed: kopf")
    (tmp_path / "definition.yaml").write_text(widgets)
    (tmp_path / "operator.py").write_text(OPERATOR)
    served.kubesim(f"apply -f {tmp_path / 'definition.yaml'}")
    command = [sys.executable, "-m", "kopf", "run", str(tmp_path / "operator.py"), "-n", "default", "--standalone"]
    operator = subprocess.Popen(command, env={**served.environment, "KUBECONFIG": served.config})
    try:
        (tmp_path / "widget.yaml").write_text(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, spec: {size: 3}}"
        )
        served.kubesim(f"apply -f {tmp_path / 'widget.yaml'}")
        end = time.monotonic() + 60
        while served.kubesim("get widget a -o jsonpath={.status.made.size}") != "3":
            assert time.monotonic() < end
            time.sleep(0.2)
    finally:
        operator.terminate()
        operator.wait(20)
