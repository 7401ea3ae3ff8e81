"""patch and replace: what becomes of objects, and how refusals are worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

REPLICAS = "get deploy web -o jsonpath={.spec.replicas}"


@pytest.fixture(autouse=True)
def web(shell: Shell) -> None:
    shell.ok("create -f web.yml")


@pytest.mark.parametrize(
    ("patch", "answer"),
    [
        ("""-p '{"spec":{"replicas":5}}'""", "deployment.apps/web patched\n"),
        ("""-p 'spec: {replicas: 5}'""", "deployment.apps/web patched\n"),
        ("""--type=merge -p '{"spec":{"replicas":5}}'""", "deployment.apps/web patched\n"),
        ("""--type=JSON -p '[{"op":"replace","path":"/spec/replicas","value":5}]'""", "deployment.apps/web patched\n"),
        ("""--subresource=scale --type=merge -p '{"spec":{"replicas":5}}'""", "scale.autoscaling/web patched\n"),
    ],
)
def test_any_kind_of_patch_scales(shell: Shell, patch: str, answer: str) -> None:
    assert shell.ok(f"patch deploy web {patch}") == answer
    assert shell.ok(REPLICAS) == "5"


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ("""-p '{"a" 1}'""", "Error from server (BadRequest): invalid character '1' after object key\n"),
        ("""-p '{} x'""", "Error from server (BadRequest): invalid character 'x' after top-level value\n"),
        ("-p 'a: b: c'", 'error: unable to parse "a: b: c": yaml: mapping values are not allowed in this context\n'),
        (
            "-p '[1]'",
            "Error from server (BadRequest): json: cannot unmarshal array into Go value of type map[string]interface {}\n",
        ),
        (
            """-p '{"metadata":{"namespace":"x"}}'""",
            "Error from server (BadRequest): the namespace of the provided object does not match the namespace sent on "
            "the request\n",
        ),
        (
            """-p '{"metadata":{"labels":"invalid"}}'""",
            'The request is invalid: patch: Invalid value: "map[metadata:map[labels:invalid]]": cannot restore map from '
            "string\n",
        ),
        (
            """-p '{"metadata":{"resourceVersion":"1"}}'""",
            'Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "web": the object has been '
            "modified; please apply your changes to the latest version and try again\n",
        ),
        (
            """--subresource=scale -p '{"spec":{"replicas":-1}}'""",
            'The Scale "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n',
        ),
        ("--type=nope -p '{}'", 'error: --type must be one of [json merge strategic], not "nope"\n'),
        ("--patch-file gone", "error: unable to read patch file: open gone: no such file or directory\n"),
        ("-p '{}' --patch-file gone", "error: cannot specify --patch and --patch-file together\n"),
    ],
)
def test_a_patch_that_cannot_be_is_refused_in_kubectls_words(shell: Shell, patch: str, told: str) -> None:
    assert shell.refused(f"patch deploy web {patch}") == told


def test_a_kind_without_the_subresource_does_not_serve_it(shell: Shell) -> None:
    shell.ok("create configmap c")
    told = "Error from server (NotFound): the server could not find the requested resource\n"
    assert shell.refused("patch cm c --subresource=scale -p '{}'") == told


def test_a_status_is_patched_through_its_subresource_alone(shell: Shell) -> None:
    patch = """-p '{"status":{"conditions":[{"type":"Mine","status":"True"}]}}'"""
    shell.ok(f"patch node node01 {patch}")
    assert "Mine" not in shell.ok("get node node01 -o jsonpath={.status.conditions[*].type}")
    shell.ok(f"patch node node01 --subresource=status {patch}")
    assert "Mine" in shell.ok("get node node01 -o jsonpath={.status.conditions[*].type}")


def test_a_local_patch_asks_no_cluster(shell: Shell) -> None:
    patched = shell.ok("patch --local -f web.yml -p 'spec: {replicas: 9}' -o jsonpath='{.spec.replicas} {.status}'")
    assert patched == "9 "
    assert shell.ok(REPLICAS) == "2"
    remove = """'[{"op":"remove","path":"/a/b"}]'"""
    told = 'error: remove operation does not apply: doc is missing path: "/a/b": missing value\n'
    assert shell.refused(f"patch --local -f web.yml --type=json -p {remove}") == told


@pytest.mark.parametrize("how", ["client", "server"])
def test_a_dry_run_patches_nothing_and_does_not_say_so(shell: Shell, how: str) -> None:
    assert shell.ok(f"patch deploy web -p 'spec: {{replicas: 7}}' --dry-run={how}") == "deployment.apps/web patched\n"
    assert shell.ok(REPLICAS) == "2"


def test_replace_takes_away_what_the_file_does_not_have(shell: Shell) -> None:
    shell.ok("label deploy web tier=front")
    assert shell.ok("replace -f web.yml") == "deployment.apps/web replaced\n"
    assert shell.ok("get deploy web -o jsonpath={.metadata.labels}") == ""


def test_replace_by_force_makes_another_object(shell: Shell) -> None:
    uid = shell.ok("get deploy web -o jsonpath={.metadata.uid}")
    told = 'deployment.apps "web" deleted from default namespace\ndeployment.apps/web replaced\n'
    assert shell.ok("replace --force -f web.yml") == told
    assert shell.ok("get deploy web -o jsonpath={.metadata.uid}") != uid


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("", "error: must specify one of -f and -k\n"),
        ("-f web.yml --grace-period=1", "error: --grace-period must have --force specified\n"),
        ("-f web.yml --timeout=1s", "error: --timeout must have --force specified\n"),
        ("-f web.yml --force --dry-run=server", "error: --dry-run can not be used when --force is set\n"),
    ],
)
def test_flags_of_replace_that_do_not_go_together(shell: Shell, flags: str, told: str) -> None:
    assert shell.refused(f"replace {flags}") == told


def test_the_resource_version_0_is_any(shell: Shell) -> None:
    shell.ok("create configmap a")
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, resourceVersion: '%s'}, data: {k: v}}"
    assert shell.ok(f"replace -f {shell.write('a.yml', text % 0)}") == "configmap/a replaced\n"
    assert "the object has been modified" in shell.refused(f"replace -f {shell.write('a.yml', text % 1)}")
