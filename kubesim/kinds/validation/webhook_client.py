"""How a webhook is reached. Mirrors apiserver/pkg/util/webhook's validation.go."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, required
from kubesim.api.names import is_dns_1123_subdomain, is_port_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_FORM = "; desired format: https://host[/path]"


def validate_url(text: str, path: str) -> list[FieldError]:
    """A webhook's own address: https, with a host and a path alone."""
    from kubesim.golang.url import parse

    try:
        url = parse(text)
    except ValueError as error:
        return [required(path, f"url must be a valid URL: {error}{_FORM}")]
    wrong: list[FieldError] = []
    if url.scheme != "https":
        wrong.append(invalid(path, url.scheme, f"'https' is the only allowed URL scheme{_FORM}"))
    if not url.host:
        wrong.append(invalid(path, url.host, f"host must be specified{_FORM}"))
    if url.user is not None:
        wrong.append(invalid(path, url.user, "user information is not permitted in the URL"))
    if url.fragment:
        wrong.append(invalid(path, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        wrong.append(invalid(path, url.query, "query parameters are not permitted in the URL"))
    return wrong


def validate_service(service: Obj, path: str) -> list[FieldError]:
    """The Service before a webhook; its port is 443 unless it says another."""
    wrong = [required(f"{path}.{field}") for field in ("name", "namespace") if not service.get(field)]
    port = service.get("port", 443)
    problems = is_port_number(port)
    if problems:
        wrong.append(invalid(f"{path}.port", port, f"port is not valid: {', '.join(problems)}"))
    return wrong + _validate_path(service.get("path"), f"{path}.path")


def _validate_path(text: str | None, path: str) -> list[FieldError]:
    if text in (None, "", "/"):
        return []
    if text == "//":
        return [invalid(path, text, "segment[0] may not be empty")]
    wrong = [] if text.startswith("/") else [invalid(path, text, "must start with a '/'")]
    for index, step in enumerate(text[1:].removesuffix("/").split("/")):
        if not step:
            wrong.append(invalid(path, text, f"segment[{index}] may not be empty"))
            continue
        wrong += [invalid(path, text, f"segment[{index}]: {problem}") for problem in is_dns_1123_subdomain(step)]
    return wrong


def validate_ca_bundle(bundle: str, path: str) -> list[FieldError]:
    """Certificates in PEM, encoded in base64. Mirrors ValidateCABundle."""
    from base64 import b64decode

    blocks = b64decode(bundle).split(b"-----BEGIN CERTIFICATE-----")[1:]
    if any(b"-----END CERTIFICATE-----" in block for block in blocks):
        return []
    return [invalid(path, bundle, "unable to load root certificates: unable to parse bytes as PEM block")]
