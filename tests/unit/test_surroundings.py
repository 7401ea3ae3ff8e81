"""What programs print of where they run: variables, among them those of Services, names, users."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.command_lines import Shell

SERVICE = "create service clusterip my-db --tcp=5432:5432"


@pytest.fixture
def kind(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    shell.ok("sim reset")
    return shell


def printed(shell: Shell, command: str, options: str = "", image: str = "busybox:1.36") -> str:
    shell.ok(f"run printer --image={image} --restart=Never {options} -- {command}")
    shell.ok("sim advance 10s")
    return shell.ok("logs printer")


def address(shell: Shell, name: str) -> str:
    return shell.ok(f"get service {name} -o jsonpath={{.spec.clusterIP}}")


def test_printenv_prints_the_variables_that_are_there_and_fails_for_others(kind: Shell) -> None:
    assert printed(kind, "printenv HOSTNAME KUBERNETES_PORT NOT_THERE") == (
        f"printer\ntcp://{address(kind, 'kubernetes')}:443\n"
    )
    assert kind.ok("get pod printer -o jsonpath={.status.containerStatuses[0].state.terminated.exitCode}") == "1"


def test_a_container_has_the_variables_of_the_services_that_were_there_before_it(kind: Shell) -> None:
    kind.ok(SERVICE)
    kind.ok("sim advance 5s")
    ip = address(kind, "my-db")
    assert printed(kind, "env").splitlines() == [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOSTNAME=printer",
        *(
            f"{name}={value}"
            for name, value in links("KUBERNETES", address(kind, "kubernetes"), "443", "HTTPS").items()
        ),
        *(f"{name}={value}" for name, value in links("MY_DB", ip, "5432", "5432_5432").items()),
        "HOME=/root",
    ]


def links(prefix: str, ip: str, port: str, named: str) -> dict[str, str]:
    url = f"tcp://{ip}:{port}"
    return {
        f"{prefix}_SERVICE_HOST": ip,
        f"{prefix}_SERVICE_PORT": port,
        f"{prefix}_SERVICE_PORT_{named}": port,
        f"{prefix}_PORT": url,
        f"{prefix}_PORT_{port}_TCP": url,
        f"{prefix}_PORT_{port}_TCP_PROTO": "tcp",
        f"{prefix}_PORT_{port}_TCP_PORT": port,
        f"{prefix}_PORT_{port}_TCP_ADDR": ip,
    }


def test_a_service_that_was_made_later_is_in_no_variable(kind: Shell) -> None:
    kind.ok("run printer --image=busybox:1.36 --restart=Never -- sh -c 'sleep 20; env | grep HOST=; echo over'")
    kind.ok("sim advance 5s")
    kind.ok(SERVICE)
    kind.ok("sim advance 30s")
    assert kind.ok("logs printer") == f"KUBERNETES_SERVICE_HOST={address(kind, 'kubernetes')}\nover\n"


def test_without_service_links_only_the_api_server_is_named(kind: Shell) -> None:
    kind.ok(SERVICE)
    kind.ok("sim advance 5s")
    options = """--overrides='{"spec":{"enableServiceLinks":false}}'"""
    assert "MY_DB" not in printed(kind, "env", options)
    assert "KUBERNETES_SERVICE_HOST" in kind.ok("logs printer")


def test_references_in_commands_and_variables_see_services(kind: Shell) -> None:
    found = printed(
        kind, "echo '$(URL)' '$(KUBERNETES_SERVICE_PORT)'", "--env=URL='https://$(KUBERNETES_SERVICE_HOST)'"
    )
    assert found == f"https://{address(kind, 'kubernetes')} 443\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("hostname", "printer\n"),
        ("whoami", "root\n"),
        ("id -u", "0\n"),
        ("uname", "Linux\n"),
        ("sh -c 'echo $HOME'", "/root\n"),
        ("sh -c 'echo $PATH'", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"),
    ],
)
def test_a_program_knows_where_it_runs(kind: Shell, command: str, expected: str) -> None:
    assert printed(kind, command) == expected


def test_a_user_of_the_pods_own_is_known_by_its_number(kind: Shell) -> None:
    options = """--overrides='{"spec":{"securityContext":{"runAsUser":1000}}}'"""
    assert printed(kind, "sh -c 'id -u; whoami'", options) == "1000\nwhoami: unknown uid 1000\n"


def test_a_host_name_is_the_pods_own_or_that_of_its_node(kind: Shell) -> None:
    assert printed(kind, "hostname", """--overrides='{"spec":{"hostname":"alpha"}}'""") == "alpha\n"
    kind.ok("delete pod printer")
    assert printed(kind, "hostname", """--overrides='{"spec":{"hostNetwork":true}}'""") == "node01\n"


def test_a_python_that_is_told_so_prints_at_once(kind: Shell) -> None:
    code = """python -c 'import time; print("begun"); time.sleep(60)' """
    assert printed(kind, code, "--env=PYTHONUNBUFFERED=1", "python:3.12") == "begun\n"
    kind.ok("delete pod printer")
    assert printed(kind, code, "", "python:3.12") == ""


AMOUNTS = """
apiVersion: v1
kind: Pod
metadata: {name: printer}
spec:
  restartPolicy: Never
  initContainers:
  - {name: first, image: "busybox:1.36", command: ["true"]}
  containers:
  - name: printer
    image: busybox:1.36
    command: ["sh", "-c", "echo $OTHER $NONE $OWN $ASKED $FIRST"]
    env:
    - {name: OTHER, valueFrom: {resourceFieldRef: {containerName: other, resource: requests.cpu, divisor: 1m}}}
    - {name: NONE, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: OWN, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.memory}}}
    - {name: FIRST, valueFrom: {resourceFieldRef: {containerName: first, resource: limits.cpu}}}
  - name: other
    image: busybox:1.36
    command: ["true"]
    resources: {requests: {cpu: 100m}}
"""


def test_the_downward_api_gives_amounts_of_any_container_and_of_the_node_where_there_is_no_limit(
    kind: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text(AMOUNTS)
    kind.ok(f"apply -f {file}")
    kind.ok("sim advance 10s")
    asked = "-o jsonpath={.status.allocatable.cpu}|{.status.allocatable.memory}"
    cpus, memory = kind.ok(f"get node node01 {asked}").split("|")
    gibibytes = int(memory.removesuffix("Gi"))
    assert kind.ok("logs printer -c printer") == f"100 {cpus} {gibibytes * 1024} 0 0\n"
