"""Signals that a command in a container sends to its first process."""

from __future__ import annotations

from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.signals import ignores_signal
from kubesim.containers.main_program import end_of, program_of
from kubesim.controllers.kubelet import disturbance
from kubesim.sim.images.installed_programs import official_name
from kubesim.sim.images.name import parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.execution import Execution

# No process is ended by these; nor is the first one of a container by these that it cannot handle.
_HARMLESS = frozenset(("EXIT", "CHLD", "CONT", "URG"))
_UNHANDLED = frozenset(("KILL", "STOP"))
_RELOADING = frozenset(("nginx", "httpd"))  # on SIGHUP
_ENDING = {"nginx": ("INT", "QUIT"), "redis": ("INT",), "httpd": ("INT",)}


def send(cluster: Cluster, execution: Execution, name: str) -> bool:
    """Send a signal to the first process of a container; whether that ends it. NotSimulated.

    The kernel drops what that process does not handle (pid_namespaces(7)).
    """
    pod = cluster.get(*execution.key)
    spec, container = pod["spec"], execution.container
    if name in _HARMLESS or name in _UNHANDLED:
        return False
    if spec.get("shareProcessNamespace") or spec.get("hostPID") or container.get("targetContainerName"):
        raise _unknown(name)
    words = program_of(execution.place)
    if words and ignores_signal(words):
        return False
    image = parse_image(container["image"])
    family = "" if words or image is None else official_name(image)
    if name == "TERM":
        end = end_of(execution.place)
        code = end.code if end.at_once else None
    elif name in _ENDING.get(family, ()):
        code = 0
    elif name == "HUP" and family in _RELOADING:
        code = None
    else:
        raise _unknown(name)
    if code is None:
        return False
    disturbance.end(cluster, pod, container, code)
    return True


def _unknown(name: str) -> NotSimulated:
    return NotSimulated(f"kubesim does not know what SIG{name} does to this container")
