"""The environment variables that images define, for those of which that is known.

The names and values are facts of the images' own build files; a version is the tag's, where the tag has a whole one.
"""

from __future__ import annotations

from kubesim.sim.images.installed_programs import official_name, path_of
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.versions import httpd_version, nginx_version, version_in
from kubesim.startup.function_cache import lru_cache

_JAVA = (("JAVA_HOME", "/opt/java/openjdk"),)
_ENGLISH = (("LANG", "en_US.UTF-8"), ("LANGUAGE", "en_US:en"), ("LC_ALL", "en_US.UTF-8"))
_PHP = (("PHP_INI_DIR", "/usr/local/etc/php"),)
_APACHE = (("APACHE_CONFDIR", "/etc/apache2"), ("APACHE_ENVVARS", "/etc/apache2/envvars"))

# {version}: the tag's version; a variable with it is left out where the tag has none. {major}: its first number.
_OF_IMAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "nginx": (("NGINX_VERSION", "{nginx}"),),
    "httpd": (("HTTPD_PREFIX", "/usr/local/apache2"), ("HTTPD_VERSION", "{httpd}"), ("HTTPD_PATCHES", "")),
    "redis": (("REDIS_VERSION", "{version}"),),
    "memcached": (("MEMCACHED_VERSION", "{version}"),),
    "mysql": (("MYSQL_MAJOR", "{series}"), ("MYSQL_VERSION", "{version}-1.el9")),
    "mariadb": (("LANG", "C.UTF-8"),),
    "postgres": (("LANG", "en_US.utf8"), ("PG_MAJOR", "{major}"), ("PGDATA", "{pgdata}")),
    "mongo": (
        ("MONGO_PACKAGE", "mongodb-org"),
        ("MONGO_REPO", "repo.mongodb.org"),
        ("MONGO_MAJOR", "{series}"),
        ("MONGO_VERSION", "{version}"),
        ("HOME", "/data/db"),
    ),
    "rabbitmq": (
        ("RABBITMQ_DATA_DIR", "/var/lib/rabbitmq"),
        ("RABBITMQ_VERSION", "{version}"),
        ("HOME", "/var/lib/rabbitmq"),
        *(("LANG", "C.UTF-8"), ("LANGUAGE", "C.UTF-8"), ("LC_ALL", "C.UTF-8")),
    ),
    "python": (("LANG", "C.UTF-8"), ("PYTHON_VERSION", "{version}")),
    "node": (("NODE_VERSION", "{version}"),),
    "golang": (("GOLANG_VERSION", "{version}"), ("GOTOOLCHAIN", "local"), ("GOPATH", "/go")),
    "ruby": (
        *(("LANG", "C.UTF-8"), ("RUBY_VERSION", "{version}"), ("GEM_HOME", "/usr/local/bundle")),
        *(("BUNDLE_SILENCE_ROOT_WARNING", "1"), ("BUNDLE_APP_CONFIG", "/usr/local/bundle")),
    ),
    "rust": (
        *(("RUSTUP_HOME", "/usr/local/rustup"), ("CARGO_HOME", "/usr/local/cargo"), ("RUST_VERSION", "{version}")),
    ),
    "eclipse-temurin": (*_JAVA, *_ENGLISH),
    "tomcat": (*_JAVA, ("CATALINA_HOME", "/usr/local/tomcat")),
    "php": _PHP,
    "wordpress": (*_PHP, *_APACHE),
    "caddy": (("CADDY_VERSION", "v{version}"), ("XDG_CONFIG_HOME", "/config"), ("XDG_DATA_HOME", "/data")),
    "bash": (("_BASH_VERSION", "{version}"),),
}
_BOOTCAMP = (("NPM_CONFIG_LOGLEVEL", "info"), ("NODE_VERSION", "6.3.1"))
_OF_OTHERS: dict[str, tuple[tuple[str, str], ...]] = {
    "gcr.io/google-samples/kubernetes-bootcamp": _BOOTCAMP,
    "docker.io/jocatalin/kubernetes-bootcamp": _BOOTCAMP,
    "docker.io/grafana/grafana": (
        ("GF_PATHS_CONFIG", "/etc/grafana/grafana.ini"),
        ("GF_PATHS_DATA", "/var/lib/grafana"),
        ("GF_PATHS_HOME", "/usr/share/grafana"),
        ("GF_PATHS_LOGS", "/var/log/grafana"),
        ("GF_PATHS_PLUGINS", "/var/lib/grafana/plugins"),
        ("GF_PATHS_PROVISIONING", "/etc/grafana/provisioning"),
    ),
    "docker.io/jenkins/jenkins": (
        *(("JENKINS_HOME", "/var/jenkins_home"), ("JENKINS_SLAVE_AGENT_PORT", "50000"), ("LANG", "C.UTF-8")),
        *_JAVA,
    ),
    "docker.io/polinux/stress": (("STRESS_VERSION", "1.0.4"), ("SHELL", "/bin/bash")),
}

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@lru_cache(maxsize=256)
def variables_of(image: str) -> tuple[tuple[str, str], ...]:
    """The variables that an image defines, the path in which its programs are sought first."""
    name = parse_image(image)
    path = path_of(image) or DEFAULT_PATH
    if name is None:
        return (("PATH", path),)
    family = official_name(name)
    own = _OF_IMAGES.get(family, ()) if family else _OF_OTHERS.get(name.repository, ())
    parts = _parts(family, name.tag)
    return (("PATH", path), *((one, text.format(**parts)) for one, text in own if _is_known(text, parts)))


def _parts(family: str, tag: str) -> dict[str, str]:
    """What is known of the version by a tag as ``1.27.3-alpine``."""
    known = {"postgres": _of_postgres(tag), "nginx": {"nginx": nginx_version(tag)}}.get(family, {})
    if family == "httpd":
        known = {"httpd": httpd_version(tag)}
    version = tag.partition("-")[0]
    numbers = version.split(".")
    if not all(number.isdigit() for number in numbers):
        return known
    known["major"] = numbers[0]
    if len(numbers) > 1:
        known["series"] = ".".join(numbers[:2])
    if version_in(tag):
        known["version"] = version
    return known


def _of_postgres(tag: str) -> dict[str, str]:
    """Where its data are: that changed with PostgreSQL 18."""
    major = tag.partition("-")[0].partition(".")[0]
    if not major.isdigit():
        return {}
    return {"pgdata": "/var/lib/postgresql/data" if int(major) < _MOVED else f"/var/lib/postgresql/{major}/docker"}


_MOVED = 18


def _is_known(text: str, parts: dict[str, str]) -> bool:
    return "{" not in text or text.partition("{")[2].partition("}")[0] in parts
