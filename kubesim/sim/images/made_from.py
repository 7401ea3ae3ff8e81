"""What well-known images are made from, and the programs that they have beside those of their distribution.

Written by hand from the images' Dockerfiles and the lists of files of Debian's packages.  Of an image that is not
``is_whole`` it is not said that it has no other programs.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

BUSYBOX, ALPINE, DEBIAN, UBUNTU, RED_HAT, NOTHING = "busybox", "alpine", "debian", "ubuntu", "red hat", ""


class Made(NamedTuple):
    """What an image is made from.

    ``own``: its own programs; those behind a word with a slash lie in that folder, those before the first such word
    somewhere.  ``full``: those that tags have beside them which are neither slim nor on Alpine; of these not all
    programs are known.  ``path``: the folders that come first in its path; ``path_end``: those that come last, but on
    Alpine, with the first number of the tag for ``{major}``.
    ``is_old``: its distribution is from before /bin became /usr/bin, so that nothing is said of its folders.
    """

    base: str
    own: str = ""
    is_whole: bool = False
    full: str = ""
    path: str = ""
    path_end: str = ""
    is_old: bool = False


PROCPS = "/usr/bin free kill pgrep pidwait pkill pmap ps pwdx skill slabtop snice tload top uptime vmstat w watch"
_TOOLS = (
    "/usr/bin curl wget git gpg openssl c_rehash hg svn ssh scp sftp ssh-keygen ssh-add ssh-agent gcc g++ cc c++ make "
    "ld as ar autoconf automake bzip2 bunzip2 file patch unzip xz unxz xzcat python3 mysql_config pg_config perl "
    f"{PROCPS}"
)
_LOCAL = "/usr/local/bin"
_ENTRYPOINT = f"{_LOCAL} docker-entrypoint.sh"
_JAVA = "/opt/java/openjdk/bin java javac jar jshell keytool jps jcmd jstack jmap jstat"
_POSTGRES = (
    "clusterdb createdb createuser dropdb dropuser pg_basebackup pg_dump pg_dumpall pg_isready pg_receivewal "
    "pg_recvlogical pg_restore pgbench psql reindexdb vacuumdb"
)
_PHP = f"{_LOCAL} php php-config phpize pear pecl phar docker-php-entrypoint docker-php-ext-install"
_DNS = "delv dig host nslookup nsupdate"

#: The official images, by their names in docker.io/library.
OFFICIAL: dict[str, Made] = {
    "busybox": Made(BUSYBOX, is_whole=True),
    "alpine": Made(ALPINE, is_whole=True),
    "debian": Made(DEBIAN, is_whole=True),
    "ubuntu": Made(UBUNTU, is_whole=True),
    **dict.fromkeys(
        ("centos", "fedora", "rockylinux", "almalinux", "oraclelinux", "amazonlinux", "ubi8", "ubi9"), Made(RED_HAT)
    ),
    "bash": Made(ALPINE, f"bash {_ENTRYPOINT}", is_whole=True),
    "nginx": Made(
        DEBIAN,
        "docker-entrypoint.sh /usr/sbin nginx nginx-debug update-ca-certificates /usr/bin njs curl envsubst openssl "
        "c_rehash",
        is_whole=True,
    ),
    "httpd": Made(
        DEBIAN,
        f"openssl {_LOCAL} httpd-foreground /usr/local/apache2/bin httpd apachectl apxs ab htpasswd htdbm htdigest "
        "rotatelogs logresolve htcacheclean",
        is_whole=True,
        path="/usr/local/apache2/bin",
    ),
    "redis": Made(
        DEBIAN,
        "gosu su-exec /usr/local/bin redis-server redis-cli redis-sentinel redis-benchmark redis-check-aof "
        "redis-check-rdb docker-entrypoint.sh",
        is_whole=True,
    ),
    "memcached": Made(DEBIAN, f"memcached {_ENTRYPOINT}", is_whole=True),
    # languages
    "python": Made(
        DEBIAN,
        "2to3 /usr/sbin update-ca-certificates /usr/bin openssl c_rehash /usr/local/bin python python3 pip pip3 idle "
        "idle3 pydoc pydoc3 python-config python3-config",
        is_whole=True,
        full=_TOOLS,
        path=_LOCAL,
    ),
    "node": Made(
        DEBIAN,
        f"corepack {_LOCAL} node nodejs npm npx yarn yarnpkg docker-entrypoint.sh",
        is_whole=True,
        full=_TOOLS,
    ),
    "golang": Made(DEBIAN, "/usr/local/go/bin go gofmt", full=_TOOLS, path="/go/bin:/usr/local/go/bin"),
    "perl": Made(DEBIAN, f"{_LOCAL} perl cpan cpanm perldoc prove", full=_TOOLS),
    "ruby": Made(DEBIAN, f"{_LOCAL} ruby gem bundle bundler irb rake erb", full=_TOOLS, path="/usr/local/bundle/bin"),
    "rust": Made(DEBIAN, "/usr/local/cargo/bin cargo rustc rustup", full=_TOOLS, path="/usr/local/cargo/bin"),
    "php": Made(DEBIAN, _PHP),
    "gcc": Made(DEBIAN, "gcc g++", full=_TOOLS),
    "buildpack-deps": Made(DEBIAN, "curl wget"),
    "eclipse-temurin": Made(UBUNTU, _JAVA, path="/opt/java/openjdk/bin"),
    "maven": Made(UBUNTU, f"{_JAVA} /usr/bin mvn", path="/opt/java/openjdk/bin"),
    # servers
    "postgres": Made(
        DEBIAN,
        f"postgres initdb pg_ctl gosu {_ENTRYPOINT} /usr/bin {_POSTGRES}",
        path_end="/usr/lib/postgresql/{major}/bin",
    ),
    "mysql": Made(
        RED_HAT,
        f"gosu microdnf {_ENTRYPOINT} /usr/bin mysql mysqladmin mysqldump mysqlsh mysqlpump mysql_config_editor bzip2 "
        "gzip gunzip openssl xz zstd find xargs /usr/sbin mysqld",
    ),
    "mariadb": Made(
        UBUNTU,
        f"gosu healthcheck.sh socat pwgen {_ENTRYPOINT} /usr/bin mariadb mariadb-admin mariadb-dump mariadb-check "
        "/usr/sbin mariadbd",
    ),
    "mongo": Made(
        UBUNTU,
        f"gosu numactl jq {_ENTRYPOINT} /usr/bin mongod mongos mongosh mongodump mongorestore mongoexport mongoimport "
        f"mongostat mongotop {PROCPS}",
    ),
    "rabbitmq": Made(
        UBUNTU,
        f"gosu {_ENTRYPOINT} /opt/rabbitmq/sbin rabbitmqctl rabbitmq-server rabbitmq-plugins rabbitmq-diagnostics",
        path="/opt/rabbitmq/sbin:/opt/erlang/bin:/opt/openssl/bin",
    ),
    "wordpress": Made(DEBIAN, f"apache2 apache2ctl a2enmod {_PHP} docker-entrypoint.sh apache2-foreground"),
    "nextcloud": Made(DEBIAN, f"apache2 apache2ctl {_PHP}"),
    "haproxy": Made(DEBIAN, f"haproxy {_ENTRYPOINT}"),
    "tomcat": Made(
        UBUNTU,
        f"{_JAVA} /usr/local/tomcat/bin catalina.sh startup.sh shutdown.sh version.sh",
        path="/usr/local/tomcat/bin:/opt/java/openjdk/bin",
    ),
    "traefik": Made(ALPINE, "/ entrypoint.sh /usr/local/bin traefik"),
    "caddy": Made(ALPINE, "/usr/bin caddy"),
    "registry": Made(ALPINE, "registry /entrypoint.sh"),
    "consul": Made(ALPINE, "consul"),
    "vault": Made(ALPINE, "vault"),
    "hello-world": Made(NOTHING, "/ hello", is_whole=True),
}

_NETSHOOT = (
    "ab brctl bridge calicoctl capinfos conntrack ctop dhcping drill ethtool file fortio fping grpcurl htpasswd http "
    "https iftop ip iperf iperf3 ipset iptables iptables-save ip6tables iptraf-ng ipvsadm ltrace mtr nc nft ngrep "
    "nping pip3 ping tracepath arping scapy snmpget snmpwalk socat speedtest-cli ss sshd strace swaks tc tcpdump "
    "tcptraceroute telnet termshark trip tshark websocat /bin bash zsh "
    f"/usr/bin {_DNS} curl git jq nmap openssl perl python3 scp ssh vim"
)
_MULTITOOL = (
    "arp arping bridge hostname ifconfig ip mtr netstat ping route ss tc tcpdump tcptraceroute telnet tracepath wget "
    f"/bin bash /usr/sbin nginx /usr/bin {_DNS} curl jq openssl perl free kill pgrep pidof pkill pmap ps pwdx sysctl "
    "top uptime vmstat w watch"
)


def _single(program: str) -> Made:
    """An image of one program alone: there is not even a shell."""
    return Made(NOTHING, program, is_whole=True)


#: Others, by their whole names.
OTHERS: dict[str, Made] = {
    "docker.io/curlimages/curl": Made(ALPINE, "/usr/bin curl /entrypoint.sh", is_whole=True),
    "docker.io/alpine/curl": Made(ALPINE, "/usr/bin curl"),
    "docker.io/nicolaka/netshoot": Made(ALPINE, _NETSHOOT),
    "docker.io/wbitt/network-multitool": Made(ALPINE, _MULTITOOL),
    "docker.io/praqma/network-multitool": Made(ALPINE, _MULTITOOL),
    **dict.fromkeys(
        (f"registry.k8s.io/e2e-test-images/{name}" for name in ("agnhost", "kitten", "nautilus")),
        Made(ALPINE, f"nc ip ss tc iperf /bin bash /usr/bin {_DNS} curl / agnhost agnhost-2"),
    ),
    "registry.k8s.io/e2e-test-images/nonewprivs": Made(ALPINE, f"{_LOCAL} nnp"),
    "registry.k8s.io/e2e-test-images/nonroot": Made(DEBIAN),
    "registry.k8s.io/e2e-test-images/jessie-dnsutils": Made(DEBIAN, "dig nslookup nsupdate host", is_old=True),
    "docker.io/tutum/dnsutils": Made(UBUNTU, "dig nslookup nsupdate host", is_old=True),
    "docker.io/infoblox/dnstools": Made(ALPINE, f"/usr/bin {_DNS} curl"),
    "docker.io/radial/busyboxplus": Made(BUSYBOX, "curl", is_old=True),
    "docker.io/polinux/stress": Made(ALPINE, "bash stress"),
    "docker.io/progrium/stress": Made(DEBIAN, "stress", is_old=True),
    "docker.io/vish/stress": _single("/ stress"),
    "docker.io/bitnami/nginx": Made(DEBIAN, "curl nginx", path="/opt/bitnami/common/bin:/opt/bitnami/nginx/sbin"),
    "docker.io/bitnami/postgresql": Made(DEBIAN, f"/opt/bitnami/postgresql/bin postgres {_POSTGRES}"),
    "docker.io/bitnami/mysql": Made(DEBIAN, "mysql mysqladmin mysqldump mysqld"),
    "docker.io/bitnami/mariadb": Made(DEBIAN, "mariadb mariadb-admin mariadb-dump mariadbd mysql"),
    "docker.io/bitnami/redis": Made(DEBIAN, "redis-server redis-cli"),
    "docker.io/bitnami/mongodb": Made(DEBIAN, "mongod mongosh"),
    "docker.io/bitnami/kubectl": Made(DEBIAN, "kubectl", path="/opt/bitnami/kubectl/bin"),
    "docker.io/grafana/grafana": Made(ALPINE, "/run.sh grafana grafana-server grafana-cli"),
    "docker.io/jenkins/jenkins": Made(
        DEBIAN, f"curl git {_LOCAL} jenkins.sh jenkins-plugin-cli {_JAVA}", path="/opt/java/openjdk/bin"
    ),
    "docker.io/prom/prometheus": Made(BUSYBOX, "/bin prometheus promtool"),
    "docker.io/prom/alertmanager": Made(BUSYBOX, "/bin alertmanager amtool"),
    "docker.io/prom/node-exporter": Made(BUSYBOX, "/bin node_exporter"),
    "docker.io/google/cloud-sdk": Made(DEBIAN, "gcloud gsutil bq kubectl python3 curl git"),
    "docker.io/valkey/valkey": Made(
        DEBIAN, f"{_LOCAL} valkey-server valkey-cli valkey-sentinel valkey-benchmark docker-entrypoint.sh"
    ),
    "docker.io/redhat/ubi8": Made(RED_HAT),
    "docker.io/redhat/ubi9": Made(RED_HAT),
    "registry.access.redhat.com/ubi8/ubi": Made(RED_HAT),
    "registry.access.redhat.com/ubi9/ubi": Made(RED_HAT),
    # without a shell
    "docker.io/hashicorp/http-echo": _single("http-echo"),
    "docker.io/traefik/whoami": _single("/ whoami"),
    "docker.io/containous/whoami": _single("/ whoami"),
    **dict.fromkeys(
        (
            "registry.k8s.io/pause",
            "k8s.gcr.io/pause",
            "gcr.io/google_containers/pause",
            "gcr.io/google-containers/pause",
            "docker.io/kubernetes/pause",
        ),
        _single("/ pause"),
    ),
    "registry.k8s.io/coredns/coredns": _single("/ coredns"),
    "docker.io/coredns/coredns": _single("/ coredns"),
    **{
        f"registry.k8s.io/{name}": _single(f"{_LOCAL} {name} / go-runner")
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    },
    "registry.k8s.io/metrics-server/metrics-server": _single("/ metrics-server"),
    "gcr.io/distroless/static": _single(""),
    "gcr.io/distroless/static-debian11": _single(""),
    "gcr.io/distroless/static-debian12": _single(""),
    "gcr.io/distroless/base": _single(""),
    "gcr.io/distroless/base-debian11": _single(""),
    "gcr.io/distroless/base-debian12": _single(""),
    "gcr.io/distroless/cc": _single(""),
    "gcr.io/distroless/cc-debian12": _single(""),
    "gcr.io/distroless/nodejs20-debian12": _single("/nodejs/bin node"),
    "gcr.io/distroless/nodejs22-debian12": _single("/nodejs/bin node"),
}

#: The same images under other names.
ALIASES = {
    "public.ecr.aws/nginx/nginx": "nginx",
    "docker.io/nginxinc/nginx-unprivileged": "nginx",
    "ghcr.io/nginxinc/nginx-unprivileged": "nginx",
    "registry.k8s.io/e2e-test-images/busybox": "busybox",
    "registry.k8s.io/busybox": "busybox",
    "k8s.gcr.io/busybox": "busybox",
    "gcr.io/google_containers/busybox": "busybox",
    "gcr.io/google-containers/busybox": "busybox",
    "registry.k8s.io/e2e-test-images/httpd": "httpd",
}
