"""A container's program: its life, and the answers of commands that are run beside it.

The one door to this package for the kubelet and for ``logs``.  What is costly, the shell's grammar and the walk over a
script, is imported when a container with a command starts, and done once for all containers alike.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, dig
from kubesim.containers import plausible
from kubesim.containers.commands import command_of as command_of
from kubesim.containers.place import Place as Place
from kubesim.sim.profiles import BARE
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.cluster import Cluster
    from kubesim.containers.evaluation.course import Answer, Argv, Course
    from kubesim.containers.evaluation.files import Files
    from kubesim.containers.evaluation.found import Row
    from kubesim.containers.evaluation.setting import Setting
    from kubesim.containers.evaluation.targets import Aim, Target

TERMINATED = 128 + 15  # the exit code after SIGTERM
KILLED = 128 + 9  # and of SIGKILL
UNRESTARTED_LIFE = 2 * SECOND  # the run time of an init container without a known one


class Life(NamedTuple):
    """How long a container runs (ms; None: for ever) and what it ends with.

    ``missing``: the program that is not there, so that nothing starts.
    ``is_out_of_memory``: the kernel ends it.  ``tried``: what it tries to reach, each with
    the instant (ms of its life) at which that first succeeded, if it did.  ``asked``: the commands of clients whose
    answers matter, each with the instant of the last, None if there is no end to it.
    """

    length: int | None
    exit_code: int
    missing: str | None = None
    is_out_of_memory: bool = False
    tried: tuple[tuple[Aim, int | None], ...] = ()
    asked: tuple[tuple[str, int | None], ...] = ()


def purpose_of(cluster: Cluster, *, restarts: bool, is_init: bool) -> str:
    """The purpose of a container. ``restarts``: it is restarted after success; ``is_init``: it is an init container."""
    if is_init:
        return plausible.ENDS
    if restarts:
        return plausible.SERVES
    return plausible.ENDS if cluster.profile == BARE else plausible.TASK


def life_of(place: Place, reached: Mapping[Aim, int] | None = None) -> Life:
    """How a container lives: as its command says, else as its image does.

    ``reached``: since when (ms of its life) what it tries to reach can be reached.
    """
    behaviour = place.behaviour
    if behaviour.is_forced:
        return Life(behaviour.life, behaviour.exit_code)
    argv = command_of(place)
    if not argv:
        return _life_of_image(place)
    course = course_of(place, reached or {}, argv)
    return Life(course.length, course.exit_code, course.missing, course.is_out_of_memory, course.tried, course.asked)


def _life_of_image(place: Place) -> Life:
    """The life of an image's own program."""
    container, behaviour = place.container, place.behaviour
    if behaviour.life is not None and (behaviour.exit_code or not container.get("stdin")):
        return Life(behaviour.life, behaviour.exit_code)
    if awaits_input(place, {}):
        return Life(None, 0)
    args = list(container.get("args") or ())
    is_task = place.purpose == plausible.TASK and bool(args) and not str(args[0]).startswith("-")
    ends = place.purpose == plausible.ENDS or (is_task and not plausible.is_server(["", *args]))
    return Life(UNRESTARTED_LIFE, 0) if ends else Life(None, 0)


class End(NamedTuple):
    """How a running container ends that is stopped. ``at_once``: it obeys the signal, and is not killed later."""

    code: int
    at_once: bool = True


def end_of(place: Place) -> End:
    """How a running container ends that is to: a server ends well, a command dies of the signal.

    A script with a handler for the signal ends as that does.  What ignores the signal is killed when its grace period
    is over; on the bare profile nothing does.
    """
    container = place.container
    given = [str(word) for word in (*(container.get("command") or ()), *(container.get("args") or ()))]
    if any("trap " in word for word in given):
        code = course_of(place, {}, command_of(place)).on_signal
        if code is not None:
            return End(code)
    if place.cluster.profile != BARE and _ignores_signal(place):
        return End(KILLED, at_once=False)
    return End(TERMINATED if given else 0)


def _ignores_signal(place: Place) -> bool:
    """Whether a container's program is its first process, and has no handler for the signal."""
    spec = place.pod["spec"]
    if spec.get("shareProcessNamespace") or spec.get("hostPID") or not has_program(place):
        return False
    from kubesim.containers.evaluation.signals import ignores_signal

    words, _ = _resolved(place, {}, command_of(place))
    return ignores_signal(words)


def course_of(place: Place, reached: Mapping[Aim, int], argv: list[str]) -> Course:
    """The course of the program that a container gives."""
    from kubesim.containers.evaluation import course

    words, setting = _resolved(place, reached, argv)
    return course.course_of(words, setting)


def answer_of(
    place: Place, command: list[str], at: int, reached: Mapping[Aim, int] | None = None
) -> tuple[Answer, int | None]:
    """What a command comes to that is run in a container at an instant (ms of its life): a probe's, a hook's.

    Behind it, when (ms of the container's life) that may change.
    """
    from kubesim.containers.evaluation import course

    asking = place._replace(purpose=plausible.ASKS)
    words, setting = _resolved(asking, {}, command)
    hook, _ = _resolved(asking, {}, dig(place.container, "lifecycle", "postStart", "exec", "command", default=[]))
    beside, until = course.Beside((), setting, hook), None
    own = [] if place.behaviour.is_forced else command_of(place)
    if own:
        beside = course.Beside(*_resolved(place, reached or {}, own))  # which knows what the hook writes
        until = course.course_of(beside.main, beside.setting).files.next_change(at)
    return course.answer_of(words, setting, beside, at), until


