"""The parts of a container image's name. Mirrors pkg/util/parsers over distribution/reference."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_NAME = rf"(?:{_DOMAIN}/)?{_PART}(?:/{_PART})*"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = rf"(?P<name>{_NAME})(?::(?P<tag>\w[\w.-]{{0,127}}))?(?:@(?P<digest>{_DIGEST}))?"


_SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
_WORD = f"{_SMALL}ABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class _Reference(NamedTuple):
    """A name that can be parsed: empty is what it leaves out."""

    tag: str
    digest: str


def _parsed(image: str) -> _Reference | None:
    """The parts of an image's name; None if it is none."""
    name, colon, tag = image.partition(":")
    if all(map(_is_plain, name.split("/"))) and (not colon or _is_tag(tag)):
        return _Reference(tag, "")
    import re  # which takes long to compile the whole grammar

    found = re.fullmatch(_REFERENCE, image, re.ASCII)
    return None if found is None else _Reference(found["tag"] or "", found["digest"] or "")


def _is_plain(part: str) -> bool:
    """Whether a part of a name has nothing but small letters, digits, and single dots or dashes between them."""
    return not part.strip(f"{_SMALL}.-") and all(word and word[0] != "-" != word[-1] for word in part.split("."))


def _is_tag(tag: str) -> bool:
    return 0 < len(tag) <= 128 and tag[0] in _WORD and not tag.strip(f"{_WORD}.-")


def is_reference(image: str) -> bool:
    """Whether an image's name can be parsed."""
    return _parsed(image) is not None


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
    found = _parsed(image)
    if found is None or (len(image) == 64 and not image.strip("abcdef0123456789")):
        return ""
    return found.tag or ("" if found.digest else "latest")
