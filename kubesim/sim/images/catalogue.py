"""The official images: their tags, their ports, and their users.

Written by hand from what Docker Hub and the images' Dockerfiles have.  Tags are patterns and not a list; where a
project goes on, its last series leave room for years.
"""

from __future__ import annotations

from kubesim.sim.images.behaviour import ROOT, Behaviour
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Family(NamedTuple):
    """One image with all its tags.

    ``series``: its versions.  ``1.27.0-5`` stands for 1, 1.27, and 1.27.0 to 1.27.5; each part is a number, a range, or
    several of them by commas.  ``heads``: a regular expression of what a tag may begin with instead of a version.
    ``variants``: one of what may follow after a dash, beside ``COMMON_VARIANTS``.  Of a family without ``series`` any
    tag counts as one that it has, unless it seems to be a slip.  ``fields``: of what its containers do; those of tags
    with one of ``serving`` in them serve, even if others end.
    """

    series: str
    heads: str
    variants: str
    fields: dict[str, Any]
    serving: tuple[str, ...] = ()

    @property
    def does(self) -> Behaviour:
        """What its containers do; made when it is asked for, since most families never are."""
        return Behaviour(**self.fields)


_DEBIAN = "wheezy|jessie|stretch|buster|bullseye|bookworm|trixie|forky|sid"
_UBUNTU = "trusty|xenial|bionic|cosmic|disco|eoan|focal|groovy|hirsute|impish|jammy|kinetic|lunar|mantic|noble|questing"
_ALPINE = r"alpine(?:3\.\d\d?)?"
_DATE = r"20[12]\d[01]\d[0-3]\d(?:\.\d)?"

#: What the tags of any family may have after a dash: a distribution, a size, a candidate, a build.
COMMON_VARIANTS = rf"{_DEBIAN}|{_UBUNTU}|{_ALPINE}|slim|ubi\d*|{_DATE}|(?:alpha|beta|rc|preview|M|ea|p|r)[.\d]*"

_BASES = rf"latest|{_ALPINE}|{_DEBIAN}|{_UBUNTU}|slim"
_PHP = r"apache|fpm|cli|zts|php\d(?:\.\d)?|rc|beta"
_JAVA = (
    r"jdk\d*|jre\d*|openjdk|temurin|corretto|zulu|semeru|openj9|oracle|oraclelinux\d|al2|al2023|minimal|full|headless"
)
_JAVA_VERSION = r"\d+u\d+(?:-b\d+)?|\d+(?:\.\d+)*_\d+(?:\.\d+)?"


def _family(series: str = "", heads: str = "latest", variants: str = "", **does: Any) -> Family:
    """An image of which that is known; its entrypoint executes the arguments that are no flags, as they all do."""
    return Family(series, heads, variants, {"executes_args": True, "takes_flags": True, **does})


def _server(series: str, heads: str, variants: str, *ports: int, **does: Any) -> Family:
    return _family(series, heads, variants, **{"ports": ports, "user": ROOT, **does})


def _shell(series: str = "", heads: str = "latest", variants: str = "", **does: Any) -> Family:
    """An image with a shell or an interpreter as its program, which ends at once without a terminal."""
    return Family(series, heads, variants, {"user": ROOT, "life": 0, "executes_args": True, **does})


_WEB = {"speaks": "http", "paths": ("/", "/index.html")}
_HELLO = """
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/
"""

