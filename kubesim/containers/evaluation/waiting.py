"""Programs that wait for a target: wait-for-it, dockerize and their like."""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.endings import OutOfTime, RunsOn, Status
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.targets import Aim, Target, Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value

PERIOD = 1 * SECOND

_WAITERS = frozenset(("wait-for-it.sh", "wait-for-it", "wait-for.sh", "wait-for", "wait4x", "wait-port", "dockerize"))
_ADDRESS = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>[A-Za-z0-9][\w.-]*)(?::(?P<port>\d+))?(?:/.*)?")
_PORTS = {"http": 80, "https": 443}


def wait_for(machine: Machine, argv: list[Value]) -> Status:
    """The status of such a program; None if it is not one, or its target is unknown."""
    name = (argv[0] or "").rpartition("/")[2]
    own = argv[1 : argv.index("--")] if "--" in argv else argv[1:]
    words = [word for word in own if word is not None]
    if len(words) < len(own):
        return None
    aims = _aims(name, words)
    length = _time_out(name, words)
    end = None if length is None else machine.clock + length
    for aim in aims:
        if not _reached(machine, aim, end):
            return 1
    return 0 if aims else None


def _aims(name: str, words: list[str]) -> list[Aim]:
    if name == "kubectl":
        wish = _kubectl(words)
        return [] if wish is None else [wish]
    if name == "wait_for.sh":
        return _of_objects(words)
    return [target for word in words if (target := _target(word)) is not None] if name in _WAITERS else []


_KINDS = {
    **dict.fromkeys(("pod", "pods", "po"), "Pod"),
    **dict.fromkeys(("deployment", "deployments", "deploy", "deployment.apps", "deployments.apps"), "Deployment"),
    **dict.fromkeys(("statefulset", "statefulsets", "sts", "statefulset.apps"), "StatefulSet"),
    **dict.fromkeys(("daemonset", "daemonsets", "ds"), "DaemonSet"),
    **dict.fromkeys(("job", "jobs", "job.batch", "jobs.batch"), "Job"),
}
ROLLED_OUT = "rolled-out"


def _kubectl(words: list[str]) -> Wish | None:
    """``kubectl wait --for=condition=...``, ``kubectl rollout status``."""
    selector, namespace = _option(words, "-l", "--selector"), _option(words, "-n", "--namespace")
    condition = (_option(words, "--for") or "").partition("condition=")[2].partition("=")[0]
    plain = _without_options(words)
    if plain[:2] == ["rollout", "status"]:
        condition, plain = ROLLED_OUT, plain[1:]
    kind, _, name = " ".join(plain[1:]).replace(" ", "/").partition("/")
    if plain[:1] not in (["wait"], ["status"]) or not condition or kind not in _KINDS:
        return None
    return Wish(_KINDS[kind], namespace or "", name, selector or "", condition.lower())


def _of_objects(words: list[str]) -> list[Aim]:
    """k8s-wait-for: ``pod -lapp=db``, ``job migrate``, ``service db``."""
    kind = words[0].partition("-")[0] if words else ""
    selector, name = _option(words, "-l") or "", "".join(word for word in words[1:2] if not word.startswith("-"))
    if kind == "service" and name:
        return [Target(name, None, True)]
    if kind not in ("pod", "job") or not (selector or name):
        return []
    return [Wish(_KINDS[kind], _option(words, "-n") or "", name, selector, "ready" if kind == "pod" else "complete")]


_VALUED = ("-l", "--selector", "-n", "--namespace", "--for", "--timeout")


def _option(words: list[str], *names: str) -> str | None:
    for index, word in enumerate(words):
        for name in names:
            if word == name:
                return "".join(words[index + 1 : index + 2])
            if word.startswith(name) and (len(name) == 2 or word.startswith(f"{name}=")):
                return word[len(name) :].removeprefix("=")
    return None


def _without_options(words: list[str]) -> list[str]:
    valued = {index + 1 for index, word in enumerate(words) if word in _VALUED}
    return [word for index, word in enumerate(words) if index not in valued and not word.startswith("-")]


def _target(word: str) -> Target | None:
    found = _ADDRESS.fullmatch(word.partition("=")[2] if word.startswith("-") else word)
    if found is None or not (found["scheme"] or found["port"]):
        return None
    port = int(found["port"] or _PORTS.get(found["scheme"] or "", 0))
    return Target(found["host"], port or None, True)


# Their default time-outs (s); kubectl waits for ever for a rollout.
_DEFAULTS = {"wait4x": 10, "dockerize": 10, "kubectl": 30, "wait_for.sh": 0}


def _time_out(name: str, words: list[str]) -> int | None:
    """The longest wait (ms), None for ever."""
    given = re.search(r"(?:-t|--timeout|-timeout)[= ]?(\d+)([smh]?)", " ".join(words))
    if given is None:
        return None if "rollout" in words else _DEFAULTS.get(name, 15) * SECOND or None
    seconds = int(given[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[given[2]]
    return seconds * SECOND or None


def _reached(machine: Machine, target: Aim, end: int | None) -> bool:
    """Try once a period until the target is reached, or the time is over."""
    start = machine.clock
    while machine.reach(target):
        if machine.shared.outside is not None:
            if end is not None and machine.clock + PERIOD > end:
                machine.advance(max(0, end - machine.clock))
                return False
            machine.advance(PERIOD)
            continue
        since = machine.shared.reached.get(target)
        if end is not None and (since is None or since > end):
            machine.advance(max(0, end - machine.clock))
            return False
        if since is None:
            if machine.limit is None:
                raise RunsOn
            machine.clock = machine.limit
            raise OutOfTime
        periods = -(-(since - start) // PERIOD)
        machine.advance(start + periods * PERIOD - machine.clock)
    return True
