"""``kubesim.Cluster``, by what it says of itself, and ``docs/python.md`` by its examples."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import kubesim
import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_lines import Shell

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "python.md"
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def c() -> kubesim.Cluster:
    return kubesim.Cluster(seed=7, at=AT)


def refusal(call: Callable[[], object]) -> tuple[str, int, str]:
    with pytest.raises(kubesim.StatusError) as refused:
        call()
    return refused.value.reason, refused.value.code, refused.value.message


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_the_examples_of_the_documentation_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    blocks = re.findall(r"^```python\n(.*?)^```$", DOCUMENTATION.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(DOCUMENTATION), "exec"), names)


# objects


def test_what_was_applied_is_given_in_order(c: kubesim.Cluster, tmp_path: Path) -> None:
    (tmp_path / "web.yml").write_text(DEPLOYMENT)
    for manifest in (DEPLOYMENT, tmp_path / "web.yml", str(tmp_path)):
        assert [obj["metadata"]["name"] for obj in c.apply(manifest)] == ["web"]
    assert c.apply(json.dumps(config_map("json")))[0]["kind"] == "ConfigMap"
    several = (config_map(name) for name in "ba")
    assert [obj["metadata"]["name"] for obj in c.apply(several)] == ["b", "a"]


def test_objects_are_the_callers_own(c: kubesim.Cluster) -> None:
    c.apply(config_map("one", a="b"))
    found = c.get("cm/one")
    found["data"]["a"] = "changed"
    assert c.get("cm/one")["data"] == {"a": "b"}


def test_a_list_is_picked_by_namespace_and_selector(c: kubesim.Cluster) -> None:
    c.apply(DEPLOYMENT)
    assert [pod["metadata"]["labels"]["app"] for pod in c.list("pods")] == ["web", "web"]
    assert c.list("pods", selector="app!=web") == []
    assert {pod["metadata"]["namespace"] for pod in c.list("pods", all_namespaces=True)} >= {"default", "kube-system"}
    assert c.list("deployments", namespace="kube-public") == []


def test_a_patch_is_of_one_of_three_types(c: kubesim.Cluster) -> None:
    c.apply(config_map("one", a="b"))
    assert c.patch("cm/one", {"data": {"c": "d"}})["data"] == {"a": "b", "c": "d"}
    assert c.patch("cm/one", {"data": {"a": None}}, type="merge")["data"] == {"c": "d"}
    assert c.patch("cm/one", [{"op": "remove", "path": "/data/c"}], type="json").get("data") is None


def test_what_is_deleted_takes_its_time_to_go(c: kubesim.Cluster) -> None:
    c.apply(DEPLOYMENT)
    c.settle()
    (pod, _) = (f"pod/{pod['metadata']['name']}" for pod in c.list("pods"))
    c.delete(pod)
    assert "deletionTimestamp" in c.get(pod)["metadata"]
    c.wait(pod, "delete")
    assert refusal(lambda: c.get(pod))[:2] == ("NotFound", 404)


def test_events_are_given_from_the_oldest_on(c: kubesim.Cluster) -> None:
    assert c.events() == []
    c.apply(DEPLOYMENT)
    c.settle()
    assert [event["reason"] for event in c.events("deploy/web")] == ["ScalingReplicaSet"]
    assert [event["reason"] for event in c.events()][-1] == "Started"
    assert c.events(namespace="kube-public") == []
    assert len(c.events(all_namespaces=True)) >= len(c.events())


# time


def test_the_clock_stands_still_between_two_calls_and_moves_when_it_is_let(c: kubesim.Cluster) -> None:
    assert c.now == datetime(2026, 1, 1, tzinfo=timezone.utc)
    c.advance("1m30s")
    c.advance(0.5)
    assert c.now == datetime(2026, 1, 1, 0, 1, 30, 500_000, tzinfo=timezone.utc)
    c.settle()
    assert (c.now - datetime(2026, 1, 1, tzinfo=timezone.utc)).total_seconds() == 93.5


def test_it_begins_at_a_datetime_as_well() -> None:
    at = datetime(2026, 1, 1, 12, 30, tzinfo=timezone.utc)
    assert kubesim.Cluster(at=at).now == at
    with pytest.raises(ValueError, match="no time zone"):
        kubesim.Cluster(at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="2026"):
        kubesim.Cluster(at="2026")


def test_a_wait_in_vain_ends_when_its_time_has_passed(c: kubesim.Cluster) -> None:
    c.apply(DEPLOYMENT)
    reason, code, message = refusal(lambda: c.wait("deploy/web", "condition=Lost", timeout="10s"))
    assert (reason, code) == ("Timeout", 504)
    assert message == "timed out waiting for the condition on deployments/web"
    assert (c.now - datetime(2026, 1, 1, tzinfo=timezone.utc)).total_seconds() == 10


# errors


def test_an_answer_of_the_api_server_is_without_what_the_command_line_says_of_files(c: kubesim.Cluster) -> None:
    empty = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "empty"}}
    assert refusal(lambda: c.apply(empty)) == (
        "Invalid",
        422,
        'Pod "empty" is invalid: spec.containers: Required value',
    )


def test_what_kubectl_notices_itself_is_a_bad_request(c: kubesim.Cluster) -> None:
    wrong = (
        lambda: c.get("nothing/web"),
        lambda: c.apply("a: [\n"),
        lambda: c.apply([]),
        lambda: c.wait("deploy/web", "nonsense"),
        lambda: c.advance("soon"),
        lambda: c.list("pods", selector="a=b=c"),
    )
    assert {refusal(call)[:2] for call in wrong} == {("BadRequest", 400)}


def test_of_several_refusals_the_first_is_raised_and_the_rest_is_done(c: kubesim.Cluster) -> None:
    lost = {**config_map("lost"), "metadata": {"name": "lost", "namespace": "nowhere"}}
    assert refusal(lambda: c.apply([lost, config_map("found"), lost]))[:2] == ("NotFound", 404)
    assert c.get("cm/found")


@pytest.mark.parametrize("name", ["web", "deploy/web/1", ""])
def test_a_name_has_its_type(c: kubesim.Cluster, name: str) -> None:
    with pytest.raises(ValueError, match="TYPE/NAME"):
        c.get(name)


def test_a_name_is_no_flag(c: kubesim.Cluster) -> None:
    assert refusal(lambda: c.get("--help/--version"))[0] == "BadRequest"


# commands


def test_a_command_line_prints_and_raises_nothing(c: kubesim.Cluster) -> None:
    assert c.kubectl("create deployment web --image=nginx") == ("deployment.apps/web created\n", "", 0)
    result = c.kubectl(["delete", "deploy", "lost"])
    assert (result.stdout, result.code) == ("", 1)
    assert result.stderr == 'Error from server (NotFound): deployments.apps "lost" not found\n'
    assert c.kubectl("apply -f -", stdin=json.dumps(config_map("one"))).stdout == "configmap/one created\n"


def test_the_namespace_that_was_configured_is_used(c: kubesim.Cluster) -> None:
    c.kubectl("config set-context --current --namespace=kube-public")
    c.apply(config_map("one"))
    assert c.get("cm/one")["metadata"]["namespace"] == "kube-public"


# homes


def test_the_environment_has_no_say_in_a_cluster_in_memory(
    c: kubesim.Cluster, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", "1")
    monkeypatch.setenv("KUBESIM_PROFILE", "bare")
    monkeypatch.setenv("KUBECONFIG", str(shell.folder / "foreign"))
    (shell.folder / "foreign").write_text("clusters: []")
    for line in (
        "get pods",
        "config view",
        "config set-context x",
        "sim speed 5",
        "completion bash",
        "__complete get ",
    ):
        c.kubectl(line)
    assert c.kubectl("sim status").stdout.splitlines()[1].split() == ["State:", "memory"]
    assert len(kubesim.Cluster(seed=7).list("pods", namespace="kube-system")) > 5
    c.apply(DEPLOYMENT)
    c.wait("deploy/web", "condition=Available")
    assert not (shell.folder / "state.json").exists()


def test_a_state_file_is_shared_with_the_command_line(shell: Shell) -> None:
    path = shell.folder / "state.json"
    with kubesim.Cluster(seed=7, at=AT, state=path) as c:
        c.apply(DEPLOYMENT)
        assert "web" in shell.ok("get deployments")
        shell.ok("scale deployment/web --replicas=5")
        assert c.get("deploy/web")["spec"]["replicas"] == 5
    assert kubesim.Cluster(state=str(path)).get("deploy/web") == c.get("deploy/web")
    with pytest.raises(ValueError, match="has a cluster already"):
        kubesim.Cluster(seed=7, state=path)


def test_a_damaged_state_file_is_an_internal_error(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"kubesim":')
    reason, code, message = refusal(lambda: kubesim.Cluster(state=tmp_path / "state.json").get("deploy/web"))
    assert (reason, code) == ("InternalError", 500)
    assert "is damaged" in message


# clusters side by side


def lived(seed: int, image: str) -> str:
    """All that a cluster's life comes to in which a rollout, a crash and a deletion happen."""
    c = kubesim.Cluster(seed=seed, at=AT)
    c.apply(DEPLOYMENT.replace("nginx:1.25", image))
    c.settle()
    c.kubectl("set image deploy/web nginx=nginx:1.26")
    c.kubectl("create job once --image=busybox -- sh -c 'sleep 3; exit 1'")
    c.kubectl("run crash --image=redis:crash")
    c.advance("5m")
    c.kubectl("rollout undo deploy/web")
    c.settle()
    c.delete("pod/crash")
    c.advance("1m")
    everything = c.kubectl("get all,events,configmaps,endpointslices -A -o yaml --show-managed-fields")
    return "".join(everything)[:-1] if everything.code else everything.stdout


