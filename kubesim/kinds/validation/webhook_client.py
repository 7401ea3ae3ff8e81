"""How a webhook is reached. Mirrors apiserver/pkg/util/webhook's validation.go."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, invalid_for_each, required
from kubesim.api.names import is_dns_1035_label, is_dns_1123_subdomain, is_port_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

REVIEW_VERSIONS = ("v1", "v1beta1")
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
    """The Service before a webhook; its port is 443 unless it says another.

    A missing namespace is reported at the name and the other way round: upstream's callers of ValidateWebhookService
    hand over the one as the other.
    """
    swapped = {"name": "namespace", "namespace": "name"}
    wrong = [required(f"{path}.{field}") for field, read in swapped.items() if not service.get(read)]
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


def validate_review_versions(versions: Sequence[str], path: str, missing: str = "") -> list[FieldError]:
    """The versions of reviews that a webhook reads; ``missing``: the detail where there are none."""
    if not versions:
        return [required(path, missing)]
    wrong: list[FieldError] = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            wrong.append(invalid(f"{path}[{index}]", version, "duplicate version"))
        else:
            wrong += invalid_for_each(f"{path}[{index}]", version, is_dns_1035_label(version))
    if not any(version in REVIEW_VERSIONS for version in versions):
        wrong.append(invalid(path, list(versions), f"must include at least one of {', '.join(REVIEW_VERSIONS)}"))
    return wrong


def validate_ca_bundle(bundle: str, path: str) -> list[FieldError]:
    """Certificates in PEM, encoded in base64. Mirrors ValidateCABundle."""
    from base64 import b64decode

    from kubesim.golang.x509.pem import CERTIFICATE, decode_all

    if any(block.type == CERTIFICATE for block in decode_all(b64decode(bundle))):
        return []
    return [invalid(path, bundle, "unable to load root certificates: unable to parse bytes as PEM block")]
