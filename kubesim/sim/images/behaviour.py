"""What a container of an image does, as far as the kubelet sees it."""

from __future__ import annotations

from kubesim.named_tuple import NamedTuple


class Behaviour(NamedTuple):
    """What a container of an image does.

    ``ports`` answer connections, and HTTP where ``paths`` is empty or holds the path.

    The image's own program, which runs where the container gives no command, runs for ``life`` ms and ends with
    ``exit_code``; a ``life`` of None: it serves, and runs for ever.  ``is_forced``: so ends the container whatever its
    command says.  ``executes_args``: arguments without a command are a command of their own, since the image has no
    entrypoint or one that executes them; those that begin with a dash then go to the image's program, if it serves.
    ``lines``: what its own program prints as it starts.
    """

    can_pull: bool = True
    turns_ready: bool = True
    ports: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    life: int | None = None
    exit_code: int = 0
    is_forced: bool = False
    executes_args: bool = False
    lines: tuple[str, ...] = ()


_SHELL = Behaviour(life=0, executes_args=True)

BEHAVIOURS = {
    "runs": Behaviour(),
    "nginx": Behaviour(ports=(80,), paths=("/", "/index.html"), executes_args=True),
    "httpd": Behaviour(ports=(80,), executes_args=True),
    "shell": _SHELL,
    "crash": Behaviour(life=0, exit_code=1, is_forced=True),
    "notready": Behaviour(turns_ready=False),
    "missing": Behaviour(can_pull=False),
}