def test_the_same_calls_give_the_same_cluster() -> None:
    assert lived(7, "nginx:1.25") == lived(7, "nginx:1.25")
    assert lived(7, "nginx:1.25") != lived(8, "nginx:1.25")


def test_clusters_that_live_in_threads_side_by_side_never_meet() -> None:
    """Of one seed, so that what two clusters call by the same names and uids differs."""
    images = ("nginx:1.24", "httpd:2.4", "nginx:lost", "redis:7", "nginx:1.24")
    alone = [lived(7, image) for image in images]
    together: dict[int, str] = {}

    def live(number: int) -> None:
        together[number] = lived(7, images[number])

    threads = [Thread(target=live, args=(number,)) for number in range(len(images))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[number] for number in range(len(images))] == alone


def test_threads_may_share_a_cluster(c: kubesim.Cluster) -> None:
    def create(start: int) -> None:
        for number in range(start, start + 5):
            c.apply(config_map(f"config-{number}"))

    threads = [Thread(target=create, args=(start,)) for start in range(0, 20, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([obj for obj in c.list("configmaps") if obj["metadata"]["name"].startswith("config-")]) == 20


# the module


def test_importing_kubesim_imports_nothing_else() -> None:
    program = (
        "import sys; before = set(sys.modules); import kubesim; "
        "assert set(sys.modules) - before == {'kubesim'}; kubesim.Cluster; kubesim.StatusError; "
        "assert not hasattr(kubesim, 'Pod')"
    )
    folder = Path(kubesim.__file__).parents[1]
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": str(folder)})


# what is refused, and how


@pytest.mark.parametrize("timeout", ["0s", 0, 5, 0.5, "5s"])
def test_what_is_waited_for_in_vain_is_a_timeout_however_long(c: kubesim.Cluster, timeout: str | float) -> None:
    c.apply(config_map("a"))
    begin = c.now
    reason, code, _ = refusal(lambda: c.wait("cm/a", "jsonpath={.data.x}=1", timeout=timeout))
    assert (reason, code) == ("Timeout", 504)
    assert (c.now - begin).total_seconds() == float(str(timeout).removesuffix("s"))


def test_numbers_of_seconds_may_be_small_and_large(c: kubesim.Cluster) -> None:
    begin = c.now
    c.advance(1e-7)
    c.advance(0.25)
    c.advance(100_000)
    assert (c.now - begin).total_seconds() == 100_000.25


@pytest.mark.parametrize("seconds", [-1, -0.5, float("nan"), float("inf")])
def test_seconds_that_cannot_pass_are_no_value(c: kubesim.Cluster, seconds: float) -> None:
    with pytest.raises(ValueError, match=r"^duration must be 0 or more seconds, not "):
        c.advance(seconds)
    with pytest.raises(ValueError, match=r"^timeout must be 0 or more seconds, not "):
        c.wait("cm/a", "create", timeout=seconds)


def cyclic() -> dict[str, Any]:
    whole = config_map("a")
    whole["data"] = whole
    return whole


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c: c.get("web"), ValueError),
        (lambda c: c.get(None), TypeError),
        (lambda c: c.get("cm/a", namespace=5), TypeError),
        (lambda c: c.list(None), TypeError),
        (lambda c: c.list("pods", selector=None), TypeError),
        (lambda c: c.delete(None), TypeError),
        (lambda c: c.events(5), TypeError),
        (lambda c: c.apply(None), TypeError),
        (lambda c: c.apply({"a"}), TypeError),
        (lambda c: c.apply([config_map("a"), None]), TypeError),
        (lambda c: c.apply({**config_map("a"), "data": {"a"}}), TypeError),
        (lambda c: c.apply({**config_map("a"), "data": datetime.now(timezone.utc)}), TypeError),
        (lambda c: c.apply(cyclic()), ValueError),
        (lambda c: c.apply({**config_map("a"), "data": float("nan")}), ValueError),
        (lambda c: c.apply(b"a: \xff\n"), ValueError),
        (lambda c: c.patch("cm/a", None), TypeError),
        (lambda c: c.patch("cm/a", "{}"), TypeError),
        (lambda c: c.patch("cm/a", {}, type=None), TypeError),
        (lambda c: c.wait("cm/a", None), TypeError),
        (lambda c: c.wait("cm/a", "create", timeout=None), TypeError),
        (lambda c: c.advance(None), TypeError),
        (lambda c: c.kubectl("get 'pods"), ValueError),
        (lambda c: c.kubectl(None), TypeError),
        (lambda c: c.kubectl(b"get pods"), TypeError),
        (lambda c: c.kubectl(["get", 5]), TypeError),
        (lambda c: c.kubectl("get pods", stdin=None), TypeError),
        (lambda c: type(c)(seed="7"), TypeError),
        (lambda c: type(c)(at=5), TypeError),
        (lambda c: type(c)(state=5), TypeError),
        (lambda c: type(c)(nodes="3"), TypeError),
        (lambda c: type(c)(nodes=0), ValueError),
        (lambda c: type(c)(nodes=5001), ValueError),
        (lambda c: type(c)(profile=5), TypeError),
        (lambda c: type(c)(profile="minikube"), ValueError),
    ],
)
def test_an_argument_that_is_none_is_an_error_of_python(
    c: kubesim.Cluster, call: Callable[[Any], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(c)


def test_bytes_are_text(c: kubesim.Cluster) -> None:
    text = json.dumps(config_map("ü", word="grün"), ensure_ascii=False).replace("ü", "u", 1)
    assert c.apply(text.encode())[0]["data"] == {"word": "grün"}
    assert c.apply(b"apiVersion: v1\nkind: Namespace\nmetadata: {name: blue}")[0]["kind"] == "Namespace"
    assert c.kubectl("apply -f - -n blue", stdin=text.encode()).code == 0
    assert c.get("cm/u", namespace="blue")["data"] == {"word": "grün"}


@pytest.mark.parametrize("line", ["edit cm/a", "create --edit -f -", "apply edit-last-applied cm/a"])
def test_no_editor_is_opened_on_the_terminal_of_a_program(
    c: kubesim.Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    monkeypatch.setenv("KUBE_EDITOR", f"touch {tmp_path}/opened")
    c.apply(config_map("a"))
    result = c.kubectl(line, stdin=json.dumps(config_map("b")))
    assert (result.code, result.stdout) == (1, "")
    assert result.stderr.endswith("a program in Python has no terminal for an editor; it can patch or apply\n")
    assert not (tmp_path / "opened").exists()


# sorts of clusters, and files


def test_a_cluster_is_of_the_sort_and_the_size_that_was_asked_for() -> None:
    for profile, has_storage, nodes in (("kind", True, 1), ("kubeadm", False, 2), ("bare", False, 5)):
        cluster = kubesim.Cluster(profile=profile, nodes=nodes)
        assert len(cluster.list("nodes")) == nodes
        assert bool(cluster.list("storageclasses")) == has_storage
        assert bool(cluster.list("pods", namespace="kube-system")) == (profile != "bare")


def test_a_cluster_that_is_there_already_is_of_its_own_sort(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    kubesim.Cluster(state=path)
    for call in (lambda: kubesim.Cluster(state=path, profile="kind"), lambda: kubesim.Cluster(state=path, nodes=3)):
        with pytest.raises(ValueError, match="has a cluster already"):
            call()


def test_a_state_file_that_is_gone_is_no_new_cluster(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state.json"
    c = kubesim.Cluster(state=path, seed=7)
    shutil.rmtree(path.parent)
    told = f"the state is gone: {path}"
    calls = (lambda: c.list("pods"), lambda: c.apply(config_map("a")), lambda: c.now, lambda: c.advance(1), c.settle)
    for call in calls:
        assert refusal(call) == ("InternalError", 500, told)
    for line in ("get pods", "create cm a", "create cm a --dry-run=server", "wait --for=create cm/a"):
        assert c.kubectl(line) == ("", f"error: {told}\n", 1)
    assert not path.parent.exists()
    assert c.kubectl("sim reset --nodes 1").code == 0
    assert len(c.list("nodes")) == 1


def test_the_public_names_are_listed_before_they_are_imported() -> None:
    assert {"Cluster", "StatusError", "__version__"} <= set(dir(kubesim))
