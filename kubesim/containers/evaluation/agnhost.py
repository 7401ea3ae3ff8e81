"""agnhost, the image of Kubernetes' own tests and of its first tutorial: its tools, and what its servers log first.

Mirrors test/images/agnhost: what is logged goes through klog.
"""

from __future__ import annotations

from kubesim.containers.evaluation import logs_generator, mount_test
from kubesim.containers.evaluation.tools.call import run_on
from kubesim.network.sites.agnhost import logged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


def is_known(argv: list[Value]) -> bool:
    """Whether a command is one of agnhost's servers and tools that are known here."""
    name = (argv[0] or "").rpartition("/")[2]
    if name == "nnp":
        return len(argv) == 1
    if name not in ("agnhost", "agnhost-2") or len(argv) < 2:
        return False
    if argv[1] == "mounttest":
        return mount_test.is_known(argv)
    if argv[1] in _TOOLS:
        return len(argv) == 2
    if argv[1] == "logs-generator":
        return logs_generator.settings([word or "" for word in argv[2:]]) is not None
    return argv[1] in ("entrypoint-tester", "netexec", "pause", "serve-hostname", *_SILENT)


# Servers that log nothing as they begin.
_SILENT = ("crd-conversion-webhook", "grpc-health-checking", "porter", "test-webserver", "webhook")


def run(machine: Machine, argv: list[Value]) -> Status:
    """Log the first lines, and serve for ever; tools print what they find, and end."""
    if argv[-1] == "nnp" or argv[1] in _TOOLS:
        machine.write(_TOOLS[argv[-1] or ""](machine))
        return 0
    if argv[1] == "mounttest":
        return mount_test.run(machine, argv)
    if argv[1] == "entrypoint-tester":
        machine.write(None if None in argv else f"[{' '.join(word or '' for word in argv)}]\n")
        return 0
    words = [word or "" for word in argv[2:]]
    if argv[1] == "logs-generator" and (chosen := logs_generator.settings(words)) is not None:
        return logs_generator.run(machine, *chosen)
    if argv[1] == "pause":
        machine.write("Paused\n")
        return run_on(machine)
    if argv[1] in _SILENT:
        return run_on(machine)
    texts = [f"Serving on port {_option(words, 'port', '9376')}."]
    if argv[1] == "netexec":
        texts = [f"Started HTTP server on port {_option(words, 'http-port', '8080')}"]
        texts += [f"Started UDP server on port  {_option(words, 'udp-port', '8081')}"]
    epoch = machine.shared.setting.epoch
    for text in texts:
        machine.write(None if epoch is None else logged(epoch + machine.clock, text) + "\n", 2)
    return run_on(machine)


def _hosts(machine: Machine) -> Value:
    text = machine.files.find("/etc/hosts", machine.clock).content
    return None if text is None else f"{text}\n"


def _resolver(machine: Machine, word: str) -> Value:
    """What the first line of the resolver's settings says that begins with a word."""
    text = machine.files.find("/etc/resolv.conf", machine.clock).content
    lines = [] if text is None else [line for line in text.splitlines() if line.startswith(word)]
    return f"{','.join(lines[0].split(' ')[1:])}\n" if lines else None


def _user(machine: Machine) -> Value:
    user = machine.shared.setting.user
    return None if user is None else f"Effective uid: {user}\n"


def _raised_user(machine: Machine) -> Value:
    """The user of a program whose file is root's and set-user-ID, where that is not forbidden to gain anything."""
    status = machine.files.find("/proc/1/status", machine.clock).content
    if status is None:
        return None
    return _user(machine) if "NoNewPrivs:\t1\n" in status else "Effective uid: 0\n"


_TOOLS: dict[str, Callable[[Machine], Value]] = {
    "etc-hosts": _hosts,
    "dns-suffix": lambda machine: _resolver(machine, "search"),
    "dns-server-list": lambda machine: _resolver(machine, "nameserver"),
    "nonewprivs": _user,
    "nnp": _raised_user,
}


def _option(words: list[str], name: str, usual: str) -> str:
    """The value of ``--name=value``, or ``--name value``."""
    for index, word in enumerate(words):
        bare, equals, value = word.lstrip("-").partition("=")
        if bare == name:
            return value if equals else "".join(words[index + 1 : index + 2])
    return usual
