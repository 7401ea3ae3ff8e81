"""Well-known programs that end: their effects on files, their output and their status. A file has a family of them."""

from __future__ import annotations

from importlib import import_module

from kubesim.containers.evaluation.builtins import sleep
from kubesim.containers.evaluation.endings import Status
from kubesim.containers.evaluation.found import FileError
from kubesim.containers.evaluation.machine import Machine
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value

# They end. Their output is unknown, unless they are among the tools of the families below.
_QUIET = """
apk apt apt-get apt-cache ar bunzip2 bzip2 column composer cpio dnf dos2unix dpkg ed envsubst fallocate file getconf
getent git go gradle groups hostid iconv install iptables jq ldd less locale locale-gen logger
logname lsof microdnf mkfifo mknod node-gyp npm npx nslookup openssl passwd patch ping pip pip3 pnpm pstree
rename route rsync shuf split ss ssh-keygen strings stty sum sync traceroute tty umount unxz unzip
update-ca-certificates useradd adduser addgroup groupadd usermod userdel uuidgen vi w xz yarn yq yum zip aws az
gcloud gsutil helm kubectl mc nats redis-cli mysqladmin mysqldump mysqlcheck pg_dump pg_restore pg_isready psql mysql
mariadb mongo mongosh mongodump cqlsh influx etcdctl rabbitmqctl rabbitmqadmin kafka-topics kafka-topics.sh rake bundle
alembic flyway liquibase terraform ab wrk hey siege fortio sqlite3 ansible-playbook chattr setfacl who test true
false echo printf cksum
"""
# They run on, whatever follows.
ENDLESS = frozenset(("htop", "inotifywait", "cmatrix", "pause"))
_INSTALLING = frozenset(("apk", "apt", "apt-get", "yum", "dnf", "microdnf", "pip", "pip3", "npm", "go", "yarn", "pnpm"))

_FAMILIES = {
    "printing": "cat head tail tee tac rev nl wc seq yes",
    "searching": "grep egrep fgrep",
    "finding": "find xargs",
    "stream_editor": "sed",
    "pattern_language": "awk gawk mawk nawk",
    "columns": "cut tr paste fold expand unexpand",
    "sorting": "sort uniq comm join",
    "listing": "ls dir",
    "inspecting": "stat du mount readlink realpath basename dirname",
    "changing": "touch mkdir rmdir rm unlink ln mktemp truncate dd",
    "permissions": "chmod chown chgrp",
    "copying": "cp mv",
    "comparing": "diff cmp",
    "encoding": "base64 md5sum sha1sum sha256sum sha512sum xxd od hexdump hd",
    "dates": "date",
    "processes": "ps top watch pgrep pidof pkill killall",
    "resources": "free uptime nproc df",
    "surroundings": "which printenv id whoami groups uname arch",
    "interfaces": "hostname ip ifconfig",
    "kernel": "sysctl",
    "archives": "tar",
    "compressing": "gzip gunzip zcat",
    "expressions": "expr",
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names.split()}
QUIET = frozenset(_QUIET.split())


def is_tool(name: str) -> bool:
    """Whether a program is a known tool."""
    return name in QUIET or name in _FAMILY or name == "sleep"


def _misused(call: Call, error: Misused) -> Status:
    if error.is_usage and call.is_busybox:
        if call.machine.shared.outside is not None:
            raise NotSimulated(f"kubesim does not know how {call.name} says that it is used: {error}")
        call.machine.write(None, 2)
        return error.status
    call.complain(str(error))
    if error.is_usage:
        call.machine.complain(f"Try '{call.name} --help' for more information.")
    return error.status


def run_tool(machine: Machine, name: str, argv: list[Value]) -> Status:
    """Run a known tool; its status, None if unknown. NotSimulated where it is really run, and cannot be followed."""
    if name == "sleep":
        return sleep(machine, argv)
    family = _FAMILY.get(name)
    if family is None:
        if machine.shared.outside is not None and name in _INSTALLING:
            machine.shared.session.unknown = f"what {name} gets from outside of the cluster"
        machine.has_installed = machine.has_installed or name in _INSTALLING
        machine.write(None)
        return None
    tool: Tool = import_module(f"{__name__}.{family}").TOOLS[name]
    words = [word for word in argv[1:] if word is not None]
    call = Call(machine, name, words)
    try:
        if len(words) < len(argv) - 1 and not tool.skips:
            raise Unknown
        if not tool.is_plain:
            call.parse(tool)
        return tool.run(call)
    except Misused as error:
        return _misused(call, error)
    except FileError as error:
        call.complain(str(error))
        return 1
    except Unknown as unknown:
        if machine.shared.outside is not None and str(unknown):
            raise NotSimulated(f"kubesim does not know {unknown}") from None
        machine.write(None)
        return None
