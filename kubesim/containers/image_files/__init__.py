"""The usual files of images, for those whose distribution is known: root folders, users, servers' pages and settings.

What is written down here are facts of the distributions and of the images' build files. What an image has beside it is
not known, and is not said to be absent, but in the folders that are listed as whole.
"""

from __future__ import annotations

import posixpath

from kubesim.api.identity import hex_digest
from kubesim.containers.evaluation.found import ABSENT, DEVICE, FILE, FOLDER, LINK, Found, Value
from kubesim.containers.evaluation.origins import UNKNOWN_IMAGE, ImageFiles
from kubesim.containers.image_files.distributions import Distribution, distribution_of
from kubesim.containers.image_files.servers import own_of
from kubesim.sim.images.installed_programs import Programs, official_name, programs_of
from kubesim.sim.images.name import parse_image
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_DEVICES = {"null": 0o666, "zero": 0o666, "full": 0o666, "random": 0o666, "urandom": 0o666, "tty": 0o666}
_DEVICE_LINKS = {"stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
_DEVICE_LINKS |= {"fd": "/proc/self/fd", "core": "/proc/kcore", "ptmx": "pts/ptmx"}
_YEAR = 31_536_000  # s
_FIRST = 1_690_000_000  # s since the epoch: images are made from then on, at an instant that follows from their names


@lru_cache(maxsize=128)
def files_of(image: str, given: tuple[tuple[str, Value], ...] = ()) -> ImageFiles:
    """The files of an image, and those that the kubelet and the kernel give it: their paths and texts."""
    distribution, programs = distribution_of(image), programs_of(image)
    name = parse_image(image)
    if distribution is None or name is None or programs is None:
        known = {} if programs is None or programs.base else dict(_without_distribution(programs))
        entries = {**UNKNOWN_IMAGE.entries, **known, **{path: _file(text) for path, text in given}}
        return UNKNOWN_IMAGE._replace(entries=entries)
    family = official_name(name)
    own = own_of(name.repository, family, name.tag)
    entries, whole = _system(distribution)
    for path, mode, owner in own.folders:
        _fold(entries, path)
        entries[path] = Found(True, kind=FOLDER, mode=mode, owner=owner, group=owner)
    for path, text in own.files.items():
        _fold(entries, path)
        entries[path] = _file(text)
    for path, size in own.sizes.items():
        _fold(entries, path)
        entries[path] = _file(None, 0o775 if path.endswith(".sh") else 0o644)._replace(size=size)
    for path, target in own.links.items():
        _fold(entries, path)
        entries[path] = _link(target)
    for at, path, usual in ((0, "/etc/passwd", distribution.passwd), (1, "/etc/group", distribution.group)):
        entries[path] = _file(None if usual is None or own.users is None else usual + own.users[at])
    whole += _add_programs(entries, programs)
    entries |= {path: _file(text) for path, text in given}
    made = _FIRST + int(hex_digest(0, name.full, 6), 16) % (2 * _YEAR)
    folders = {*whole, *own.whole} - (set() if own.knows_root else {"/"})
    if not family:
        folders.discard("/opt")  # where those who are no distribution put what they have made
    return ImageFiles(entries, frozenset(folders), has_links=True, made=made)


def _add_programs(entries: dict[str, Found], programs: Programs) -> list[str]:
    """Put the programs of an image into its folders; give those folders in which nothing else is."""
    for name, folder in programs.folders.items():
        if folder:
            path = f"{folder.rstrip('/')}/{name}"
            _fold(entries, path)
            entries.setdefault(path, _file(None, 0o755))
    if not programs.is_whole or "" in programs.folders.values():
        return []
    return [path for path in _OF_PROGRAMS if path in entries and entries[path].kind == FOLDER]


_OF_PROGRAMS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin")


def _without_distribution(programs: Programs) -> Iterator[tuple[str, Found]]:
    """What an image that has no distribution does have, and certainly has not."""
    yield "/bin/sh", ABSENT
    for name, folder in programs.folders.items():
        if folder:
            yield f"{folder.rstrip('/')}/{name}", _file(None, 0o755)


def folder_of(image: str) -> str:
    """The folder in which an image's programs start; ``/`` where the image names none, or it is not known."""
    name = parse_image(image)
    return "/" if name is None else own_of(name.repository, official_name(name), name.tag).folder


def _file(text: Value, mode: int = 0o644) -> Found:
    return Found(True, text, FILE, mode)


def _link(target: str) -> Found:
    return Found(True, target, LINK, 0o777)


def _fold(entries: dict[str, Found], path: str) -> None:
    """Put the folders above a path where none are yet."""
    above = posixpath.dirname(path)
    while above not in entries:
        entries[above] = Found(True, kind=FOLDER, mode=0o755)
        above = posixpath.dirname(above)


def _system(distribution: Distribution) -> tuple[dict[str, Found], list[str]]:
    """What every container of a distribution has, and the folders in which nothing else is."""
    entries = {"/": Found(True, kind=FOLDER, mode=0o755)}
    for path, mode in distribution.folders:
        entries[path] = Found(True, kind=FOLDER, mode=mode)
    entries |= {path: _link(target) for path, target in distribution.links.items()}
    entries |= {path: _file(text) for path, text in distribution.files.items()}
    entries |= dict.fromkeys(distribution.absent, ABSENT)
    for path in ("/dev", "/dev/shm", "/dev/pts", "/dev/mqueue"):
        entries[path] = Found(True, kind=FOLDER, mode=0o1777 if path == "/dev/shm" else 0o755)
    entries |= {f"/dev/{one}": Found(True, kind=DEVICE, mode=mode) for one, mode in _DEVICES.items()}
    entries |= {f"/dev/{one}": _link(target) for one, target in _DEVICE_LINKS.items()}
    entries |= {f"/proc/self/fd/{one}": Found(True, kind=DEVICE, mode=0o600) for one in range(3)}
    for path in ("/proc", "/proc/self", "/proc/self/fd", "/sys"):
        entries[path] = Found(True, kind=FOLDER, mode=0o555)
    for path in ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf"):
        entries[path] = _file(None)
    entries["/dev/termination-log"] = _file("", 0o666)
    entries["/proc/1"] = Found(True, kind=FOLDER, mode=0o555)
    entries["/proc/1/cmdline"] = Found(True, None, FILE, 0o444)
    roots = ["/"] if distribution.root_is_whole else []
    return entries, [*roots, "/dev", *distribution.whole]
