"""Where a container listens: as its image does, unless the pod configures it otherwise.

What a container reads of its configuration is not known.  So where a pod configures an image - mounts something over
its configuration, or names a port in its command, arguments or variables - it is believed to listen where it is probed.
"""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, dig
from kubesim.controllers.kubelet.pod_phase import is_sidecar
from kubesim.sim.environment import environment_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.sim.images.behaviour import Behaviour

SERVICE_ACCOUNT = "/var/run/secrets/"  # what is mounted there configures nothing
_CONFIGURATION = ("configMap", "secret", "projected")
_SHELLS = ("sh", "bash", "ash", "dash", "zsh")
_ENTRYPOINTS = ("docker-entrypoint.sh", "entrypoint.sh", "tini", "dumb-init", "exec", "env")

# Commands that listen nowhere, and the words of a shell between them.
_IDLE = """
sleep tail cat echo printf touch rm mkdir cp mv ls date true false test [ : exit trap wait set export cd hostname env id
whoami while until for if then else elif fi do done in !
"""


def opens_at(work: PodWork, container: Obj) -> int:
    """From when on (ms) the latest instance of a container listens."""
    begun, delay = work.container(container["name"])["on"], work.behaviour(container).starts_in
    if work.cluster.noted("faults"):
        from kubesim.sim.faults import delay_of_start

        delay = max(delay, delay_of_start(work.cluster, work.pod, begun))
    return begun + delay


def port_number(container: Obj, port: int | str) -> int | None:
    """A port's number; None for a name that no port of the container has. Mirrors ResolveContainerPort."""
    if isinstance(port, int):
        return port
    named = [p["containerPort"] for p in dig(container, "ports", default=()) if p.get("name") == port]
    if named:
        return int(named[0])
    return int(port) if port.isdigit() else None


def listener(work: PodWork, container: Obj, port: int) -> Obj | None:
    """The container that answers on a port: the one that is probed, or another of its pod; None if it is closed.

    The containers of a pod share its network.
    """
    if _listens(work, container, port):
        return container
    if work.behaviour(container).is_strict:
        return None
    sidecars = (c for c in work.spec.get("initContainers") or () if is_sidecar(c, work.spec))
    others = (other for other in (*sidecars, *work.spec["containers"]) if other is not container)
    return next((other for other in others if _is_known_on(work, other, port)), None)


def _listens(work: PodWork, container: Obj, port: int) -> bool:
    behaviour = work.behaviour(container)
    if behaviour.is_strict:
        return behaviour.ports is None or port in behaviour.ports
    if is_idle(container, behaviour):
        return False
    if behaviour.ports is None or port in behaviour.ports:
        return True
    return _may_listen_on(work, container, behaviour, port)


def _is_known_on(work: PodWork, container: Obj, port: int) -> bool:
    """Whether a port is declared to be a container's own, or known to be, and the container listens there."""
    declared = any(declared["containerPort"] == port for declared in container.get("ports") or ())
    return (declared or port in (work.behaviour(container).ports or ())) and _listens(work, container, port)


def has_path(container: Obj, behaviour: Behaviour, path: str) -> bool:
    """Whether the container has a page."""
    if not behaviour.paths or path.partition("?")[0] in behaviour.paths:
        return True
    return not behaviour.is_strict and is_touched(container, behaviour.content)


def speaks(container: Obj, behaviour: Behaviour, protocol: str) -> bool:
    """Whether what the container answers is HTTP, HTTPS or gRPC: ``protocol`` is that in small letters."""
    if not behaviour.speaks or (not behaviour.is_strict and is_touched(container, behaviour.configured)):
        return True
    return behaviour.speaks == protocol


def is_touched(container: Obj, folders: Iterable[str]) -> bool:
    """Whether the pod puts something into one of these folders: a volume, or by a command that names it."""
    mounts = [mount["mountPath"].rstrip("/") for mount in container.get("volumeMounts") or ()]
    text = " ".join(_words(container, hooks=True))
    return any(_is_mounted(folder, mounts) or folder in text for folder in folders)


def _is_mounted(folder: str, mounts: Iterable[str]) -> bool:
    return any(f"{mount}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{mount}/") for mount in mounts)


def _words(container: Obj, *, hooks: bool = False) -> list[str]:
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    if hooks:
        words += dig(container, "lifecycle", "postStart", "exec", "command", default=())
    return words


def _may_listen_on(work: PodWork, container: Obj, behaviour: Behaviour, port: int) -> bool:
    """Whether the pod may have configured that port, which is not the image's own."""
    if is_touched(container, behaviour.configured) or _runs_another(container, behaviour):
        return True
    if not behaviour.configured and _mounts_configuration(work, container):
        return True
    values = environment_of(work.cluster, work.pod, container).values()
    number = re.compile(rf"(?<!\d){port}(?!\d)")
    return any(number.search(text) for text in (*_words(container, hooks=True), *values) if text)


def _mounts_configuration(work: PodWork, container: Obj) -> bool:
    """Whether a ConfigMap or a Secret is mounted, somewhere."""
    configuring = {v["name"] for v in work.spec.get("volumes") or () if not v.keys().isdisjoint(_CONFIGURATION)}
    mounts = container.get("volumeMounts") or ()
    return any(m["name"] in configuring and not m["mountPath"].startswith(SERVICE_ACCOUNT) for m in mounts)


def _runs_another(container: Obj, behaviour: Behaviour) -> bool:
    """Whether the command is another program than the image's own, as far as its name shows."""
    words = _command(container, behaviour)
    if not words or _script(words) is not None:
        return False
    program = next((_bare(word) for word in words if _bare(word) not in _ENTRYPOINTS), "")
    stem = re.split(r"[:@]", container["image"].rpartition("/")[2])[0]
    return stem.partition("-")[0] not in program and program.partition("-")[0] not in stem


def _command(container: Obj, behaviour: Behaviour) -> list[str]:
    """The command line that the pod gives; empty if the image's own program runs, whatever its arguments."""
    args = container.get("args") or []
    if container.get("command"):
        return [*container["command"], *args]
    takes_them = behaviour.takes_flags and args and str(args[0]).startswith("-")
    return list(args) if behaviour.executes_args and not takes_them else []


def _bare(word: str) -> str:
    return word.rpartition("/")[2]


def _script(words: list[str]) -> str | None:
    """The script that a shell is given by -c."""
    if _bare(words[0]) not in _SHELLS:
        return None
    flag = next((index for index, word in enumerate(words) if re.fullmatch(r"-[a-z]*c[a-z]*", word)), None)
    return None if flag is None or flag + 1 >= len(words) else words[flag + 1]


def is_idle(container: Obj, behaviour: Behaviour) -> bool:
    """Whether the command is one that listens nowhere: it sleeps, or does what only shells do."""
    words = _command(container, behaviour)
    if not words:
        return False
    script = _script(words)
    if script is None:
        return _bare(words[0]) in ("sleep", "tail", "true", "false", "pause")
    plain = re.sub(r"'[^']*'|\"[^\"]*\"|\d?>{1,2}\s*&?[^\s;&|]+|\$\(\([^)]*\)\)", " x ", script)
    statements = (statement.split() for statement in re.split(r"[;&|\n()]+|\b(?:do|then|else)\b", plain))
    return all(_is_idle(statement) for statement in statements if statement)


def _is_idle(statement: list[str]) -> bool:
    words = [word for word in statement if "=" not in word]
    while words and words[0] in ("while", "until", "if", "!", "elif"):
        words = words[1:]
    return not words or _bare(words[0]) in _IDLE.split()
