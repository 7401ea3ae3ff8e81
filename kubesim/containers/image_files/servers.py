"""What images of servers and tools have beside their distribution: pages, settings, folders, users."""

from __future__ import annotations

import re

from kubesim.network.sites.nginx_pages import error_page, welcome_page
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.found import Value


class Own(NamedTuple):
    """What an image adds.

    ``folder``: in which its programs start.  ``folders`` with their modes and their owners' numbers; ``whole`` are
    those in which nothing else is.  ``sizes`` are those (bytes) of files whose texts are not
    known.  ``users``: the lines that are added to ``/etc/passwd`` and ``/etc/group``; None if
    they are not known.  ``knows_root``: nothing else lies in the root folder.
    """

    folder: str = "/"
    folders: tuple[tuple[str, int, int], ...] = ()
    files: dict[str, Value] = {}  # noqa: RUF012 - nobody changes them
    sizes: dict[str, int] = {}  # noqa: RUF012
    links: dict[str, str] = {}  # noqa: RUF012
    whole: tuple[str, ...] = ()
    users: tuple[str, str] | None = ("", "")
    knows_root: bool = True


_NGINX_CONF = """
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
"""
# As the image's entrypoint leaves it.
_NGINX_SITE = """server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }

    # proxy the PHP scripts to Apache listening on 127.0.0.1:80
    #
    #location ~ \\.php$ {
    #    proxy_pass   http://127.0.0.1;
    #}

    # pass the PHP scripts to FastCGI server listening on 127.0.0.1:9000
    #
    #location ~ \\.php$ {
    #    root           html;
    #    fastcgi_pass   127.0.0.1:9000;
    #    fastcgi_index  index.php;
    #    fastcgi_param  SCRIPT_FILENAME  /scripts$fastcgi_script_name;
    #    include        fastcgi_params;
    #}

    # deny access to .htaccess files, if Apache's document root
    # concurs with nginx's one
    #
    #location ~ /\\.ht {
    #    deny  all;
    #}
}

"""
_NGINX_ROOT = "/usr/share/nginx/html"
HTTPD_PAGE = "<html><body><h1>It works!</h1></body></html>\n"

_SCRIPTS = ("10-listen-on-ipv6-by-default.sh", "15-local-resolvers.envsh", "20-envsubst-on-templates.sh")
_NGINX = Own(
    folders=(
        *((_NGINX_ROOT, 0o755, 0), ("/etc/nginx/conf.d", 0o755, 0), ("/var/log/nginx", 0o755, 0)),
        *(("/var/cache/nginx", 0o755, 0), ("/docker-entrypoint.d", 0o755, 0)),
    ),
    files={
        "/etc/nginx/nginx.conf": _NGINX_CONF,
        "/etc/nginx/conf.d/default.conf": _NGINX_SITE,
        **dict.fromkeys((*(f"/docker-entrypoint.d/{name}" for name in (*_SCRIPTS, "30-tune-worker-processes.sh")),)),
    },
    sizes={
        "/etc/nginx/mime.types": 5349,
        "/etc/nginx/fastcgi_params": 1007,
        "/etc/nginx/scgi_params": 636,
        "/etc/nginx/uwsgi_params": 664,
        "/docker-entrypoint.sh": 1620,
    },
    links={
        "/var/log/nginx/access.log": "/dev/stdout",
        "/var/log/nginx/error.log": "/dev/stderr",
        "/etc/nginx/modules": "/usr/lib/nginx/modules",
    },
    whole=(*(_NGINX_ROOT, "/etc/nginx", "/etc/nginx/conf.d", "/var/log/nginx", "/docker-entrypoint.d"),),
    users=("nginx:x:101:101:nginx user:/nonexistent:/bin/false\n", "nginx:x:101:\n"),
)


def _user(name: str, number: int, home: str, shell: str) -> tuple[str, str]:
    """A user that a build file adds on Debian."""
    return f"{name}:x:{number}:{number}::{home}:{shell}\n", f"{name}:x:{number}:\n"


