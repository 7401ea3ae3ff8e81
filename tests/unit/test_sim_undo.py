"""``sim undo``, ``sim redo`` and ``sim log``: commands that are taken back, and what each of them did."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command_lines import Shell
from kubesim.api.meta import Key
from kubesim.cli import main
from kubesim.cluster import Client
from kubesim.life.history import History
from kubesim.life.replay import Mark, recorded
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import Clock, StandingClock
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState
from workload_world import template, workload

if TYPE_CHECKING:
    from kubesim.sim.clock import Speed

WEB = "deployment.apps/web"
CREATE = "create deployment web --image=nginx:1.25 --replicas=2"
ROLLOUT = "rollout status deployment/web"
SET_IMAGE = "set image deployment/web nginx=nginx:1.27"


class Person:
    """Gives commands to a cluster in memory, by a clock of its own."""

    def __init__(self, clock: Clock) -> None:
        self.home = MemoryState()
        self.clock = clock

    def ok(self, line: str) -> str:
        out, err = io.StringIO(), io.StringIO()
        status = main.answer(line.split(), io.StringIO(), out, err, self.home, self.clock)
        assert (status, err.getvalue()) == (0, "")
        return out.getvalue()

    def refused(self, line: str) -> str:
        out, err = io.StringIO(), io.StringIO()
        assert main.answer(line.split(), io.StringIO(), out, err, self.home, self.clock) == 1
        assert out.getvalue() == ""
        return err.getvalue()


class Watch(Clock):
    """A wall clock that a test moves, by which a simulated second is a real one."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def wall(self) -> int:
        return self.now

    def speed(self) -> Speed:
        return 1


@pytest.fixture
def person() -> Person:
    """Somebody whose clock goes on only where a command waits."""
    return Person(StandingClock(1_800_000_000_000))


@pytest.fixture
def watch() -> Watch:
    return Watch()


def image(someone: Person | Shell) -> str:
    return someone.ok("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}")


# there and back


def test_the_first_command_of_all_can_be_taken_back(person: Person) -> None:
    person.ok(CREATE)
    assert person.ok("sim undo") == f"undone: {CREATE}\n"
    assert person.ok("get deployments,pods -o name") == ""
    assert person.ok("sim redo") == f"redone: {CREATE}\n"
    assert person.ok("get deployments -o name") == f"{WEB}\n"


def test_several_commands_are_taken_back_and_done_again(person: Person) -> None:
    for line in (CREATE, ROLLOUT, SET_IMAGE):
        person.ok(line)
    assert person.ok("sim undo 2") == f"undone: {SET_IMAGE}\nundone: {ROLLOUT}\n"
    assert image(person) == "nginx:1.25"
    assert person.ok("sim redo 2") == f"redone: {ROLLOUT}\nredone: {SET_IMAGE}\n"
    assert image(person) == "nginx:1.27"


def test_there_is_no_more_to_take_back_or_to_do_again_than_there_was(person: Person) -> None:
    assert person.refused("sim undo") == "error: there is no command that can be undone\n"
    person.ok(CREATE)
    before = person.home.content
    assert person.refused("sim redo") == "error: there is no command that can be redone\n"
    assert person.refused("sim undo 3") == "error: only 1 command can be undone\n"
    assert person.home.content == before
    person.ok(SET_IMAGE)
    person.ok("sim undo 2")
    assert person.refused("sim redo 3") == "error: only 2 commands can be redone\n"
    assert person.refused("sim undo") == "error: there is no command that can be undone\n"


@pytest.mark.parametrize(
    "words", ["sim undo 0", "sim undo -- -1", "sim redo two", "sim undo 1 2", "sim redo 99999999999"]
)
def test_a_number_of_commands_is_wanted(person: Person, words: str) -> None:
    person.ok(CREATE)
    assert "See 'kubesim sim" in person.refused(words)


def test_another_command_ends_what_could_be_done_again(person: Person) -> None:
    person.ok(CREATE)
    person.ok(SET_IMAGE)
    person.ok("sim undo")
    person.ok("scale deployment/web --replicas=5")
    assert person.refused("sim redo") == "error: there is no command that can be redone\n"
    assert person.ok("sim undo 2").splitlines() == ["undone: scale deployment/web --replicas=5", f"undone: {CREATE}"]


