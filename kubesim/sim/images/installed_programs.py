"""Which programs images have, and where they lie, as far as that is known."""

from __future__ import annotations

from kubesim.sim.images.made_from import (
    ALIASES,
    ALPINE,
    BUSYBOX,
    DEBIAN,
    NOTHING,
    OFFICIAL,
    OTHERS,
    RED_HAT,
    UBUNTU,
)
from kubesim.sim.images.name import ImageName, parse_image
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Programs(NamedTuple):
    """The programs of an image by their bare names, each with the folder in which it lies; empty if not known.

    ``is_whole``: there are no others.  ``base`` is the distribution, one of ``made_from``'s, empty if it has none;
    ``knows_folders``: where that puts things is known.  ``own`` are those that the image adds to it, or has instead of
    its.
    """

    folders: dict[str, str]
    is_whole: bool
    base: str
    path: str
    knows_folders: bool
    own: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """All their names."""
        return frozenset(self.folders)


def official_name(name: ImageName) -> str:
    """The name that an official image has in docker.io/library, wherever it comes from; empty for others."""
    library, _, family = name.repository.rpartition("/")
    if library.endswith("/library"):
        return family
    return ALIASES.get(name.repository, "")


@lru_cache(maxsize=256)
def programs_of(image: str) -> Programs | None:
    """The programs of an image; None where nothing is known of them."""
    name = parse_image(image)
    made = None if name is None else OFFICIAL.get(official_name(name)) or OTHERS.get(name.repository)
    if name is None or made is None:
        return None
    words = name.tag.split("-")
    is_alpine = made.base in (DEBIAN, UBUNTU, RED_HAT) and any(word.startswith("alpine") for word in words)
    base = ALPINE if is_alpine else made.base
    is_full = bool(made.full) and not is_alpine and "slim" not in words
    folders = {**_of_distribution(base), **_placed(made.own), **(_placed(made.full) if is_full else {})}
    major = name.tag.partition("-")[0].partition(".")[0]
    path_end = made.path_end.format(major=major) if major.isdigit() and not is_alpine else ""
    path = ":".join(filter(None, (made.path, _PATH, path_end)))
    return Programs(
        folders, made.is_whole and not is_full, base, path, bool(base) and not made.is_old, frozenset(_placed(made.own))
    )


def _placed(text: str) -> dict[str, str]:
    """Programs with their folders."""
    folder, found = "", {}
    for word in text.split():
        if word == "/" or (word.startswith("/") and "." not in word):
            folder = word
        else:
            found[word.lstrip("/")] = "/" if word.startswith("/") else folder
    return found


@lru_cache(maxsize=8)
def _of_distribution(base: str) -> dict[str, str]:
    from kubesim.sim.images import program_lists as lists

    if base == NOTHING:
        return {}
    if base in (DEBIAN, UBUNTU):
        administration = frozenset(lists.ADMINISTRATION.split())
        return {name: "/usr/sbin" if name in administration else "/usr/bin" for name in lists.DEBIAN.split()}
    if base == RED_HAT:
        return dict.fromkeys(lists.RED_HAT.split(), "/usr/bin")
    names = lists.BUSYBOX.split()
    if base == BUSYBOX:
        return dict.fromkeys(names, "/bin")
    elsewhere = {name: folder for folder, text in lists.PLACES.items() for name in text.split()}
    return {name: elsewhere.get(name, "/bin") for name in (*names, *lists.APK.split())}


def tools_of(image: str) -> frozenset[str] | None:
    """The programs that an image has, by their bare names; None where that is not known."""
    programs = programs_of(image)
    return None if programs is None else programs.names


def has_others(image: str) -> bool:
    """Whether an image may have programs beside those that are known."""
    programs = programs_of(image)
    return programs is not None and not programs.is_whole


def is_own(image: str, program: str) -> bool:
    """Whether an image has a program of its own, and not one of its distribution."""
    programs = programs_of(image)
    return programs is not None and program in programs.own


def path_of(image: str) -> str | None:
    """The folders in which an image's programs are sought; None where that is not known."""
    programs = programs_of(image)
    return None if programs is None else programs.path


def program_path(image: str, program: str) -> str | None:
    """Where an image has a program; None where that is not known, or it has no such program."""
    programs = programs_of(image)
    folder = "" if programs is None else programs.folders.get(program, "")
    return f"{folder.rstrip('/')}/{program}" if folder else None
