"""The web page at the server's root: what it is answered, and, where there is a Chromium, what it shows."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from command_lines import DEPLOYMENT
from kubesim.life.saved_cluster import SavedCluster
from kubesim.rest.request import Request
from kubesim.server.page import Page
from kubesim.server.served_cluster import ServedCluster, ServerFace
from kubesim.sim.clock import StandingClock
from kubesim.store import StateFile

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell
    from kubesim.rest.request import Answer

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def served(shell: Shell) -> ServedCluster:
    """A cluster with a Deployment, on the state of the shell."""
    shell.ok("sim reset --profile bare --seed 1 --at 2026-01-01T00:00:00Z")
    shell.write("web.yml", DEPLOYMENT)
    shell.ok("apply -f web.yml")
    shell.ok("sim settle")
    face = ServerFace()
    return ServedCluster(SavedCluster(StateFile(str(shell.folder / "state.json")), face, StandingClock()), face)


def ask(served: ServedCluster, target: str, *, control: bool = False) -> Answer:
    return Page(served, "kubesim", has_control=control).answer(Request.of_target("GET", target))


def post(served: ServedCluster, body: Any, *, control: bool = True, headers: dict[str, str] = JSON) -> Answer:
    request = Request.of_target("POST", "/page/clock", headers, json.dumps(body).encode())
    return Page(served, "kubesim", has_control=control).answer(request)


def state(served: ServedCluster, namespace: str = "default") -> Any:
    return json.loads(ask(served, f"/page/state?namespace={namespace}").body)


@pytest.mark.parametrize(
    ("method", "target", "headers", "handled"),
    [
        ("GET", "/", HTML, True),
        ("GET", "/", {"accept": "application/json"}, False),
        ("GET", "/", {}, False),
        ("GET", "/page/state?namespace=default", {}, True),
        ("POST", "/page/clock", JSON, True),
        ("GET", "/api", HTML, False),
    ],
)
def test_a_browser_gets_the_page_where_a_client_gets_the_api(
    served: ServedCluster, method: str, target: str, headers: dict[str, str], handled: bool
) -> None:
    assert Page(served, "kubesim", has_control=False).handles(Request.of_target(method, target, headers)) is handled


def test_the_page_loads_nothing_from_elsewhere_and_does_not_hand_on_its_address(served: ServedCluster) -> None:
    page = ask(served, "/")
    assert b"://" not in page.body.replace(b"http://www.w3.org", b"")
    guards = dict(page.headers)
    assert guards["Referrer-Policy"] == "no-referrer"
    assert guards["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_state_has_a_cell_for_each_pod_and_the_latest_events(shell: Shell, served: ServedCluster) -> None:
    shell.ok("set image deploy/web nginx=nginx:1.26")
    shown = state(served)
    (web,) = shown["deployments"]
    assert (web["name"], web["ready"], web["done"]) == ("web", 2, False)
    assert [(row["revision"], row["new"], len(row["pods"])) for row in web["replicaSets"]] == [
        (1, False, 2),
        (2, True, 1),
    ]
    assert [pod["state"] for row in web["replicaSets"] for pod in row["pods"]] == ["ready", "ready", "pulling"]
    assert shown["events"][-1]["reason"] in ("Scheduled", "SuccessfulCreate", "ScalingReplicaSet", "Pulled")
    assert shown["clock"]["now"].startswith("2026-01-01 00:0")


def test_another_namespace_has_what_is_in_it(served: ServedCluster) -> None:
    assert state(served, "kube-public")["deployments"] == []
    assert "kube-public" in state(served)["namespaces"]


def test_the_version_changes_with_the_cluster_alone(shell: Shell, served: ServedCluster) -> None:
    before = state(served)["version"]
    assert state(served)["version"] == before
    shell.ok("scale deploy/web --replicas=1")
    assert state(served)["version"] > before


def test_a_rollout_is_drawn(served: ServedCluster) -> None:
    picture = ask(served, "/page/timeline.svg?namespace=default&name=web")
    assert (picture.status, picture.content_type) == (200, "image/svg+xml")
    assert b"deployment/web" in picture.body
    assert ask(served, "/page/timeline.svg?namespace=default&name=nothing").status == 404


def test_the_clock_is_moved_with_control_alone(served: ServedCluster) -> None:
    before = state(served)["clock"]["now"]
    assert post(served, {"advance": "10m"}, control=False).status == 403
    assert state(served)["clock"]["now"] == before
    assert post(served, {"advance": "10m"}).status == 200
    assert state(served)["clock"]["now"][14:16] == f"{int(before[14:16]) + 10}"


def test_what_moves_the_clock_is_in_the_journal(shell: Shell, served: ServedCluster) -> None:
    post(served, {"advance": "1m"})
    assert "sim advance 1m" in shell.ok("sim log")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [({"advance": "soon"}, JSON, 400), ([], JSON, 400), ({"speed": "-1"}, JSON, 400), ({"advance": "1m"}, {}, 405)],
)
def test_what_makes_no_sense_is_refused_in_a_line(
    served: ServedCluster, body: Any, headers: dict[str, str], status: int
) -> None:
    refusal = post(served, body, headers=headers)
    assert refusal.status == status
    assert refusal.body.count(b"\n") == 1


CHROMIUM = shutil.which("chromium")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
def test_a_browser_shows_the_deployments(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    from test_sim_serve import Server

    server = Server(tmp_path)
    try:
        server.ask("POST", "/apis/apps/v1/namespaces/default/deployments", _deployment())
        assert CHROMIUM is not None
        argv = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]
        profile = f"--user-data-dir={tmp_path / 'browser'}"
        run = subprocess.run([*argv, profile, server.url], check=True, capture_output=True, text=True, timeout=90)
    finally:
        server.stop(15)
    assert "<h2>web</h2>" in run.stdout
    assert run.stdout.count('title="web-') == 2
    assert "ScalingReplicaSet" in run.stdout
    assert '<details open=""' in run.stdout
    assert "page/timeline.svg?namespace=default&amp;name=web" in run.stdout


def _deployment() -> Any:
    import yaml

    return yaml.safe_load(DEPLOYMENT)