def test_a_command_that_changes_nothing_leaves_what_can_be_done_again(person: Person) -> None:
    person.ok(CREATE)
    person.ok(SET_IMAGE)
    person.ok("sim undo")
    person.refused("scale deployment/nobody --replicas=5")
    person.ok("get pods")
    person.ok("scale deployment/web --replicas=5 --dry-run=server")
    assert person.ok("sim redo") == f"redone: {SET_IMAGE}\n"


def test_a_reset_can_be_taken_back(person: Person) -> None:
    person.ok(CREATE)
    person.ok("sim reset --seed 5")
    assert person.ok("get deployments -o name") == ""
    person.ok("sim undo")
    assert image(person) == "nginx:1.25"


def test_settings_are_taken_back(person: Person) -> None:
    person.ok("config set-context --current --namespace=kube-system")
    person.ok("sim images nginx:1.27=crash")
    person.ok("sim undo")
    assert "nginx:1.27 " not in person.ok("sim images")
    person.ok("sim undo")
    assert "namespace" not in person.ok("config view --minify")


def test_a_command_that_saves_several_times_is_one(person: Person) -> None:
    person.ok(CREATE)
    person.ok(ROLLOUT)
    drain = "drain node01 node02 --ignore-daemonsets --force --delete-emptydir-data --timeout=60s"
    main.answer(drain.split(), io.StringIO(), io.StringIO(), io.StringIO(), person.home, person.clock)
    assert person.ok("sim undo") == f"undone: {drain}\n"
    assert person.ok("get pods --no-headers").count("Running") == 2
    assert "SchedulingDisabled" not in person.ok("get nodes")


def test_who_waited_is_taken_back_apart_from_what_another_did_meanwhile(shell: Shell) -> None:
    """A wait under max lets others in; what they do is theirs."""
    shell.ok(CREATE)
    shell.ok("rollout pause deployment/web")
    shell.ok(SET_IMAGE)
    waiting = threading.Thread(target=shell, args=(ROLLOUT,))
    waiting.start()
    while "rollout status" not in shell.ok("sim log"):
        pass
    shell.ok("rollout resume deployment/web")
    waiting.join(60)
    assert not waiting.is_alive()
    undone = shell.ok("sim undo 3").splitlines()
    assert undone == ["undone: rollout resume deployment/web", f"undone: {ROLLOUT}", f"undone: {SET_IMAGE}"]


# time


def test_no_time_passes_while_something_is_undone(watch: Watch) -> None:
    """The cluster is as the command found it, not as it was when the one before was saved."""
    person = Person(watch)
    person.ok(CREATE)
    watch.now += 60_000
    person.ok(SET_IMAGE)
    watch.now += 3_600_000
    person.ok("sim undo")
    assert person.ok("get deployment web --no-headers").split() == ["web", "2/2", "2", "2", "60s"]
    watch.now += 5_000
    person.ok("sim redo")
    assert person.ok("get deployment web --no-headers").split() == ["web", "2/2", "2", "2", "61m"]
    person.ok("sim undo 2")
    assert person.ok("get deployments -o name") == ""
    person.ok("sim redo")
    assert person.ok("get deployment web --no-headers").split()[-1] == "60s"


def test_a_clock_that_is_ahead_of_the_wall_clock_comes_back_to_where_it_was(watch: Watch) -> None:
    person = Person(watch)
    person.ok(CREATE)
    person.ok("sim advance 24h")
    watch.now -= 7_200_000
    person.ok("sim undo")
    assert person.ok("get deployment web --no-headers").split()[-1] == "0s"
    person.ok("sim redo")
    assert person.ok("get deployment web --no-headers").split()[-1] == "24h"


# what was done


