"""Helm itself installs a chart on the server, upgrades it, takes an upgrade back, and waits for what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

helm_python = pytest.importorskip("helm_python", reason="not installed: helm-python-sdk")

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Served

WIDGET = """
apiVersion: example.com/v1
kind: Widget
metadata: {name: "{{ .Release.Name }}"}
size: {{ .Values.replicaCount }}
"""
HOOK = """
apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-migrate"
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}
spec:
  backoffLimit: 0
  ttlSecondsAfterFinished: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "busybox:1.36", command: [sh, -c, "{{ .Values.migrate | default true }}"]}]
"""


@pytest.fixture
def chart(tmp_path: Path, widgets: str) -> str:
    """The chart that ``helm create`` writes, with a custom resource and a hook."""
    helm_python.Chart.create("web", tmp_path)
    folder = tmp_path / "web"
    (folder / "crds").mkdir()
    (folder / "crds" / "widgets.yaml").write_text(widgets)
    (folder / "templates" / "widget.yaml").write_text(WIDGET)
    (folder / "templates" / "migrate.yaml").write_text(HOOK)
    return str(folder)


def test_a_release_is_installed_upgraded_rolled_back_and_uninstalled(served: Served, chart: str) -> None:
    def shown(what: str) -> str:
        return served.kubesim(f"get {what} -n shop --ignore-not-found")

    slow = {"httpGet": {"path": "/", "port": "http"}, "initialDelaySeconds": 20}  # longer than a cluster takes to rest
    values: dict[str, Any] = {"replicaCount": 2, "image": {"tag": "1.25"}, "readinessProbe": slow}
    waits: dict[str, Any] = {"wait": "watcher", "timeout": 60}
    with helm_python.Config(kubeconfig_path=served.config, namespace="shop") as helm:
        helm.install(chart, "web", values, create_namespace=True, **waits)
        assert shown("deploy web -o jsonpath={.status.availableReplicas}") == "2"
        assert shown("jobs -o name") == ""
        dry = helm.upgrade(chart, "web", {**values, "replicaCount": 5}, dry_run="server")
        assert "replicas: 5" in dry["manifest"]
        helm.upgrade(chart, "web", {**values, "replicaCount": 3, "image": {"tag": "1.26"}}, **waits)
        assert shown("deploy web -o jsonpath={.status.availableReplicas}") == "3"
        assert shown("widget web -o jsonpath={.size}") == "3"
        with pytest.raises(helm_python.HelmError, match="Job Failed"):
            helm.upgrade(chart, "web", {**values, "migrate": "exit 3"}, **waits)
        helm.rollback("web", version=1, **waits)
        assert shown("deploy web -o jsonpath={..image}") == "nginx:1.25"
        found = [(release["revision"], release["status"]) for release in helm.history("web")]
        assert found == [(1, "superseded"), (2, "superseded"), (3, "failed"), (4, "deployed")]
        helm.uninstall("web", **waits)
        assert shown("deploy,pods,secrets,widgets -o name") == ""


def test_an_upgrade_that_does_not_become_ready_is_taken_back(served: Served, chart: str) -> None:
    with helm_python.Config(kubeconfig_path=served.config) as helm:
        helm.install(chart, "web", {"image": {"tag": "1.25"}}, wait="watcher", timeout=60)
        bad = {"image": {"tag": "1.161"}}
        with pytest.raises(helm_python.HelmError, match="Progress deadline exceeded"):
            helm.upgrade(chart, "web", bad, wait="watcher", timeout=60, rollback_on_failure=True)
        assert [release["status"] for release in helm.history("web")] == ["superseded", "failed", "deployed"]
    assert served.kubesim("get deploy web -o jsonpath={..image}") == "nginx:1.25"


def test_a_program_that_polls_waits_as_well(served: Served, chart: str) -> None:
    with helm_python.Config(kubeconfig_path=served.config) as helm:
        helm.install(chart, "web", {"replicaCount": 2, "image": {"tag": "1.25"}}, wait="legacy", timeout=60)
    assert served.kubesim("get deploy web -o jsonpath={.status.availableReplicas}") == "2"
