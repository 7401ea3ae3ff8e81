"""``sim serve``: a process that others ask, and that stops as it should."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.golang.yaml.reader import load_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from command_lines import Shell

pytest.importorskip("uvicorn", reason="the extra serve is not installed")
pytest.importorskip("wsproto", reason="the extra serve is not installed")

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Server:
    """A server's process, on the state in a folder."""

    def __init__(self, folder: Path, *flags: str) -> None:
        environment = {**os.environ, "KUBESIM_STATE": str(folder / "state.json"), "KUBESIM_PROFILE": "bare"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kubesim", "sim", "serve", *flags],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Serving "), self.process.communicate()
        self.url = line.split()[-1]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.process.kill()
    server.process.communicate()


def test_a_server_is_asked_and_stops_when_it_is_told_to(shell: Shell, server: Server) -> None:
    assert server.ask("GET", "/version")["gitVersion"] == "v1.36.2"
    server.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a"}})
    assert "configmap/a" in shell.ok("get cm -o name")
    shell.ok("create configmap b")
    assert [item["metadata"]["name"] for item in server.ask("GET", CONFIG_MAPS)["items"]][:2] == ["a", "b"]
    config = shell.ok("sim kubeconfig")
    assert f"server: {server.url}\n" in config
    assert "current-context: kubesim\n" in config
    watch = urllib.request.urlopen(f"{server.url}{CONFIG_MAPS}?watch=true", timeout=20)
    assert json.loads(watch.readline())["type"] == "ADDED"
    assert server.stop(signal.SIGTERM) == 0
    assert len(watch.read().splitlines()) == 2  # the other two; then the stream was ended as it should


def test_what_was_acknowledged_outlives_a_server_that_is_killed(shell: Shell, server: Server) -> None:
    server.ask("POST", CONFIG_MAPS, {"metadata": {"name": "a"}})
    server.stop(signal.SIGKILL)
    assert "configmap/a" in shell.ok("get cm -o name")


@pytest.mark.parametrize(("rbac", "none"), [(("--rbac",), (403, 200)), ((), (403, 403))])
def test_over_tls_a_token_says_who_asks(
    shell: Shell, tmp_path: Path, rbac: tuple[str, ...], none: tuple[int, int]
) -> None:
    server = Server(tmp_path, "--tls", *rbac)
    try:
        root, secret = server.url.rsplit("/", 1)
        assert re.fullmatch(r"https://127\.0\.0\.1:\d+", root)
        config = load_document(shell.ok("sim kubeconfig"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        assert (cluster["server"], user["token"]) == (root, secret)
        trusted = b64decode(cluster["certificate-authority-data"]).decode()
        context = ssl.create_default_context(cadata=trusted)

        def status(path: str, token: str = "") -> int:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            request = urllib.request.Request(root + path, None, {"Accept": "text/html,*/*", **headers})
            try:
                with urllib.request.urlopen(request, timeout=20, context=context) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        own = shell.ok("create token default").strip()
        tokens = {"none": "", "administrator": user["token"], "service account": own, "unknown": "x"}
        found = {name: (status(CONFIG_MAPS, token), status("/version", token)) for name, token in tokens.items()}
        assert found == {
            "none": none,
            "administrator": (200, 200),
            "service account": (403, 200),
            "unknown": (401, 401),
        }
        assert status("/", "") == 403  # the page shows what only the administrator may see
        assert [status(f"/{secret}{path}") for path in ("/", "/page/state", CONFIG_MAPS)] == [200, 200, 200]
        shell.ok("create rolebinding reads --clusterrole=view --serviceaccount=default:default")
        assert status(CONFIG_MAPS, own) == 200
        key = tmp_path / "state.json.server.pem"
        assert (key.stat().st_mode & 0o077) == 0 or os.name == "nt"
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"{server.url}/version", timeout=20)
    finally:
        server.stop(signal.SIGTERM)
    again = Server(tmp_path, "--tls", *rbac)
    again.stop(signal.SIGTERM)
    assert load_document(shell.ok("sim kubeconfig")) == config


def test_tokens_need_tls(shell: Shell) -> None:
    refused = shell.refused("sim serve --rbac")
    assert refused == "error: --rbac needs --tls: kubectl sends no token over plain HTTP\n"


def test_a_state_that_nobody_serves_has_no_kubeconfig(shell: Shell) -> None:
    told = "error: nobody has served this state yet: kubesim sim serve\n"
    assert shell.refused("sim kubeconfig") == told


def test_other_machines_are_let_in_only_if_that_is_said(shell: Shell) -> None:
    told = shell.refused("sim serve --address 0.0.0.0")
    assert told == "error: 0.0.0.0 is not an address of this machine alone: say --open as well\n"


def serve_beside(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """What came of a command that ran beside a server."""
    environment = {**os.environ, "KUBESIM_STATE": str(folder / "state.json"), "KUBESIM_PROFILE": "bare"}
    command = [sys.executable, "-m", "kubesim", "sim", "serve", "--", *argv]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)


def test_a_command_runs_beside_the_server_which_ends_with_it(tmp_path: Path) -> None:
    asks = """
import os, sys, urllib.request
from kubesim.golang.yaml.reader import load_document
path = os.environ["KUBECONFIG"]
server = load_document(open(path).read())["clusters"][0]["cluster"]["server"]
print(path, urllib.request.urlopen(server + "/healthz").read().decode())
sys.exit(3)
"""
    run = serve_beside(tmp_path, sys.executable, "-c", asks)
    path, _, health = run.stdout.rstrip("\n").partition(" ")
    assert (run.returncode, health, run.stderr) == (3, "ok", "")
    assert not os.path.exists(path)


@pytest.mark.parametrize(
    ("argv", "status", "err"),
    [
        (("sh", "-c", "kill -9 $$"), 128 + 9, ""),
        (("no-such-program",), 127, "error: no-such-program: command not found\n"),
    ],
)
def test_the_status_of_a_command_beside_the_server_is_a_shells(
    tmp_path: Path, argv: tuple[str, ...], status: int, err: str
) -> None:
    run = serve_beside(tmp_path, *argv)
    assert (run.returncode, run.stdout, run.stderr) == (status, "", err)
