"""Ephemeral volumes: claims that are made for a pod and go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

POD = """
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers: [{name: c, image: nginx, volumeMounts: [{name: scratch, mountPath: /scratch}]}]
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        metadata: {labels: {type: scratch}}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


@pytest.fixture
def pod(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    shell.write("pod.yml", POD)
    return shell


def test_a_claim_is_made_for_the_pod_and_the_pod_runs(pod: Shell) -> None:
    pod.ok("create -f pod.yml")
    pod.ok("wait pod/app --for=condition=Ready --timeout=1m")
    shown = pod.ok(
        "get pvc app-scratch -o jsonpath={.metadata.ownerReferences[0].name},{.metadata.labels.type},{.status.phase}"
    )
    assert shown == "app,scratch,Bound"


def test_the_claim_goes_with_the_pod(pod: Shell) -> None:
    pod.ok("create -f pod.yml")
    pod.ok("sim settle")
    pod.ok("delete pod app")
    pod.ok("sim settle")
    assert pod("get pvc")[2] == "No resources found in default namespace.\n"


def test_a_claim_of_that_name_that_is_not_the_pods_is_not_used(pod: Shell) -> None:
    claim = "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
    pod.write(
        "pvc.yml", f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: app-scratch}}\nspec: {claim}\n"
    )
    pod.ok("create -f pvc.yml -f pod.yml")
    message = "ephemeral volume scratch: PVC default/app-scratch was not created for pod default/app (pod is not owner)"
    assert message in pod.ok("get events")