WEB_SERVERS = {
    "nginx": _server(
        "1.6.0-3 1.7.0-12 1.8.0-1 1.9.0-15 1.10.0-3 1.11.0-13 1.12.0-2 1.13.0-12 1.14.0-2 1.15.0-12 1.16.0-1 1.17.0-10 "
        "1.18.0 1.19.0-10 1.20.0-2 1.21.0-6 1.22.0-1 1.23.0-4 1.24.0 1.25.0-5 1.26.0-3 1.27.0-5 1.28.0-19 1.29-40.0-19",
        rf"stable|mainline|perl|otel|{_BASES}",
        "perl|otel",
        *(80,),
        **_WEB,
        needs="nginx",
        configured=("/etc/nginx",),
        content=("/usr/share/nginx", "/etc/nginx", "/var/www", "/www"),
    ),
    "httpd": _server(
        "2.2.0-34 2.4.0-120 2.5-6.0-40",
        _BASES,
        "",
        *(80,),
        **_WEB,
        configured=("/usr/local/apache2/conf",),
        content=("/usr/local/apache2",),
    ),
    "caddy": _server("0-3.0-40.0-20", rf"builder|{_BASES}", "builder", 80, configured=("/etc/caddy",)),
    "haproxy": _family(
        "1.4-9.0-70 2.0-9.0-60 3-4.0-20.0-40",
        rf"lts|dev|{_BASES}",
        r"dev\d*",
        needs="haproxy",
        configured=("/usr/local/etc/haproxy",),
    ),
    "traefik": _server(
        "v1.0-7.0-40 v2.0-11.0-60 v3-4.0-30.0-40",
        "experimental|nightly|camembert|reblochon|raclette|roquefort|morbier|cancoillotte|tetedemoine|maroilles|cantal|"
        "chevrotin|montdor|picodon|livarot|brie|vacherin|rocamadour|banon|faisselle|munster|mimolette|saintnectaire|"
        f"comte|beaufort|saintmarcelin|saintmarcellin|{_BASES}",
        "scratch",
        *(80, 443, 8080),
        configured=("/etc/traefik",),
    ),
    "tomcat": _server("5-12.0-5.0-150", rf"{_JAVA}|{_BASES}", _JAVA, 8080, 8005, 8009),
    "registry": _server("v0-4.0-20.0-20", _BASES, "", 5000, configured=("/etc/docker/registry", "/etc/distribution")),
    "wordpress": _server("3.9.0-9 4-6.0-9.0-40 7-9.0-9.0-20", rf"{_PHP}|{_BASES}", rf"{_PHP}|2(?:\.\d+)*", 80, 9000),
    "nextcloud": _server("9-45.0-9.0-40", rf"stable|production|{_PHP}|{_BASES}", _PHP, 80, 9000),
    "drupal": _server("6-14.0-99.0-99", rf"{_PHP}|{_BASES}", _PHP, 80, 9000),
    "joomla": _server("3-8.0-99.0-99", rf"{_PHP}|{_BASES}", _PHP, 80, 9000),
    "ghost": _family("0-9.0-200.0-40", _BASES, "", ports=(2368,)),
}
DATABASES = {
    "redis": _server(
        "2.6.0-17 2.8.0-24 3.0.0-7 3.2.0-13 4.0.0-14 5.0.0-14 6.0.0-30 6.2.0-40 7.0,2,4.0-40 8-12.0-40.0-40",
        _BASES,
        r"32bit|m\d+",
        *(6379,),
        speaks="tcp",
    ),
    "memcached": _server("1.4-7.0-60", _BASES, "", 11211, speaks="tcp", user="memcache"),
    "postgres": _server(
        "8.4.0-22 9.0-6.0-26 10-22.0-30",
        rf"\d+(?:\.\d)?(?:beta|rc)\d|{_BASES}",
        "",
        *(5432,),
        speaks="tcp",
        needs="postgres",
    ),
    "mysql": _server(
        "5.5-7.0-70 8.0.0-60 8.1-4.0-30 9-12.0-12.0-40",
        r"latest|lts|innovation|oracle|debian|oraclelinux\d",
        r"oracle|debian|oraclelinux\d|aarch64",
        *(3306, 33060),
        speaks="tcp",
        needs="mysql",
    ),
    "mariadb": _server(
        "5.5.0-69 10.0-11.0-70 11-15.0-12.0-40", rf"lts|{_BASES}", "", 3306, speaks="tcp", needs="mariadb"
    ),
    "mongo": _server(
        "2.2-6.0-30 3.0-7.0-30 4.0-4.0-40 5-8.0-3.0-40 8-11.0-5.0-40", _BASES, "", 27017, configured=("/etc/mongo",)
    ),
    "rabbitmq": _server(
        "3.0-13.0-60 4-6.0-20.0-40", rf"management|{_BASES}", "management", 5672, 4369, 25672, 15672, 15692
    ),
    "influxdb": _server(
        "0.8-13.0-9 1.0-12.0-20 2.0-9.0-20 3-4.0-40.0-20",
        rf"core|enterprise|data|meta|{_BASES}",
        "data|meta|core|enterprise",
        *(8086, 8088, 8181),
    ),
    # These three have never had a "latest" since their version 5.
    "elasticsearch": _family(
        "1.3-7.0-9 2.0-4.0-9 5.0-6.0-20 6.0-8.0-30 7.0-17.0-30 8-11.0-40.0-30", "(?!)", ports=(9200, 9300)
    ),
    "kibana": _family("4.0-6.0-9 5.0-6.0-20 6.0-8.0-30 7.0-17.0-30 8-11.0-40.0-30", "(?!)", ports=(5601,)),
    "logstash": _family("1.4-5.0-9 2.0-4.0-9 5.0-6.0-20 6.0-8.0-30 7.0-17.0-30 8-11.0-40.0-30", "(?!)"),
    "consul": _server("0.6-9.0-9 1-2.0-40.0-40", "latest", "ent|fips1402", 8500, 8600, 8300, 8301, 8302, 8502),
    "vault": _server("0.6-11.0-9 1-2.0-40.0-40", "latest", "ent|fips1402", 8200, 8201),
}
SHELLS = {
    "busybox": _shell(
        "1.21-45.0-9",
        r"latest|stable|unstable|glibc|musl|uclibc|ubuntu(?:-\d\d\.\d\d)?|buildroot-\d{4}\.\d\d",
        "glibc|musl|uclibc",
    ),
    "alpine": _shell("2.6-7 3.1-40.0-20", rf"latest|edge|{_DATE}"),
    "ubuntu": _shell(
        "10-30.04,10",
        r"rolling|devel|lucid|precise|quantal|raring|saucy|utopic|vivid|wily|yakkety|zesty|artful|oracular|plucky|"
        rf"resolute|1\d\.\d\d\.\d|{_BASES}",
    ),
    "debian": _shell(
        "6-15.0-20",
        rf"stable|oldstable|oldoldstable|testing|unstable|experimental|squeeze|duke|rc-buggy|{_BASES}",
        "backports|updates",
    ),
    "centos": _shell("5-8.0-11.0-9999", r"latest|centos\d(?:\.\d+)*"),
    "fedora": _shell("20-60", "latest|rawhide|branched|heisenbug"),
    "amazonlinux": _shell(
        "1-2.0 2016-2040.0-12", r"latest|(?:2\.0\.)?20\d\d(?:\d{4})?(?:\.\d+)*", r"with-sources|minimal"
    ),
    "rockylinux": _shell("8-11.0-20", "latest", "minimal"),
    "almalinux": _shell("8-11.0-20", "latest", "minimal|kitten"),
    "oraclelinux": _shell("5-11.0-20", "latest", "fips"),
    "bash": _shell("3.0-2.0-60 4.0-4.0-60 5-6.0-9.0-60", "latest|devel|rc"),
    "python": _shell("2.7.0-18 3.1-5.0-20 3.6-9.0-30 3.10-25.0-30", rf"rc|{_BASES}", "onbuild"),
    "node": _shell(
        "0.8-12.0-50 4-40.0-40.0-30",
        "lts|current|argon|boron|carbon|dubnium|erbium|fermium|gallium|hydrogen|iron|jod|krypton|" + _BASES,
        "onbuild",
        takes_flags=True,
    ),
    "golang": _shell("1.2-45.0-25", f"tip|rc|{_BASES}", "onbuild|cross|tip"),
    "perl": _shell("5.8-50.0-9", f"devel|stable|threaded|{_BASES}", "threaded"),
    "ruby": _shell("1.9.0-9 2.0-7.0-12 3-5.0-9.0-20", f"rc|{_BASES}", "onbuild"),
    "rust": _shell("1.10-150.0-9", f"nightly|{_BASES}"),
    "php": _shell("5.3-6.0-50 7.0-4.0-40 8-9.0-12.0-40", rf"{_PHP}|{_BASES}", _PHP, takes_flags=True)._replace(
        serving=("apache", "fpm")
    ),
    "openjdk": _shell("6-32.0-2.0-50", rf"{_JAVA_VERSION}|{_JAVA}|{_BASES}", rf"\d+|{_JAVA}"),
    "eclipse-temurin": _shell("8-32.0-2.0-50", rf"{_JAVA_VERSION}|{_JAVA}|{_BASES}", rf"\d+|{_JAVA}|centos7"),
    "amazoncorretto": _shell("8-32.0-2.0-50", rf"{_JAVA_VERSION}|{_JAVA}|{_BASES}", rf"\d+|{_JAVA}"),
    "hello-world": _shell(heads="latest|linux|nanoserver", lines=tuple(_HELLO.split("\n")[:-1])),
    "archlinux": _shell(),
    "gcc": _shell(),
    "maven": _shell(exit_code=1),
    "gradle": _shell(),
}
_NAMES = """
aerospike arangodb buildpack-deps chronograf clojure composer couchbase crate docker elixir erlang fluentd flink
groovy haskell jenkins jruby julia kapacitor kong krakend liquibase matomo mediawiki mono nats nats-streaming neo4j
odoo orientdb owncloud plone pypy rethinkdb redmine rocket-chat sapmachine solr sonarqube spark spiped storm swift swipl
telegraf varnish xwiki znc unit yourls java docker-dev photon sl clearlinux alt mageia opensuse scratch
"""
# Of these nobody wrote down the tags.
OTHERS = {
    "adminer": _family(ports=(8080, 9000), user="adminer"),
    "cassandra": _server("", "", "", 9042, 7000, 7001, 7199, 9160, speaks="tcp"),
    "couchdb": _server("", "", "", 5984, 4369, 9100, needs="couchdb", configured=("/opt/couchdb/etc",)),
    "jetty": _family(ports=(8080,)),
    "mongo-express": _server("", "", "", 8081),
    "percona": _server("", "", "", 3306, 33060, speaks="tcp", needs="mysql"),
    "phpmyadmin": _server("", "", "", 80, 9000),
    "valkey": _server("", "", "", 6379, speaks="tcp"),
    "zookeeper": _server("", "", "", 2181, 2888, 3888, 8080),
    **dict.fromkeys(_NAMES.split(), _family()),
}

#: The official images, by their names in docker.io/library.
OFFICIAL: dict[str, Family] = {**OTHERS, **WEB_SERVERS, **DATABASES, **SHELLS}
