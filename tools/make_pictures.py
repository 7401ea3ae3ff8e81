"""Makes the pictures of README.md with kubesim's own commands, on a cluster whose seed and clock are fixed.

python tools/make_pictures.py [FOLDER]
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from kubesim.cli.main import answer

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"

#: Each picture's file, and the commands of which the last prints it.
PICTURES = {
    "strategies.svg": """
        sim reset --seed 1 --at 2026-01-01T12:00:00Z
        apply -f manifests/recreate.yml -f manifests/rolling-update.yml
        sim settle
        set image deployment/recreate nginx=nginx:1.9.1
        set image deployment/rolling nginx=nginx:1.9.1
        sim settle
        sim timeline deployment/recreate deployment/rolling -o svg
    """,
    "stuck.svg": """
        sim reset --seed 1 --at 2026-01-01T12:00:00Z
        apply -f manifests/rolling-update.yml
        sim advance 1m
        set image deployment/rolling nginx=nginx:1.161
        sim advance 45s
        rollout undo deployment/rolling
        sim advance 3s
        sim timeline deployment/rolling --since 50s -o svg
    """,
}


def made(commands: str) -> str:
    """What the last of these commands prints; RuntimeError for one that fails."""
    printed, before = "", Path.cwd()
    with TemporaryDirectory() as folder, patch.dict(os.environ), ExitStack() as stack:
        stack.callback(os.chdir, before)
        os.chdir(ROOT)
        os.environ.update(KUBESIM_STATE=f"{folder}/state.json", KUBESIM_SPEED="max")
        for name in ("KUBESIM_PROFILE", "KUBESIM_JOURNAL"):
            os.environ.pop(name, None)
        for line in commands.strip().splitlines():
            out, err = StringIO(), StringIO()
            if answer(line.split(), StringIO(), out, err):
                raise RuntimeError(f"{line.strip()}: {err.getvalue()}")
            printed = out.getvalue()
    return printed


def main() -> None:
    """Write each picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for name, commands in PICTURES.items():
        (folder / name).write_text(made(commands))


if __name__ == "__main__":
    main()
