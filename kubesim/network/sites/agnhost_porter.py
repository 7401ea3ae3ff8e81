"""agnhost's ``porter``, which says on ports what its variables say. Mirrors test/images/agnhost/porter."""

from __future__ import annotations

from kubesim.golang.json import dumps
from kubesim.network.certificates import MADE_UP
from kubesim.network.http import Request, Response
from kubesim.network.sites.site import go_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.sites.site import Site


def ports(site: Site, *sorts: str) -> tuple[int, ...]:
    """The ports of those sorts (``TLS_PORT``) for which there are variables."""
    names = (name.removeprefix(f"SERVE_{sort}_") for name in site.environment for sort in sorts)
    return tuple(int(name) for name in names if name.isdigit())


def value(site: Site, *sorts: str) -> str | None:
    """What the variable of the port says on which it is asked; None if there is none of those sorts."""
    found = (site.environment.get(f"SERVE_{sort}_{site.port}") for sort in sorts)
    return next((text for text in found if text is not None), None)


def answer(site: Site, request: Request) -> Response | None:
    """The variable's value, with ``--json-response`` as JSON with the method."""
    body = value(site, "PORT", "TCP_PORT", "TLS_PORT")
    if body is None:
        return None
    if any(word.lstrip("-") in ("json-response", "json-response=true") for word in site.argv):
        return go_text(site, dumps({"Method": request.method, "Body": body}), kind="application/json")
    return go_text(site, body)


def certificate(site: Site) -> str | None:
    """That of ``CERT_FILE``, else the image's own, on ports that speak TLS."""
    if value(site, "TLS_PORT") is None:
        return None
    file = site.environment.get("CERT_FILE", "")
    return (file and site.files.read(file).text) or MADE_UP
