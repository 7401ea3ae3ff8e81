"""Command lines from end to end, each on a cluster of its own: what the recordings do not show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell


@pytest.mark.parametrize(
    "line",
    [
        "proxy --www=.",
    ],
)
def test_what_a_simulator_cannot_do_it_says_in_one_line(shell: Shell, line: str) -> None:
    shell.ok("run web --image=nginx")
    status, out, err = shell(*line.split())
    assert (status, out) == (1, "")
    assert err.startswith("error: kubesim cannot ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("get pod x -n nosuch", 'namespaces "nosuch" not found'),
        ("label pod x a=b -n nosuch", 'namespaces "nosuch" not found'),
        ("exec x -n nosuch -- ls", 'namespaces "nosuch" not found'),
        ("describe pod x -n nosuch", 'namespaces "nosuch" not found'),
        ("describe -f web.yml -n nosuch", 'deployments.apps "web" not found'),
        ("delete pod x -n nosuch", 'pods "x" not found'),
        ("delete pod x -n nosuch --dry-run=server", 'pods "x" not found'),
        ("delete deploy x -n nosuch", 'deployments.apps "x" not found'),
        ("delete -f web.yml -n nosuch", 'error when deleting "web.yml": deployments.apps "web" not found'),
        ("replace -f web.yml -n nosuch", 'error when replacing "web.yml": deployments.apps "web" not found'),
        ("replace --force -f web.yml -n nosuch", 'namespaces "nosuch" not found'),
        ("cp x:/a b -n nosuch", 'pods "x" not found'),
        ("cp nosuch/web:/a b", 'pods "web" not found'),
    ],
)
def test_only_who_gets_an_object_hears_that_its_namespace_is_missing(shell: Shell, line: str, told: str) -> None:
    shell.ok("run web --image=nginx")
    assert shell(*line.split()) == (1, "", f"Error from server (NotFound): {told}\n")


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("get cm a a", 2),
        ("get cm a b -n nosuch", 2),
        ("get cm a a -o name", 2),
        ("describe cm a b -n nosuch", 2),
        ("describe -f web.yml -f web.yml -n nosuch", 1),
        ("scale deploy a a --replicas=1", 2),
    ],
)
def test_each_missing_object_is_told_even_in_the_same_words(shell: Shell, line: str, times: int) -> None:
    status, out, err = shell(*line.split())
    assert (status, out, err.count("\n")) == (1, "", times)
    assert err == err.splitlines(keepends=True)[0] * times


def test_debug_says_at_which_container_it_aims_before_it_asks_for_the_pod(shell: Shell) -> None:
    aims = "Targeting container \"a\". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n"
    missing = 'Error from server (NotFound): pods "x" not found\n'
    assert shell(*["debug", "x", "--image=busybox", "--target=a"]) == (1, aims, missing)
    assert shell(*["debug", "x", "--image=busybox", "--target=a", "-q"]) == (1, "", missing)
    both = shell.refused("debug x --image=busybox --target=a --copy-to=b")
    assert both == "error: --target is incompatible with --copy-to. Use --share-processes instead.\n"
    assert shell(*["debug", "x", "--image=busybox", "--target=a", "-t"])[1] == aims


@pytest.mark.parametrize("line", ["top node", "top pod"])
def test_there_is_no_metrics_server(shell: Shell, line: str) -> None:
    assert shell(*line.split()) == (1, "", "error: Metrics API not available\n")


def test_where_the_cluster_is(shell: Shell) -> None:
    assert shell.ok("cluster-info").startswith("Kubernetes control plane is running at https://")


def test_the_lines_of_a_container_and_of_one_that_has_not_started(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    status, _, err = shell("logs", "deploy/web")
    assert status == 1
    assert 'container "nginx" in pod "web-' in err
    assert "is waiting to start: ContainerCreating" in err
    shell.ok("sim settle")
    status, out, err = shell("logs", "deploy/web")
    assert "start worker processes" in out
    assert err.startswith("Found 2 pods, using pod/web-")
    assert shell.ok("logs -l app=web --tail=1").count("\n") == 2


def test_contexts_are_kept_in_the_state(shell: Shell) -> None:
    shell.ok("config set-context other --namespace=kube-system")
    assert shell.ok("config use-context other") == 'Switched to context "other".\n'
    assert shell.ok("config current-context") == "other\n"
    assert shell.ok("config get-contexts -o name") == "kubernetes-admin@kubernetes\nother\n"
    assert "kube-root-ca.crt" in shell.ok("get configmaps")
    assert shell("config", "use-context", "nosuch") == (1, "", 'error: no context exists with the name: "nosuch"\n')


def test_services_of_every_type(shell: Shell) -> None:
    shell.ok("create service nodeport np --tcp=80:8080")
    shell.ok("create service loadbalancer lb --tcp=80")
    shell.ok("create service externalname db --external-name=db.example.com")
    shell.ok("create serviceaccount robot")
    ports = json.loads(shell.ok("get svc np -o json"))["spec"]["ports"]
    assert ports[0]["targetPort"] == 8080
    assert 30000 <= ports[0]["nodePort"] <= 32767
    assert shell.ok("get svc db -o jsonpath={.spec.externalName}") == "db.example.com"


def test_a_new_environment_is_a_new_revision(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    assert shell.ok("set env deploy/web MODE=fast LEVEL=2") == "deployment.apps/web env updated\n"
    assert shell.ok("set env deploy/web MODE=slow LEVEL-") == "deployment.apps/web env updated\n"
    assert shell.ok("set env deploy/web --list") == "# Deployment web, container nginx\nMODE=slow\n"
    assert shell.ok("set env deploy/web MODE=slow") == ""
    assert shell.ok("set serviceaccount deploy web default") == "deployment.apps/web serviceaccount updated\n"
    shell.ok("sim settle")
    assert shell.ok("rollout history deploy/web").count("<none>") == 4


def test_the_clock_is_moved_by_hand(shell: Shell) -> None:
    shell.ok("sim reset --seed 7 --at 2026-01-02T03:04:05Z")
    shell.ok("create -f web.yml")
    shell.ok("sim advance 90s")
    assert shell.ok("get deploy web --no-headers").split() == ["web", "2/2", "2", "2", "90s"]
    shell.ok("sim advance 1h")
    assert shell.ok("get deploy web --no-headers").split()[-1] == "61m"
    assert "2026-01-02T04:05:35Z" in shell.ok("sim status")
    assert shell.ok("sim speed 10") == "10 simulated seconds to a real one\n"
    assert "the one before is kept in" in shell.ok("sim reset")
    assert shell("get", "deploy") == (0, "", "No resources found in default namespace.\n")


def test_one_seed_and_one_clock_give_one_state(shell: Shell, tmp_path: Path) -> None:
    def state() -> bytes:
        shell.ok("sim reset --seed 7 --at 2026-01-02T03:04:05Z")
        shell.ok("create -f web.yml")
        shell.ok("sim settle")
        _head, *drawers, _end = (tmp_path / "state.json").read_bytes().splitlines()
        return b"".join(drawers)  # the head has the wall clock's time, and the end a checksum of all

    assert state() == state()


def test_rules_say_how_images_behave(shell: Shell) -> None:
    shell.ok("sim images nginx:1.26=missing")
    shell.ok("create -f web.yml")
    shell.ok("sim settle")
    shell.ok("set image deploy/web nginx=nginx:1.26")
    shell.ok("sim settle")
    assert "ErrImagePull" in shell.ok("get pods")
    shell.ok("sim images --forget nginx:1.26")
    shell.ok("sim advance 60s")
    assert shell.ok("rollout status deploy/web").endswith("successfully rolled out\n")
    assert shell("sim", "images", "x=nosuch")[0] == 1


def test_several_words_are_one_rule_if_they_are_quoted(shell: Shell) -> None:
    status, out, _err = shell("sim", "images", "myapp:2.*=ports 8080, starts-in 20s")
    assert status == 0
    assert "myapp:2.*" in out
    assert "ports 8080, starts-in 20s" in out
    status, _out, err = shell("sim", "images", "myapp:2.*=ports", "8080")
    assert status == 1
    assert '"8080" is not of the form IMAGE=BEHAVIOUR; quote a behaviour that has blanks' in err


def test_an_image_is_explained(shell: Shell) -> None:
    out = shell.ok("sim images nginx:1.27-alpin")
    assert 'not found: nginx is an official image, and has no tag 1.27-alpin; did you mean "alpine"?' in out
    assert "docker.io/library/nginx:1.27-alpin: not found" in out
    shell.ok("sim images nginx:*=crash")
    out = shell.ok("sim images nginx:1.27 myapp")
    assert "Pull:       works: your rule nginx:*=crash is about it" in out
    assert "Container:  ends at once with exit code 1, whatever its command" in out
    assert "Pull:       works: an image that nobody described is taken to be there" in out


@pytest.mark.parametrize("line", ["''", "nginx ''", "'' nginx=crash"])
def test_an_image_has_a_name(shell: Shell, line: str) -> None:
    assert shell.refused(f"sim images {line}") == "error: the name of an image may not be empty\n"


def test_an_explanation_cannot_steer_a_terminal(shell: Shell) -> None:
    assert shell("sim", "images", "a\x1b[31m")[1].startswith("Image:      a^[[31m\n")


def test_a_users_mistake_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    shell.ok("create -f web.yml")
    before = (tmp_path / "state.json").read_bytes()
    for line in (
        "create -f web.yml",
        "scale deploy/web --replicas=-1",
        "set image deploy/web nosuch=x",
        "delete pod x",
    ):
        assert shell(*line.split())[0] == 1
    assert (tmp_path / "state.json").read_bytes() == before


def test_a_damaged_state_is_told_and_left_alone(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"kubesim":')
    status, out, err = shell("get", "deploy")
    assert (status, out) == (1, "")
    assert str(tmp_path / "state.json") in err
    assert "sim reset" in err
    assert (tmp_path / "state.json").read_text() == '{"kubesim":'
