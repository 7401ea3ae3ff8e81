"""nginx's image where it is not let do what it does as it starts: make its folders, and give them to its own user.

Written by hand from what the image prints: as another user than root, on a root file system that is read-only, and
without the capability CHOWN.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.versions import nginx_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.sim.images.behaviour import Behaviour

_CACHE, _FIRST = "/var/cache/nginx", "/var/cache/nginx/client_temp"
#: Folders that whoever runs nginx must be able to write in.
WRITTEN = (_CACHE, "/run")
_PID, _PIDS = "/run/nginx.pid", ("/run", "/var/run")
_SITE = "/etc/nginx/conf.d/default.conf"
_SAYS, _LISTEN = "/docker-entrypoint.sh:", "10-listen-on-ipv6-by-default.sh"
_WITH_SCRIPTS, _OF_SCRIPTS = (1, 19), 8
_USER = (
    'the "user" directive makes sense only if the master process runs with super-user privileges, ignored in '
    "/etc/nginx/nginx.conf:2"
)


def hindered(pod: Obj, container: Obj, does: Behaviour) -> Behaviour:
    """What a container of nginx does: it ends at once where it cannot write."""
    if container.get("command") or container.get("args"):
        return does
    own, shared = container.get("securityContext") or {}, dig(pod, "spec", "securityContext", default={})
    user = own.get("runAsUser", shared.get("runAsUser"))
    is_sealed, is_root = bool(own.get("readOnlyRootFilesystem")), not user
    cannot_chown = is_root and _lacks_chown(own)
    if is_root and not is_sealed and not cannot_chown:
        return does
    paths = [mount["mountPath"].rstrip("/") for mount in container.get("volumeMounts") or ()]
    if any(path in ("/etc/nginx", "/etc/nginx/nginx.conf", "/var", "") for path in paths):
        return does
    reason = "30: Read-only file system" if is_sealed else "13: Permission denied"
    if (is_sealed or not is_root) and _CACHE not in paths:
        why = f'mkdir() "{_FIRST}" failed ({reason})'
    elif cannot_chown:
        why = f'chown("{_FIRST}", 101) failed (1: Operation not permitted)'
    elif (is_sealed or not is_root) and not set(_PIDS) & set(paths):
        why = f'open() "{_PID}" failed ({reason})'
    else:
        return does
    lines = _lines(why, is_root=is_root, can_write=is_root and not is_sealed)
    return does._replace(life=0, exit_code=1, lines=lines[_own_lines(container["image"]) :])


def _own_lines(image: str) -> int:
    """How many of the first lines are those of the entrypoint's scripts that an image does not have yet."""
    name = parse_image(image)
    is_old = name is not None and tuple(map(int, nginx_version(name.tag).split("."))) < _WITH_SCRIPTS
    return _OF_SCRIPTS if is_old else 0


def _lacks_chown(context: Obj) -> bool:
    given = context.get("capabilities") or {}
    dropped = {str(name).upper().removeprefix("CAP_") for name in given.get("drop") or ()}
    added = {str(name).upper().removeprefix("CAP_") for name in given.get("add") or ()}
    return bool(dropped & {"ALL", "CHOWN"}) and not added & {"ALL", "CHOWN"}


def _lines(why: str, *, is_root: bool, can_write: bool) -> tuple[str, ...]:
    about = (
        (f"Getting the checksum of {_SITE}", f"Enabled listen on IPv6 in {_SITE}")
        if can_write
        else (f"can not modify {_SITE} (read-only file system?)",)
    )
    warned = () if is_root else (f"{{date}} {{clock}} [warn] 1#1: {_USER}", f"nginx: [warn] {_USER}")
    return (
        f"{_SAYS} /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
        f"{_SAYS} Looking for shell scripts in /docker-entrypoint.d/",
        f"{_SAYS} Launching /docker-entrypoint.d/{_LISTEN}",
        *(f"{_LISTEN}: info: {line}" for line in about),
        f"{_SAYS} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh",
        f"{_SAYS} Launching /docker-entrypoint.d/20-envsubst-on-templates.sh",
        f"{_SAYS} Launching /docker-entrypoint.d/30-tune-worker-processes.sh",
        f"{_SAYS} Configuration complete; ready for start up",
        *warned,
        f"{{date}} {{clock}} [emerg] 1#1: {why}",
        f"nginx: [emerg] {why}",
    )
