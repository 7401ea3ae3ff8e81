"""What a program is given: its command with the references in it resolved, its variables, its volumes, its limits."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, dig
from kubesim.containers.capabilities import capabilities_of
from kubesim.containers.evaluation.setting import Setting
from kubesim.containers.image_files import files_of, folder_of
from kubesim.containers.kubelet_files import given_files
from kubesim.containers.mounts import all_mounts, changes_of, mounts_of
from kubesim.containers.volume_files import View
from kubesim.containers.written import MOST_RUNS
from kubesim.golang.json import dumps
from kubesim.sim.environment import environment_of, expand, links_of
from kubesim.sim.images.installed_programs import has_others, path_of, tools_of
from kubesim.sim.images.users import number_of
from kubesim.sim.images.variables import DEFAULT_PATH, variables_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kubesim.containers.evaluation.course import Argv
    from kubesim.containers.evaluation.found import Row
    from kubesim.containers.evaluation.origins import ImageFiles, Mount
    from kubesim.containers.evaluation.targets import Aim
    from kubesim.containers.place import Place


def resolved(place: Place, reached: Mapping[Aim, int], argv: list[str]) -> tuple[Argv, Setting]:
    """A command with the references in it resolved, and all else that its course depends on.

    Only what is mentioned is taken in, so that the pods of one template have one course.
    """
    cluster, pod, container = place.cluster, place.pod, place.container
    variables = environment_of(cluster, pod, container)
    words = tuple(
        expand(str(word), lambda n: variables[n] if n in variables else links_of(cluster, pod)[n]) for word in argv
    )
    mounts, written = _volumes(place, "\n".join([_mentioned(container), *(text or "" for text in variables.values())]))
    texts = "\n".join(
        [*map(str, argv), _read_unnamed(argv), *(text or "" for mount in mounts for _, text in mount.files or ())]
    )
    tools = tools_of(container["image"])
    is_listed = re.search(_LISTS_VARIABLES, texts) is not None
    if is_listed or "_SERVICE_" in texts or "_PORT" in texts:
        links = links_of(cluster, pod)
        variables |= {name: value for name, value in links.items() if name not in variables}
    path = path_of(container["image"]) or (DEFAULT_PATH if is_listed and tools is not None else None)
    variables = {**({} if path is None else {"PATH": path}), **_of_terminal(container), **variables}
    return words, Setting(
        purpose=place.purpose,
        environment=tuple((name, value) for name, value in variables.items() if is_listed or name in texts),
        is_whole=tools is not None and not has_others(container["image"]),
        tools=tools,
        has_others=has_others(container["image"]),
        mounts=mounts,
        folder=container.get("workingDir") or ("" if tools is None else folder_of(container["image"])),
        host_name=_shown_name(pod) if is_listed or "hostname" in texts.lower() else None,
        chance=_chance(place) if "RANDOM" in texts else 0,
        **_rights(place),
        reads_input=bool(container.get("stdin")),
        reached=tuple(sorted(reached.items(), key=lambda item: item[0].text)),
        memory=_memory_limit(pod, container) if "stress" in texts or "/dev/zero" in texts else None,
        image="" if tools is None else container["image"],
        given=tuple(_mentioned_files(place, texts)),
        answers=place.answers,
        written=dumps(written) if written else "",
    )


def _volumes(place: Place, mentioned: str) -> tuple[tuple[Mount, ...], list[Row]]:
    """The mounts of which a command's words speak, and what comes into files from elsewhere."""
    begun = place.cluster.now if place.begun is None else place.begun
    view = View(place.cluster, place.pod, place.container, begun)
    has_links = re.search(_SEES_LINKS, mentioned) is not None
    mounts = tuple(mounts_of(view, mentioned, is_known=place.run <= MOST_RUNS, has_links=has_links))
    return mounts, [*changes_of(view, mounts), *place.written]


