"""``docs/ci.md``: what its workflows run is run here, in a repository with a branch that changes a manifest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()
GITHUB, GITLAB = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))


class Repository:
    """A clone of a repository whose branch ``change`` has another image than ``main``."""

    def __init__(self, folder: Path) -> None:
        origin = folder / "origin"
        self._clone = folder / "clone"
        (origin / "k8s").mkdir(parents=True)
        for branch, image in (("main", "nginx:1.25"), ("change", "nginx:1.2555")):
            (origin / "k8s" / "web.yaml").write_text(DEPLOYMENT.replace("nginx:1.25", image))
            self._git(origin, "init", "-q", "-b", branch) if branch == "main" else self._git(
                origin, "checkout", "-qb", branch
            )
            self._git(origin, "add", ".")
            self._git(origin, "commit", "-qm", branch)
        self._git(folder, "clone", "-q", "--depth", "1", "--branch", "change", f"file://{origin}", str(self._clone))

    @staticmethod
    def _git(folder: Path, *words: str) -> None:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)

    def run(self, script: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a line of a workflow there."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {**os.environ, **variables, "PATH": path}
        return subprocess.run(
            ["bash", "-c", script], cwd=self._clone, env=environment, capture_output=True, text=True, check=False
        )

    def read(self, name: str) -> str:
        return (self._clone / name).read_text()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_github(repository: Repository) -> None:
    steps: list[dict[str, Any]] = GITHUB["jobs"]["check"]["steps"]
    install, fetch, check = (step["run"] for step in steps if "run" in step)
    assert install.startswith("pip install")
    variables = {"GITHUB_BASE_REF": "main"}
    assert repository.run(fetch, variables).returncode == 0
    done = repository.run(check, variables)
    assert done.returncode == 1
    assert "::error file=k8s/web.yaml,line=10,title=deployment/web::nginx has no tag 1.2555" in done.stdout


def test_gitlab(repository: Repository) -> None:
    job: dict[str, Any] = GITLAB["manifests"]
    install, fetch, check = job["script"]
    assert install.startswith("pip install")
    variables = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    assert repository.run(fetch, variables).returncode == 0
    assert repository.run(check, variables).returncode == 1
    [suite] = ElementTree.fromstring(repository.read(job["artifacts"]["reports"]["junit"]))
    failures = [failure.get("type") for case in suite for failure in case.findall("failure")]
    assert (suite.get("name"), failures) == ("deployment/web", ["ImageNotFound", "TooSlow"])
