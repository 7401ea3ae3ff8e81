"""get: subresources, and what cannot be watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.fixture(autouse=True)
def web(shell: Shell) -> None:
    shell.ok("create -f web.yml")


def test_a_scale_is_shown(shell: Shell) -> None:
    assert shell.ok("get deploy web --subresource=scale") == (
        "NAME   DESIRED   AVAILABLE   AGE\nweb    2         2           0s\n"
    )
    assert shell.ok("get deploy/web --subresource=scale -o name") == "scale.autoscaling/web\n"
    assert shell.ok("get deploy web --subresource=scale -o jsonpath={.spec.replicas}") == "2"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "configmap kube-root-ca.crt --subresource=status",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
        ("deploy none --subresource=scale", 'Error from server (NotFound): deployments.apps "none" not found\n'),
        ("deploy --subresource=scale", "error: subresource cannot be used when bulk resources are specified\n"),
        ("deploy,rs -w", "error: you may only specify a single resource type\n"),
        ("deploy/web rs/web -w", "error: you may only specify a single resource type\n"),
    ],
)
def test_what_is_not_shown(shell: Shell, line: str, told: str) -> None:
    assert shell.refused(f"get {line}") == told


def test_one_object_or_one_type_is_watched(shell: Shell) -> None:
    shell.ok("create configmap a")
    shell.ok("create configmap b")
    table = "NAME   DATA   AGE\na      0      0s\nb      0      0s\n"
    told = "error: you may only watch a single resource or type of resource at a time\n"
    assert shell("get configmap a b -w") == (1, table, told)
    pair = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}"
    shell.write("pair.yml", pair)
    told = "error: watch is only supported on individual resources and resource collections - 2 resources were found\n"
    assert shell("get -f pair.yml -w") == (1, table, told)


@pytest.mark.parametrize("timeout", ["1p", "-1", "1.5"])
def test_a_request_timeout_is_seconds_or_a_duration(shell: Shell, timeout: str) -> None:
    assert shell.refused(f"get pods --request-timeout={timeout}") == (
        "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
        "corresponding time unit (e.g. 1s | 2m | 3h)\n"
    )
    assert shell.ok("get deploy web -o name --request-timeout=1m30s") == "deployment.apps/web\n"
