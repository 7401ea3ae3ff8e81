"""Well-known programs that end: their effects on files, their output and their status."""

from __future__ import annotations

import re
import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.builtins import sleep
from kubesim.containers.evaluation.found import FOLDER, NOTHING, FileError, Found
from kubesim.containers.evaluation.machine import Machine, OutOfTime, RunsOn, Status
from kubesim.containers.evaluation.surroundings import SURROUNDINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.files import Value

# They end. Their output is unknown, unless they are among the tools below.
_QUIET = """
apk apt apt-get apt-cache ar awk base64 bunzip2 bzip2 cksum cmp column comm composer cpio cut dd df diff dig dirname
dnf dos2unix dpkg du ed envsubst fallocate file find fold free gawk getconf getent git go gradle grep egrep fgrep
groups gunzip gzip hexdump host hostid iconv id ifconfig install ip iptables jq ldd less locale locale-gen logger
logname ls lsof md5sum microdnf mkfifo mknod mktemp mount mvn nl node-gyp npm npx nproc nslookup od openssl passwd
paste patch pgrep pidof ping pip pip3 pnpm printenv ps pstree readlink realpath rename rev rsync route sed sha1sum
sha256sum sha512sum shuf sort split ss ssh-keygen stat strings stty sum sync sysctl tac tar tr traceroute truncate
tty umount uname unexpand uniq unlink unxz unzip update-ca-certificates uptime useradd adduser addgroup groupadd
usermod userdel uuidgen vi w wc which who whoami xargs xxd xz yarn yq yum zcat zip aws az gcloud gsutil helm kubectl
mc nats redis-cli mysqladmin mysqldump mysqlcheck pg_dump pg_restore pg_isready psql mysql mariadb mongo mongosh
mongodump cqlsh influx etcdctl rabbitmqctl rabbitmqadmin kafka-topics kafka-topics.sh rake bundle alembic flyway
liquibase terraform ab wrk hey siege fortio sqlite3 ansible-playbook chmod chown chgrp chattr setfacl mkdir cat cp
mv ln rm touch sleep tee date env hostname test true false echo printf
"""
QUIET = frozenset(_QUIET.split())
# They run on, whatever follows.
ENDLESS = frozenset(("yes", "top", "htop", "watch", "inotifywait", "cmatrix", "pause"))
_STREAMS = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/console"))
_INSTALLING = frozenset(("apk", "apt", "apt-get", "yum", "dnf", "microdnf", "pip", "pip3", "npm", "go", "yarn", "pnpm"))


def is_tool(name: str) -> bool:
    """Whether a program is a known tool."""
    return name in QUIET or name in _TOOLS


def run_tool(machine: Machine, name: str, argv: list[Value]) -> Status:
    """Run a known tool; its status, None if unknown."""
    tool = _TOOLS.get(name)
    if tool is not None:
        return tool(machine, argv)
    machine.has_installed = machine.has_installed or name in _INSTALLING
    machine.write(None)
    return None


def run_on(machine: Machine) -> Status:
    """Run for ever: to the limit if there is one (OutOfTime), else RunsOn."""
    if machine.limit is not None:
        machine.clock = machine.limit
        raise OutOfTime
    raise RunsOn


def _operands(argv: list[Value]) -> list[Value]:
    return [word for word in argv[1:] if word is None or not word.startswith("-") or word == "-"]


def _flags(argv: list[Value]) -> str:
    return "".join(word[1:] for word in argv[1:] if word and word.startswith("-") and not word.startswith("--"))


def missing(machine: Machine, name: str, word: str) -> None:
    """Complain of a missing file in the words of the image's own tools."""
    if machine.shared.setting.tools is not None and "dpkg" in machine.shared.setting.tools:
        machine.complain(f"{name}: {word}: No such file or directory")
    elif name == "cat":
        machine.complain(f"cat: can't open '{word}': No such file or directory")
    else:
        machine.complain(f"{name}: {word}: No such file or directory")


