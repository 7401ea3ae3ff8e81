"""Distributions as their images have them: root folders with their modes, users and groups, ``/etc/os-release``."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.found import Value
from kubesim.sim.images.installed_programs import official_name, programs_of
from kubesim.sim.images.made_from import ALPINE, DEBIAN, RED_HAT, UBUNTU
from kubesim.sim.images.name import ImageName, parse_image
from kubesim.sim.images.versions import nginx_version
from kubesim.startup.named_tuple import NamedTuple


class Distribution(NamedTuple):
    """What all images of a distribution have.

    ``folders`` with their modes; ``whole``: those in which nothing else is; ``absent``: what they do
    not have though others do; ``root_is_whole``: so it is for the root folder.  Users and groups are None if unknown.
    """

    folders: tuple[tuple[str, int], ...]
    links: dict[str, str]
    files: dict[str, Value]
    passwd: Value
    group: Value
    whole: tuple[str, ...]
    absent: tuple[str, ...] = ()
    root_is_whole: bool = True


def distribution_of(image: str) -> Distribution | None:
    """The distribution that an image is made from; None where that is not known."""
    name, programs = parse_image(image), programs_of(image)
    if name is None or programs is None or not programs.knows_folders:
        return None
    if programs.base == UBUNTU:
        return _ubuntu(name)
    if programs.base == DEBIAN:
        return _debian(name)
    if programs.base == RED_HAT:
        return _RED_HAT
    return _alpine(name) if programs.base == ALPINE else _BUSYBOX


_BUSYBOX = Distribution(
    (
        *(("/bin", 0o755), ("/etc", 0o755), ("/home", 0o755), ("/lib", 0o755), ("/root", 0o700), ("/tmp", 0o1777)),
        *(("/usr", 0o755), ("/usr/bin", 0o755), ("/usr/sbin", 0o755), ("/var", 0o755), ("/var/spool", 0o755)),
        *(("/var/spool/mail", 0o755), ("/var/www", 0o755), ("/var/run", 0o755)),
    ),
    {"/lib64": "lib"},
    {},
    """root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
""",
    """root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
