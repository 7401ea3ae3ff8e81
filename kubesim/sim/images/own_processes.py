"""The processes of images' own programs, for those of which they are known: what ``ps`` shows of them.

Written by hand from the images' entrypoints and configurations.
"""

from __future__ import annotations

from kubesim.sim.images.installed_programs import official_name, programs_of
from kubesim.sim.images.made_from import ALPINE
from kubesim.sim.images.name import parse_image
from kubesim.startup.named_tuple import NamedTuple


class OwnProcess(NamedTuple):
    """A process: its number and its parent's, its user's number (None: that of the container), and its command."""

    number: int
    parent: int
    user: str | None
    words: str


_NGINX = "nginx: master process nginx -g daemon off;"
_CHILDREN = 3  # of httpd, as its configuration has it
# Servers of one process, each with the user to which its entrypoint changes.
_ALONE = {
    "redis": ("redis-server *:6379", "999"),
    "memcached": ("memcached", None),
    "mongo": ("mongod --bind_ip_all", "999"),
    "mysql": ("mysqld", "999"),
}


def own_processes(image: str, cpus: int) -> tuple[OwnProcess, ...] | None:
    """The processes of an image's own program on a node with so many processors; None where they are not known."""
    name, programs = parse_image(image), programs_of(image)
    if name is None or programs is None:
        return None
    family = official_name(name)
    if family == "nginx":
        first = 30 if programs.base == ALPINE else 29
        workers = (OwnProcess(first + at, 1, "101", "nginx: worker process") for at in range(cpus))
        return (OwnProcess(1, 0, None, _NGINX), *workers)
    if family == "httpd":
        user = "82" if programs.base == ALPINE else "33"
        children = (OwnProcess(8 + at, 1, user, "httpd -DFOREGROUND") for at in range(_CHILDREN))
        return (OwnProcess(1, 0, None, "httpd -DFOREGROUND"), *children)
    if family in _ALONE:
        words, changed = _ALONE[family]
        return (OwnProcess(1, 0, changed, words),)
    if "pause" in programs.names and programs.is_whole and len(programs.names) == 1:
        return (OwnProcess(1, 0, "65535", "/pause"),)
    return None