_OWN = {
    "nginx": _NGINX,
    "httpd": Own(
        folder="/usr/local/apache2",
        folders=(("/usr/local/apache2/conf", 0o755, 0), ("/usr/local/apache2/logs", 0o755, 0)),
        files={"/usr/local/apache2/htdocs/index.html": HTTPD_PAGE, "/usr/local/apache2/conf/httpd.conf": None},
        whole=("/usr/local/apache2/htdocs",),
    ),
    "redis": Own(
        folder="/data",
        folders=(("/data", 0o755, 999),),
        whole=("/data",),
        users=_user("redis", 999, "/home/redis", "/bin/sh"),
    ),
    "memcached": Own(users=_user("memcache", 11211, "/home/memcache", "/bin/sh")),
    "postgres": Own(
        folders=(("/var/lib/postgresql", 0o1777, 999), ("/docker-entrypoint-initdb.d", 0o755, 0)),
        users=None,
    ),
    "mysql": Own(
        folders=(
            *(("/etc/mysql/conf.d", 0o755, 0), ("/var/lib/mysql", 0o1777, 999), ("/run/mysqld", 0o1777, 999)),
            ("/docker-entrypoint-initdb.d", 0o755, 0),
        ),
        files={"/etc/my.cnf": None},
        users=None,
    ),
    "mariadb": Own(folders=(("/docker-entrypoint-initdb.d", 0o755, 0), ("/etc/mysql", 0o755, 0)), users=None),
    "mongo": Own(
        folders=(
            *(("/data/db", 0o755, 999), ("/data/configdb", 0o755, 999)),
            *(("/docker-entrypoint-initdb.d", 0o755, 0), ("/opt/js-yaml", 0o755, 0)),
        ),
        users=None,
    ),
    "python": Own(),
    "node": Own(
        folders=(("/home/node", 0o755, 1000),),
        users=_user("node", 1000, "/home/node", "/bin/bash"),
    ),
    "golang": Own(folder="/go", folders=(("/go", 0o1777, 0), ("/go/src", 0o1777, 0), ("/go/bin", 0o1777, 0))),
    "ruby": Own(),
    "rust": Own(),
    "perl": Own(folder="/usr/src/app", folders=(("/usr/src/app", 0o755, 0),)),
    **dict.fromkeys(("php", "wordpress", "nextcloud"), Own(folder="/var/www/html", users=None)),
    "tomcat": Own(folder="/usr/local/tomcat", folders=(("/usr/local/tomcat/webapps", 0o755, 0),), users=None),
    "haproxy": Own(folder="/var/lib/haproxy", folders=(("/usr/local/etc/haproxy", 0o755, 0),), users=None),
    "caddy": Own(
        folder="/srv", folders=(("/srv", 0o755, 0), ("/etc/caddy", 0o755, 0), ("/data", 0o755, 0)), users=None
    ),
    **dict.fromkeys(("busybox", "alpine", "debian", "ubuntu", "bash"), Own()),
}
_AGNHOST = Own(
    folders=(("/uploads", 0o755, 0),),
    sizes={"/localhost.crt": 1135, "/localhost.key": 1675},
    whole=("/uploads", "/tmp"),
    users=None,
)
_AGNHOST_NAME = "registry.k8s.io/e2e-test-images/agnhost"
_WITH_USERS = 45  # agnhost 2.45: before it there was none for tests of groups
_AGNHOST_USERS = (
    "user-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh\n",
    "user-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n",
)
_OF_OTHERS = {
    "docker.io/curlimages/curl": Own(
        folders=(("/home/curl_user", 0o755, 100),),
        users=(
            "curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin\n",
            "curl_group:x:101:curl_user\n",
        ),
    ),
    "docker.io/nicolaka/netshoot": Own(folder="/root", users=None),
    "docker.io/prom/prometheus": Own(
        folder="/prometheus", folders=(("/prometheus", 0o755, 65534), ("/etc/prometheus", 0o755, 65534))
    ),
    "docker.io/prom/alertmanager": Own(
        folder="/alertmanager", folders=(("/alertmanager", 0o755, 65534), ("/etc/alertmanager", 0o755, 65534))
    ),
    "docker.io/prom/node-exporter": Own(),
    "docker.io/grafana/grafana": Own(folder="/usr/share/grafana", users=None),
    "docker.io/bitnami/postgresql": Own(users=None),
    _AGNHOST_NAME: _AGNHOST,
    **{
        f"registry.k8s.io/e2e-test-images/{name}": _AGNHOST._replace(
            files={"/data.json": f'{{\n  "image": "{name}.jpg"\n}}\n'}, sizes={**_AGNHOST.sizes, f"/{name}.jpg": size}
        )
        for name, size in (("kitten", 14_769), ("nautilus", 21_231))
    },
}
# Of these nothing else lies in the root folder.
_WITH_KNOWN_ROOT = frozenset(
    (
        *("nginx", "httpd", "redis", "memcached", "busybox", "alpine", "debian", "ubuntu", "bash", "python", "node"),
        *("golang", "ruby", "rust"),
    )
)

_ALPINE_USERS = {
    "nginx": ("nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\n", "nginx:x:101:nginx\n"),
    **dict.fromkeys(("bash", "python", "golang", "ruby"), ("", "")),
    "node": ("node:x:1000:1000:Linux User,,,:/home/node:/bin/sh\n", "node:x:1000:node\n"),
    "redis": ("redis:x:999:1000:Linux User,,,:/home/redis:/sbin/nologin\n", "redis:x:1000:redis\n"),
}
_SETTINGS_SINCE = 23  # nginx 1.23: before it the settings were others


def own_of(repository: str, family: str, tag: str) -> Own:
    """What an image adds, by its repository, its name if it is an official one, and its tag."""
    own = _OWN.get(family, Own(users=None)) if family else _OF_OTHERS.get(repository, Own(users=None))
    if family not in _WITH_KNOWN_ROOT and repository not in _KNOWN_OTHERS:
        own = own._replace(knows_root=False)
    if repository == _AGNHOST_NAME and (found := re.match(r"2\.(\d+)", tag)) and int(found[1]) >= _WITH_USERS:
        own = own._replace(users=_AGNHOST_USERS)
    if "alpine" in tag and family != "alpine":
        own = own._replace(users=_ALPINE_USERS.get(family))
    if family != "nginx":
        return own
    found = re.match(r"1\.(\d+)", tag)
    series = int(found[1]) if found is not None else _SETTINGS_SINCE + 5
    files = dict(own.files)
    if series < _SETTINGS_SINCE:
        files = dict.fromkeys(files)
    elif series < _SETTINGS_SINCE + 5:  # where the pid lies was changed meanwhile
        is_known = series < _SETTINGS_SINCE + 4
        files["/etc/nginx/nginx.conf"] = _NGINX_CONF.replace("/run/", "/var/run/") if is_known else None
    files[f"{_NGINX_ROOT}/index.html"] = welcome_page(tag)
    files[f"{_NGINX_ROOT}/50x.html"] = error_page(tag)
    return own._replace(files=files)


_KNOWN_OTHERS = frozenset(("docker.io/prom/prometheus", "docker.io/prom/alertmanager", "docker.io/prom/node-exporter"))
