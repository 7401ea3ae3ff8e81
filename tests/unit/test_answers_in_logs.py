"""What programs in containers get from others: it is in their logs, and decides how they end."""

from __future__ import annotations

import pytest
from tests.unit.network_world import Small


@pytest.fixture
def small() -> Small:
    made = Small()
    made.run(
        "create deployment web --image=gcr.io/google-samples/hello-app:1.0",
        "expose deployment web --port=80 --target-port=8080",
        "run site --image=nginx:1.25 --port=80 --expose",
    )
    return made.settle(20)


def log(small: Small, name: str) -> list[str]:
    return small.library.kubectl(f"logs {name}").stdout.splitlines()


def phase(small: Small, name: str) -> str:
    return str(small.library.get(f"pod/{name}")["status"]["phase"])


def test_a_job_prints_what_it_gets(small: Small) -> None:
    small.run("run once --image=busybox --restart=Never -- wget -qO- http://web")
    small.settle(10)
    assert phase(small, "once") == "Succeeded"
    assert log(small, "once")[:2] == ["Hello, world!", "Version: 1.0.0"]


@pytest.mark.parametrize(
    ("image", "command", "code", "line"),
    [
        ("busybox", "wget -qO- http://site/missing", 1, "wget: server returned error: HTTP/1.1 404 Not Found"),
        ("curlimages/curl", "-sSf http://site/missing", 22, "curl: (22) The requested URL returned error: 404"),
        ("curlimages/curl", "-sS http://nobody", 6, "curl: (6) Could not resolve host: nobody"),
        ("busybox", "wget -qO- http://nobody", 1, "wget: bad address 'nobody'"),
    ],
)
def test_a_request_in_vain_ends_a_program_with_its_clients_words(
    small: Small, image: str, command: str, code: int, line: str
) -> None:
    small.run(f"run vain --image={image} --restart=Never -- {command}")
    small.settle(10)
    ended = small.library.get("pod/vain")["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (ended["exitCode"], log(small, "vain")) == (code, [line])


def test_a_loop_gets_what_is_there_at_the_time(small: Small) -> None:
    small.run("run loop --image=busybox -- sh -c 'while true; do wget -qO- web; sleep 10; done'")
    small.settle(25)
    small.run("set image deployment/web hello-app=gcr.io/google-samples/hello-app:2.0")
    small.settle(60)
    versions = [line for line in log(small, "loop") if line.startswith("Version")]
    assert versions[0] == "Version: 1.0.0"
    assert versions[-1] == "Version: 2.0.0"
    assert versions == sorted(versions)


def test_a_loop_over_a_service_gets_to_all_its_pods(small: Small) -> None:
    small.run("scale deployment web --replicas=2")
    small.settle(10)
    small.run("run loop --image=busybox -- sh -c 'while true; do wget -qO- web; sleep 5; done'")
    small.settle(30)
    hosts = [line for line in log(small, "loop") if line.startswith("Hostname")]
    assert len(set(hosts)) == 2
    assert hosts[0::2] == [hosts[0]] * len(hosts[0::2])


def test_who_waits_for_a_name_prints_what_is_answered_until_then(small: Small) -> None:
    script = "until nslookup db.default.svc.cluster.local; do echo waiting; sleep 2; done; echo found"
    small.run(f"run waits --image=busybox -- sh -c '{script}; sleep 1d'")
    small.settle(6)
    assert "** server can't find db.default.svc.cluster.local: NXDOMAIN" in log(small, "waits")
    assert log(small, "waits")[-1] == "waiting"
    small.run("create service clusterip db --tcp=80:80")
    small.settle(6)
    lines = log(small, "waits")
    assert lines[-1] == "found"
    assert f"Address: {small.address_of('db')}" in lines


def test_what_is_not_known_is_left_out_of_the_log(small: Small) -> None:
    small.run("run out --image=busybox --restart=Never -- sh -c 'wget -qO- http://example.com; echo end'")
    small.settle(10)
    assert log(small, "out") == ["end"]


def test_what_a_client_gets_that_sends_what_somebody_may_type_is_not_known(small: Small) -> None:
    small.run("run sends --image=curlimages/curl --restart=Never -i --attach=false -- curl -s http://web -d @-")
    small.settle(10)
    assert log(small, "sends") == []


@pytest.mark.parametrize(
    "body",
    [
        "wget -qO- site >/dev/null 2>&1 && echo got $i || echo lost $i",
        "if wget -qO- site >/dev/null 2>&1; then echo got $i; else echo lost $i; fi",
    ],
)
def test_a_loop_that_asks_and_counts_goes_on_for_days(small: Small, body: str) -> None:
    script = f"i=0; while true; do i=$((i+1)); {body}; sleep 1; done"
    small.library.kubectl(["run", "asks", "--image=busybox", "--", "sh", "-c", script])
    small.settle(10)
    small.run("sim advance 48h", "delete pod site --now", "sim advance 24h")
    lines = log(small, "asks")
    assert lines[-1].startswith("lost ")
    assert 258_000 < int(lines[-1].split()[1]) <= 259_300
    assert len(small.library.kubectl("logs asks --since=5s").stdout.splitlines()) in (4, 5, 6)


@pytest.mark.parametrize(
    "change", ["delete pod site --now", "delete service site", "label pod site run=other --overwrite"]
)
def test_a_loop_notices_when_what_it_asks_is_gone(small: Small, change: str) -> None:
    script = "while true; do wget -qO- site >/dev/null 2>&1 && echo got || echo lost; sleep 1; done"
    small.library.kubectl(["run", "asks", "--image=busybox", "--", "sh", "-c", script])
    small.settle(20)
    assert log(small, "asks")[-1] == "got"
    small.run(change)
    small.settle(10)
    assert log(small, "asks")[-1] == "lost"
