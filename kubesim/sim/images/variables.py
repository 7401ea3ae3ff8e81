"""The environment variables that images define, for those of which that is known.

The names and values are facts of the images' own build files; a version is the tag's, where the tag has a whole one.
"""

from __future__ import annotations

from kubesim.sim.images.installed_programs import path_of
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.server_versions import version_of
from kubesim.startup.function_cache import lru_cache

_PREFIX = "/usr/local"

# {version}: the tag's version; a variable with it is left out where the tag has none. {major}: its first number.
_OF_IMAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "nginx": (("NGINX_VERSION", "{version}"),),
    "httpd": (("HTTPD_PREFIX", f"{_PREFIX}/apache2"), ("HTTPD_VERSION", "{version}"), ("HTTPD_PATCHES", "")),
    "redis": (("REDIS_VERSION", "{version}"),),
    "memcached": (("MEMCACHED_VERSION", "{version}"),),
    "mysql": (("GOSU_VERSION", "1.17"), ("MYSQL_MAJOR", "{series}"), ("MYSQL_VERSION", "{version}-1.el9")),
    "postgres": (
        ("LANG", "en_US.utf8"),
        ("PG_MAJOR", "{major}"),
        ("PGDATA", "/var/lib/postgresql/data"),
    ),
    "mongo": (("MONGO_MAJOR", "{series}"), ("MONGO_VERSION", "{version}"), ("HOME", "/data/db")),
    "python": (("LANG", "C.UTF-8"), ("PYTHON_VERSION", "{version}")),
    "node": (("NODE_VERSION", "{version}"),),
    "golang": (("GOLANG_VERSION", "{version}"), ("GOTOOLCHAIN", "local"), ("GOPATH", "/go")),
    "wordpress": (("APACHE_CONFDIR", "/etc/apache2"), ("APACHE_ENVVARS", "/etc/apache2/envvars")),
    "bash": (("_BASH_VERSION", "{version}"),),
}

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@lru_cache(maxsize=256)
def variables_of(image: str) -> tuple[tuple[str, str], ...]:
    """The variables that an image defines, the path in which its programs are sought first."""
    name = parse_image(image)
    path = path_of(image) or DEFAULT_PATH
    if name is None:
        return (("PATH", path),)
    library, _, family = name.repository.rpartition("/")
    own = _OF_IMAGES.get(family, ()) if library == "docker.io/library" else ()
    parts = _parts(name.tag)
    version = version_of(family, name.tag)
    if version is not None:
        parts["version"] = version
    return (("PATH", path), *((one, text.format(**parts)) for one, text in own if _is_known(text, parts)))


def _parts(tag: str) -> dict[str, str]:
    """What is known of the version by a tag as ``1.27.3-alpine``."""
    version = tag.partition("-")[0]
    numbers = version.split(".")
    if not all(number.isdigit() for number in numbers):
        return {}
    known = {"major": numbers[0]}
    if len(numbers) > 1:
        known["series"] = ".".join(numbers[:2])
    return known


def _is_known(text: str, parts: dict[str, str]) -> bool:
    return "{" not in text or text.partition("{")[2].partition("}")[0] in parts
