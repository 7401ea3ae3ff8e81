"""``README.md``: what its sessions show is what its commands print."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell

ROOT = Path(__file__).parents[2]
START, TRAFFIC = re.findall(r"^```console\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
RESET = "sim reset --profile kind --seed 1 --at 2026-01-01T00:00:00Z"


def replayed(shell: Shell, session: str) -> str:
    """The session with what its commands print now."""
    lines = [line for line in session.splitlines() if line.startswith("$ kubesim ")]
    return "".join(f"{line}\n{shell.ok(line.removeprefix('$ kubesim '))}" for line in lines)


def test_a_rollout_and_the_way_back(shell: Shell) -> None:
    shutil.copytree(ROOT / "manifests", shell.folder / "manifests")
    shell.ok(RESET)
    assert replayed(shell, START) == START


def test_requests_that_fail_in_a_rollout_of_four_pods(shell: Shell) -> None:
    deployment = yaml.safe_load(DEPLOYMENT)
    deployment["spec"]["replicas"] = 4
    shell.write("web.yml", yaml.safe_dump(deployment))
    for line in (RESET, "create -f web.yml", "expose deployment web --port 80", "sim advance 1m"):
        shell.ok(line)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    assert replayed(shell, TRAFFIC) == TRAFFIC
