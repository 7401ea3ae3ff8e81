"""The usual files of a node: those of its distribution, of its kubelet and its runtime, and what is told of it."""

from __future__ import annotations

import posixpath

from kubesim.containers.evaluation.found import DEVICE, FILE, FOLDER, Found, Value
from kubesim.containers.evaluation.origins import ImageFiles
from kubesim.containers.image_files import files_of
from kubesim.sim import node_files
from kubesim.sim.images.installed_programs import tools_of
from kubesim.startup.function_cache import lru_cache

#: The image whose system a node's is.
IMAGE = "ubuntu:24.04"

# Folders in which a new node has nothing.
_EMPTY = frozenset(("/", "/media", "/mnt", "/root", "/srv", "/tmp", "/var/tmp"))

# What is installed on a node beside the system.
_PROGRAMS = """
bridge conntrack containerd crictl ctr curl dig ebtables ethtool host ip ip6tables iptables iptables-save ipset jq
journalctl kubeadm kubectl kubelet less lsof man nano nc netstat nft nslookup openssl ping ps python3 pgrep pkill rsync
runc socat ss ssh sudo systemctl tcpdump top traceroute vi vim wget
"""

_RELEASE = """PRETTY_NAME="Ubuntu 24.04.2 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.2 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
"""
_KINDS = {"Directory": FOLDER, "CharDevice": DEVICE, "Socket": DEVICE, "File": FILE}


def programs_of_node() -> frozenset[str]:
    """The programs that a node has."""
    return (tools_of(IMAGE) or frozenset()).union(_PROGRAMS.split())


@lru_cache(maxsize=32)
def files_of_node(given: tuple[tuple[str, Value], ...] = (), folders: tuple[str, ...] = ()) -> ImageFiles:
    """The files of a node: ``given`` are paths and texts that are its own, ``folders`` were made for pods."""
    base = files_of(IMAGE, (*given, ("/usr/lib/os-release", _RELEASE)))
    entries, whole = dict(base.entries), set(_EMPTY)
    for sort, kind in _KINDS.items():
        for path in node_files.paths_of(sort):
            entries.setdefault(path, Found(True, kind=kind, mode=0o755 if kind == FOLDER else 0o644))
    for folder in folders:
        path = posixpath.normpath(folder)
        while path not in entries:
            entries[path] = Found(True, kind=FOLDER, mode=0o755)
            whole.add(path)
            path = posixpath.dirname(path)
    return base._replace(entries=entries, whole=frozenset(whole))