def _cat(machine: Machine, argv: list[Value]) -> Status:
    operands = _operands(argv)
    status: Status = 0
    for word in operands or ["-"]:
        if word == "-":
            if machine.shared.setting.reads_input and not machine.input.entries:
                return run_on(machine)
            for instant, text in machine.input.pieces():
                machine.clock = max(machine.clock, instant)
                machine.write(text)
        elif word is None:
            machine.write(None)
            status = None
        else:
            status = _copy_out(machine, word) or status
    return status


def _copy_out(machine: Machine, word: str) -> Status:
    path = machine.path(word)
    try:
        machine.write(machine.files.read(path, machine.clock))
    except FileError as error:
        if str(error) == NOTHING:
            missing(machine, "cat", word)
        else:
            machine.complain(f"cat: {word}: {error}")
        return 1
    return 0 if machine.files.find(path, machine.clock).exists else None


def _touch(machine: Machine, argv: list[Value]) -> Status:
    return _each(machine, argv, "", machine.files.touch)


def _mkdir(machine: Machine, argv: list[Value]) -> Status:
    has_parents = "p" in _flags(argv) or "--parents" in argv

    def make(path: str, at: int) -> None:
        machine.files.make_folder(path, at, with_parents=has_parents)

    return _each(machine, argv, "can't create directory ", make)


def _rmdir(machine: Machine, argv: list[Value]) -> Status:
    return _each(machine, argv, "", machine.files.remove_folder)


def _each(machine: Machine, argv: list[Value], what: str, change: Callable[[str, int], None]) -> Status:
    """Change the file of each operand; complain where that cannot be."""
    status: Status = 0
    for word in _operands(argv):
        if word is None:
            continue
        try:
            change(machine.path(word), machine.clock)
        except FileError as error:
            machine.complain(f"{argv[0]}: {what}'{word}': {error}")
            status = 1
    return status


def _rm(machine: Machine, argv: list[Value]) -> Status:
    flags = _flags(argv)
    status: Status = 0
    for word in _operands(argv):
        path = "" if word is None else machine.path(word)
        if not path:
            status = status if status else None
            continue
        if machine.files.find(path, machine.clock, follows=False).exists is False:
            if "f" not in flags:
                machine.complain(f"rm: can't remove '{word}': No such file or directory")
                status = 1
            continue
        try:
            machine.files.remove(path, machine.clock, recursive="r" in flags or "R" in flags)
        except FileError as error:
            machine.complain(f"rm: can't remove '{word}': {error}")
            status = 1
    return status


def _copy(machine: Machine, argv: list[Value]) -> Status:
    """``cp``, ``mv``, ``ln``: make the last operand, or files in it."""
    operands = _operands(argv)
    if len(operands) < 2 or operands[-1] is None:
        return None
    target = machine.path(operands[-1])
    there = machine.files.find(target, machine.clock)
    into = operands[-1].endswith("/") or len(operands) > 2 or (there.exists and there.kind == FOLDER)
    name = str(argv[0]).rpartition("/")[2]
    for word in operands[:-1]:
        if word is None:
            continue
        source = machine.path(word)
        found = machine.files.find(source, machine.clock)
        if found.exists is False and name != "ln":
            missing(machine, name, word)
            return 1
        place = f"{target}/{source.rpartition('/')[2]}" if into else target
        try:
            if name == "ln" and "s" in _flags(argv):
                machine.files.link(place, machine.clock, word)
            elif name == "mv" and found.exists:
                machine.files.move(source, place, machine.clock)
            else:
                machine.files.put(place, machine.clock, found if found.exists else Found(True))
        except FileError as error:
            machine.complain(f"{name}: can't create '{place}': {error}")
            return 1
    return 0


def _tee(machine: Machine, argv: list[Value]) -> Status:
    appends = "a" in _flags(argv)
    for word in _operands(argv):
        if word is not None and word not in _STREAMS:
            for index, (instant, text) in enumerate(machine.input.entries):
                machine.files.write(machine.path(word), instant, text, appends=appends or index > 0)
    for instant, text in machine.input.entries:
        machine.clock = max(machine.clock, instant)
        machine.write(text)
    return 0


