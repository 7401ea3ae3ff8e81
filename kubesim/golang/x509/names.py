"""Who a certificate, or a request for one, is for. Mirrors pkix.Name and x509's subject alternative names."""

from __future__ import annotations

from kubesim.golang.x509 import der

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.golang.x509.der import Element

COMMON_NAME, ORGANIZATION = "2.5.4.3", "2.5.4.10"
#: The tags of alternative names.
EMAIL, DNS_NAME, URI, IP_ADDRESS = 0x81, 0x82, 0x86, 0x87

_SUBJECT_ALT_NAME = "2.5.29.17"


def attributes_of(name: Element) -> dict[str, list[str]]:
    """The values of each attribute of a distinguished name, by its identifier; ValueError if it is none."""
    found: dict[str, list[str]] = {}
    for relative in name.children:
        for attribute in relative.children:
            kind, value = attribute.children
            found.setdefault(der.read_oid(kind.content), []).append(value.content.decode())
    return found


def alt_names_in(extensions: Iterable[Element]) -> dict[int, list[bytes]]:
    """The contents of the alternative names by their tags; ValueError for what is no extension."""
    found: dict[int, list[bytes]] = {}
    for extension in extensions:
        name, *_critical, content = extension.children
        if der.read_oid(name.content) == _SUBJECT_ALT_NAME:
            for alternative in der.read(content.content).children:
                found.setdefault(alternative.tag, []).append(alternative.content)
    return found
