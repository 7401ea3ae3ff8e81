"""What the servers of well-known images print as they start.

Written by hand from what their images print; what their entrypoints say follows from the container's mounts.
"""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND, Obj, dig, rfc3339, rfc3339_micro

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

_SCRIPTS = "/docker-entrypoint.d"
_LISTEN = "10-listen-on-ipv6-by-default.sh"
_DEFAULT = "/etc/nginx/conf.d/default.conf"

# The compilers of nginx's images, by the first version for which they were taken.
_ON_DEBIAN = (
    ((1, 29, 2), "gcc 14.2.0 (Debian 14.2.0-19) "),
    ((1, 28), "gcc 12.2.0 (Debian 12.2.0-14+deb12u1) "),
    ((1, 25), "gcc 12.2.0 (Debian 12.2.0-14) "),
    ((1, 21), "gcc 10.2.1 20210110 (Debian 10.2.1-6) "),
)
_ON_ALPINE = (
    ((1, 27, 4), "gcc 14.2.0 (Alpine 14.2.0) "),
    ((1, 27), "gcc 13.2.1 20240309 (Alpine 13.2.1_git20240309) "),
    ((1, 25), "gcc 12.2.1 20220924 (Alpine 12.2.1_git20220924-r10) "),
    ((1, 21), "gcc 11.2.1 20220219 (Alpine 11.2.1_git20220219) "),
)

LINES = {
    "kubernetes-bootcamp": ("Kubernetes Bootcamp App Started At: {instant}Z | Running On:  {pod} ", ""),
    "hello-app": ("{date} {clock} Server listening on port {port}",),
    "echo-server": ("Echo server listening on port {port}.",),
    "postgres": ("{day} {clock} UTC [1] LOG:  database system is ready to accept connections",),
    "mysql": ("{date} {clock} 0 [System] [Server] /usr/sbin/mysqld: ready for connections. Version: '{version}'",),
}


def start_lines(cluster: Cluster, pod: Obj, container: Obj, begun: int) -> list[str]:
    """What the server of a container's image prints that began at an instant (ms); none where that is not known."""
    from kubesim.sim.images.name import parse_image

    image = str(container["image"])
    parsed = parse_image(image)
    name, tag = (parsed.repository.rpartition("/")[2], parsed.tag) if parsed else (image, "")
    if name == "nginx":
        return list(_nginx(cluster, pod, container, tag, begun))
    if name == "httpd":
        return list(_httpd(pod, tag, begun))
    if name == "redis":
        return list(_redis(tag, begun))
    return list(filled(LINES.get(name, ()), pod, container, begun))


def filled(templates: tuple[str, ...], pod: Obj, container: Obj, begun: int) -> Iterator[str]:
    """Templates with what they mention of a container that began at an instant (ms), but for an unknown version."""
    from kubesim.sim.images.name import parse_image
    from kubesim.sim.images.versions import version_in

    parsed = parse_image(str(container["image"]))
    version = version_in(parsed.tag) if parsed else ""
    stamp = rfc3339(begun)
    values = {
        "image": container["image"],
        "tag": parsed.tag if parsed else "",
        "version": version,
        "pod": pod["metadata"]["name"],
        "instant": rfc3339_micro(begun)[:-4],
        "ip": dig(pod, "status", "podIP", default="127.0.0.1"),
        "day": stamp[:10],
        "date": stamp[:10].replace("-", "/"),
        "clock": stamp[11:19],
        "port": next((one["value"] for one in container.get("env") or () if one["name"] == "PORT"), "8080"),
    }
    for template in templates:
        if version or "{version}" not in template:
            yield template.format(**values)


def _nginx(cluster: Cluster, pod: Obj, container: Obj, tag: str, begun: int) -> Iterator[str]:
    from kubesim.sim.images.versions import nginx_version

    text = nginx_version(tag)
    version = tuple(int(part) for part in text.split("."))
    if version < (1, 19):
        return
    yield from _entrypoint(_about_default(cluster, pod, container, begun), version)
    if version < (1, 21):  # its configuration logs no notices
        return
    node = cluster.find("Node", "", pod["spec"].get("nodeName", "")) or {}
    compilers = _ON_ALPINE if "alpine" in tag else _ON_DEBIAN
    notices = [
        'using the "epoll" event method',
        f"nginx/{text}",
        f"built by {next(found for first, found in compilers if version >= first)}",
        f"OS: Linux {dig(node, 'status', 'nodeInfo', 'kernelVersion', default='')}",
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "start worker processes",
    ]
    process = 30 if "alpine" in tag else 29
    workers = int(dig(node, "status", "capacity", "cpu", default="1"))
    notices += [f"start worker process {process + index}" for index in range(workers)]
    stamp = rfc3339(begun)
    yield from (f"{stamp[:10].replace('-', '/')} {stamp[11:19]} [notice] 1#1: {notice}" for notice in notices)


