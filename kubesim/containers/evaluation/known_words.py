"""What well-known programs say of themselves where they are really run, as far as an image's tag tells it."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.sim.images.installed_programs import official_name
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.versions import nginx_version, version_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

# By an official image and its program: the option, and what is said, with the tag's version in it.
_VERSIONS = {
    ("python", "python"): ("--version", "Python {}"),
    ("python", "python3"): ("--version", "Python {}"),
    ("node", "node"): ("--version", "v{}"),
    ("golang", "go"): ("version", "go version go{} linux/amd64"),
    ("redis", "redis-cli"): ("--version", "redis-cli {}"),
    ("mysql", "mysql"): ("--version", "mysql  Ver {} for Linux on x86_64 (MySQL Community Server - GPL)"),
}
_SHORT = {"python": "-V", "python3": "-V", "node": "-v", "redis-cli": "-v", "mysql": "-V"}
_CONFIGURATION = "/etc/nginx/nginx.conf"
_CONFIGURED = (_CONFIGURATION, "/etc/nginx/conf.d", "/etc/nginx/conf.d/default.conf")
_SIGNALS = {"reload": "HUP", "stop": "TERM", "quit": "QUIT"}


def say_known(machine: Machine, argv: list[Value]) -> bool:
    """Say what a program says of itself; whether that is known."""
    name = parse_image(machine.shared.setting.image)
    program = (argv[0] or "").rpartition("/")[2]
    if name is None or None in argv:
        return False
    family, words = official_name(name), [word or "" for word in argv[1:]]
    if family == "nginx" and program == "nginx":
        return _nginx(machine, words, name.tag)
    option, form = _VERSIONS.get((family, program), ("", ""))
    version = version_in(name.tag)
    if not version or words not in ([option], [_SHORT.get(program)]):
        return False
    machine.write(form.format(version) + "\n")
    return True


def _nginx(machine: Machine, words: list[str], tag: str) -> bool:
    if words == ["-v"]:
        machine.complain(f"nginx version: nginx/{nginx_version(tag)}")
        return True
    if words == ["-t"] and _is_as_made(machine):
        machine.complain(f"nginx: the configuration file {_CONFIGURATION} syntax is ok")
        machine.complain(f"nginx: configuration file {_CONFIGURATION} test is successful")
        return True
    outside, epoch = machine.shared.outside, machine.shared.setting.epoch
    if len(words) == 2 and words[0] == "-s" and words[1] in _SIGNALS and outside is not None and epoch is not None:
        moment = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime((epoch + machine.clock) // SECOND))
        number = machine.shared.processes + 1
        outside.signal(_SIGNALS[words[1]])
        machine.complain(f"{moment} [notice] {number}#{number}: signal process started")
        return True
    return False


def _is_as_made(machine: Machine) -> bool:
    """Whether nginx's configuration is that of its image."""
    files = machine.files
    return all(files.mount_of(path) is None and files.modified(path, machine.clock) is None for path in _CONFIGURED)
