"""What fuzzing found once: each of these was a traceback, and has its answer now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def manifest(shell: Shell, **fields: Any) -> str:
    return shell.write("x.json", json.dumps({"apiVersion": "v1", "kind": "ConfigMap", **fields}))


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ([], "array into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta"),
        ({"name": ["x"]}, "array into Go struct field ObjectMeta.metadata.name of type string"),
        (
            {"name": "x", "labels": 3},
            "number into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            {"name": "x", "annotations": {"a": []}},
            "array into Go struct field ObjectMeta.metadata.annotations of type string",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["create", "apply", "apply --server-side", "delete", "replace"])
def test_metadata_of_wrong_types_is_told_before_a_server_is_asked(
    shell: Shell, verb: str, metadata: Any, found: str
) -> None:
    path = manifest(shell, metadata=metadata)
    assert shell.refused(f"{verb} -f {path}") == f'error: unable to decode "{path}": json: cannot unmarshal {found}\n'


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("apply --server-side", "error: resource name may not be empty\n"),
        ("delete", 'error: error when deleting "x.json": resource name may not be empty\n'),
        ("replace", 'error: error when replacing "x.json": resource name may not be empty\n'),
        ("replace --force", 'error: error when deleting "x.json": resource name may not be empty\n'),
        ("describe", "error: resource name may not be empty\n"),
        ("patch -p {}", "error: resource name may not be empty\n"),
        (
            "apply",
            'error: error when retrieving current configuration of:\nResource: "/v1, Resource=configmaps", '
            'GroupVersionKind: "/v1, Kind=ConfigMap"\nName: "", Namespace: "default"\n'
            'from server for: "x.json": resource name may not be empty\n',
        ),
    ],
)
def test_a_manifest_without_a_name(shell: Shell, verb: str, said: str) -> None:
    manifest(shell, metadata={})
    assert shell.refused(f"{verb} -f x.json") == said


def test_a_kind_of_unknown_type_has_metadata_like_any_other(shell: Shell) -> None:
    obj = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "x"}, "handler": "runc"}
    shell.ok(f"create -f {shell.write('x.json', json.dumps(obj))}")
    refusal = shell.refused("""patch runtimeclass x --type=merge -p '{"metadata":{"labels":3}}'""")
    assert "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels" in refusal
    assert "unknown field" in shell("""patch runtimeclass x --type=merge -p '{"metadata":{"foo":3}}'""")[2]


def test_a_list_without_its_merge_key_cannot_be_applied(shell: Shell) -> None:
    shell.ok("apply -f web.yml")
    text = (shell.folder / "web.yml").read_text().replace("image: 'nginx:1.25'", "image: nginx, ports: [{name: http}]")
    shell.ok("set env deployment/web A=b")
    shell.ok(
        """patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","ports":[{"containerPort":80}]}]}}}}'"""
    )
    refusal = shell.refused(f"apply -f {shell.write('bad.yml', text)}")
    why = "map: map[name:http] does not contain declared merge key: containerPort"
    assert refusal.startswith(f"warning: error calculating patch from openapi v3 spec: {why}\n")
    assert 'error: error when applying patch:\n\nto:\nResource: "apps/v1, Resource=deployments"' in refusal
    assert refusal.endswith(f"\nfor: {why}\n")


@pytest.mark.parametrize("text", ["garbage", "[]", '"x"', "[" * 5000])
def test_an_annotation_of_apply_that_somebody_spoilt(shell: Shell, text: str) -> None:
    shell.ok("apply -f web.yml")
    shell.ok(f"annotate --overwrite deployment web '{LAST_APPLIED}={text}'")
    assert "invalid JSON document" in shell.refused("apply -f web.yml")
    shell.ok("apply -f web.yml --server-side --force-conflicts")
    for verb in ("view-last-applied", "edit-last-applied", "set-last-applied -f web.yml"):
        assert shell(f"apply {verb} {'' if '-f' in verb else 'deployment/web'}")[0] in (0, 1)


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ("[0]", "number into Go value of type handlers.jsonPatchOp"),
        ('[{"op":[]}]', "array into Go struct field jsonPatchOp.op of type string"),
        ('[{"op":"add","path":1}]', "number into Go struct field jsonPatchOp.path of type string"),
    ],
)
def test_a_json_patch_of_wrong_types(shell: Shell, patch: str, said: str) -> None:
    shell.ok("create -f web.yml")
    refusal = shell.refused(f"patch deployment web --type=json -p '{patch}'")
    assert refusal == f"Error from server (BadRequest): error decoding patch: json: cannot unmarshal {said}\n"


