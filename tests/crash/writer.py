"""A process that writes a state, for the crash tests to kill, crowd and starve.

writer.py PATH step N [half]   save once, and kill itself at the Nth call that touches the disk
writer.py PATH loop            save again and again; each save is told on standard output once it is done
writer.py PATH count NAME N    count to N in a drawer of its own, and in the head
writer.py PATH hold            take the lock, say so, and keep it
writer.py PATH limit BYTES     save more than the system lets a file hold
writer.py PATH run N amid|before WORDS    run a command line, and kill itself at the Nth call that touches the disk
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parents[2]))

from kubesim.cluster.drawers import Drawer, DrawerName
from kubesim.errors import StateError
from kubesim.store import StateFile
from kubesim.store.journal import name_of

CALLS = ("mkdir", "open", "unlink", "write", "fsync", "link", "replace", "close")


def die() -> NoReturn:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(60)
    raise AssertionError("still alive")


def kill_at(step: int, half: bool) -> None:
    """Die at the given call of the operating system: before it, or in the midst of it where it can be halved."""
    calls = 0

    def watched(name: str) -> Any:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                if half and name == "write":
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                elif half:
                    with suppress(OSError):
                        real(*arguments, **options)
                die()
            return real(*arguments, **options)

        return call

    for name in CALLS:
        setattr(os, name, watched(name))


def drawer_of(serial: int, size: int = 200) -> Drawer:
    objects = {
        name: {"metadata": {"name": name, "uid": f"{n}-{serial}"}, "spec": {"serial": serial}}
        for n, name in enumerate(f"web-{n:03d}" for n in range(size))
    }
    return Drawer(objects, {}, serial)


def save_next(state: StateFile, name: str = "web", size: int = 200) -> int:
    with state.locked() as transaction:
        before = transaction.snapshot
        head = before.head if before else {"seed": 7, "serial": 0}
        serial = int(head["serial"]) + 1
        kept_as = name_of(before) if before else None
        changes = {DrawerName("Pod", "default", name): drawer_of(serial, size)}
        transaction.commit({**head, "serial": serial, **origin(serial, kept_as)}, changes, kept_as=kept_as)
    return serial


def origin(serial: int, before: str | None) -> dict[str, Any]:
    """The origin of a save in the state's head, by which the journal finds the state before."""
    if before is None:
        return {}
    kept = {"number": serial, "entry": serial, "command": [], "at": 0, "until": 0, "before": before, "changes": []}
    return {"origin": kept}


def report(text: object) -> None:
    print(text, flush=True)


def loop(state: StateFile) -> None:
    while True:
        report(save_next(state))


def count(state: StateFile, name: str, to: int) -> None:
    for _ in range(to):
        with state.locked() as transaction:
            assert transaction.snapshot is not None
            head = transaction.snapshot.head
            mine = DrawerName("ConfigMap", "default", name)
            before = transaction.snapshot.wake(mine) if mine in set(transaction.snapshot.drawers()) else 0
            transaction.commit({**head, "serial": head["serial"] + 1}, {mine: Drawer({}, {}, (before or 0) + 1)})


def hold(state: StateFile) -> None:
    with state.locked():
        report("holding")
        time.sleep(600)


def limit(state: StateFile, size: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        save_next(state, size=20_000)
    except StateError as error:
        report(error.message)


def main(path: str, what: str, *arguments: str) -> None:
    state = StateFile(path)
    if what == "step":
        kill_at(int(arguments[0]), "half" in arguments)
        report(save_next(state))
    elif what == "loop":
        loop(state)
    elif what == "count":
        count(state, arguments[0], int(arguments[1]))
    elif what == "hold":
        hold(state)
    elif what == "limit":
        limit(state, int(arguments[0]))
    elif what == "run":
        from kubesim.cli import main as cli

        kill_at(int(arguments[0]), arguments[1] == "amid")
        sys.exit(cli.main(arguments[2:]))


if __name__ == "__main__":
    main(*sys.argv[1:])
