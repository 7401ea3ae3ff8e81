"""One of a crowd: for some seconds it scales, labels, creates and deletes, as fast as it can.

crowd.py NAME SECONDS    tells, at the end, how many rounds it was told had worked
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kubesim.cli import main


def run(line: str) -> None:
    """A command line in this process; it has to work."""
    out, err = io.StringIO(), io.StringIO()
    status = main.answer(line.split(), io.StringIO(), out, err)
    if status:
        raise SystemExit(f"{line}: {status}: {err.getvalue()}")


def crowd(name: str, seconds: float) -> int:
    run(f"create deployment {name} --image=nginx --replicas=0")
    until, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        rounds += 1
        run(f"scale deployment {name} --replicas={rounds % 5}")
        run(f"annotate deployment web {name}={rounds} --overwrite")
        run(f"create configmap {name}-{rounds} --from-literal=a={rounds}")
        run(f"label configmap {name}-{rounds} of={name}")
        if rounds > 1:
            run(f"delete configmap {name}-{rounds - 1}")
    return rounds


if __name__ == "__main__":
    print(json.dumps({"name": sys.argv[1], "rounds": crowd(sys.argv[1], float(sys.argv[2]))}))
