"""What images insist on: without it, their program ends as it starts, and prints why.

Written by hand from the entrypoints of the images.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Need(NamedTuple):
    """One of ``variables`` with a value, or an argument that begins with ``flag``.

    ``file``: or something that is mounted over the image's configuration.  Else the program prints ``lines`` and ends
    with ``exit_code``.
    """

    variables: tuple[str, ...]
    lines: tuple[str, ...]
    exit_code: int = 1
    flag: str = ""
    file: bool = False

    def is_met(self, environment: Mapping[str, str | None], arguments: Sequence[str]) -> bool:
        """Whether the variables or the arguments of a container give it."""
        if self.flag and any(argument.startswith((self.flag, f"-{self.flag}")) for argument in arguments):
            return True
        return any(environment.get(variable, "") != "" for variable in self.variables)


_MYSQL = ("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")
_MARIADB = tuple(
    f"MARIADB_{name}"
    for name in ("ROOT_PASSWORD", "ROOT_PASSWORD_HASH", "ALLOW_EMPTY_ROOT_PASSWORD", "RANDOM_ROOT_PASSWORD")
)


_POSTGRESQL = ("POSTGRES_PASSWORD", "POSTGRESQL_POSTGRES_PASSWORD", "POSTGRES_POSTGRES_PASSWORD")


def _bitnami(name: str, *others: str) -> Need:
    """The images of Bitnami want a password, or to hear that there shall be none."""
    password = f"{name}_PASSWORD"
    line = (
        f"{name.split('_')[0].lower()} ERROR ==> The {password} environment variable is empty or not set. Set the "
        "environment variable ALLOW_EMPTY_PASSWORD=yes to allow a blank password. This is only recommended for "
        "development environments."
    )
    return Need(("ALLOW_EMPTY_PASSWORD", password, f"{password}_FILE", *others), (line,))


NEEDS = {
    "postgres": Need(
        ("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"),
        (
            "Error: Database is uninitialized and superuser password is not specified.",
            "       You must specify POSTGRES_PASSWORD to a non-empty value for the",
            '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
            "",
            '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all',
            "       connections without a password. This is *not* recommended.",
            "",
            '       See PostgreSQL documentation about "trust":',
            "       https://www.postgresql.org/docs/current/auth-trust.html",
        ),
    ),
    "mysql": Need(
        (*_MYSQL, "MYSQL_ROOT_PASSWORD_FILE"),
        (
            "{day} {clock}+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server {tag} started.",
            "{day} {clock}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified",
            "    You need to specify one of the following as an environment variable:",
            *(f"    - {name}" for name in _MYSQL),
        ),
    ),
    "mariadb": Need(
        (*_MARIADB, *_MYSQL, "MARIADB_ROOT_PASSWORD_FILE", "MYSQL_ROOT_PASSWORD_FILE"),
        (
            "{day} {clock}+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server {tag} started.",
            "{day} {clock}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified",
            f"\tYou need to specify one of {', '.join(_MARIADB[:-1])} and {_MARIADB[-1]}",
        ),
    ),
    "couchdb": Need(
        ("COUCHDB_PASSWORD",),
        (
            "*************************************************************",
            'ERROR: CouchDB 3.0+ will no longer run in "Admin Party"',
            "       mode. You *MUST* specify an admin user and",
            "       password, either via your own .ini file mapped",
            "       into the container at /opt/couchdb/etc/local.ini",
            "       or inside /opt/couchdb/etc/local.d, or with",
            '       "-e COUCHDB_USER=admin -e COUCHDB_PASSWORD=password"',
            '       to set it via "docker run".',
            "*************************************************************",
        ),
        file=True,
    ),
    "haproxy": Need(
        (),
        (
            "[ALERT]    (1) : config : Cannot open configuration file/directory /usr/local/etc/haproxy/haproxy.cfg : "
            "No such file or directory",
        ),
        flag="-f",
        file=True,
    ),
    "http-echo": Need(("ECHO_TEXT",), ("Missing -text option!",), 127, flag="-text"),
    "mssql": Need(
        ("ACCEPT_EULA",),
        (
            "The SQL Server End-User License Agreement (EULA) must be accepted before SQL",
            "Server can start. The license terms for this product can be downloaded from",
            "http://go.microsoft.com/fwlink/?LinkId=746388.",
            "",
            "You can accept the EULA by specifying the --accept-eula command line option,",
            "setting the ACCEPT_EULA environment variable, or using the mssql-conf tool.",
        ),
        flag="--accept-eula",
    ),
    "bitnami-postgresql": _bitnami("POSTGRESQL", *_POSTGRESQL, *(f"{name}_FILE" for name in _POSTGRESQL)),
    "bitnami-mysql": _bitnami("MYSQL_ROOT", "MYSQL_ROOT_PASSWORD_FILE"),
    "bitnami-mariadb": _bitnami("MARIADB_ROOT", "MARIADB_ROOT_PASSWORD_FILE"),
    "bitnami-redis": _bitnami("REDIS", "REDIS_PASSWORD_FILE"),
}
