"""Which server an image or a command is: what it answers, where it listens, what it logs."""

from __future__ import annotations

from kubesim.network.http import Request, Response
from kubesim.network.sites.site import go_text
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.network.sites.site import Said, Site

_NGINX = (
    *("nginx", "nginxinc/nginx-unprivileged", "public.ecr.aws/nginx/nginx"),
    *("registry.k8s.io/nginx-slim", "k8s.gcr.io/nginx-slim"),
)
_NGINX_OF_EXAMPLES = ("ymqytw/nginxhttps", "bprashanth/nginxhttps")  # whose program reads its configuration anew
_ECHO = ("registry.k8s.io/echoserver", "k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver")
_AGNHOST = (
    *("registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"),
    *("registry.k8s.io/e2e-test-images/kitten", "registry.k8s.io/e2e-test-images/nautilus"),
)

_HOST_NAME = ("registry.k8s.io/serve_hostname", "k8s.gcr.io/serve_hostname", "gcr.io/google_containers/serve_hostname")


class Kind(NamedTuple):
    """A sort of server. ``ports`` are None where it is not known on which it listens; ``certificate`` is what it shows
    where it speaks TLS, None where it does not.  ``said`` is what it answers to a text that is no request, by TCP or
    UDP."""

    answer: Callable[[Site, Request], Response | None]
    ports: Callable[[Site], tuple[int, ...] | None] | None = None
    log_line: Callable[[Site, Request, Response], str | None] | None = None
    certificate: Callable[[Site], str | None] | None = None
    udp_ports: Callable[[Site], tuple[int, ...]] | None = None
    said: Callable[[Site, str, str], Said] | None = None


def kind_of(site: Site) -> Kind | None:
    """The sort of server that a container is; None if it is not known."""
    image, program = site.image, _program(site.argv)
    is_nginx = image.removeprefix("ghcr.io/") in _NGINX and program in ("", "nginx")
    if is_nginx or image in _NGINX_OF_EXAMPLES:
        from kubesim.network.sites import nginx

        return Kind(nginx.answer, nginx.ports, nginx.log_line, nginx.certificate)
    if image == "httpd" and program in ("", "httpd-foreground"):
        from kubesim.network.sites import apache

        return Kind(apache.answer, None, apache.log_line)
    if image in _ECHO or image in _AGNHOST:
        from kubesim.network.sites import agnhost

        if image in _ECHO:
            return Kind(agnhost.echoserver)
        from kubesim.network.sites import agnhost_words

        return Kind(
            agnhost.answer,
            agnhost_words.ports,
            agnhost.log_line,
            agnhost.certificate,
            agnhost_words.udp_ports,
            agnhost_words.said,
        )
    if image in _HOST_NAME:
        from kubesim.network.sites import agnhost

        return Kind(agnhost.serve_hostname, agnhost.serve_hostname_ports)
    return _of_command(site) or _greeting(image)


def _program(argv: tuple[str, ...]) -> str:
    """The program of a command, behind the entrypoint's script."""
    names = [word.rpartition("/")[2] for word in argv[:2]]
    if names and names[0] == "docker-entrypoint.sh":
        names = names[1:]
    return names[0] if names and not names[0].startswith("-") else ""


def _of_command(site: Site) -> Kind | None:
    from kubesim.network.sites import listings

    argv = site.argv
    if site.netcat is not None:
        from kubesim.network.sites import netcat

        return Kind(netcat.answer, netcat.ports)

    if listings.is_python_server(argv):
        return Kind(listings.python_server, lambda site: (listings.python_port(site.argv),))
    words = argv[1:] if argv and argv[0].rpartition("/")[2] == "busybox" else argv
    if words and words[0].rpartition("/")[2] == "httpd":
        return Kind(listings.busybox_server, lambda site: (listings.busybox_port(site.argv),))
    return None


def _greeting(image: str) -> Kind | None:
    from kubesim.network.sites.greetings import GREETINGS, LOGS, http_echo, http_echo_ports

    answer = GREETINGS.get(image)
    if answer is None:
        return None
    return Kind(answer, http_echo_ports if answer is http_echo else None, LOGS.get(answer))


def answer(site: Site, request: Request, pod: str) -> Response:
    """What a server answers; of one that is not known, only that it does."""
    kind = kind_of(site)
    found = None if kind is None else kind.answer(site, request)
    if found is None:
        return go_text(site, f"kubesim: image {site.image}:{site.tag} in pod {pod} answers here\n")
    return found


def log_line(site: Site, request: Request, response: Response) -> str | None:
    """The line that a server logs of a request, without its end; None if it logs none that is known."""
    kind = kind_of(site)
    return None if kind is None or kind.log_line is None else kind.log_line(site, request, response)


def certificate(site: Site) -> str | None:
    """The certificate (PEM) that a server shows on the port on which it is asked; None where it speaks no TLS."""
    kind = kind_of(site)
    return None if kind is None or kind.certificate is None else kind.certificate(site)
