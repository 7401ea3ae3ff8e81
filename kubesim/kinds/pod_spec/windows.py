"""What is wrong with the options of a Windows container. Mirrors validateWindowsSecurityContextOptions."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj

_LONGEST_SPEC_KIB = 64
_LONGEST_DOMAIN, _LONGEST_USER = 256, 104
_NETBIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*")
_NOT_OF_USERS = '"/\\:;|=,+*?<>@[]'


def validate_windows_options(options: Obj, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    resource = options.get("gmsaCredentialSpecName")
    if resource is not None:
        wrong += invalid_for_each(f"{path}.gmsaCredentialSpecName", resource, names.is_dns_1123_subdomain(resource))
    spec = options.get("gmsaCredentialSpec")
    if spec is not None:
        troubles = _troubles_of_spec(len(spec.encode()))
        wrong += [invalid(f"{path}.gmsaCredentialSpec", spec, f"gmsaCredentialSpec {why}") for why in troubles]
    user = options.get("runAsUserName")
    if user is not None:
        wrong += [invalid(f"{path}.runAsUserName", user, f"runAsUserName{why}") for why in _troubles_of_user(user)]
    return wrong


def _troubles_of_spec(length: int) -> list[str]:
    if not length:
        return ["cannot be an empty string"]
    return [f"size must be under {_LONGEST_SPEC_KIB} KiB"] if length > _LONGEST_SPEC_KIB * 1024 else []


def _troubles_of_user(name: str) -> Iterator[str]:
    if not name:
        yield " cannot be an empty string"
    elif re.search("[\x00-\x1f\x7f]", name):
        yield " cannot contain control characters"
    elif name.count("\\") > 1:
        yield " cannot contain more than one backslash"
    else:
        domain, separator, user = name.rpartition("\\")
        if len(domain.encode()) >= _LONGEST_DOMAIN:
            yield f"'s Domain length must be under {_LONGEST_DOMAIN} characters"
        if separator and not (_NETBIOS.fullmatch(domain) or _DNS.fullmatch(domain)):
            yield "'s Domain doesn't match the NetBios nor the DNS format"
        if not user:
            yield "'s User cannot be empty"
        elif len(user.encode()) > _LONGEST_USER:
            yield f"'s User length must not be longer than {_LONGEST_USER} characters"
        if any(letter in _NOT_OF_USERS for letter in user):
            yield f"'s User cannot contain the following characters: {_NOT_OF_USERS}"
        if user and not user.strip(". "):
            yield "'s User cannot contain only periods or spaces"