def test_the_log_names_what_each_command_changed(shell: Shell) -> None:
    for line in (CREATE, ROLLOUT, SET_IMAGE, "create configmap c -n kube-system", "delete configmap c -n kube-system"):
        shell.ok(line)
    shell("scale deployment web --replicas=3 --current-replicas=9")
    shell.ok("config set-context --current --namespace=kube-system")
    shell.ok("sim undo")
    lines = shell.ok("sim log").replace("1s", "0s").splitlines()
    assert lines[0].split() == ["UNDO", "AGE", "COMMAND"]
    assert [line.split(maxsplit=2)[::2] for line in lines[1:10:2]] == [
        ["5", CREATE], ["4", ROLLOUT], ["3", SET_IMAGE],
        ["2", "create configmap c -n kube-system"], ["1", "delete configmap c -n kube-system"],
    ]  # fmt: skip
    passed, *changed = [line.strip() for line in lines[2:11:2]][1:]
    assert passed.endswith("s passed")
    assert lines[2].strip() == f"{WEB} created, revision 1"
    assert changed == [
        f"{WEB} configured, revision 2 after 1",
        "configmap/c in kube-system created",
        "configmap/c in kube-system deleted",
    ]
    assert lines[11] == ""
    assert lines[12].split() == ["REDO", "AGE", "COMMAND"]
    assert lines[13].split()[0] == "1"
    assert lines[14].strip() == "settings configured"
    assert all(len(line) <= 80 for line in lines)


def test_the_log_is_there_for_programs(shell: Shell) -> None:
    shell.ok(CREATE)
    shell.ok("sim advance 90s")
    shell("scale deployment web --replicas=2", "--timeout=1s")
    shell.ok("sim undo")
    done, undone = json.loads(shell.ok("sim log -o json"))
    assert done["undo"] == undone["redo"] == 1
    assert done["command"] == CREATE.split()
    assert done["status"] == 0
    assert done["changes"] == [
        {"change": "created", "kind": "Deployment", "namespace": "default", "name": "web", "newRevision": "1"}
    ]
    assert undone["changes"] == []
    assert undone["passedSeconds"] == 90
    assert done["clusterTime"] == undone["clusterTime"]


def test_the_log_says_how_a_command_ended(shell: Shell) -> None:
    shell.ok(CREATE)
    status, _, _ = shell("apply", "-f", shell.write("two.yml", "kind: Service\napiVersion: v1\nmetadata: {name: s}\n"))
    assert status == 1
    status, _, _ = shell("rollout status deployment/web --timeout=1ms")
    assert status == 1
    assert shell.ok("sim log").splitlines()[-1].strip() == "exit status 1"
    Path(f"{shell.folder}/state.json.journal/statuses").unlink()
    assert shell.ok("sim log").splitlines()[-1].strip() == "it has not ended, or was killed"


def test_the_log_has_as_many_commands_as_are_asked_for(shell: Shell) -> None:
    assert shell.ok("sim log") == "No commands are kept.\n"
    for n in range(25):
        shell.ok(f"create configmap c{n}")
    assert shell.ok("sim log").count("created") == 20
    assert shell.ok("sim log --limit=2").count("created") == 2
    assert shell.ok("sim log --limit=0").count("created") == 25
    assert "at least 0" in shell.refused("sim log --limit=-1")
    assert shell.refused("sim log -o yaml") == "error: --output must be 'json'\n"


def test_the_log_counts_what_it_does_not_name(shell: Shell) -> None:
    several = "\n---\n".join(f"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: c{n}}}" for n in range(30))
    shell.ok(f"create -f {shell.write('several.yml', several)}")
    assert shell.ok("sim log").endswith("configmap/c0 created; configmap/c1 created; configmap/c2 created; 27 more\n")
    (entry,) = json.loads(shell.ok("sim log -o json"))
    assert (len(entry["changes"]), entry["moreChanges"]) == (20, 10)


def test_a_long_command_line_is_abridged(shell: Shell) -> None:
    shell.ok(f"create configmap c --from-literal=a={'x' * 5000}")
    shell.ok("create configmap d " + " ".join(f"--from-literal=k{n}=v" for n in range(200)))
    first, second = json.loads(shell.ok("sim log -o json"))
    assert len(" ".join(first["command"])) < 300
    assert len(second["command"]) == 51


def test_bytes_that_are_no_text_are_no_harm(shell: Shell) -> None:
    shell("annotate", "namespace", "default", "a=\udcff")
    assert "a=\ufffd" in shell.ok("sim log")


def test_what_a_program_did_is_in_the_log_as_well(shell: Shell) -> None:
    home = StateFile(str(shell.folder / "state.json"))
    with SavedCluster(home, clock=StandingClock()).writing() as life:
        Client(life.cluster).create(workload("Deployment", "web", template("web", "nginx:1.25"), replicas=2))
    assert "a program that uses kubesim" in shell.ok("sim log")


