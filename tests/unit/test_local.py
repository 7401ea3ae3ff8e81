"""What kubectl does without a cluster: --local, and flags and files that it refuses by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT, Shell

if TYPE_CHECKING:
    from pathlib import Path

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: p}, annotations: {note: old}}
spec: {containers: [{name: a, image: nginx, env: [{name: X, value: '1'}]}]}
"""
WIDGET = """\
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
spec: {size: 3}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {ports: [{port: 80}], selector: {a: b}}
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "state.json"))
    monkeypatch.setenv("KUBESIM_SPEED", "max")
    monkeypatch.chdir(tmp_path)
    shell = Shell(tmp_path)
    shell.write("pod.yaml", POD)
    shell.write("widget.yaml", WIDGET)
    shell.write("service.yaml", SERVICE)
    shell.write("web.yaml", DEPLOYMENT)
    shell.write("two.yaml", f"{POD}---\n{SERVICE}")
    return shell


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("label --local -f widget.yaml x=y", "widget.example.com/w labeled"),
        ("annotate --local -f widget.yaml x=y", "widget.example.com/w annotated"),
        ("patch --local -f widget.yaml --type=merge -p {}", "widget.example.com/w patched (no change)"),
        ("label --local -f pod.yaml none-", "pod/p not labeled"),
        ("label --local -f two.yaml --resource-version=4 a=b", "pod/p labeled\nservice/s labeled"),
        ("label --local -f two.yaml --list", "app=p"),
        ("label --local -f service.yaml --list a=b", "a=b"),
        ("annotate --local -f pod.yaml note- -o jsonpath={.metadata.annotations}", "{}"),
        ("label --local -f pod.yaml app- -o jsonpath={.metadata.labels}", "{}"),
        ('patch --local -f pod.yaml -p {"spec":{"nodeName":"n"}} --dry-run=client', "pod/p patched"),
        (
            "set env --local -f pod.yaml X= -o jsonpath={.spec.containers[0].env}",
            '[{"name":"X"}]',
        ),
        ("set selector --local -f service.yaml '' -o jsonpath={.spec.selector}", ""),
        ("set sa --local -f pod.yaml '' -o jsonpath={.spec.serviceAccountName}", ""),
    ],
)
def test_what_files_become(shell: Shell, line: str, told: str) -> None:
    assert shell.ok(line.replace('{"spec":{"nodeName":"n"}}', """'{"spec":{"nodeName":"n"}}'""")).rstrip("\n") == told


@pytest.mark.parametrize(("verb", "divided"), [("label", False), ("annotate", True)])
def test_labelled_objects_have_no_line_between_them(shell: Shell, verb: str, divided: bool) -> None:
    assert ("\n---\n" in shell.ok(f"{verb} --local -f two.yaml x=y -o yaml")) == divided


def test_the_command_line_is_recorded_as_it_was_read(shell: Shell) -> None:
    line = "set image --local -f web.yaml --record nginx=n:2 -ojsonpath={.metadata.annotations}"
    status, out, _ = shell(line)
    cause = "kubectl set image nginx=n:2 --local=true --filename=web.yaml --record=true "
    assert status == 0
    assert cause in out


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "set image --local -f widget.yaml a=b",
            'unable to decode "widget.yaml": no kind "Widget" is registered for version "example.com/v1" in scheme '
            '"pkg/scheme/scheme.go:28"',
        ),
        (
            "patch --local -f widget.yaml -p {}",
            "strategic merge patch is not supported for example.com/v1, Kind=Widget locally, try --type merge",
        ),
        ("patch --local -f pod.yaml -p [1]", "invalid JSON document"),
        ("patch --local -f pod.yaml -p bogus", "invalid JSON document"),
        ("patch --local -f pod.yaml --type=merge -p null", "Invalid JSON Patch"),
        (
            "patch --local -f pod.yaml --type=merge -p []",
            "json: cannot unmarshal array into Go value of type unstructured.detector",
        ),
        (
            "patch --local -f pod.yaml --type=json -p {}",
            "json: cannot unmarshal object into Go value of type jsonpatch.Patch",
        ),
        (
            "annotate --local pods x a=b",
            "can only use local files by -f rsrc.yaml or --filename=rsrc.json when --local=true is set",
        ),
        ("run '' --image=x", "Parameter: name is required"),
        (
            'run a --image=x --overrides=\'{"kind":"Foo"}\'',
            'no kind "Foo" is registered for version "v1" in scheme "pkg/scheme/scheme.go:28"',
        ),
        ("run a --image=x --cascade=no", 'invalid cascade value (no). Must be "background", "foreground", or "orphan"'),
        (
            "apply -f pod.yaml --cascade=no",
            'invalid cascade value (no). Must be "background", "foreground", or "orphan"',
        ),
        (
            "create ingress a --rule=foo.com/a=b=svc:80",
            "rule foo.com/a=b=svc:80 is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]",
        ),
        ("create -f pod.yaml -f web.yaml --raw=/x", "--raw can only use a single local file or stdin"),
        ("create -f pod.yaml --raw=x", '--raw must be a valid URL path: parse "x": invalid URI for request'),
        ("create -f pod.yaml -o name --raw=/x", "--raw and --output are mutually exclusive"),
        ("create -k . -f pod.yaml", "only one of -f or -k can be specified"),
        ("logs x --pod-running-timeout=0", "--pod-running-timeout must be higher than zero"),
        (
            "logs x --since-time=2020-1-01T00:00:00Z",
            'parsing time "2020-1-01T00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse "1-01T00:00:00Z" as "01"',
        ),
        (
            "logs x --since-time=2020-01-01",
            'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
        ),
        (
            "describe",
            'You must specify the type of resource to describe. Use "kubesim api-resources" for a complete list of '
            "supported resources.",
        ),
        ("top node a -l x=y", "only one of NAME or --selector can be provided"),
        ("delete pods --all -l a=b", "setting 'all' parameter but found a non empty selector. "),
        (
            "options --nosuch",
            "unknown flag: --nosuch\nRun 'kubesim options' without flags.",
        ),
        (
            "options --log-flush-frequency=x",
            'invalid argument "x" for "--log-flush-frequency" flag: parse error\nRun \'kubesim options\' without flags.',
        ),
        (
            "exec x --pod-running-timeout=0 -- date",
            "--pod-running-timeout must be higher than zero\nSee 'kubesim exec -h' for help and examples",
        ),
        ("kuberc set", 'required flag(s) "section" not set'),
        (
            "kuberc set --section=x",
            '--section must be "defaults", "aliases", or "credentialplugin", got: x',
        ),
        ("kuberc set --section=defaults", "--command is required when --section=aliases or --section=defaults"),
        ("kuberc set --section=aliases --command=get", "--name is required when --section=aliases"),
        ("kuberc set --section=credentialplugin", "--policy is required when --section=credentialplugin"),
        (
            "kuberc view",
            "kubesim cannot kuberc view: it reads and writes no kuberc file: commands do what their words say",
        ),
        ("apply what", "Unexpected args: [what]\nSee 'kubesim apply -h' for help and examples"),
    ],
)
def test_what_is_refused_before_any_cluster_is_asked(shell: Shell, line: str, error: str) -> None:
    assert shell.refused(line) == f"error: {error}\n"


def test_a_flag_that_diff_cannot_read_is_no_difference(shell: Shell) -> None:
    status, _, err = shell("diff -f pod.yaml --server-side=x")
    assert status == 2
    assert err.endswith("\nSee 'kubesim diff -h' for help and examples\n")


def test_an_object_of_another_namespace_does_not_hold_up_the_others(shell: Shell) -> None:
    shell.write("three.yaml", f"{POD.replace('name: p,', 'name: p, namespace: q,')}---\n{SERVICE}")
    status, out, err = shell("create -f three.yaml -n default --dry-run=client")
    assert (status, out) == (1, "service/s created (dry run)\n")
    assert err.startswith('error: the namespace from the provided object "q" does not match the namespace "default".')


def test_what_expose_found_in_the_first_object_holds_for_the_next(shell: Shell) -> None:
    second = DEPLOYMENT.replace("web", "other")
    shell.write("both.yaml", f"{DEPLOYMENT}---\n{second}")
    selectors = "expose -f both.yaml --port=80 --dry-run=client -o jsonpath={.metadata.name}={.spec.selector.app},"
    assert shell.ok(selectors) == "web=web,other=web,"


def test_labels_print_what_was_sent(shell: Shell) -> None:
    shell.ok("create -f web.yaml")
    before = shell.ok("get deploy web -o jsonpath={.metadata.resourceVersion}")
    assert shell.ok("label deploy web a=b -o jsonpath={.metadata.resourceVersion}") == before
    assert shell.ok("annotate deploy web a=b -o jsonpath={.metadata.resourceVersion}") != before
    assert shell.ok("label deploy web none-") == 'label "none" not found.\ndeployment.apps/web not labeled\n'


HEAD = "apiVersion: v1\nkind: ConfigMap\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- a\n", "json: cannot unmarshal array into Go value of type unstructured.detector"),
        ("hello\n", "json: cannot unmarshal string into Go value of type unstructured.detector"),
        ("metadata: {name: x}\n", """Object 'Kind' is missing in '{"metadata":{"name":"x"}}'"""),
        ("kind: 5\n", """Object 'Kind' is missing in '{"kind":5}'"""),
        (
            "apiVersion: a/b/c\nkind: ConfigMap\n",
            """Object 'Kind' is missing in '{"apiVersion":"a/b/c","kind":"ConfigMap"}'""",
        ),
        (
            "apiVersion: 1\nkind: ConfigMap\n",
            "json: cannot unmarshal number into Go struct field metadataOnlyObject.TypeMeta.apiVersion of type string",
        ),
        (
            f"{HEAD}metadata: x\n",
            "json: cannot unmarshal string into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta",
        ),
        (
            f"{HEAD}metadata: {{name: 5}}\n",
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string",
        ),
        (
            f"{HEAD}metadata: {{labels: 5}}\n",
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            f"{HEAD}metadata: {{labels: {{a: 5}}}}\n",
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
    ],
)
def test_a_document_that_is_no_object_does_not_hold_up_the_next(shell: Shell, text: str, why: str) -> None:
    path = shell.write("odd.yaml", f"{text}---\n{SERVICE}")
    for line in ("label --local x=y -f", "create --validate=false --dry-run=client -f"):
        status, out, err = shell(f"{line} {path} -o name")
        assert (status, out, err) == (1, "service/s\n", f'error: unable to decode "{path}": {why}\n')


@pytest.mark.parametrize(
    ("text", "out", "err"),
    [
        ("apiVersion: v1\nkind: List\nitems:\n", "", ""),
        ("apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}]\n", "configmap/a\n", ""),
        (
            "apiVersion: v1\nkind: List\nitems: [{metadata: {name: a}}]\n",
            "",
            "unable to get type info from the object \"*unstructured.Unstructured\": Object 'Kind' is missing in "
            "'object has no kind field '\n",
        ),
        ("kind: ConfigMap\nmetadata: {name: a}\n", "configmap/a\n", ""),
    ],
)
def test_a_list_of_one_kind_says_what_its_items_are(shell: Shell, text: str, out: str, err: str) -> None:
    path = shell.write("list.yaml", text)
    assert shell(f"label --local -f {path} x=y -o name")[1:] == (out, err)


def test_an_item_that_is_not_served_is_told_of_in_a_line(shell: Shell) -> None:
    path = shell.write("list.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Nope}]\n")
    _, _, err = shell(f"create --validate=false --dry-run=client -f {path}")
    assert err == 'unable to recognize no matches for kind "Nope" in version "v1"\n'


def test_verbs_that_send_objects_check_them_first(shell: Shell) -> None:
    path = shell.write("odd.yaml", "metadata: {name: x}\n")
    lacks = "[apiVersion not set, kind not set]"
    why = f"error validating data: {lacks}; if you choose to ignore these errors, turn validation off with"
    assert shell.refused(f"apply -f {path}") == f'error: error validating "{path}": {why} --validate=false\n'


MADE = "create deployment web --image=nginx --port=80 --replicas=1000000 --dry-run=client -o"


def test_the_numbers_of_what_kubectl_made_itself_are_floats(shell: Shell) -> None:
    assert shell.ok(f"{MADE} jsonpath={{.spec.replicas}}") == "1e+06"
    assert shell.ok(f"{MADE} go-template={{{{.spec.replicas}}}}") == "1000000"
    ports = "{.spec.template.spec.containers[0].ports[?(@.containerPort==80)]}"
    assert "incompatible types for comparison" in shell.refused(f"{MADE} jsonpath='{ports}'")
    assert shell.ok("label --local -f service.yaml x=y -o jsonpath='{.spec.ports[?(@.port==80)].port}'") == "80"


def test_the_raw_data_of_what_kubectl_made_itself_is_in_the_order_of_its_types(shell: Shell) -> None:
    _, out, _ = shell(f"{MADE} go-template='{{{{len .spec.replicas}}}}'")
    assert '\n\t\t{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","labels":{"app":"web"}},' in out
