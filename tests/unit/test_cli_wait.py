"""wait: what is waited for, for how long, and the words of what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

MET = "deployment.apps/web condition met\n"


@pytest.fixture(autouse=True)
def web(shell: Shell) -> None:
    shell.ok("create -f web.yml")


@pytest.mark.parametrize(
    "condition",
    [
        "condition=Available",
        "condition=AVAILABLE=True",
        "condition=available=true",
        "jsonpath={.status.readyReplicas}=2",
        "jsonpath=.status.readyReplicas=2",
        "jsonpath=status.readyReplicas=2",
        "jsonpath={.status.readyReplicas}='2'",
        "jsonpath={.status.availableReplicas}",
        'jsonpath={.status.conditions[?(@.type=="Available")].status}=True',
        "create",
    ],
)
def test_what_can_be_waited_for(shell: Shell, condition: str) -> None:
    assert shell(f"wait deploy/web --for={condition!r} --timeout=30s") == (0, MET, "")


def test_several_conditions_are_waited_for_one_after_the_other(shell: Shell) -> None:
    assert shell.ok("wait deploy/web --for=create --for=condition=Available") == MET * 2
    status, out, err = shell(
        "wait deploy/web --for=condition=Progressing --for=jsonpath={.status.replicas}=9 --timeout=1s"
    )
    assert (status, out) == (1, MET)
    assert err == "error: timed out waiting for the condition on deployments/web\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("deploy/web", "error: unrecognized condition: []\n"),
        ("deploy/web --for=nonsense", 'error: unrecognized condition: "nonsense"\n'),
        ("deploy/web --for=jsonpath=", "error: jsonpath expression cannot be empty\n"),
        (
            "deploy/web --for=jsonpath={.a}=",
            "error: jsonpath wait has to have a value after equal sign, like "
            "--for=jsonpath='{.status.readyReplicas}'=3\n",
        ),
        (
            "deploy/web --for=jsonpath={.a}=b=c",
            "error: jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'\n",
        ),
        (
            "deploy/web --for=jsonpath={.status}=1",
            "error: jsonpath leads to a nested object or list which is not supported\n",
        ),
        (
            "node/node01 --for=jsonpath={.status.conditions[*].type}=1",
            "error: given jsonpath expression matches more than one value\n",
        ),
        ("pods -l app=none --for=condition=Ready", "error: no matching resources found\n"),
        ("deploy/none --for=condition=Ready", 'Error from server (NotFound): deployments.apps "none" not found\n'),
    ],
)
def test_what_cannot_be_waited_for(shell: Shell, line: str, told: str) -> None:
    assert shell.refused(f"wait {line}") == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("deploy/web --for=condition=None", "error: timed out waiting for the condition on deployments/web\n"),
        ("deploy/web --for=delete", "error: timed out waiting for the condition on deployments/web\n"),
        ("deploy/none --for=create", "error: timed out waiting for the condition\n"),
        ("deploy -l a=b --for=create", "error: timed out waiting for the condition\n"),
    ],
)
def test_a_time_out_is_in_simulated_time(shell: Shell, line: str, told: str) -> None:
    shell.ok("sim settle")
    before = shell.ok("get deploy web --no-headers").split()[-1]
    assert shell.refused(f"wait {line} --timeout=60s") == told
    after = shell.ok("get deploy web --no-headers").split()[-1]
    assert int(after.rstrip("s")) == int(before.rstrip("s")) + 60


@pytest.mark.parametrize("condition", ["condition=Available", "delete"])
def test_no_time_out_is_one_look(shell: Shell, condition: str) -> None:
    assert (
        shell.refused(f"wait deploy/web --for={condition} --timeout=0")
        == "error: condition not met for deployments/web\n"
    )


def test_what_is_gone_already_is_not_waited_for(shell: Shell) -> None:
    assert shell("wait deploy/none --for=delete") == (0, "", "")
    assert shell("wait pods -l app=none --for=delete") == (0, "", "")


def test_a_pod_is_waited_for_until_it_is_gone(shell: Shell) -> None:
    shell.ok("run lone --image=nginx:1.25")
    shell.ok("sim settle")
    shell.ok("delete pod lone --wait=false")
    assert shell.ok("wait pod/lone --for=delete --timeout=60s") == "pod/lone condition met\n"


def test_of_a_list_each_is_told_of_those_that_went_while_another_was_waited_for_too(shell: Shell) -> None:
    for name in ("a", "b"):
        shell.ok(f"run {name} --image=nginx:1.25 -l run=lone")
    shell.ok("sim settle")
    shell.ok("delete pods -l run=lone --wait=false")
    assert shell.ok("wait pods -l run=lone --for=delete") == "pod/a condition met\npod/b condition met\n"


def test_each_object_is_told_under_its_name(shell: Shell) -> None:
    assert shell.ok("wait nodes --all --for=condition=Ready -o name") == "node/controlplane\nnode/node01\nnode/node02\n"


def test_the_first_command_of_all_may_be_a_wait(shell: Shell) -> None:
    (shell.folder / "state.json").unlink()
    assert shell.refused("wait deploy/web --for=create --timeout=1s") == "error: timed out waiting for the condition\n"


HELD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n"


def test_what_somebody_else_holds_is_waited_for_in_real_time(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("held.yml", HELD)
    shell.ok("create -f held.yml")
    patch = """patch cm held --type=merge -p '{"metadata":{"finalizers":null}}'"""
    monkeypatch.setattr("time.sleep", lambda _seconds: shell.ok(patch))
    before = shell.ok("sim status").splitlines()[2]
    assert shell.ok("delete cm held") == 'configmap "held" deleted from default namespace\n'
    assert shell.ok("sim status").splitlines()[2] == before


def test_a_time_out_of_ones_own_is_simulated(shell: Shell) -> None:
    shell.write("held.yml", HELD)
    shell.ok("create -f held.yml")
    status, _, err = shell("delete cm held --timeout=1h")
    assert (status, err) == (1, "error: timed out waiting for the condition on configmaps/held\n")