@pytest.mark.parametrize("kind", ["strategic", "merge", "json"])
def test_a_patch_without_a_bottom(shell: Shell, kind: str) -> None:
    shell.ok("create -f web.yml")
    assert "exceeded max" in shell.refused(f"patch deployment web --type={kind} -p '{'[' * 3000}'")


def test_half_a_surrogate_pair_is_no_character(shell: Shell) -> None:
    manifest(shell, metadata={"name": "x", "annotations": {"a": "\ud800b"}}, data={"k": "\ud83d\ude00"})
    shell.ok("apply -f x.json")
    assert shell.ok("get configmap x -o jsonpath={.metadata.annotations.a}{.data.k}") == "\ufffdb\U0001f600"


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet"])
def test_more_pods_than_anything_here_could_keep(shell: Shell, kind: str) -> None:
    text = (shell.folder / "web.yml").read_text().replace("Deployment", kind).replace("replicas: 2", "replicas: 0")
    shell.ok(f"create -f {shell.write('some.yml', text)}")
    refusal = shell.refused(f"scale {kind} web --replicas=2147483647")
    assert "must be less than or equal to 10000" in refusal
    assert shell.refused(f"create -f {shell.write('many.yml', text.replace('replicas: 0', 'replicas: 20000'))}")
    assert shell.ok(f"get {kind} web -o jsonpath={{.spec.replicas}}") == "0"


EVIL = r"""
apiVersion: v1
kind: Pod
metadata:
  name: evil
  annotations:
    tag: !!python/object/apply:os.system ["touch executed"]
    markup: "[bold red]{0.__class__} %s %(name)s $(touch executed) `touch executed` ${HOME}[/]"
    steers: "\e]0;title\a\x9b31m\u202e\r\x08"
spec: {containers: [{name: main, image: nginx, args: ["\e[2J", "$(touch executed)"]}]}
"""


def test_nothing_in_a_manifest_is_executed_expanded_or_steers_a_terminal(shell: Shell) -> None:
    path = shell.write("evil.yml", EVIL)
    shell(f"create -f {path}")
    shell.write(
        "evil.yml", EVIL.replace("!!python/object/apply:os.system [", "").replace('executed"]\n', 'executed"\n')
    )
    shell.ok(f"create -f {path}")
    shown = shell.ok("describe pod evil") + shell.ok("get pod evil -o custom-columns=A:.metadata.annotations")
    assert "[bold red]{0.__class__} %s %(name)s $(touch executed) `touch executed` ${HOME}[/]" in shown
    assert [character for character in shown if not character.isprintable() and character != "\n"] == []
    assert not (shell.folder / "executed").exists()


def test_a_backup_is_as_secret_as_the_state(shell: Shell) -> None:
    shell.ok("sim status")
    (shell.folder / "state.json").chmod(0o644)
    shell.ok("sim reset")
    shell.ok("create -f web.yml")
    modes = {path.name: path.stat().st_mode & 0o777 for path in shell.folder.glob("state.json*")}
    files = {"state.json": 0o600, "state.json.bak": 0o600, "state.json.lock": 0o600}
    assert modes == {**files, "state.json.journal": 0o700}  # a folder that its owner alone can enter


def test_a_job_without_a_name(shell: Shell) -> None:
    missing = "metadata.name: Required value: name or generateName is required"
    assert missing in shell.refused("create job '' --image=nginx")


def test_a_claim_that_loses_its_request_is_refused(shell: Shell) -> None:
    spec = "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
    shell.write("claim.yml", f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {spec}\n")
    shell.ok("create -f claim.yml")
    told = shell.refused("""patch pvc data -p '{"spec":{"resources":null}}'""")
    assert "spec is immutable after creation" in told
    assert "spec.resources[storage]: Required value" in told