def _tail(machine: Machine, argv: list[Value]) -> Status:
    """``tail`` prints the end of a file; ``tail -f`` never ends."""
    follows = "f" in _flags(argv).lower() or "--follow" in argv
    paths = [word for word in _operands(argv) if word and not word.isdigit()]
    for word in paths:
        found = machine.files.find(machine.path(word), machine.clock)
        if found.exists is False and not follows:
            missing(machine, "tail", word)
            return 1
        text = "" if word == "/dev/null" or found.exists is False else found.content
        machine.write(_last_lines(text))
        if follows:
            _follow(machine, machine.path(word), text)
    if not paths and not follows:
        text = machine.input.text()
        machine.write(None if text is None else _last_lines(text))
    return run_on(machine) if follows else 0


def _follow(machine: Machine, path: str, text: Value) -> None:
    """Print the additions to a file from now on that are known so far."""
    stream = machine.streams.get(1)
    for instant, found in machine.files.history(path, machine.clock):
        if stream is not None and (machine.limit is None or instant <= machine.limit):
            is_added = text is not None and found.content is not None and found.content.startswith(text)
            stream.write(instant, (found.content or "")[len(text or "") :] if is_added else None)
        text = found.content


def _last_lines(text: Value) -> Value:
    return None if text is None else "".join(text.splitlines(keepends=True)[-10:])


def _ls(machine: Machine, argv: list[Value]) -> Status:
    operands = _operands(argv)
    status: Status = 0
    for word in operands:
        found = machine.files.find(machine.path(word), machine.clock) if word else None
        if found is not None and found.exists is False:
            missing(machine, "ls", word or "")
            status = 1
        elif status == 0 and (found is None or found.exists is None):
            status = None
    is_plain = len(argv) == 2 and len(operands) == 1 and status == 0
    machine.write(_names_in(machine, operands[0] or "") if is_plain else None)
    return status


def _names_in(machine: Machine, word: str) -> Value:
    try:
        listing = machine.files.listing(machine.path(word), machine.clock)
    except FileError:
        return None
    names = [name for name in listing.names if not name.startswith(".")]
    return "".join(f"{name}\n" for name in names) if listing.is_whole else None


def _dd(machine: Machine, argv: list[Value]) -> Status:
    """``dd`` without a count from an endless source to an endless sink."""
    words = [word or "" for word in argv[1:]]
    if "of=/dev/null" in words and any(word in words for word in ("if=/dev/zero", "if=/dev/urandom")):
        return _unknown(machine) if any(word.startswith("count=") for word in words) else run_on(machine)
    return _unknown(machine)


def _stat(machine: Machine, argv: list[Value]) -> Status:
    """``stat``, ``grep`` with a file: they fail if it is missing."""
    for word in _operands(argv)[-1:]:
        if word is not None and "/" in word and machine.files.find(machine.path(word), machine.clock).exists is False:
            missing(machine, str(argv[0]), word)
            return 2
    return _grepped(machine, argv) if argv[0] in ("grep", "egrep", "fgrep") else _unknown(machine)


def _unknown(machine: Machine) -> Status:
    machine.write(None)
    return None


def _grepped(machine: Machine, argv: list[Value]) -> Status:
    """A plain search in text that is known."""
    operands = _operands(argv)
    flags = _flags(argv)
    text = machine.input.text()
    if len(operands) == 2 and operands[1] is not None:
        text = machine.files.find(machine.path(operands[1]), machine.clock).content
    sought = operands[0] if operands else None
    if text is None or sought is None or not re.fullmatch(r"[\w /:.=,%@-]*", sought) or set(flags) - set("qiEF"):
        return _unknown(machine) if "q" not in flags else None
    ignore = re.IGNORECASE if "i" in flags else 0
    lines = [line for line in text.splitlines() if re.search(re.escape(sought), line, ignore)]
    if "q" not in flags:
        machine.write("".join(f"{line}\n" for line in lines))
    return int(not lines)


