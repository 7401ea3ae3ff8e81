"""The node that a command finds around its container, and the processes that it finds in it."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Process(NamedTuple):
    """A process: its number and its parent's, its user's number (None: unknown), the words of its command.

    ``since``: when (ms of the container's life) it began; less than 0 for one of an older container.
    """

    number: int
    parent: int
    user: str | None
    words: str
    since: int = 0

    @property
    def name(self) -> str:
        """The name of its program."""
        return self.words.partition(" ")[0].rpartition("/")[2].rstrip(":")


class Disk(NamedTuple):
    """Something that is mounted: its device, where, its bytes, and those in use; ``number``: that of its device."""

    device: str
    path: str
    size: int
    used: int
    number: str


class Host(NamedTuple):
    """A node as its containers see it. Sizes are bytes; ``booted`` is ms since the epoch.

    ``memory_used`` and ``load`` (in processors) are measured when they are asked for.  ``disks``: what is mounted in
    the container.  ``processes`` are those of the container, or of its pod if that shares them; None where they are not
    known.  ``is_first``: the command is the container's own program.
    """

    kernel: str
    cpus: int
    memory: int
    booted: int
    memory_used: Callable[[], int]
    load: Callable[[], float]
    disks: tuple[Disk, ...]
    processes: tuple[Process, ...] | None
    is_first: bool = False
