"""Tools that print where a program runs: its variables, its user, its system."""

from __future__ import annotations

from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import group_name, user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


# Programs of images that define more variables than the path.
_OF_DEFINING_IMAGES = frozenset(("docker-entrypoint.sh", "httpd-foreground"))


def _printenv(call: Call) -> Status:
    """The values of some variables, or all variables."""
    machine = call.machine
    if not call.operands:
        return print_variables(machine)
    status: Status = 0
    for name in call.operands:
        if machine.is_unset(name):
            status = 1
            continue
        value = machine.variable(name)
        machine.write(None if value is None else value + "\n")
    return status


def print_variables(machine: Machine) -> Status:
    """The variables that a program inherits, as far as they are known; where that is really run, HOME only if it is."""
    inherited = ("PATH", "HOSTNAME", *dict(machine.shared.setting.environment), "HOME")
    names = [name for name in inherited if name not in machine.removed]
    for name in dict.fromkeys((*names, *(name for name in machine.variables if name in machine.exported))):
        value = machine.variable(name)
        if value is not None or machine.shared.outside is None or name != "HOME":
            machine.write(None if value is None else f"{name}={value}\n")
    tools = machine.shared.setting.tools
    if machine.shared.outside is None and (tools is None or tools & _OF_DEFINING_IMAGES):
        machine.write(None)  # the image's own
    return 0


def _user(call: Call) -> int:
    user = call.machine.shared.setting.user
    if user is None or not user.isdigit():
        raise Unknown("as which user this runs")
    return int(user)


def _groups_of(call: Call, user: int) -> list[int]:
    """A user's groups, its own first; Unknown where the image may add some."""
    files = call.machine.files
    are_known = all(files.find(path, call.at).content is not None for path in ("/etc/passwd", "/etc/group"))
    if not are_known and not call.machine.shared.setting.is_strict and (user or call.is_busybox):
        raise Unknown("which groups the user has")
    return [files.group, *sorted(files.groups - {files.group})]


def _id(call: Call) -> Status:
    if call.operands:
        raise Unknown("id of another user")
    user, flags = _user(call), call.flags
    if "u" in flags:
        call.write((user_name(call, user) if "n" in flags else str(user)) + "\n")
        return 0
    own = call.machine.files.group
    is_known = call.machine.shared.setting.group is not None
    groups = [own] if is_known and "g" in flags else _groups_of(call, user)
    if "g" in flags:
        call.write((group_name(call, own) if "n" in flags else str(own)) + "\n")
        return 0
    if call.is_busybox:  # which shows them as the kernel sorted them
        groups.sort()
    if "G" in flags:
        call.write(" ".join(group_name(call, one) if "n" in flags else str(one) for one in groups) + "\n")
    else:
        shown = ",".join(_numbered(one, group_name(call, one)) for one in groups)
        who, group = _numbered(user, user_name(call, user)), _numbered(own, group_name(call, own))
        call.write(f"uid={who} gid={group} groups={shown}\n")
    return 0


def _numbered(number: int, name: str) -> str:
    return f"{number}({name})" if name != str(number) else str(number)


def _whoami(call: Call) -> Status:
    user = _user(call)
    name = user_name(call, user)
    if name == str(user):
        if call.machine.files.find("/etc/passwd", call.at).content is None:
            raise Unknown("the name of the user")
        raise Misused(f"unknown uid {user}" if call.is_busybox else f"cannot find name for user ID {user}")
    call.write(name + "\n")
    return 0


def _groups(call: Call) -> Status:
    call.flags |= {"G", "n"}
    return _id(call)


def _uname(call: Call) -> Status:
    """The kernel's release and version are the node's."""
    outside = call.machine.shared.outside
    host = None if outside is None else outside.host
    release = None if host is None else host.kernel or None
    known = {
        "r": release,
        "v": _BUILDS.get(release or ""),
        "s": "Linux",
        "n": call.machine.shared.setting.host_name,
        "m": "x86_64",
        "o": "GNU/Linux",
        "p": "unknown",
        "i": "unknown",
    }
    wanted = [letter for letter in "snrvmpio" if letter in call.flags] or ["s"]
    if "a" in call.flags:
        wanted = list("snrvmo")
    texts = [known.get(letter) for letter in wanted]
    if call.is_busybox and "o" in wanted:
        texts[wanted.index("o")] = "Linux"
    if None in texts:
        raise Unknown("the node's kernel")
    call.write(" ".join(text or "" for text in texts) + "\n")
    return 0


# When the kernels of nodes were built, as ``uname -v`` says.
_BUILDS = {"6.8.0-51-generic": "#52-Ubuntu SMP PREEMPT_DYNAMIC Thu Dec  5 13:09:44 UTC 2024"}


def _arch(call: Call) -> Status:
    call.write("x86_64\n")
    return 0


def _which(call: Call) -> Status:
    """Where programs are; a name with a slash is its own place."""
    from kubesim.sim.images.installed_programs import program_path

    setting = call.machine.shared.setting
    status: Status = 0
    for word in call.operands:
        place = word if "/" in word else program_path(setting.image, word)
        if "/" in word and not call.machine.files.find(call.path(word), call.at).exists:
            place = None
            status = 1
        elif place is None:
            if setting.tools is None or word in setting.tools:
                raise Unknown(f"where {word} is")
            status = 1
        if place is not None:
            call.write(place + "\n")
    return status


TOOLS = {
    "which": Tool(_which, "a"),
    "printenv": Tool(_printenv),
    "id": Tool(_id, "ugGn", "", {"user": "u", "group": "g", "groups": "G", "name": "n"}),
    "whoami": Tool(_whoami),
    "groups": Tool(_groups),
    "uname": Tool(
        _uname,
        "asnrvmpio",
        "",
        {"all": "a", "kernel-name": "s", "nodename": "n", "kernel-release": "r", "machine": "m"},
    ),
    "arch": Tool(_arch),
}
