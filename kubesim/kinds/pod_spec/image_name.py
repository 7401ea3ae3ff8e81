"""The parts of a container image's name. Mirrors pkg/util/parsers over distribution/reference."""

from __future__ import annotations

import re

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_NAME = rf"(?:{_DOMAIN}/)?{_PART}(?:/{_PART})*"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = rf"(?P<name>{_NAME})(?::(?P<tag>\w[\w.-]{{0,127}}))?(?:@(?P<digest>{_DIGEST}))?"


def is_reference(image: str) -> bool:
    """Whether an image's name can be parsed."""
    return re.fullmatch(_REFERENCE, image, re.ASCII) is not None


def trouble_with(image: str) -> str:
    """Why an image's name cannot be parsed. Mirrors reference.ParseNormalizedNamed."""
    domain, slash, rest = image.partition("/")
    is_host = "." in domain or ":" in domain or domain == "localhost" or domain.lower() != domain
    repository = (rest if slash and is_host else image).split(":")[0]
    if repository.lower() == repository:
        return "invalid reference format"
    shown = repository if slash else f"library/{repository}"
    return f"invalid reference format: repository name ({shown}) must be lowercase"


def tag_of(image: str) -> str:
    """The tag that an image is pulled by: ``latest`` where neither tag nor digest is given.

    Empty for a digest without a tag, and for a name that cannot be parsed.
    """
    found = re.fullmatch(_REFERENCE, image, re.ASCII)
    if found is None or re.fullmatch("[a-f0-9]{64}", image):
        return ""
    return found["tag"] or ("" if found["digest"] else "latest")
