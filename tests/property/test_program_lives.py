"""Programs in containers, and what commands change in them, lead one life however often somebody opens and saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import copy_of
from kubesim.controllers.kubelet.container_logs import ContainerLog
from kubesim.errors import StatusError
from kubesim.sim.profiles import KIND

from tests.property.lives import NAME, Act, Commands, Uncut, Watched, differences, said_by, service, workload

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj
    from kubesim.life.live_cluster import LiveCluster

PROGRAMS = (
    "while true; do date >> /shared/log; sleep 5; done",
    "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done",
    "until [ -f /shared/go ]; do sleep 2; done; echo gone on; sleep 20; exit 3",
    "while true; do cat /etc/paint/color; sleep 10; done",
    "sleep 7; touch /shared/ready; sleep 60; rm /shared/ready; sleep 3600",
    "until wget -qO- web; do sleep 3; done; sleep 3600",
    "trap 'echo bye; exit 0' TERM; while :; do sleep 1; done",
    "echo a > /tmp/a; mv /tmp/a /shared/a; sleep 15; false",
)
SCRIPTS = (
    "echo x > /tmp/x",
    "touch /shared/go",
    "touch /shared/ready",
    "rm -f /shared/ready /shared/go",
    "echo y >> /shared/log",
    "mkdir -p /data/deep; echo $HOSTNAME > /data/deep/file",
)
LOOK = "cat /shared/* /tmp/* /data/deep/* /etc/paint/color 2>&1; ls /shared"
PAUSES = (0, 200, 1000, 5000, 12_000, 60_000, 150_000)

pauses = st.sampled_from(PAUSES)
containers = st.sampled_from(("main", "beside"))


def _container(name: str, script: str, *, is_probed: bool) -> Obj:
    mounts = [{"name": "shared", "mountPath": "/shared"}, {"name": "paint", "mountPath": "/etc/paint"}]
    probe = {"exec": {"command": ["test", "-f", "/shared/ready"]}, "periodSeconds": 5, "failureThreshold": 2}
    return {
        "name": name,
        "image": "busybox:1.36",
        "command": ["sh", "-c", script],
        "volumeMounts": mounts,
        **({"readinessProbe": probe} if is_probed else {}),
    }


def _deployment(main: str, beside: str, is_probed: bool) -> Obj:
    made = copy_of(workload("Deployment", "busybox:1.36", replicas=2))
    made["spec"]["template"]["spec"] = {
        "containers": [_container("main", main, is_probed=is_probed), _container("beside", beside, is_probed=False)],
        "volumes": [{"name": "shared", "emptyDir": {}}, {"name": "paint", "configMap": {"name": NAME}}],
    }
    return made


PAINT = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME, "namespace": "default"}, "data": {}}

deployments = st.builds(_deployment, st.sampled_from(PROGRAMS), st.sampled_from(PROGRAMS), st.booleans())
changes = st.one_of(
    st.builds(
        lambda number, name, script, pause: Act("exec", (number, name, script), pause),
        st.integers(0, 2),
        containers,
        st.sampled_from(SCRIPTS),
        pauses,
    ),
    st.builds(lambda color, pause: Act("paint", color, pause), st.sampled_from(("red", "blue", "green")), pauses),
    st.builds(lambda number, pause: Act("kill", number, pause), st.integers(0, 2), pauses),
    st.builds(
        lambda verb, pause: Act(verb, None, pause), st.sampled_from(("look", "reopen", "forget", "restart")), pauses
    ),
)
lives = st.builds(
    lambda made, pause, others: [Act("create", PAINT), Act("create", service()), Act("create", made, pause), *others],
    deployments,
    pauses,
    st.lists(changes, min_size=2, max_size=8),
)
quick = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def no_speed_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBESIM_SPEED", raising=False)


def found_in(life: LiveCluster) -> dict[str, str]:
    """What every container has in its files, and in its log."""
    found = {}
    for pod in life.cluster.list("Pod", "default"):
        for name in ("main", "beside"):
            title = f"{pod['metadata']['name']}/{name}"
            found[f"{title} files"] = said_by(life, pod, name, LOOK)
            try:
                found[f"{title} log"] = ContainerLog(life.cluster, pod, name).text()
            except StatusError as error:
                found[f"{title} log"] = str(error)
    return found


@quick
@given(lives)
def test_programs_live_on_between_commands(tmp_path_factory: pytest.TempPathFactory, life: list[Act]) -> None:
    uncut = Uncut.new(profile=KIND)
    folder: Path = tmp_path_factory.mktemp("state")
    with Commands.on(folder, uncut) as commands:
        for act in life:
            uncut.act(act)
            commands.act(act)
            assert not differences(commands.objects(), uncut.objects())
        assert not differences(found_in(commands.session.life()), found_in(uncut))


@quick
@given(lives)
def test_a_look_at_everything_changes_nothing_of_programs(life: list[Act]) -> None:
    watched, uncut = Watched.new(profile=KIND).live(life), Uncut.new(profile=KIND).live(life)
    assert not differences(watched.objects(), uncut.objects())
    assert not differences(found_in(watched), found_in(uncut))