def _entrypoint(about_default: tuple[str, ...], version: tuple[int, ...]) -> Iterator[str]:
    """What the image's scripts say before the server starts."""
    says = "/docker-entrypoint.sh:"
    yield f"{says} {_SCRIPTS}/ is not empty, will attempt to perform configuration"
    yield f"{says} Looking for shell scripts in {_SCRIPTS}/"
    yield f"{says} Launching {_SCRIPTS}/{_LISTEN}"
    yield from (f"{_LISTEN}: info: {line}" for line in about_default)
    if version >= (1, 23):
        yield f"{says} Sourcing {_SCRIPTS}/15-local-resolvers.envsh"
    yield f"{says} Launching {_SCRIPTS}/20-envsubst-on-templates.sh"
    yield f"{says} Launching {_SCRIPTS}/30-tune-worker-processes.sh"
    yield f"{says} Configuration complete; ready for start up"


def _about_default(cluster: Cluster, pod: Obj, container: Obj, begun: int) -> tuple[str, ...]:
    """What the script finds that lets the server listen on IPv6 too: the file may be mounted, or hidden by a mount."""
    from kubesim.containers.mounts import all_mounts
    from kubesim.containers.volume_files import View

    for mount in all_mounts(View(cluster, pod, container, begun)):
        folder = mount.path.rstrip("/")
        if folder == _DEFAULT:
            return (f"can not modify {_DEFAULT} (read-only file system?)",)
        if _DEFAULT.startswith(f"{folder}/") and folder:
            names = [name for name, _ in mount.files or ()]
            if _DEFAULT.removeprefix(f"{folder}/") in names:
                return (f"can not modify {_DEFAULT} (read-only file system?)",)
            return (f"{_DEFAULT} is not a file or does not exist",)
    return (f"Getting the checksum of {_DEFAULT}", f"Enabled listen on IPv6 in {_DEFAULT}")


def _httpd(pod: Obj, tag: str, begun: int) -> Iterator[str]:
    from kubesim.sim.images.versions import httpd_version

    address = dig(pod, "status", "podIP", default="127.0.0.1")
    unnamed = (
        f"AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {address}. "
        "Set the 'ServerName' directive globally to suppress this message"
    )
    yield unnamed  # once as its configuration is checked,
    yield unnamed  # and once as it is used
    at = time.gmtime(begun // SECOND)
    stamp = f"{time.strftime('%a %b %d %H:%M:%S', at)}.{begun % SECOND:03d}000 {at.tm_year}"
    yield (
        f"[{stamp}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/{httpd_version(tag)} (Unix) configured -- "
        "resuming normal operations"
    )
    yield f"[{stamp}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'"


def _redis(tag: str, begun: int) -> Iterator[str]:
    """redis 7; what others print is not known to the letter."""
    from kubesim.sim.images.versions import version_in

    if not tag.startswith("7"):
        return
    stamp = f"{time.strftime('%d %b %Y %H:%M:%S', time.gmtime(begun // SECOND))}.{begun % SECOND:03d}"
    version = version_in(tag)
    yield f"1:C {stamp} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"
    if version:
        yield f"1:C {stamp} * Redis version={version}, bits=64, commit=00000000, modified=0, pid=1, just started"
    yield (
        f"1:C {stamp} # Warning: no config file specified, using the default config. In order to specify a config file "
        "use redis-server /path/to/redis.conf"
    )
    yield f"1:M {stamp} * monotonic clock: POSIX clock_gettime"
    yield f"1:M {stamp} * Running mode=standalone, port=6379."
    yield f"1:M {stamp} * Server initialized"
    yield f"1:M {stamp} * Ready to accept connections tcp"
