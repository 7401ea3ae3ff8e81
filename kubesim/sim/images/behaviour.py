"""What a container of an image does, as far as the kubelet sees it."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

# What a registry answers to a pull.
FOUND = "found"
MISSING = "missing"  # there is no such tag
DENIED = "denied"  # there is no such repository, or it is not for everybody
UNREACHABLE = "unreachable"  # nothing: it cannot be reached

ROOT = "root"


class Behaviour(NamedTuple):
    """What a container of an image does.

    **The pull**: ``pull`` is what the registry answers.  ``user``: ROOT, another user's name or number as the image has
    it, or empty where that is not known.

    **Its program**, which runs where the container gives no command, runs for ``life`` ms and ends with ``exit_code``;
    a ``life`` of None: it serves, and runs for ever.  ``is_forced``: so ends the container whatever its command says.
    ``executes_args``: arguments without a command are a command of their own, since the image has no entrypoint or one
    that executes them; if the image ``takes_flags`` as well, those that begin with a dash go to its own program.
    ``lines``: what its own program prints as it starts.  ``needs``: what it insists on, a key of
    ``kubesim.sim.images.needs.NEEDS``, or "nginx" (``nginx_user``).  ``subcommands``: what it does instead where its
    first argument is one of these.

    **Probes**: ``ports`` answer, or every port if None, in HTTP only if ``speaks`` is "http", never in HTTP if it is
    "tcp"; ``paths`` are found, or every path if there are none.  Unless ``is_strict``, the container's configuration
    may change that: ``configured`` are folders that change the ports, where something is mounted or the command names
    them, ``content`` those that change the paths.  ``starts_in`` (ms) passes before it answers; ``fails_after`` (ms) it
    fails; ``flaky`` is the share of probes that fail (percent); it is ``is_healthy``, or fails them all.  A container
    that never ``turns_ready`` is not ready whatever its probes find.
    """

    pull: str = FOUND
    user: str = ""
    life: int | None = None
    exit_code: int = 0
    is_forced: bool = False
    executes_args: bool = False
    takes_flags: bool = False
    lines: tuple[str, ...] = ()
    needs: str = ""
    subcommands: tuple[tuple[str, Behaviour], ...] = ()
    ports: tuple[int, ...] | None = None
    speaks: str = ""
    paths: tuple[str, ...] = ()
    is_strict: bool = False
    configured: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    starts_in: int = 0
    fails_after: int | None = None
    flaky: int = 0
    is_healthy: bool = True
    turns_ready: bool = True

    @property
    def can_pull(self) -> bool:
        return self.pull == FOUND
