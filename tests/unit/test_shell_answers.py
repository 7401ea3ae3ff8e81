"""What real shells printed, and what the simulated ones print: busybox's ash (1.35), dash (0.5.12), bash (5.2).

A line of the data is a script with what ``SHELL -c SCRIPT`` came to, in an empty folder with few variables.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kubesim.containers.evaluation.files import Mount
from tests.unit.outside import BUSYBOX, DEBIAN, live

ANSWERS = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data/shell-answers.jsonl").read_text().splitlines()
]
MOUNTS = (
    Mount("/work", (), is_empty=True),
    Mount("/tmp", (), is_empty=True),
    Mount("/etc/passwd", (("", "root:x:0:0:root:/root:/bin/sh\n"),)),
)
ENVIRONMENT = (("PATH", "/bin:/usr/bin"), ("HOME", "/root"), ("HOSTNAME", "web"))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['shell']}: {answer['script'][:60]}")
def test_a_script_prints_what_it_prints_in_a_real_shell(answer: dict[str, Any]) -> None:
    setting = (BUSYBOX if answer["shell"] == "sh" else DEBIAN)._replace(
        environment=ENVIRONMENT, folder="/work", user="0", host_name="web"
    )
    ended, outside = live(answer["shell"], "-c", answer["script"], setting=setting, mounts=MOUNTS)
    found = {"output": outside.text(1), "errors": outside.text(2), "status": ended.status}
    assert found == {name: answer[name] for name in found}
