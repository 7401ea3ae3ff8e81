"""The images whose own program is a shell: what a container of one runs that is given no command.

Written by hand from the images' configurations.
"""

from __future__ import annotations

from kubesim.sim.images.name import parse_image

_BASH = (
    "almalinux amazonlinux archlinux bash buildpack-deps centos debian dnsutils fedora gcc golang oraclelinux "
    "rockylinux rust ubi ubi8 ubi9 ubuntu"
)
_SHELLS = {
    **dict.fromkeys(("busybox", "alpine", "busyboxplus"), "sh"),
    **dict.fromkeys(_BASH.split(), "bash"),
    "netshoot": "zsh",
}


def shell_of(image: str) -> str | None:
    """The shell that is an image's own program; None where it is something else, or not known."""
    name = parse_image(image)
    return None if name is None else _SHELLS.get(name.repository.rpartition("/")[2])
