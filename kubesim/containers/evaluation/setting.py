"""What an evaluation depends on beside the command."""

from __future__ import annotations

from kubesim.containers.capabilities import EVERY, holds
from kubesim.containers.evaluation.files import Files, Mount, Value
from kubesim.containers.evaluation.origins import UNKNOWN_IMAGE, ImageFiles
from kubesim.containers.plausible import SERVES
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.origins import Source
    from kubesim.containers.evaluation.targets import Aim


class Setting(NamedTuple):
    """All that an evaluation depends on beside the command.

    ``environment`` are the variables that are defined; others are empty if ``is_whole``, else not known. ``tools``
    are the image's programs, None if not known; ``has_others``: there may be others. ``reached``: since when (ms)
    targets can be reached, None for those that cannot. ``epoch``: when the container started (ms since the epoch),
    if that may matter. ``horizon``: how far (ms) to go. ``memory``: how many bytes the container may use, if that
    may matter. ``user``: the number of its user, if that is known and may matter; ``group``: of its group, if the
    pod says so. ``written``: what comes into its files from elsewhere, as rows (see ``files.Files.rows``) in JSON.
    ``image``: the image's name, where it may matter. ``given``: paths and texts that the kubelet and the kernel
    give. ``groups``: those of the user, beside its own. ``is_read_only``: only volumes can be written. ``chance``:
    where random numbers begin, if they may matter. ``answers``: what clients get, as ``answers.Answers`` reads it.
    ``capabilities``: those that root's programs have.  ``is_strict``: no groups come from the image's ``/etc/group``.
    """

    purpose: str = SERVES
    environment: tuple[tuple[str, Value], ...] = ()
    is_whole: bool = False
    tools: frozenset[str] | None = None
    has_others: bool = False
    mounts: tuple[Mount, ...] = ()
    folder: str = ""
    host_name: Value = None
    reads_input: bool = False
    reached: tuple[tuple[Aim, int | None], ...] = ()
    epoch: int | None = None
    horizon: int | None = None
    memory: int | None = None
    user: Value = None
    group: Value = None
    image: str = ""
    written: str = ""
    given: tuple[tuple[str, Value], ...] = ()
    groups: tuple[int, ...] = ()
    chance: int = 0
    is_read_only: bool = False
    answers: str = ""
    capabilities: int = EVERY
    is_strict: bool = False

    def may(self, capability: str) -> bool:
        """Whether the programs have a capability; those of an unknown user are taken to be root's."""
        return self.user in (None, "0") and holds(self.capabilities, capability)


def _image_files(setting: Setting) -> ImageFiles:
    if not setting.image:
        return UNKNOWN_IMAGE
    from kubesim.containers.image_files import files_of

    return files_of(setting.image, setting.given)


def _mounted_images(setting: Setting) -> dict[Source, ImageFiles]:
    sources = {mount.source for mount in setting.mounts if mount.image}
    if not sources:
        return {}
    from kubesim.containers.image_files.mounted import files_of_source

    return {source: files_of_source(source) for source in sources}


def group_of(files: Files, user: int) -> int:
    """The group of a user by the image's ``/etc/passwd``; root's for those who are not in it."""
    rows = (line.split(":") for line in (files.find("/etc/passwd", 0).content or "").split("\n"))
    return next((int(row[3]) for row in rows if len(row) > 3 and row[2] == str(user)), 0)


def _groups_in_image(files: Files, user: int) -> list[int]:
    """The groups that a user is in by the image, as far as that is known."""
    passwd, group = (files.find(path, 0).content or "" for path in ("/etc/passwd", "/etc/group"))
    users = (line.split(":") for line in passwd.split("\n"))
    name = next((row[0] for row in users if len(row) > 3 and row[2] == str(user)), "")
    rows = (line.split(":") for line in group.split("\n"))
    return [int(row[2]) for row in rows if len(row) > 3 and name and name in row[3].split(",")]


def first_files(setting: Setting) -> Files:
    """The files that a program finds, and what comes into them from elsewhere."""
    files = Files(setting.mounts, _image_files(setting), _mounted_images(setting))
    if setting.image and setting.user is not None and setting.user.isdigit():
        user = int(setting.user)
        group = group_of(files, user) if setting.group is None else int(setting.group)
        others = [] if setting.is_strict else _groups_in_image(files, user)
        files.run_as(user, group, (*setting.groups, *others), setting.capabilities)
    files.is_read_only = setting.is_read_only
    if setting.written:
        from kubesim.startup.json_text import loads

        files.take(loads(setting.written))
    return files


def shell_of(name: str, tools: frozenset[str] | None) -> str:
    """Which shell a name stands for in an image: ash, dash or bash; sh where that is not known."""
    if name in ("ash", "dash", "bash"):
        return name
    if tools is None:
        return "sh"
    if "dash" in tools:
        return "dash"
    return "bash" if "bash" in tools and "busybox" not in tools else "ash"
