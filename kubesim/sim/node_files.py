"""What every node's file system has, as far as a hostPath may ask for it: a Linux with containerd and a kubelet.

Whether other paths are there is not known.
"""

from __future__ import annotations

import posixpath

_DIRECTORIES = """
/ /bin /boot /dev /etc /etc/cni /etc/cni/net.d /etc/kubernetes /etc/kubernetes/manifests /etc/kubernetes/pki /etc/ssl
/etc/ssl/certs /etc/systemd /etc/udev /home /lib /lib/modules /media /mnt /opt /opt/cni /opt/cni/bin /proc /root /run
/run/containerd /run/udev /sbin /srv /sys /sys/fs /sys/fs/bpf /sys/fs/cgroup /sys/kernel /tmp /usr /usr/bin /usr/lib
/usr/local /usr/local/bin /usr/sbin /usr/share /var /var/cache /var/lib /var/lib/containerd /var/lib/kubelet
/var/lib/kubelet/pki /var/lib/kubelet/plugins /var/lib/kubelet/plugins_registry /var/lib/kubelet/pods /var/log
/var/log/containers /var/log/pods /var/run /var/run/containerd /var/tmp
"""
_FILES = "/etc/group /etc/hostname /etc/hosts /etc/machine-id /etc/os-release /etc/passwd /etc/resolv.conf /etc/shadow"
_SOCKETS = "/run/containerd/containerd.sock /var/run/containerd/containerd.sock"
_DEVICES = "/dev/full /dev/null /dev/random /dev/tty /dev/urandom /dev/zero"
_ABSENT = "/run/docker.sock /var/run/docker.sock /var/lib/docker /var/lib/docker/containers"

ABSENT = ""
_KNOWN: dict[str, str] = {
    path: kind
    for kind, paths in (
        ("Directory", _DIRECTORIES),
        ("File", _FILES),
        ("Socket", _SOCKETS),
        ("CharDevice", _DEVICES),
        (ABSENT, _ABSENT),
    )
    for path in paths.split()
}


def type_of(path: str) -> str | None:
    """What is at a path, as a hostPath's type names it; ABSENT if nothing is there, None if that is not known."""
    return _KNOWN.get(posixpath.normpath(path))


def paths_of(kind: str) -> list[str]:
    """The paths at which every node has something of that type."""
    return [path for path, found in _KNOWN.items() if found == kind]
