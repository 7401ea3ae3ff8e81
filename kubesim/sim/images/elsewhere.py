"""Images of other repositories than the official ones that exercises use, by their whole names: what they do.

Written by hand from their Dockerfiles and documentation.  All their tags are taken to be there, but for those that
never got more.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.sim.images.behaviour import ROOT, Behaviour

_SHELL = Behaviour(user=ROOT, life=0, executes_args=True)
_ECHO_SERVER = Behaviour(ports=(8080, 8443))
_NGINX = Behaviour(user=ROOT, ports=(80,), speaks="http", configured=("/etc/nginx",), executes_args=True)
_UNPRIVILEGED = Behaviour(
    user="101",
    ports=(8080,),
    speaks="http",
    paths=("/", "/index.html"),
    configured=("/etc/nginx",),
    content=("/usr/share/nginx", "/etc/nginx", "/var/www"),
    executes_args=True,
    takes_flags=True,
)
_BOOTCAMP = Behaviour(user=ROOT, ports=(8080,), speaks="http")
_BITNAMI = Behaviour(user="1001", executes_args=True)
_NOBODY = Behaviour(user="nobody")

# The examples of the documentation's page about probes: they are well for ten seconds.
_LIVENESS = Behaviour(ports=(8080,), fails_after=10 * SECOND)

_OF_AGNHOST = (
    ("liveness", _LIVENESS),
    ("grpc-health-checking", Behaviour(user=ROOT, ports=(5000, 8080))),
    ("test-webserver", Behaviour(user=ROOT, ports=(80,))),
)

ELSEWHERE: dict[str, Behaviour] = {
    # servers that show something
    "docker.io/nginxdemos/hello": _NGINX,
    "docker.io/nginxdemos/nginx-hello": _UNPRIVILEGED._replace(paths=()),
    "docker.io/nginxinc/nginx-unprivileged": _UNPRIVILEGED,
    "ghcr.io/nginxinc/nginx-unprivileged": _UNPRIVILEGED,
    "docker.io/hashicorp/http-echo": Behaviour(ports=(5678,), needs="http-echo"),
    "docker.io/traefik/whoami": Behaviour(user=ROOT, ports=(80,)),
    "docker.io/containous/whoami": Behaviour(user=ROOT, ports=(80,)),
    "docker.io/paulbouwer/hello-kubernetes": Behaviour(ports=(8080,)),
    "docker.io/kennethreitz/httpbin": Behaviour(user=ROOT, ports=(80,)),
    "docker.io/mccutchen/go-httpbin": Behaviour(ports=(8080,)),
    "docker.io/kodekloud/webapp-color": Behaviour(user=ROOT, ports=(8080,)),
    "gcr.io/google-samples/kubernetes-bootcamp": _BOOTCAMP,
    "docker.io/jocatalin/kubernetes-bootcamp": _BOOTCAMP,
    "gcr.io/google-samples/hello-app": Behaviour(ports=(8080,)),
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app": Behaviour(ports=(8080,)),
    "registry.k8s.io/echoserver": _ECHO_SERVER,
    "k8s.gcr.io/echoserver": _ECHO_SERVER,
    "gcr.io/google_containers/echoserver": _ECHO_SERVER,
    "gcr.io/google-containers/echoserver": _ECHO_SERVER,
    "docker.io/jmalloc/echo-server": Behaviour(ports=(8080,)),
    "docker.io/kicbase/echo-server": Behaviour(ports=(8080,)),
    "gcr.io/google-samples/hello-go-gke": Behaviour(ports=(80,)),
    "gcr.io/google-samples/hello-frontend": Behaviour(user=ROOT, ports=(80,), speaks="http"),
    "registry.k8s.io/serve_hostname": Behaviour(ports=(9376,)),
    "k8s.gcr.io/serve_hostname": Behaviour(ports=(9376,)),
    "registry.k8s.io/e2e-test-images/agnhost": Behaviour(user=ROOT, subcommands=_OF_AGNHOST),
    "registry.k8s.io/e2e-test-images/kitten": Behaviour(user=ROOT, ports=(80,)),
    "registry.k8s.io/e2e-test-images/nautilus": Behaviour(user=ROOT, ports=(80,)),
    "registry.k8s.io/e2e-test-images/nonewprivs": Behaviour(user=ROOT, life=0, executes_args=True),
    "registry.k8s.io/e2e-test-images/nonroot": Behaviour(user="1234", life=0, executes_args=True),
    "registry.k8s.io/liveness": _LIVENESS,
    "k8s.gcr.io/liveness": _LIVENESS,
    "registry.k8s.io/nginx-slim": _NGINX,
    "k8s.gcr.io/nginx-slim": _NGINX,
    "registry.k8s.io/hpa-example": Behaviour(user=ROOT, ports=(80,)),
    "k8s.gcr.io/hpa-example": Behaviour(user=ROOT, ports=(80,)),
    "registry.k8s.io/pause": Behaviour(ports=()),
    "k8s.gcr.io/pause": Behaviour(ports=()),
    "gcr.io/google_containers/pause": Behaviour(ports=()),
    # services
    "docker.io/bitnami/nginx": _BITNAMI._replace(ports=(8080, 8443), configured=("/opt/bitnami/nginx",)),
    "docker.io/bitnami/postgresql": _BITNAMI._replace(ports=(5432,), needs="bitnami-postgresql"),
    "docker.io/bitnami/mysql": _BITNAMI._replace(ports=(3306,), needs="bitnami-mysql"),
    "docker.io/bitnami/mariadb": _BITNAMI._replace(ports=(3306,), needs="bitnami-mariadb"),
    "docker.io/bitnami/redis": _BITNAMI._replace(ports=(6379,), needs="bitnami-redis"),
    "docker.io/grafana/grafana": Behaviour(user="472", ports=(3000,), configured=("/etc/grafana",)),
    "docker.io/prom/prometheus": _NOBODY._replace(ports=(9090,)),
    "docker.io/prom/alertmanager": _NOBODY._replace(ports=(9093, 9094)),
    "docker.io/prom/node-exporter": _NOBODY._replace(ports=(9100,)),
    "docker.io/jenkins/jenkins": Behaviour(user="jenkins", ports=(8080, 50000)),
    "mcr.microsoft.com/mssql/server": Behaviour(ports=(1433,), needs="mssql"),
    # shells and tools
    "docker.io/nicolaka/netshoot": _SHELL,
    "docker.io/tutum/dnsutils": _SHELL,
    "docker.io/radial/busyboxplus": _SHELL,
    "docker.io/google/cloud-sdk": _SHELL,
    "docker.io/redhat/ubi8": _SHELL,
    "docker.io/redhat/ubi9": _SHELL,
    "registry.access.redhat.com/ubi8/ubi": _SHELL,
    "registry.access.redhat.com/ubi9/ubi": _SHELL,
    "docker.io/bitnami/kubectl": Behaviour(user="1001", life=0),
    "docker.io/curlimages/curl": Behaviour(user="curl_user", life=0, exit_code=2, executes_args=True, takes_flags=True),
}

#: The tags of those that have no others.
TAGS = {
    "gcr.io/google-samples/kubernetes-bootcamp": ("v1", "v2"),
    "docker.io/jocatalin/kubernetes-bootcamp": ("v1", "v2"),
}

#: Names that mean the same shell in every registry.
SHELLS_EVERYWHERE = dict.fromkeys(("busybox", "alpine", "ubuntu", "debian", "centos", "fedora"), _SHELL)
