"""The answer of ``kubesim sim images IMAGE``: whether an image can be pulled, what it does, and why."""

from __future__ import annotations

from kubesim.golang.durations import duration_text
from kubesim.sim.images.behaviour import DENIED, ROOT, Behaviour
from kubesim.sim.images.installed_programs import has_others, tools_of
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.needs import NEEDS
from kubesim.sim.images.registries import pull_error
from kubesim.sim.images.rules import changed
from kubesim.sim.images.verdict import verdict_on
from kubesim.sim.profiles import BARE
from kubesim.sim.runtime import pattern_for, rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def explained(cluster: Cluster, image: str) -> str:
    """Lines of ``Title: text`` about an image, for pods that do not override its behaviour."""
    name = parse_image(image)
    if name is None:
        return _lines([("Image", image), ("Pull", "never: this is no name of an image, which its pods show")])
    does, why = verdict_on(image, is_bare=cluster.profile == BARE)
    pattern = pattern_for(cluster, image)
    if pattern is not None:
        rule = rules(cluster)[pattern]
        does, why = changed(does, rule), f"your rule {pattern}={rule} is about it"
    lines = [("Image", name.full)]
    if does.can_pull:
        lines += [("Pull", f"works: {why}"), *_of_containers(image, does)]
    else:
        outcome = "denied" if does.pull == DENIED else "not found"
        lines += [("Pull", f"{outcome}: {why}"), ("Error", pull_error(name, does.pull))]
    return _lines(lines)


def _lines(texts: list[tuple[str, str]]) -> str:
    return "".join(f"{title + ':':11} {text}\n" for title, text in texts)


def _of_containers(image: str, does: Behaviour) -> list[tuple[str, str]]:
    needs = [("Needs", _need(does.needs))] if does.needs else []
    return [
        ("Container", _life(does)),
        *needs,
        ("Probes", _probes(does)),
        ("User", _user(does.user)),
        ("Programs", _programs(image)),
    ]


def _life(does: Behaviour) -> str:
    unless = "whatever its command" if does.is_forced else "unless it has a command"
    if does.life is None:
        return "serves until it is stopped, unless its command ends"
    when = "at once" if does.life == 0 else f"after {duration_text(does.life)}"
    return f"ends {when} with exit code {does.exit_code}, {unless}"


def _need(key: str) -> str:
    need = NEEDS[key]
    ways = [*need.variables, *([f"an argument {need.flag}"] if need.flag else ())]
    ways += ["a configuration file that is mounted"] if need.file else []
    return f"one of {', '.join(ways)}; without it, it exits {need.exit_code}"


def _probes(does: Behaviour) -> str:
    if not does.is_healthy:
        return "fail"
    answered = "are answered on every port" if does.ports is None else _on_ports(does)
    times = [f"not before {duration_text(does.starts_in)}"] if does.starts_in else []
    times += [f"failing after {duration_text(does.fails_after)}"] if does.fails_after is not None else []
    times += [f"{does.flaky}% of them fail"] if does.flaky else []
    times += ["but it never turns ready"] if not does.turns_ready else []
    return ", ".join([answered, *times])


def _on_ports(does: Behaviour) -> str:
    if not does.ports:
        return "are answered on no port"
    words = f"are answered on {', '.join(map(str, does.ports))}"
    if does.paths:
        words += f", with 404 for other paths than {' and '.join(does.paths)}"
    return words if does.is_strict else f"{words}, unless the pod configures it otherwise"


def _user(user: str) -> str:
    if user == ROOT:
        return "root: refused where runAsNonRoot is set and runAsUser is not"
    if not user:
        return "unknown: a pod that sets runAsNonRoot is believed"
    return user if user.isdigit() else f"{user}: no number, so that the kubelet cannot verify runAsNonRoot"


def _programs(image: str) -> str:
    tools = tools_of(image)
    if tools is None:
        return "unknown: any command may be there"
    return f"{len(tools)} known; others {'may be there' if has_others(image) else 'cannot be started'}"
