"""What a command line must not import: start-up time is a feature, and an import is where it goes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from pathlib import Path

NEVER = (
    *("typer", "click", "rich", "asyncio", "importlib.metadata", "logging", "platformdirs", "subprocess", "tempfile"),
    *("calendar", "dataclasses", "inspect", "locale", "unittest", "urllib.request", "uuid"),
    *("kubesim.cli.completion", "kubesim.cli.help"),
    "kubesim.api.cel",  # where no policy, no webhook's condition and no rule is asked
)
# Parts of the standard library that take longer to import than a look takes; kubesim has quick ones of its own.
SLOW = ("collections", "contextlib", "enum", "functools", "importlib", "json", "operator", "re", "typing", "warnings")
# Reading decides nothing: it needs no schema, no rules, no controllers.
QUIET = (
    *NEVER,
    *SLOW,
    *("datetime", "decimal", "hashlib", "random", "socket", "yaml", "zoneinfo"),
    *(
        "kubesim.api.decode",
        "kubesim.api.managed_fields",
        "kubesim.api.patch",
        "kubesim.api.schema",
        "kubesim.golang.yaml",
    ),
    *("kubesim.cli.support.manifests", "kubesim.cluster.requests", "kubesim.containers", "kubesim.controllers"),
    "kubesim.kubectl.describe",
    *(
        "kubesim.kinds.pod_spec",
        "kubesim.kinds.validation",
        "kubesim.golang.template",
        "kubesim.kubectl.printers.jsonpath",
    ),
    *("kubesim.kubeadm.init", "kubesim.sim.engine", "kubesim.controllers.event_recorder", "kubesim.store.row_reader"),
    "kubesim.store.row_writer",
)
# Of a Deployment: other kinds' controllers and printers' languages stay where they are.
WRITING = (
    *NEVER,
    *SLOW,
    *("datetime", "fnmatch", "ipaddress", "yaml"),
    *("kubesim.controllers.cron_job", "kubesim.controllers.daemon_set", "kubesim.controllers.job"),
    # No container of it has a command.
    *("kubesim.containers.evaluation", "kubesim.containers.shell"),
    *("kubesim.controllers.horizontal_pod_autoscaler", "kubesim.controllers.stateful_set"),
    *("kubesim.kubectl.describe", "kubesim.golang.template", "kubesim.kubectl.printers.jsonpath"),
)
PROGRAM = """
import sys
before = set(sys.modules)
from kubesim.cli.main import main
status = main(sys.argv[1:])
print(*set(sys.modules) - before, sep="\\n", file=open("modules", "w"))
sys.exit(status)
"""


class Commands:
    """Runs command lines on one cluster, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "web.yml").write_text(DEPLOYMENT)

    def imports(self, line: str) -> set[str]:
        """The modules that a command line imports."""
        environment = {
            **os.environ,
            "KUBESIM_STATE": str(self._folder / "state.json"),
            "KUBESIM_SPEED": "max",
        }
        command = [sys.executable, "-c", PROGRAM, *line.split()]
        subprocess.run(command, env=environment, cwd=self._folder, capture_output=True, check=True)
        return set((self._folder / "modules").read_text().split())


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A cluster in which the second rollout of a Deployment has finished."""
    return prepared(tmp_path_factory.mktemp("lazy"))


def prepared(folder: Path) -> Commands:
    commands = Commands(folder)
    for line in ("apply -f web.yml", "set image deployment/web nginx=nginx:1.24", "sim settle"):
        commands.imports(line)
    return commands


def heavy(imported: set[str], forbidden: tuple[str, ...]) -> set[str]:
    """The imported modules that are forbidden, or lie in a package that is."""
    return {name for name in imported if f"{name}.".startswith(tuple(f"{package}." for package in forbidden))}


@pytest.mark.parametrize(
    "line",
    [
        "get deployments",
        "get pods -o wide",
        "get deploy web -o json",
        "get deploy web -o name",
        "rollout status deployment/web",
        "rollout history deployment/web",
    ],
)
def test_a_look_at_a_quiet_cluster_imports_nothing_that_decides(commands: Commands, line: str) -> None:
    allowed = {"kubesim.store.row_reader"} if "pods" in line else set()
    assert heavy(commands.imports(line), QUIET) <= allowed


@pytest.mark.parametrize(("line", "most"), [("get deployments", 75), ("rollout status deployment/web", 75)])
def test_a_look_imports_few_modules(commands: Commands, line: str, most: int) -> None:
    assert len(commands.imports(line)) <= most


@pytest.mark.parametrize(
    "line",
    [
        "apply -f web.yml",
        "set image deployment/web nginx=nginx:1.26",
        "scale deployment/web --replicas=3",
        "rollout undo deployment/web",
    ],
)
def test_a_change_imports_what_its_objects_need(commands: Commands, line: str) -> None:
    assert heavy(commands.imports(line), WRITING) == set()


@pytest.mark.parametrize(
    ("line", "most"),
    [
        ("set image deployment/web nginx=nginx:1.26", 213),
        ("rollout undo deployment/web", 213),
        ("apply -f web.yml", 248),
    ],
)
def test_a_change_imports_few_modules(tmp_path: Path, line: str, most: int) -> None:
    """On a cluster of its own: what others have changed before decides what there is to do."""
    assert len(prepared(tmp_path).imports(line)) <= most


@pytest.mark.parametrize("line", ["set image deployment/web nginx=nginx:1.27", "scale deployment/web --replicas=4"])
def test_a_change_in_words_reads_no_yaml(commands: Commands, line: str) -> None:
    assert heavy(commands.imports(line), ("yaml", "kubesim.golang.yaml", "kubesim.cli.support.manifests")) == set()


@pytest.mark.parametrize("line", ["version --client", "sim speed", "completion bash"])
def test_what_needs_no_objects_imports_no_kinds_rules(commands: Commands, line: str) -> None:
    assert heavy(commands.imports(line), tuple(set(QUIET) - {"kubesim.cli.completion"})) == set()