lp:x:7:
mail:x:8:
kmem:x:9:
wheel:x:10:root
cdrom:x:11:
dialout:x:18:
floppy:x:19:
video:x:28:
audio:x:29:
tape:x:32:
www-data:x:33:
operator:x:37:
utmp:x:43:
plugdev:x:46:
staff:x:50:
lock:x:54:
netdev:x:82:
users:x:100:
nobody:x:65534:
""",
    ("/tmp", "/root", "/home", "/var/run"),
    ("/etc/os-release", "/usr/lib/os-release", "/etc/alpine-release", "/etc/debian_version"),
)

_ALPINE_PASSWD = """root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/mail:/sbin/nologin
news:x:9:13:news:/usr/lib/news:/sbin/nologin
uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
ftp:x:21:21::/var/lib/ftp:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
games:x:35:35:games:/usr/games:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
"""
_ALPINE_GROUP = """root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
lp:x:7:lp
kmem:x:9:
wheel:x:10:root
floppy:x:11:root
mail:x:12:mail
news:x:13:news
uucp:x:14:uucp
cron:x:16:cron
audio:x:18:
cdrom:x:19:
dialout:x:20:root
ftp:x:21:
sshd:x:22:
input:x:23:
tape:x:26:root
video:x:27:root
netdev:x:28:
kvm:x:34:kvm
games:x:35:
shadow:x:42:
www-data:x:82:
users:x:100:games
ntp:x:123:
abuild:x:300:
utmp:x:406:
ping:x:999:
nogroup:x:65533:
nobody:x:65534:
"""
_ROOT = (
    *(("/etc", 0o755), ("/home", 0o755), ("/media", 0o755), ("/mnt", 0o755), ("/opt", 0o755), ("/root", 0o700)),
    *(("/run", 0o755), ("/srv", 0o755), ("/tmp", 0o1777), ("/usr", 0o755), ("/usr/bin", 0o755), ("/usr/lib", 0o755)),
    *(("/usr/local", 0o755), ("/usr/local/bin", 0o755), ("/usr/sbin", 0o755), ("/usr/share", 0o755)),
    *(("/var", 0o755), ("/var/cache", 0o755), ("/var/lib", 0o755), ("/var/log", 0o755), ("/var/spool", 0o755)),
    ("/var/tmp", 0o1777),
)
_EMPTY = ("/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/var/tmp")


# The last releases of Alpine's series: a tag without one is the newest.
_ALPINES = {"3.16": 9, "3.17": 10, "3.18": 12, "3.19": 9, "3.20": 8, "3.21": 5, "3.22": 2}
_NEWEST_ALPINE = "3.22"
# Images of others whose tags do not say on which they are: patterns of tags, and that series.
_E2E = "registry.k8s.io/e2e-test-images"
_ON_ALPINE = {f"{_E2E}/agnhost": r"2\.6\d", f"{_E2E}/kitten": r"1\.[89]", f"{_E2E}/nautilus": r"1\.[89]"}
_OF_E2E = "3.21"


def _alpine(name: ImageName) -> Distribution:
    version = re.search(r"(?:alpine|^)(3\.\d+)(\.\d+)?", name.tag)
    series = version[1] if version is not None else _NEWEST_ALPINE if name.tag == "latest" else ""
    is_of_e2e = re.match(_ON_ALPINE.get(name.repository, "$^"), name.tag) is not None
    series = _OF_E2E if is_of_e2e else series
    patch = version[2] if version is not None and version[2] else f".{_ALPINES[series]}" if series in _ALPINES else ""
    release = full = None
    if patch and (is_of_e2e or official_name(name) == "alpine"):
        full = series + patch
        release = (
            f'NAME="Alpine Linux"\nID=alpine\nVERSION_ID={full}\nPRETTY_NAME="Alpine Linux v{series}"\n'
            'HOME_URL="https://alpinelinux.org/"\n'
            'BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n'
        )
    folders = (*_ROOT, ("/bin", 0o755), ("/lib", 0o755), ("/sbin", 0o755))
    files = {"/etc/os-release": release, "/etc/alpine-release": full and f"{full}\n", "/etc/shells": None}
    whole = tuple(path for path in _EMPTY if path != "/media")
    return Distribution(folders, {"/var/run": "../run"}, files, _ALPINE_PASSWD, _ALPINE_GROUP, whole)


_DEBIAN_PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
_DEBIAN_GROUPS = (
    "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 "
    "fax:21 voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 "
    "irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534"
)
_OLD = r"wheezy|jessie|stretch|buster|bullseye"  # whose users were others
_CODE_NAMES = {"10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie"}


def _debian_like(release: Value, *, knows_users: bool) -> Distribution:
    """``release``: its os-release; that of Ubuntu has a point release, which no tag says."""
    folders = (*_ROOT, ("/boot", 0o755), ("/usr/lib64", 0o755), ("/usr/games", 0o755), ("/var/mail", 0o2775))
    links = {"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/sbin": "usr/sbin", "/var/run": "/run"}
    links |= {"/etc/os-release": "../usr/lib/os-release"}
    passwd = _DEBIAN_PASSWD if knows_users else None
    group = (
        None if not knows_users else "".join("{}:x:{}:\n".format(*pair.split(":")) for pair in _DEBIAN_GROUPS.split())
    )
    files = {"/usr/lib/os-release": release, "/root/.bashrc": None, "/root/.profile": None, "/etc/debian_version": None}
    whole = (*(path for path in _EMPTY if path != "/run"), "/boot")
    return Distribution(folders, links, files, passwd, group, whole)


_RED_HAT = Distribution(
    (*_ROOT, ("/boot", 0o555), ("/usr/lib64", 0o755)),
    {"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/sbin": "usr/sbin", "/var/run": "../run"},
    {"/etc/os-release": None, "/etc/redhat-release": None, "/root/.bashrc": None, "/root/.bash_profile": None},
    None,
    None,
    (),
    root_is_whole=False,
)
_UBUNTUS = {
    "18.04": ("bionic", "Bionic Beaver"),
    "20.04": ("focal", "Focal Fossa"),
    "22.04": ("jammy", "Jammy Jellyfish"),
    "24.04": ("noble", "Noble Numbat"),
}
_POINTS = {"18.04": "18.04.6", "20.04": "20.04.6", "22.04": "22.04.5", "24.04": "24.04.3"}  # the last ones
_OLD_UBUNTUS = ("18.04", "20.04")


def _ubuntu(name: ImageName) -> Distribution:
    """Its os-release has a point release, which no tag says: it is the last."""
    tag = "24.04" if name.tag == "latest" else name.tag
    found = next((one for one, (code, _) in _UBUNTUS.items() if tag.startswith((one, code))), "")
    if official_name(name) != "ubuntu" or not found:
        return _debian_like(None, knows_users=False)
    code, words = _UBUNTUS[found]
    full, is_old = f"{_POINTS[found]} LTS", found in _OLD_UBUNTUS
    pretty, version = f'PRETTY_NAME="Ubuntu {full}"\n', f'VERSION="{full} ({words})"\n'
    of_version, of_distribution = f'VERSION_ID="{found}"\n', "ID=ubuntu\nID_LIKE=debian\n"
    code_name = f"VERSION_CODENAME={code}\n"
    head = (
        f'NAME="Ubuntu"\n{version}{of_distribution}{pretty}{of_version}'
        if is_old
        else f'{pretty}NAME="Ubuntu"\n{of_version}{version}{code_name}{of_distribution}'
    )
    release = (
        f'{head}HOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\n'
        'BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\n'
        'PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"\n'
        f"{code_name if is_old else ''}UBUNTU_CODENAME={code}\n"
        f"{'' if found < '24.04' else 'LOGO=ubuntu-logo' + chr(10)}"
    )
    return _debian_like(release, knows_users=False)


# The first versions of nginx's images on a release of Debian.
_NGINX_ON = (((1, 29, 2), "13"), ((1, 25, 1), "12"), ((1, 21, 0), "11"))
_DEBIAN_13 = "13.2"


def _debian(name: ImageName) -> Distribution:
    numbers = {word: number for number, word in _CODE_NAMES.items()}
    version = next((numbers[word] for word in numbers if word in name.tag), "")
    if not version and official_name(name) == "debian":
        version = next((number for number in _CODE_NAMES if re.match(rf"{number}\b", name.tag)), "")
    if not version and name.tag == "latest" and official_name(name) == "debian":
        version = "13"
    if not version and official_name(name) == "nginx":
        own = tuple(int(part) for part in nginx_version(name.tag).split("."))
        version = next((number for first, number in _NGINX_ON if own >= first), "")
    code = _CODE_NAMES.get(version)
    if code is None or version not in ("11", "12", "13"):
        return _debian_like(None, knows_users=re.search(_OLD, name.tag) is None and version != "10")
    release = (
        f'PRETTY_NAME="Debian GNU/Linux {version} ({code})"\nNAME="Debian GNU/Linux"\nVERSION_ID="{version}"\n'
        f'VERSION="{version} ({code})"\nVERSION_CODENAME={code}\n'
        f"{f'DEBIAN_VERSION_FULL={_DEBIAN_13}{chr(10)}' if version == '13' else ''}"
        'ID=debian\nHOME_URL="https://www.debian.org/"\n'
        'SUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n'
    )
    return _debian_like(release, knows_users=version in ("12", "13"))
