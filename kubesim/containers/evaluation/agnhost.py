"""agnhost, the image of Kubernetes' own tests and of its first tutorial: what its servers log as they begin.

Mirrors test/images/agnhost: what is logged goes through klog.
"""

from __future__ import annotations

from kubesim.containers.evaluation import mount_test
from kubesim.containers.evaluation.tools.call import run_on
from kubesim.network.sites.agnhost import logged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine


def is_known(argv: list[Value]) -> bool:
    """Whether a command is one of agnhost's servers and tools that are known here."""
    if (argv[0] or "").rpartition("/")[2] != "agnhost" or len(argv) < 2:
        return False
    if argv[1] == "mounttest":
        return mount_test.is_known(argv)
    return argv[1] in ("netexec", "pause", "serve-hostname", "test-webserver")


def run(machine: Machine, argv: list[Value]) -> Status:
    """Log the first lines, and serve for ever; mounttest prints what it finds, and ends."""
    if argv[1] == "mounttest":
        return mount_test.run(machine, argv)
    words = [word or "" for word in argv[2:]]
    if argv[1] == "pause":
        machine.write("Paused\n")
        return run_on(machine)
    if argv[1] == "test-webserver":
        return run_on(machine)
    texts = [f"Serving on port {_option(words, 'port', '9376')}."]
    if argv[1] == "netexec":
        texts = [f"Started HTTP server on port {_option(words, 'http-port', '8080')}"]
        texts += [f"Started UDP server on port  {_option(words, 'udp-port', '8081')}"]
    epoch = machine.shared.setting.epoch
    for text in texts:
        machine.write(None if epoch is None else logged(epoch + machine.clock, text) + "\n", 2)
    return run_on(machine)


def _option(words: list[str], name: str, usual: str) -> str:
    """The value of ``--name=value``, or ``--name value``."""
    for index, word in enumerate(words):
        bare, equals, value = word.lstrip("-").partition("=")
        if bare == name:
            return value if equals else "".join(words[index + 1 : index + 2])
    return usual