# what came of it


def test_the_life_after_a_command_is_led_again(shell: Shell) -> None:
    for line in (CREATE, ROLLOUT, SET_IMAGE, ROLLOUT):
        shell.ok(line)
    first, *lines = shell.ok("sim log 2").splitlines()
    assert first == SET_IMAGE
    assert lines[0] == f"   0.000s  {WEB} configured"
    assert "IMAGES nginx:1.25 -> nginx:1.27" in lines[1]
    assert [line.split()[1].partition("-")[0] for line in lines[2::2]] == ["replicaset.apps/web", "pod/web"]
    rollout = shell.ok("sim log 1")
    assert rollout.startswith(f"{ROLLOUT}\n")
    assert "STATUS ContainerCreating -> Running" in rollout
    assert "STATUS Running -> Terminating" in rollout
    assert shell.refused("sim log 5") == "error: there is no command 5 whose life can be led again\n"


def test_what_get_does_not_show_is_named_by_its_field(shell: Shell) -> None:
    shell.ok("create secret generic s --from-literal=a=b")
    shell("patch", "secret", "s", "-p", '{"stringData":{"a":"c"}}')
    shell.ok("annotate secret s n=1")
    assert shell.ok("sim log 2").splitlines()[2].strip() == "data.a: *** -> ***"
    assert shell.ok("sim log 1").splitlines()[2].strip() == "metadata.annotations.n: none -> 1"


def test_a_replay_begins_where_another_cluster_began(person: Person) -> None:
    person.ok(CREATE)
    person.ok("sim reset --seed 3")
    person.ok("create deployment other --image=nginx:1.25")
    person.ok("sim advance 30s")
    again = recorded(SavedCluster(person.home, clock=person.clock))
    assert again.cluster.list("Deployment", "default") == []
    marks = [happened.command[:2] for happened in again if isinstance(happened, Mark)]
    assert marks == [("create", "deployment"), ("sim", "advance")]
    assert again.cluster.get("Deployment", "default", "other")["status"]["readyReplicas"] == 1


def test_a_replay_begins_with_the_command_that_is_asked_for(person: Person) -> None:
    for line in (CREATE, ROLLOUT, SET_IMAGE):
        person.ok(line)
    entries = list(History(person.home).done(person.home.read()))
    again = recorded(SavedCluster(person.home, clock=person.clock), entries[1].number)
    assert again.cluster.find("Deployment", "default", "web")["status"].get("readyReplicas") is None
    happened: list[Any] = list(again)
    assert [one.command for one in happened if isinstance(one, Mark)] == [
        tuple(ROLLOUT.split()),
        tuple(SET_IMAGE.split()),
    ]
    versions = [
        one.new for one in happened if not isinstance(one, Mark) and one.key == Key("Deployment", "default", "web")
    ]
    assert versions[-1] == again.cluster.get("Deployment", "default", "web")


def test_a_replay_of_nothing_is_the_present(person: Person) -> None:
    assert list(recorded(SavedCluster(person.home, clock=person.clock))) == []
    person.ok("get nodes")
    again = recorded(SavedCluster(person.home, clock=person.clock))
    assert list(again) == []
    assert again.cluster.list("Node")


# without a journal


def test_a_journal_can_be_switched_off(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_JOURNAL", "off")
    shell.ok(CREATE)
    assert not (shell.folder / "state.json.journal").exists()
    assert shell.refused("sim undo") == "error: there is no command that can be undone\n"
    monkeypatch.delenv("KUBESIM_JOURNAL")
    shell.ok(SET_IMAGE)
    assert shell.ok("sim undo") == f"undone: {SET_IMAGE}\n"
    assert shell.refused("sim undo") == "error: there is no command that can be undone\n"


def test_a_damaged_state_is_the_end_of_what_can_be_taken_back(shell: Shell) -> None:
    for line in (CREATE, ROLLOUT, SET_IMAGE):
        shell.ok(line)
    oldest, second, _ = sorted(Path(f"{shell.folder}/state.json.journal").glob("*.json"))
    second.write_bytes(second.read_bytes()[:1000])
    assert shell.refused("sim undo 3") == "error: only 1 command can be undone\n"
    assert oldest.exists()
    assert shell.ok("sim undo") == f"undone: {SET_IMAGE}\n"
