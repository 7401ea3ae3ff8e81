"""Files that hold no objects: who finds that out depends on whether whole objects are to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell

NO_KIND = "{apiVersion: v1, metadata: {name: a}}"
NO_OBJECT = "[a, b]"
CHECKED = (
    'error: error validating "a.yml": error validating data: {}; if you choose to ignore these errors, '
    "turn validation off with --validate=false\n"
)


@pytest.mark.parametrize("verb", ["create", "apply", "apply --server-side", "replace"])
def test_what_sends_whole_objects_checks_them(shell: Shell, verb: str) -> None:
    shell.write("a.yml", NO_KIND)
    assert shell.refused(f"{verb} -f a.yml") == CHECKED.format("kind not set")
    shell.write("a.yml", NO_OBJECT)
    assert shell.refused(f"{verb} -f a.yml") == CHECKED.format("invalid object to validate")


@pytest.mark.parametrize(
    "verb",
    ["create --validate=false", "delete", "get", "describe", "edit", "label x=y", "patch -p {}", "scale --replicas=1"],
)
def test_what_does_not_only_decodes_them(shell: Shell, verb: str) -> None:
    shell.write("a.yml", NO_KIND)
    missing = """Object 'Kind' is missing in '{"apiVersion":"v1","metadata":{"name":"a"}}'"""
    prefix = "" if verb in ("get", "describe") else "error: "
    assert shell.refused(f"{verb} -f a.yml") == f'{prefix}unable to decode "a.yml": {missing}\n'
    shell.write("a.yml", NO_OBJECT)
    wrong = "json: cannot unmarshal array into Go value of type unstructured.detector"
    assert shell.refused(f"{verb} -f a.yml") == f'{prefix}unable to decode "a.yml": {wrong}\n'


SMALL = DEPLOYMENT.replace("kind: Deployment", "kind: deployment")
NO_TYPE = 'no kind "deployment" is registered for version "apps/v1" in scheme "{}"'
HANDLED = f'deployment in version "v1" cannot be handled as a Deployment: {NO_TYPE}'
SERVERS, CLIENTS = "pkg/api/legacyscheme/scheme.go:30", "pkg/scheme/scheme.go:28"


@pytest.mark.parametrize(
    ("verb", "doing"), [("create", "creating"), ("apply", "creating"), ("create --dry-run=server", "creating")]
)
def test_a_kind_in_small_letters_is_found_but_of_no_type(shell: Shell, verb: str, doing: str) -> None:
    shell.write("a.yml", SMALL)
    said = f'Error from server (BadRequest): error when {doing} "a.yml": {HANDLED.format(SERVERS)}\n'
    assert shell.refused(f"{verb} -f a.yml") == said


def test_a_kind_in_small_letters_names_an_object_that_is_there(shell: Shell) -> None:
    shell.write("a.yml", SMALL)
    shell.ok("create -f web.yml")
    assert shell.ok("get -f a.yml -o name") == "deployment.apps/web\n"
    assert shell.ok("label -f a.yml x=y") == "deployment.apps/web labeled\n"
    assert shell.ok("scale -f a.yml --replicas=3") == "deployment.apps/web scaled\n"
    replaced = f'Error from server (BadRequest): error when replacing "a.yml": {HANDLED.format(SERVERS)}\n'
    assert shell.refused("replace -f a.yml") == replaced
    assert "no corresponding type for apps/v1, Kind=deployment" in shell.refused("apply --server-side -f a.yml")
    assert shell.ok("delete -f a.yml") == 'deployment.apps "web" deleted from default namespace\n'


@pytest.mark.parametrize(
    "verb",
    ["set image nginx=x", "rollout status", "rollout restart", "expose --port=80", "auth reconcile"],
)
def test_verbs_with_types_of_their_own_cannot_decode_it(shell: Shell, verb: str) -> None:
    shell.write("a.yml", SMALL)
    said = f'error: unable to decode "a.yml": {NO_TYPE.format(CLIENTS)}\n'
    assert shell.refused(f"{verb} -f a.yml") == said


def test_only_the_kind_itself_and_small_letters_will_do(shell: Shell) -> None:
    shell.write("a.yml", DEPLOYMENT.replace("kind: Deployment", "kind: dePloyment"))
    assert 'no matches for kind "dePloyment" in version "apps/v1"' in shell.refused("create -f a.yml")


NO_INFO = 'unable to get type info from the object "*unstructured.Unstructured": Object '
ITEMS = {
    "no kind": ("- {apiVersion: v1}", f"{NO_INFO}'Kind' is missing in 'object has no kind field '\n"),
    "a kind that is no word": (
        "- {apiVersion: v1, kind: [a]}",
        f"{NO_INFO}'Kind' is missing in 'object has no kind field '\n",
    ),
    "nothing": ("- null", f"{NO_INFO}'Kind' is missing in 'object has no kind field '\n"),
    "no version": (
        "- {kind: ConfigMap}",
        f"{NO_INFO}'apiVersion' is missing in 'object has no apiVersion field'\n",
    ),
    "a version that is no word": (
        "- {kind: ConfigMap, apiVersion: 1}",
        f"{NO_INFO}'apiVersion' is missing in 'object has no apiVersion field'\n",
    ),
    "a list": (
        "- {kind: List, apiVersion: v1, items: []}",
        "error: *unstructured.Unstructured is not a list: no Items field in this object\n",
    ),
    "a word": (
        "- hello",
        'error: unable to decode "a.yml": json: cannot unmarshal string into Go value of type map[string]interface {}\n',
    ),
}


@pytest.mark.parametrize(("item", "said"), ITEMS.values(), ids=ITEMS)
@pytest.mark.parametrize("verb", ["create --validate=false", "delete", "label x=y", "get -o name"])
def test_items_of_a_list_that_are_no_objects(shell: Shell, verb: str, item: str, said: str) -> None:
    shell.write("a.yml", f"apiVersion: v1\nkind: List\nitems:\n{item}\n")
    assert shell.refused(f"{verb} -f a.yml") == said


def test_the_items_of_a_list_are_a_list(shell: Shell) -> None:
    shell.write("a.yml", "apiVersion: v1\nkind: List\nitems: {a: b}\n")
    where = "Go struct field decodeList.items of type []json.RawMessage"
    said = f'error: unable to decode "a.yml": json: cannot unmarshal object into {where}\n'
    assert shell.refused("delete -f a.yml") == said


NOT_SERVED = (
    'resource mapping not found for name: "nm" namespace: "" from "a.yml": no matches for kind "Nope" in version "v1"\n'
    "ensure CRDs are installed first\n"
)


@pytest.mark.parametrize(
    ("verb", "prefix"), [("get", ""), ("describe", ""), ("get -o name", "error: "), ("delete", "error: ")]
)
def test_tables_and_descriptions_say_what_is_wrong_without_a_prefix(shell: Shell, verb: str, prefix: str) -> None:
    shell.write("a.yml", "apiVersion: v1\nkind: Nope\nmetadata: {name: nm}\n")
    assert shell.refused(f"{verb} -f a.yml") == prefix + NOT_SERVED


@pytest.mark.parametrize("program", ["nosuchprog", "./nosuchprog", "/etc/passwd", "nosuchprog -x"])
def test_a_diff_program_that_cannot_be_started(shell: Shell, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", program)
    name = program.partition(" ")[0]
    said = f'error: failed to run "{name}": executable file not found in $PATH\n'
    assert shell("diff -f web.yml") == (2, "", said)


def test_a_diff_program_that_a_signal_ends_says_that_something_differs(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECTL_EXTERNAL_DIFF", shell.script("mydiff", "kill -9 $$"))
    assert shell("diff -f web.yml") == (1, "", "")


@pytest.mark.parametrize(
    ("manifest", "wrong"),
    [
        ("{}", "[apiVersion not set, kind not set]"),
        ('{"metadata": {"name": "a"}}', "[apiVersion not set, kind not set]"),
        ('{"apiVersion": "v1", "kind": 5}', "kind isn't string type"),
        ('{"apiVersion": 5, "kind": "a"}', "apiVersion isn't string type"),
        ('{"apiVersion": 5, "kind": 5}', "[apiVersion isn't string type, kind isn't string type]"),
        ('{"apiVersion": "a/b/c", "kind": "a"}', "unexpected GroupVersion string: a/b/c"),
        ('{"apiVersion": "v1", "kind": "List", "items": [{}, {}]}', "[apiVersion not set, kind not set]"),
        ('{"apiVersion": "v1", "kind": "List", "items": ["x"]}', "invalid object to validate"),
        ('{"apiVersion": "v1", "kind": "List", "items": null}', "invalid object to validate"),
        ('{"apiVersion": "v1", "kind": "List"}', "invalid object to validate"),
    ],
)
def test_all_that_an_object_does_not_say_of_itself_is_named(shell: Shell, manifest: str, wrong: str) -> None:
    shell.write("a.yml", manifest)
    assert shell.refused("create -f a.yml") == CHECKED.format(wrong)


def test_an_empty_kind_is_left_to_the_decoder(shell: Shell) -> None:
    shell.write("a.yml", '{"kind": "", "apiVersion": ""}')
    missing = """Object 'Kind' is missing in '{"apiVersion":"","kind":""}'"""
    assert shell.refused("create -f a.yml") == f'error: unable to decode "a.yml": {missing}\n'


TWICE = "standard input cannot be used for multiple arguments"


@pytest.mark.parametrize("verb", ["create", "apply", "delete", "get"])
def test_standard_input_is_read_once(shell: Shell, verb: str) -> None:
    assert shell.refused(f"{verb} -f - -f -") == f"error: {TWICE}\n"
    assert shell.refused(f"{verb} -f - -f - -f none.yml") == f'{TWICE}\nthe path "none.yml" does not exist\n'