def _seq(machine: Machine, argv: list[Value]) -> Status:
    words = [word for word in argv[1:] if word is None or not re.match(r"-[a-z]", word)]
    if not words or not all(word and re.fullmatch(r"-?\d+", word) for word in words):
        return _unknown(machine)
    numbers = [int(word or 0) for word in words]
    first, step, last = (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], 1, numbers[-1])
    step = numbers[1] if len(numbers) == 3 else step
    if step == 0 or (last - first) // step > 100_000:
        return _unknown(machine)
    machine.write("".join(f"{n}\n" for n in range(first, last + (1 if step > 0 else -1), step)))
    return 0


def _date(machine: Machine, argv: list[Value]) -> Status:
    """The date, in UTC as containers have it."""
    epoch = machine.shared.setting.epoch
    formats = [word for word in argv[1:] if word is None or not re.fullmatch(r"-u|--utc", word)]
    if epoch is None or len(formats) > 1 or (formats and not (formats[0] or "").startswith("+")):
        return _unknown(machine)
    template = (formats[0] or "")[1:] if formats else "%a %b %e %H:%M:%S UTC %Y"
    if re.search(r"%[^aAbBdeFHIjklmMpsSTDRuwyYZzn%]", template):
        return _unknown(machine)
    seconds = (epoch + machine.clock) // SECOND
    moment = time.gmtime(seconds)
    own = {"%e": f"{moment.tm_mday:2d}", "%s": str(seconds), "%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%Z": "UTC"}
    own |= {"%z": "+0000", "%k": f"{moment.tm_hour:2d}", "%D": "%m/%d/%y", "%R": "%H:%M", "%n": "\n"}
    plain = re.sub(r"%[esFTZzkDRn]", lambda found: own[found[0]], template)
    machine.write(time.strftime(plain, moment) + "\n")
    return 0


def _base_name(machine: Machine, argv: list[Value]) -> Status:
    word = argv[1] if len(argv) > 1 else None
    if word is None:
        return _unknown(machine)
    folder, _, name = word.rstrip("/").rpartition("/")
    suffix = argv[2] if len(argv) > 2 else ""
    if argv[0] == "dirname":
        machine.write((folder or ("/" if word.startswith("/") else ".")) + "\n")
    else:
        machine.write(None if suffix is None else name.removesuffix(suffix) + "\n")
    return 0


def _expr(machine: Machine, argv: list[Value]) -> Status:
    from kubesim.containers.shell.arithmetic import calculate

    words = argv[1:]
    if None in words:
        return _unknown(machine)
    value = calculate(" ".join(word or "" for word in words), lambda _: None, lambda *_: None)
    machine.write(None if value is None else f"{value}\n")
    return None if value is None else int(value == 0)


def _head(machine: Machine, argv: list[Value]) -> Status:
    count = re.search(r"-n? ?(\d+)", " ".join(word or "" for word in argv[1:]))
    text = None if any(word is None or "/" in word for word in _operands(argv)) else machine.input.text()
    lines = int(count[1]) if count else 10
    machine.write(None if text is None else "".join(text.splitlines(keepends=True)[:lines]))
    return 0


def _wc(machine: Machine, argv: list[Value]) -> Status:
    text = machine.input.text()
    known = argv[1:] == ["-l"] and text is not None
    machine.write(f"{(text or '').count(chr(10))}\n" if known else None)
    return 0


_TOOLS: dict[str, Callable[[Machine, list[Value]], Status]] = {
    "sleep": sleep,
    "cat": _cat,
    "touch": _touch,
    "mkdir": _mkdir,
    "rmdir": _rmdir,
    "rm": _rm,
    **dict.fromkeys(("cp", "mv", "ln"), _copy),
    "tee": _tee,
    "tail": _tail,
    "ls": _ls,
    **dict.fromkeys(("stat", "grep", "egrep", "fgrep"), _stat),
    "dd": _dd,
    "seq": _seq,
    "date": _date,
    **dict.fromkeys(("basename", "dirname"), _base_name),
    "expr": _expr,
    "head": _head,
    "wc": _wc,
    **SURROUNDINGS,
}