def whole_setting(place: Place, begun: int, age: int) -> Setting:
    """All that a command depends on that is run at an ``age`` (ms) in an instance that ``begun`` then (ms)."""
    cluster, pod, container = place.cluster, place.pod, place.container
    own = {**environment_of(cluster, pod, container)}
    links = {name: text for name, text in links_of(cluster, pod).items() if name not in own}
    user = _user(place)
    image = {name: text for name, text in variables_of(container["image"]) if name not in own}
    image = {**image, **_of_terminal(container)}
    given = tuple(given_files(place))
    home = {} if user is None else {"HOME": _home(files_of(container["image"], given), user)}
    variables = {**image, **own, **links, **{name: text for name, text in home.items() if name not in {**image, **own}}}
    return Setting(
        purpose=place.purpose,
        environment=tuple(variables.items()),
        is_whole=True,
        tools=tools_of(container["image"]),
        has_others=has_others(container["image"]),
        mounts=tuple(all_mounts(View(cluster, pod, container, begun + age, begun))),
        folder=container.get("workingDir") or folder_of(container["image"]),
        host_name=_shown_name(pod),
        epoch=begun,
        memory=_memory_limit(pod, container),
        **_rights(place),
        chance=_chance(place),
        image=container["image"],
        written=dumps([*place.written]) if place.written else "",
        given=(*given, ("/proc/1/environ", _listed(variables, _host_name(pod))), *_of_kernel(place, user)),
    )


def _rights(place: Place) -> dict[str, Any]:
    """Whose a container's programs are, and what that lets them do."""
    pod, container = place.pod, place.container
    return {
        "user": _user(place),
        "group": _group(place),
        "groups": _other_groups(pod),
        "capabilities": capabilities_of(container),
        "is_strict": dig(pod, "spec", "securityContext", "supplementalGroupsPolicy") == "Strict",
        "is_read_only": bool(dig(container, "securityContext", "readOnlyRootFilesystem")),
    }


def _of_kernel(place: Place, user: str | None) -> Iterator[tuple[str, str | None]]:
    """What the kernel says of a container."""
    from kubesim.containers.commands import command_of
    from kubesim.containers.kernel_files import first_process, mount_table, users_of
    from kubesim.containers.kernel_settings import settings_of
    from kubesim.sim.images.own_processes import own_processes

    table = mount_table(place)
    yield from ((path, table) for path in ("/proc/mounts", "/proc/self/mounts", "/proc/1/mounts"))
    yield from ((f"/proc/{one}/cgroup", "0::/\n") for one in ("self", "1"))
    yield "/proc/sys/kernel/hostname", f"{_shown_name(place.pod)}\n"
    yield from settings_of(place.pod)
    yield from ((f"/proc/{one}/{what}_map", users_of(place.pod)) for one in ("self", "1") for what in ("uid", "gid"))
    words = command_of(place)
    if not words:
        own = own_processes(place.container["image"], 1)
        words = own[0].words.split(" ") if own else []
        yield "/proc/1/cmdline", " ".join(words) + "\0" if words else None
    if words and user is not None and user.isdigit() and not place.pod["spec"].get("shareProcessNamespace"):
        name = str(words[0]).rpartition("/")[2].rstrip(":")
        yield "/proc/1/comm", f"{name[:15]}\n"
        yield "/proc/1/status", first_process(place, name, int(user), _groups(place))


def _mentioned_files(place: Place, texts: str) -> Iterator[tuple[str, str | None]]:
    """What the kubelet and the kernel give of which a command's words speak."""
    yield from ((path, text) for path, text in given_files(place) if path in texts)
    if re.search(_ASKS_KERNEL, texts):
        yield from _of_kernel(place, _user(place))


def _other_groups(pod: Obj) -> tuple[int, ...]:
    """The groups of a pod's programs beside their own."""
    context = dig(pod, "spec", "securityContext", default={})
    group = context.get("fsGroup")
    return (*(context.get("supplementalGroups") or ()), *(() if group is None else (group,)))


