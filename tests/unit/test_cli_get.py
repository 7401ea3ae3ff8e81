"""get: subresources, and what cannot be watched."""

from __future__ import annotations

import time
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


@pytest.mark.parametrize("word", ["deploy.v2.apps", "deploy.v1beta1.apps", "deploy.v2."])
def test_a_short_name_may_have_any_version(shell: Shell, word: str) -> None:
    assert shell.ok(f"get {word} -o name") == "deployment.apps/web\n"
    assert shell.refused("get deployments.v2.apps") == 'error: the server doesn\'t have a resource type "deployments"\n'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("--raw=/x pods", "arguments may not be passed when --raw is specified"),
        (
            "--raw=/x -w",
            "--raw may not be specified with other flags that filter the server request or alter the output",
        ),
        ("--raw=/x -o yaml", "--raw and --output are mutually exclusive"),
        ("--raw=x", '--raw must be a valid URL path: parse "x": invalid URI for request'),
    ],
)
def test_what_is_wrong_beside_a_raw_path_is_reported_first(shell: Shell, line: str, told: str) -> None:
    assert shell.refused(f"get {line}") == f"error: {told}\n"


@pytest.mark.parametrize("line", ["get pods -w -o name", "get events -w", "events -w"])
@pytest.mark.parametrize("speed", ["1", "20"])
def test_a_watch_ends_after_the_request_timeout(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str, speed: str
) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", speed)
    begin = time.monotonic()
    status, _, err = shell(f"{line} --request-timeout=200ms")
    assert (status, err) == (0, "")
    assert 0.19 <= time.monotonic() - begin < 5  # the clocks tick in milliseconds


def test_events_by_name_are_shown_as_they_happen_alone(shell: Shell) -> None:
    assert shell.ok("events -o name") == ""
    assert shell.ok("events -w -o name").startswith("event/")


def test_a_table_that_a_client_makes_has_names_and_ages(shell: Shell) -> None:
    lines = shell.ok("get deploy,svc -A --server-print=false -L app").splitlines()
    assert [line.split()[:3] for line in lines if line] == [
        ["NAMESPACE", "NAME", "AGE"],
        ["default", "deployment.apps/web", "0s"],
        ["NAMESPACE", "NAME", "AGE"],
        ["default", "service/kubernetes", "0s"],
    ]
