"""A container does not go on running: it ends by itself, again and again."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import MINUTE, SECOND, dig, parse_time
from kubesim.containers.main_program import Place, end_of_log, has_program, life_of
from kubesim.controllers.kubelet.lives import OUT_OF_MEMORY
from kubesim.controllers.kubelet.places import place_in, reached_by
from kubesim.controllers.kubelet.pod_phase import restarts_after
from kubesim.sim.images.needs import NEEDS
from kubesim.sim.images.verdict import verdict_on
from kubesim.sim.profiles import BARE
from kubesim.sim.runtime import rule_for
from kubesim.views.lengths import length_text
from kubesim.views.why.model import command
from kubesim.views.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.sim.images.needs import Need
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import ContainerCase

MOST_DOUBLINGS = 12  # of a limit of memory
SOON = 10 * MINUTE  # the end of a container that was restarted, and may run for hours
FOR_EVER = ["tail", "-f", "/dev/null"]


def has_ended(case: ContainerCase) -> bool:
    """Whether the container has ended and is to run, or runs again only to end soon."""
    if case.is_init and case.is_passed:
        return False
    if not case.is_running:
        return bool(case.last_end)
    is_to_end = case.record.get("do") == "exit" and case.record["due"] < case.pod.now + SOON
    return bool(case.status.get("restartCount")) and is_to_end


def out_of_memory(case: ContainerCase) -> Cause | None:
    """The kernel ends it: it uses more memory than it may."""
    if not has_ended(case) or case.last_end.get("reason") != OUT_OF_MEMORY:
        return None
    limit = dig(case.spec, "resources", "limits", "memory")
    text = f"{case.title} needs more memory than its limit {limit} allows (OOMKilled)"
    return case.pod.cause("OutOfMemory", text, _with_more_memory(case, limit), case.pod.target.undo(), retry="restart")


def _with_more_memory(case: ContainerCase, limit: str | None) -> Repair | None:
    """Twice the limit, or twice that, until the program is not ended for it."""
    if limit is None:
        return None
    for _ in range(MOST_DOUBLINGS):
        limit = quantity.add(limit, limit)
        limits = {**case.spec["resources"]["limits"], "memory": limit}
        spec = {**case.spec, "resources": {**case.spec["resources"], "limits": limits}}
        if not life_of(place_of(case)._replace(container=spec)).is_out_of_memory:
            return case.pod.target.set_resources(case.name, "limits", {"memory": limit})
    return None


def ended_by_itself(case: ContainerCase) -> bool:
    """Whether its last end is the one to which its program comes, to the second in which a status has instants."""
    end = case.last_end
    if not end.get("startedAt") or not end.get("finishedAt"):
        return False
    run = int(case.status.get("restartCount", 0)) - (1 if case.is_running else 0)
    place = place_in(case.pod.cluster, case.pod.pod, case.spec, {"run": run})
    length = life_of(place, reached_by(case.record)).length
    return length is not None and parse_time(end["finishedAt"]) - parse_time(end["startedAt"]) + SECOND > length


def place_of(case: ContainerCase) -> Place:
    """What the judgement of its program goes by."""
    run = int(case.status.get("restartCount", 0))
    return place_in(case.pod.cluster, case.pod.pod, case.spec, {"run": run})


def need_not_met(case: ContainerCase) -> Cause | None:
    """The image insists on a variable, an argument or a file, and does not get it."""
    pod = case.pod
    need = NEEDS.get(verdict_on(case.image, is_bare=pod.cluster.profile == BARE).behaviour.needs)
    if need is None or not has_ended(case) or has_program(place_of(case)) or rule_for(pod.cluster, case.image):
        return None
    if case.last_end.get("exitCode") != need.exit_code or case.behaviour.life != 0:
        return None
    text = f"image {case.image} ends at once without {listed(list(_ways(need)), 'or')}"
    return pod.cause("NeedNotMet", text, _variable(case, need), pod.target.undo(), retry="restart")


def _ways(need: Need) -> Iterator[str]:
    """What the image would be content with: of several variables the first two."""
    if need.variables:
        yield "the variable " + " or ".join(need.variables[:2])
    if need.flag:
        yield f"an argument {need.flag}"
    if need.file:
        yield "a configuration that is mounted"


def _variable(case: ContainerCase, need: Need) -> Repair | None:
    if not need.variables:
        return None
    name = need.variables[0]
    is_switch = name.startswith(("ALLOW_", "ACCEPT_"))
    given = case.pod.target.set_env(case.name, name, "yes" if is_switch else "change-me")
    return given if is_switch else given._replace(note="with a password of your own")


def completes(case: ContainerCase) -> Cause | None:
    """It ends well, and is run again for ever: it was to serve."""
    pod = case.pod
    if not has_ended(case) or case.is_init or case.last_end.get("exitCode") != 0:
        return None
    if not restarts_after(pod.spec, case.spec, 0):
        return None
    own = not has_program(place_of(case))
    what = f"image {case.image}, given no command," if own else f"the command of {case.title}"
    text = f"{what} ends {_after(case)} with exit code 0, and is run again and again"
    lasting = {"command": FOR_EVER, "args": None} if own else None
    repairs = [pod.target.undo(), lasting and case.patch(lasting)._replace(note="which does nothing for ever")]
    found = (repair for repair in repairs if repair)
    return pod.cause("Completes", text, *found, retry="restart", sort=what)._replace(look=_look(case))


def crashes(case: ContainerCase) -> Cause | None:
    """It ends with an error."""
    if not has_ended(case) or not case.last_end.get("exitCode"):
        return None
    text = end_text(case, "exits")
    repairs = [case.pod.target.undo()]
    if case.behaviour.is_forced:
        text = f"image {case.image} crashes: {text}"
        repairs.append(case.pod.target.set_image(case.name, "IMAGE")._replace(is_whole=False))
    sort = f"{case.title} {case.last_end['exitCode']}"
    return case.pod.cause("Crashes", text, *repairs, retry="restart", sort=sort)._replace(look=_look(case))


def end_text(case: ContainerCase, verb: str) -> str:
    """``main exits with 1 after 2 s; it printed "no disk"``."""
    line = _last_line(case)
    printed = f'; it printed "{line}"' if line else ""
    return f"{case.title} {verb} with {case.last_end.get('exitCode', 0)} {_after(case)}{printed}"


def _after(case: ContainerCase) -> str:
    """How long it ran the last time."""
    end = case.last_end
    try:
        length = parse_time(end["finishedAt"]) - parse_time(end["startedAt"])
    except (KeyError, ValueError):
        return "again"
    return f"after {length_text(length)}" if length > 0 else "at once"


def _last_line(case: ContainerCase) -> str:
    """What it printed last, as far as that is known."""
    place, end = place_of(case), case.last_end
    if case.behaviour.lines and case.behaviour.life is not None and not has_program(place):
        return case.behaviour.lines[0]
    if not has_program(place):
        return ""
    begun, until = (parse_time(end[name]) for name in ("startedAt", "finishedAt"))
    lines = (end_of_log(place, {}, begun, max(until, begun + 1000)) or "").strip().splitlines()
    return lines[-1] if lines else ""


def _look(case: ContainerCase) -> Repair:
    """Where more is to be seen than kubesim can say."""
    name = case.pod.key.name
    which = ("-c", case.name) if len(case.pod.spec["containers"]) > 1 or case.is_init else ()
    return command("logs", name, *which, "--previous")