def _groups(place: Place) -> tuple[int, list[int]]:
    """The group of a container's programs, and the others that they are in."""
    own = _group(place)
    others = {int(group) for group in _other_groups(place.pod)}
    main = int(own) if own is not None else 0
    return main, sorted({*others, main})


def _of_terminal(container: Obj) -> dict[str, str]:
    return {"TERM": TERMINAL} if container.get("tty") else {}


def _read_unnamed(argv: list[str]) -> str:
    """What a program reads although its command does not mention it: variables and files."""
    words = "\n".join(map(str, argv))
    return " ".join(read for word, read in _READ.items() if word in words)


_READ = {"python": "PYTHONUNBUFFERED", "etc-hosts": "/etc/hosts", "dns-s": "/etc/resolv.conf", "nnp": "/proc/1/status"}


TERMINAL = "xterm"  # what the runtime takes every terminal for

_LISTS_VARIABLES = r"(?<![/.])\b(?:env|printenv)\b(?!\.)"
_ASKS_KERNEL = r"\bmount|\bdf\b|\bstat\b|\bsysctl\b|/proc/"
_SEES_LINKS = r"\b(?:ls|find|stat|readlink|realpath|tar|cp|du)\b|-[Lh]\b|/\.\."  # of a volume made of an object


def _shown_name(pod: Obj) -> str | None:
    """What ``hostname`` prints."""
    return _host_name(pod) or pod["spec"].get("nodeName")


def _host_name(pod: Obj) -> str | None:
    """A container's host name. Mirrors GeneratePodHostNameAndDomain; None where it is its node's."""
    if pod["spec"].get("hostNetwork"):
        return None
    return str(pod["spec"].get("hostname") or pod["metadata"]["name"])[:63].rstrip("-.")


def _chance(place: Place) -> int:
    """Where the random numbers of an instance begin, which are others in every pod and after every restart."""
    from zlib import crc32

    return crc32(f"{place.pod['metadata']['uid']}/{place.container['name']}/{place.run}".encode())


def _user(place: Place) -> str | None:
    """The number of the user that a container runs as; None if unknown."""
    for of in (place.container, place.pod["spec"]):
        number = dig(of, "securityContext", "runAsUser")
        if number is not None:
            return str(number)
    return number_of(place.behaviour.user)


def _listed(variables: Mapping[str, str | None], host: str | None) -> str | None:
    """The variables of a container's program, as the kernel has them; None if not all of them are known."""
    if None in variables.values() or host is None:
        return None
    path = {"PATH": variables["PATH"]} if "PATH" in variables else {}
    return "".join(f"{name}={value}\0" for name, value in {**path, "HOSTNAME": host, **variables}.items())


def _home(files: ImageFiles, user: str) -> str | None:
    """A user's own folder: that of ``/etc/passwd``, the root folder if it is not there. Mirrors runc's setupUser."""
    text = files.find("/etc/passwd").content
    if user == "0":
        return "/root"
    if text is None:
        return None
    rows = (line.split(":") for line in text.split("\n"))
    return next((row[5] for row in rows if len(row) > 5 and row[2] == user), "/")


def _group(place: Place) -> str | None:
    """The number of the group that a container is to run as; None: that of its user."""
    for of in (place.container, place.pod["spec"]):
        number = dig(of, "securityContext", "runAsGroup")
        if number is not None:
            return str(number)
    return None


def _memory_limit(pod: Obj, container: Obj) -> int | None:
    """A container's memory limit (bytes), by its own limit and its pod's."""
    from kubesim.api import quantity

    amounts = [dig(of, "resources", "limits", "memory") for of in (container, pod["spec"])]
    return min((quantity.value(amount) for amount in amounts if amount is not None), default=None)


def _mentioned(container: Obj) -> str:
    """All the words in which a container may name a file."""
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    for field in ("startupProbe", "livenessProbe", "readinessProbe"):
        words += dig(container, field, "exec", "command", default=())
    for hook in ("postStart", "preStop"):
        words += dig(container, "lifecycle", hook, "exec", "command", default=())
    return "\n".join(map(str, words))