def log_of(place: Place, reached: Mapping[Aim, int], begun: int, until: int) -> list[tuple[int, str | None]]:
    """What the program that a container gives prints up to an instant: texts, each with its instant (ms of its life).

    ``begun`` and ``until`` are ms since the epoch.  None is text that cannot be known.
    """
    from kubesim.containers.evaluation import course

    words, setting = _resolved(place, reached, command_of(place))
    turned = course.course_of(words, setting).turned
    return list(course.printed(words, setting._replace(epoch=begun, horizon=until - begun), turned))


def awaits_input(place: Place, reached: Mapping[Aim, int]) -> bool:
    """Whether a container's program reads a standard input that the pod holds open, as far as it is walked ahead."""
    behaviour, container = place.behaviour, place.container
    if behaviour.is_forced or not container.get("stdin"):
        return False
    argv = command_of(place)
    if argv:
        return course_of(place, reached, argv).awaits_input
    return behaviour.life is not None and not behaviour.exit_code and not behaviour.lines


def program_of(place: Place) -> Argv:
    """The words of a container's program, its references resolved: its own, else the shell that its image runs.

    Empty where the image runs something else.
    """
    from kubesim.sim.images.own_shells import shell_of

    own = command_of(place)
    if own:
        return _resolved(place, {}, own)[0]
    shell = shell_of(place.container["image"])
    return (shell,) if shell is not None else ()


def has_program(place: Place) -> bool:
    """Whether the container has a command, and no rule overrides what it does."""
    return not place.behaviour.is_forced and bool(command_of(place))


def requests_of(place: Place, reached: Mapping[Aim, int]) -> tuple[int, list[Target]]:
    """How long (ms) a round takes of the loop in which a program runs on, and whom it asks in each."""
    from kubesim.containers.evaluation.targets import Target

    course = course_of(place, reached, command_of(place))
    if course.period is None:
        return 0, []
    return course.period, [
        aim for aim, at in course.tried if isinstance(aim, Target) and aim.connects and at is not None
    ]


MOST_TEXT, MOST_LOG, MOST_LINES = 4096, 2048, 80  # characters and lines of a termination message


def text_left(place: Place, reached: Mapping[Aim, int], at: int) -> str | None:
    """The end of the termination message's file at an instant (ms of the life); None if unknown."""
    path = "/" + place.container["terminationMessagePath"].lstrip("/")
    found = course_of(place, reached, command_of(place)).files.find(path, at)
    if not found.exists:  # the kubelet puts it there, empty
        return ""
    return found.content and found.content[-MOST_TEXT:]


def end_of_log(place: Place, reached: Mapping[Aim, int], begun: int, until: int) -> str | None:
    """The end of the program's output up to an instant, both in ms since the epoch; None if a part is unknown."""
    texts = [text for _, text in log_of(place, reached, begun, until)]
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        return None
    return "".join("".join(known).splitlines(keepends=True)[-MOST_LINES:])[-MOST_LOG:]


def files_written(place: Place, reached: Mapping[Aim, int], horizon: int | None, *, is_last: bool = False) -> list[Row]:
    """What the program that a container gives changes of its files: rows, at instants of its life (ms).

    ``horizon`` (ms): as far as it is walked; without one, as far as a forecast goes.  ``is_last``: only what is there
    in the end.
    """
    from kubesim.containers.evaluation import course

    words, setting = _resolved(place, reached, command_of(place))
    epoch = place.begun if horizon is not None else None
    files = course.files_until(words, setting._replace(horizon=horizon, epoch=epoch))
    return files.rows() if is_last else files.changes()


def files_beside(place: Place, reached: Mapping[Aim, int], setting: Setting, age: int) -> Files:
    """The files that a command finds which is run at an ``age`` (ms) of the instance, with such a setting.

    Those of the image and the mounts, with what the container's own program and its first hook have changed of them,
    and will; what the command changes is recorded.
    """
    from kubesim.containers.evaluation import course

    own = [] if place.behaviour.is_forced else command_of(place)
    words = _resolved(place, reached, own)[0] if own else ()
    hook = _resolved(place, {}, dig(place.container, "lifecycle", "postStart", "exec", "command", default=[]))[0]
    known = tuple(sorted(reached.items(), key=lambda item: item[0].text))
    setting = setting._replace(reads_input=bool(place.container.get("stdin")), reached=known, horizon=age)
    return course.files_beside(setting, course.Beside(words, setting, hook), age).copy()


def _resolved(place: Place, reached: Mapping[Aim, int], argv: list[str]) -> tuple[Argv, Setting]:
    from kubesim.containers.setting import resolved

    words, setting = resolved(place, reached, argv)
    hook = dig(place.container, "lifecycle", "postStart", "exec", "command")
    if hook and place.purpose != plausible.ASKS and argv == command_of(place):
        setting = _behind_hook(setting, *resolved(place, {}, hook))
    return words, setting


def _behind_hook(setting: Setting, hook: Argv, own: Setting) -> Setting:
    """The setting of a container's program, with what the hook behind its start writes, which has its ``own``."""
    from kubesim.containers.evaluation import course
    from kubesim.golang.json import dumps
    from kubesim.startup.json_text import loads

    rows = course.files_until(hook, own._replace(purpose=plausible.ASKS)).changes()
    if not rows:
        return setting
    before = loads(setting.written) if setting.written else []
    return setting._replace(written=dumps(sorted([*rows, *before], key=lambda row: row[0])))
